"""Each procedure is compared with its own causales and its own spreadsheets; what has no cita has no row to miss."""

import dataclasses
import datetime as dt
import random
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.planilla import Place
from fixtures.procesos import Mock, MockGoogle
from robot.conciliacion.belonging import Grupo, groups, worlds
from robot.conciliacion.findings import Accion, Hallazgo, Tipo
from robot.conciliacion.matching import Mundo
from robot.conciliacion.rules import reconcile
from robot.conciliacion.sides import FilaDePlanilla, TramiteLeido
from robot.engine import Motor
from robot.intake import Ventanilla
from robot.models import ZONA_HORARIA
from robot.settings import PREFIX
from robot.workdays import Calendario
from tests.conciliacion.casos import CASOS, inject
from tests.conciliacion.conftest import Conciliar
from tests.conciliacion.mundos import AHORA, DESDE, HOY, consistent
from tests.conciliacion.test_reglas import found
from tests.paciencia import eventually
from tests.planilla import row_at
from tests.procedimientos import VISITA_DOMICILIARIA, add_schedule, of_code, with_own_schedule

ALTO, TAPONAMIENTO = of_code("EJ-ALTO-CONSUMO"), of_code("EJ-TAPONAMIENTO")
SAME_CAUSAL = ALTO.model_copy(update={"codigo": "OTRO", "causales": VISITA_DOMICILIARIA.causales})
PLANILLA, OTRA = "planilla-de-visitas", "planilla-de-consumos"


def fila(planilla: str, numero: int, **said: object) -> FilaDePlanilla:
    row = FilaDePlanilla(planilla, planilla, 0, "Visitas", numero, HOY + dt.timedelta(days=1), dt.time(8, numero))
    return dataclasses.replace(row, **said)  # type: ignore[arg-type]  # as each case needs


def filed(radicado: str, causal: str, suscriptor: str = "001008") -> TramiteLeido:
    return TramiteLeido(radicado, suscriptor, HOY - dt.timedelta(days=2), causal=causal)


def compared(grupos: list[Grupo], *tramites: TramiteLeido) -> list[tuple[Tipo, str, str]]:
    return [(one.tipo, one.radicado, one.procedimiento) for one in hallazgos(grupos, *tramites)]


def hallazgos(grupos: list[Grupo], *tramites: TramiteLeido) -> list[Hallazgo]:
    mundo = Mundo(list(tramites), [], [], DESDE, HOY, AHORA)
    return [grupo.named(one) for grupo, own in worlds(mundo, grupos) for one in reconcile(own)]


def two_schedules(*filas: FilaDePlanilla) -> list[Grupo]:
    of = {planilla: [one for one in filas if one.planilla_id == planilla] for planilla in (PLANILLA, OTRA)}
    return groups([([VISITA_DOMICILIARIA], of[PLANILLA]), ([ALTO], of[OTRA])], [TAPONAMIENTO])


def test_a_tramite_is_missed_in_its_own_schedule_only_and_one_without_cita_in_none() -> None:
    tramites = [
        filed("1", "VISITA DOMICILIARIA"),
        filed("2", "ALTO CONSUMO"),
        filed("3", "TAPONAMIENTO ALCANTARILLADO"),
    ]
    assert compared(two_schedules(fila(PLANILLA, 1), fila(OTRA, 2)), *tramites) == [
        (Tipo.TRAMITE_SIN_CITA, "1", "Visita domiciliaria"),
        (Tipo.TRAMITE_SIN_CITA, "2", "Alto consumo"),
    ]


def test_a_row_is_never_given_the_radicado_of_a_tramite_of_another_schedule() -> None:
    """One suscriptor waits for a visit, and has a trámite of another procedure: that is not the one of the row."""
    grupos = two_schedules(fila(PLANILLA, 1, codigo="001008"), fila(OTRA, 2, codigo="001008"))
    assert compared(grupos, filed("2", "ALTO CONSUMO")) == [
        (Tipo.CITA_SIN_TRAMITE, "", "Visita domiciliaria"),
        (Tipo.CITA_SIN_RADICADO, "2", "Alto consumo"),
    ]


def test_a_radicado_of_another_procedure_in_a_row_is_known_and_missed_nowhere() -> None:
    grupos = two_schedules(fila(PLANILLA, 1, codigo="001008", pqr="2"), fila(OTRA, 2))
    assert compared(grupos, filed("2", "ALTO CONSUMO")) == []


