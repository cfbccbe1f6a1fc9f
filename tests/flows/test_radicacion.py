"""A solicitud from request to copies, judged by what the mocks hold in the end."""

import datetime as dt
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader

from fixtures.procesos import Mock, MockGoogle
from robot.copias.marks import told as as_told
from robot.flows.memoria import Memoria
from robot.flows.oficina import Oficina
from robot.flows.radicacion import radicar
from robot.models import ZONA_HORARIA, Estado, Resultado, Solicitud
from robot.settings import EvidenciaSettings, ProcedimientosSettings, Settings, Traza
from tests.conftest import known_screens
from tests.planilla import first_free, row_at, rows_of, tags, visible_rows

New = Callable[..., Solicitud]


def assert_radicada_once(
    resultado: Resultado,
    serviweb: Mock,
    google: MockGoogle,
    codigo: str = "001008",
    *,
    previos: int = 0,
    copias: bool = True,
) -> None:
    """One trámite besides those that were there before, one row with its radicado, one PDF of two copies or word of it."""
    assert resultado.estado is Estado.RADICADA, resultado.error
    (tramite,) = serviweb.state()["tramites"][previos:]
    assert tramite["radicado"] == resultado.radicado
    assert tramite["observacion"].casefold().endswith(f"ref. {resultado.referencia}".casefold())
    (row,) = rows_of(google, codigo)
    assert row[6] == resultado.radicado
    assert len(tags(google)) == 1
    assert resultado.copias_pendientes is not copias
    assert any("Copias pendientes" in aviso for aviso in resultado.avisos) is not copias
    if copias:
        assert resultado.copias is not None
        assert len(PdfReader(resultado.copias).pages) == 2


def assert_nothing_behind(resultado: Resultado, serviweb: Mock, google: MockGoogle, before: object) -> None:
    assert resultado.estado is Estado.RECHAZADA
    assert serviweb.state()["tramites"] == []
    assert visible_rows(google) == before
    assert tags(google) == []


@pytest.mark.calendario
def test_a_solicitud_becomes_one_tramite_one_cita_two_copies_a_result_that_callers_rely_on_and_no_evidence(
    settings: Settings, browser: Browser, solicitud: New, serviweb: Mock, google: MockGoogle
) -> None:
    """With traces, as a robot has them: nothing is kept of what went well."""
    recorded = settings.model_copy(update={"evidencia": EvidenciaSettings(traza=Traza.ACCIONES)})
    with Oficina(recorded, browser=browser) as oficina:
        resultado = radicar(oficina, solicitud())
    assert not (settings.datos / "evidencia" / str(resultado.referencia)).exists()
    assert_screens_are_those_that_tests_know(settings)
    assert_radicada_once(resultado, serviweb, google)
    (tramite,) = serviweb.state()["tramites"]
    assert tramite["observacion"] == (
        "El agua se devuelve por los sifones. Código: 001008, Ruta: 00-0001, Número de celular: 3105550101. "
        f"Ref. {resultado.referencia}"
    )
    assert [paso.paso for paso in resultado.pasos] == list(range(2, 13))
    assert not [one for one in serviweb.state()["registro"] if "consulta" in one], "the document says it all"
    (row,) = rows_of(google, "001008")
    assert list(row[4:6]) == ["00-0001", "Ana Torres"]
    assert_copies_are_marked_and_signed(resultado)
    assert_is_what_callers_rely_on(json.loads(resultado.model_dump_json()))


def assert_screens_are_those_that_tests_know(settings: Settings) -> None:
    """Where they are not, take along what this robot has kept: `datos/pantallas/*/*.json` to tests/conocidas/classic."""
    learnt = Memoria.of(settings).pantallas
    seen = {name: (known, learnt.of(name)) for name, known in known_screens("classic") if name != "consulta"}
    assert set(seen) == {"ingreso", "tramite", "terceros", "tercero_nuevo"}
    for name, (known, own) in seen.items():
        assert (known.firmas, set(known.cosas)) == (own.firmas, set(own.cosas)), name