def test_where_two_procedures_have_one_causal_a_row_of_either_will_do_and_nothing_is_repaired_unasked() -> None:
    pair = [VISITA_DOMICILIARIA], [SAME_CAUSAL]
    one = filed("1", "VISITA DOMICILIARIA")
    for own, rows in enumerate(([fila(PLANILLA, 1, codigo="001008", pqr="1")], [])):
        other = [fila(OTRA, 2, codigo="001008", pqr="1")] if own else [fila(OTRA, 2)]
        assert compared(groups(zip(pair, (rows, other), strict=True), []), one) == []
    missed = groups(zip(pair, ([fila(PLANILLA, 1)], [fila(OTRA, 2)]), strict=True), [])
    assert [tipo for tipo, *_ in compared(missed, one)] == [Tipo.TRAMITE_SIN_CITA], "once"
    blank = groups(zip(pair, ([fila(PLANILLA, 1, codigo="001008")], [fila(OTRA, 2)]), strict=True), [])
    (proposed,) = [each for each in hallazgos(blank, one) if each.reparacion is Accion.ESCRIBIR_RADICADO]
    assert not proposed.sola


def test_schedules_with_a_spreadsheet_in_common_are_compared_together_and_each_row_once() -> None:
    rows = [fila(PLANILLA, 1, codigo="001008", pqr="1"), fila(PLANILLA, 2, codigo="001015", pqr="2")]
    grupos = groups([([VISITA_DOMICILIARIA], rows), ([ALTO], rows)], [])
    assert [len(one.filas) for one in grupos] == [2]
    assert compared(grupos, filed("1", "VISITA DOMICILIARIA"), filed("2", "ALTO CONSUMO", "001015")) == []


def test_visits_of_one_suscriptor_for_different_causales_are_no_repetition() -> None:
    rows = [fila(PLANILLA, 1, codigo="001008", pqr="1"), fila(PLANILLA, 2, codigo="001008", pqr="2")]
    grupos = groups([([VISITA_DOMICILIARIA, ALTO], rows)], [])
    for causal, expected in (("ALTO CONSUMO", []), ("VISITA DOMICILIARIA", [Tipo.SUSCRIPTOR_REPETIDO])):
        seen = compared(grupos, filed("1", "VISITA DOMICILIARIA"), filed("2", causal))
        assert [tipo for tipo, *_ in seen] == expected


def test_a_legal_term_is_the_one_of_the_procedure() -> None:
    short = ALTO.model_copy(update={"termino_dias_habiles": 1})
    for procedimiento, expected in ((ALTO, []), (short, [Tipo.TERMINO_VENCIDO])):
        grupos = groups([([procedimiento], [fila(OTRA, 2, codigo="001008", pqr="2")])], [])
        seen = compared(grupos, dataclasses.replace(filed("2", "ALTO CONSUMO"), fecha=HOY - dt.timedelta(days=5)))
        assert [tipo for tipo, *_ in seen] == expected


@settings(max_examples=25)
@given(st.integers(0, 2**32), st.dictionaries(st.sampled_from(sorted(CASOS)), st.integers(1, 2), max_size=4))
def test_with_one_procedure_the_same_is_found_as_without_any_word_of_procedures(
    seed: int, wanted: dict[str, int]
) -> None:
    prueba = consistent(random.Random(seed), 40)
    inject(prueba, wanted)
    mundo = prueba.as_mundo()
    own = [dataclasses.replace(one, procedimiento="SC-PQRS-PRO-018", version="01") for one in mundo.solicitudes]
    grupos = groups([([VISITA_DOMICILIARIA], mundo.filas)], [TAPONAMIENTO])
    ((_, visitas), (_, others)) = worlds(dataclasses.replace(mundo, solicitudes=own), grupos)
    assert found(reconcile(others)) == found([])
    # results that name no causal may be of the one without cita: nobody is told to give those a visit
    named = [dataclasses.replace(one, causal="VISITA DOMICILIARIA") for one in mundo.tramites]
    ((_, visitas), _) = worlds(dataclasses.replace(mundo, solicitudes=own, tramites=named), grupos)
    assert found(reconcile(visitas)) == found(reconcile(mundo))


class TestOnMocks:
    @pytest.fixture
    def environment(self, environment: Mapping[str, str], tmp_path: Path) -> Mapping[str, str]:
        """With a procedure whose citas are in spreadsheets of their own, and one that has none."""
        return {
            **environment,
            PREFIX + "PROCEDIMIENTOS__CARPETA": str(with_own_schedule(tmp_path / "procedimientos")),
            PREFIX + "PROCEDIMIENTOS__ACTIVOS": '["SC-PQRS-PRO-018", "GEOFONO", "EJ-TAPONAMIENTO"]',
        }

    @pytest.mark.calendario
    def test_differences_are_found_and_repaired_in_the_schedule_of_their_procedure(
        self, acuerdo: list[str], conciliar: Conciliar, ventanilla: Ventanilla, serviweb: Mock, google: MockGoogle
    ) -> None:
        del acuerdo
        now = dt.datetime.now(ZONA_HORARIA)
        dia = Calendario().vence(now.date(), 3)
        planilla = add_schedule(google, "Geófono", [(dia, dt.time(6, minute)) for minute in (30, 40, 50)])
        blank, unknown = Place(planilla, "Visitas", 2), Place(planilla, "Visitas", 3)
        google.edit(accion="type", **blank.cell("D"), value="001015", raw=True)
        google.edit(accion="type", **unknown.cell("D"), value="001022", raw=True)
        google.edit(accion="type", **unknown.cell("G"), value="2026-777777", raw=True)
        seeded = {"fecha": f"{now - dt.timedelta(hours=1):%Y-%m-%d %H:%M:%S}"}
        others = {"001015": "GEÓFONO", "001050": "GEÓFONO", "001008": "TAPONAMIENTO ALCANTARILLADO"}
        serviweb.seed_tramites(
            [
                {**seeded, "suscriptor": codigo, "causal": causal, "observacion": f"Código: {codigo}."}
                for codigo, causal in others.items()
            ]
        )
        done = conciliar(reparar=True)
        informe = ventanilla.conciliaciones.report(done.identidad)
        assert informe is not None
        assert {(one.tipo, one.suscriptor, one.procedimiento) for one in informe.hallazgos} == {
            (Tipo.CITA_SIN_RADICADO, "001015", "Fuga imperceptible (geófono)"),
            (Tipo.RADICADO_DESCONOCIDO, "001022", "Fuga imperceptible (geófono)"),
            (Tipo.TRAMITE_SIN_CITA, "001050", "Fuga imperceptible (geófono)"),
        }
        radicado = next(one["radicado"] for one in serviweb.state()["tramites"] if one["suscriptor"] == "001015")
        assert row_at(google, blank)[6] == radicado
        assert done.cuentas["reparados"] == 1


class TestAVerification:
    @pytest.fixture
    def environment(self, environment: Mapping[str, str], tmp_path: Path) -> Mapping[str, str]:
        """With a procedure whose causal Serviweb does not offer."""
        carpeta = with_own_schedule(tmp_path / "procedimientos")
        archivo = carpeta / "geofono.toml"
        archivo.write_text(
            archivo.read_text(encoding="utf-8").replace('"GEÓFONO"', '"GEÓFONO NUEVO"'), encoding="utf-8"
        )
        return {
            **environment,
            PREFIX + "PROCEDIMIENTOS__CARPETA": str(carpeta),
            PREFIX + "PROCEDIMIENTOS__ACTIVOS": '["SC-PQRS-PRO-018", "EJ-TAPONAMIENTO", "GEOFONO"]',
        }

    def test_it_tells_of_each_procedure_in_use_whether_serviweb_offers_what_it_chooses(
        self, ventanilla: Ventanilla, motor: Motor, serviweb: Mock
    ) -> None:
        del motor
        before = serviweb.state()["tramites"]
        ventanilla.rondas.verificar()
        eventually(lambda: not ventanilla.conciliaciones.is_verifying())
        done = ventanilla.conciliaciones.last_verification()
        assert done is not None
        assert [(one.codigo, one.faltan) for one in done.procedimientos] == [
            ("SC-PQRS-PRO-018", ()),
            ("EJ-TAPONAMIENTO", ()),
            ("GEOFONO", ("la opción «GEÓFONO NUEVO» de causal",)),
        ]
        assert "Fuga imperceptible (geófono): la opción «GEÓFONO NUEVO» de causal" in done.impedimentos
        informe = ventanilla.conciliaciones.verification_report(done.identidad)
        assert "Opciones que elige Taponamiento de alcantarillado" in informe
        assert serviweb.state()["tramites"] == before