def assert_copies_are_marked_and_signed(resultado: Resultado) -> None:
    assert resultado.copias is not None
    assert resultado.cita is not None
    first, second = (page.extract_text() for page in PdfReader(resultado.copias).pages)
    assert as_told(resultado.cita) in first
    assert "Cita:" not in second
    assert "COPIA PARA EL CLIENTE" in first
    assert "Firma del asesor" in first
    assert "COPIA PARA EL ARCHIVO" in second
    assert "Firma del usuario" in second
    assert resultado.copias.name == f"{resultado.referencia}.pdf"


def assert_is_what_callers_rely_on(data: Mapping[str, Any]) -> None:
    assert set(data) >= {"referencia", "estado", "radicado", "cita", "copias", "avisos", "pasos", "error"}
    assert set(data["cita"]) >= {"fecha", "hora", "planilla", "hoja"}
    assert Path(data["copias"]).read_bytes().startswith(b"%PDF")
    assert all({"paso", "ms"} <= set(paso) for paso in data["pasos"])
    assert data["error"] is None


def test_a_sister_procedure_is_another_object_on_the_same_screens_and_a_field_that_serviweb_resets_is_filled_again(
    settings: Settings, browser: Browser, solicitud: New, serviweb: Mock, google: MockGoogle
) -> None:
    sister = settings.model_copy(update={"procedimientos": ProcedimientosSettings(activos=("EJ-FUGA-IMPERCEPTIBLE",))})
    asked = solicitud().model_copy(update={"procedimiento": None, "causal": "geófono", "respuestas": {"llave": "sí"}})
    serviweb.faults(select_revertido=1)
    with Oficina(sister, browser) as oficina:
        resultado = radicar(oficina, asked)
    assert_radicada_once(resultado, serviweb, google)
    assert serviweb.struck() == {"select_revertido": 1}
    (tramite,) = serviweb.state()["tramites"]
    assert (tramite["medio"], tramite["servicio"], tramite["causal"]) == ("PERSONAL", "ACUEDUCTO", "GEÓFONO")
    assert "Llave de paso: SÍ. Código:" in tramite["observacion"]
    assert str(resultado.referencia).startswith("FI-")


def retired(serviweb: Mock) -> str:
    return str(next(one["codigo"] for one in serviweb.state()["suscriptores"] if one["estado"] == "RETIRADO"))


def test_what_cannot_be_served_leaves_nothing_behind_and_books_and_adds_nobody(
    oficina: Oficina, solicitud: New, serviweb: Mock, google: MockGoogle
) -> None:
    before, people = visible_rows(google), serviweb.state()["terceros"]
    for changes, clase, booked in (
        ({"suscriptor": retired(serviweb)}, "SuscriptorRetirado", True),
        ({"solicitud": "x" * 990}, "ObservacionDoesNotFit", False),
        ({"fecha": "2031-01-01"}, "NoCupos", False),
    ):
        resultado = radicar(oficina, solicitud(**changes))
        assert_nothing_behind(resultado, serviweb, google, before)
        assert resultado.error is not None
        assert resultado.error.clase == clase
        assert serviweb.state()["terceros"] == people, clase
        assert booked or not any("batchUpdate" in call for call in google.state()["registro"]), clase
    serviweb.faults(opcion_faltante={"veces": -1, "texto": "VISITA DOMICILIARIA"})
    assert_nothing_behind(radicar(oficina, solicitud()), serviweb, google, before)
    assert not any("batchUpdate" in call for call in google.state()["registro"])


@pytest.mark.larga
def test_a_field_that_serviweb_keeps_resetting_stops_before_saving(
    oficina: Oficina, solicitud: New, serviweb: Mock, google: MockGoogle
) -> None:
    before = visible_rows(google)
    serviweb.faults(observacion_recortada={"veces": -1, "caracteres": 30})
    resultado = radicar(oficina, solicitud())
    assert_nothing_behind(resultado, serviweb, google, before)
    assert resultado.error is not None
    assert resultado.error.clase == "ReadBackMismatch"
    assert "observacion" in resultado.error.mensaje


SAVE = "guardar"


def test_the_same_key_never_gives_a_second_tramite(
    settings: Settings, browser: Browser, solicitud: New, serviweb: Mock, google: MockGoogle
) -> None:
    def run() -> Resultado:
        with Oficina(settings, browser=browser) as fresh:
            return radicar(fresh, solicitud(clave_idempotencia="ventanilla-3/0042"))

    first, second = run(), run()
    assert_radicada_once(first, serviweb, google)
    assert (second.referencia, second.radicado, second.estado) == (first.referencia, first.radicado, Estado.RADICADA)
    assert second.cita == first.cita
    assert_radicada_once(second, serviweb, google)


@pytest.mark.parametrize("skin", ["ventanas"], indirect=True)
@pytest.mark.larga
def test_a_search_before_guardar_is_no_answer_to_the_one_after(
    oficina: Oficina, solicitud: New, serviweb: Mock, google: MockGoogle
) -> None:
    """Its window stays open and goes on saying that there is nothing."""
    serviweb.faults(latencia={"ruta": "consultar", "ms": 2_500})
    assert_radicada_once(radicar(oficina, solicitud(revisar_duplicados=True)), serviweb, google)


@pytest.mark.calendario
@pytest.mark.parametrize("after", [1, 2], ids=["before the copies", "after the copies"])
def test_a_person_who_takes_the_row_after_us_keeps_it_and_we_take_another(
    oficina: Oficina, solicitud: New, serviweb: Mock, google: MockGoogle, after: int
) -> None:
    row = first_free(google)
    typed = [{"accion": "type", **row.cell("D"), "value": "00777", "raw": True}]
    google.faults(edicion_despues={"veces": 1, "ruta": "batchUpdate$", "saltar": after, "ediciones": typed})
    resultado = radicar(oficina, solicitud())
    assert resultado.estado is Estado.RADICADA
    assert row_at(google, row)[3] == "00777"
    assert [r[6] for r in rows_of(google, "001008")] == [resultado.radicado]
    assert any("ocupó el cupo" in aviso for aviso in resultado.avisos)
    assert_copies_are_marked_and_signed(resultado)


def test_hostile_text_is_plain_text_and_a_different_ruta_and_words_that_the_robot_does_not_know_are_told(
    oficina: Oficina, solicitud: New, serviweb: Mock, google: MockGoogle
) -> None:
    """The ruta that was asked for is used, and the words are told with the line that makes them known."""
    serviweb.faults(etiqueta_cambiada={"veces": 1, "ruta": "guardar", "de": "correctamente", "a": "en firme"})
    hostile = '=HYPERLINK("http://malo","x") <script>alert(1)</script>'
    resultado = radicar(oficina, solicitud(solicitud=hostile, nombre="=cmd|' /C calc'!A0 <b>Ana</b>", ruta="099"))
    assert_radicada_once(resultado, serviweb, google)
    assert serviweb.state()["tramites"][0]["observacion"].startswith(hostile)
    (aviso,) = (aviso for aviso in resultado.avisos if "otra ruta" in aviso)
    assert "00-0001" in aviso
    assert "099" in aviso
    assert rows_of(google, "001008")[0][4] == "099"
    (told,) = [aviso for aviso in resultado.avisos if "Serviweb respondió" in aviso]
    assert "«El trámite fue guardado en firme. Radicado No. 20" in told
    assert r"guardado = 'El\s+trámite\s+fue\s+guardado\s+en\s+firme" in told


def test_a_visit_that_serviweb_has_lately_is_told_unless_it_is_said_to_be_another_one(
    oficina: Oficina, solicitud: New, serviweb: Mock, google: MockGoogle
) -> None:
    lately = f"{dt.datetime.now(ZONA_HORARIA):%Y-%m-%d} 00:00:01"
    serviweb.seed_tramites([{"suscriptor": "001008", "fecha": lately}])
    for clave in (None, "crm-1"):
        resultado = radicar(oficina, solicitud(revisar_duplicados=True, clave_idempotencia=clave))
        assert (resultado.estado, tags(google)) == (Estado.RECHAZADA, [])
        assert resultado.error is not None
        assert resultado.error.clase == "PosibleDuplicado"
        assert str(serviweb.state()["tramites"][0]["radicado"]) in resultado.error.mensaje
    assert_radicada_once(radicar(oficina, solicitud(revisar_duplicados=False)), serviweb, google, previos=1)
