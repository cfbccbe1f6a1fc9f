"""A solicitud is filed by its own procedure, as that was when it was accepted, whichever robot takes it and whenever."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from fixtures.procesos import Mock, MockGoogle
from robot.commands.checkup import diagnose
from robot.errors import ActoImposible, BadInput, ProcedimientoCambiado
from robot.intake import Ventanilla
from robot.models import Estado, Solicitud
from robot.procedimientos.archivo import HERE
from robot.record.database import transaction
from robot.record.dossier import Expediente
from robot.referencia import Referencia
from robot.settings import PREFIX, ProcedimientosSettings, Settings
from tests.planilla import rows_of
from tests.procedimientos import VISITA_DOMICILIARIA
from tests.taller import Taller

New = Callable[..., Solicitud]
Ended = Callable[[Referencia], Expediente]
VISITA, ALTO, ROTO, TAPONAMIENTO = "SC-PQRS-PRO-018", "EJ-ALTO-CONSUMO", "EJ-ALCANTARILLADO-ROTO", "EJ-TAPONAMIENTO"
ALTO_CONSUMO: Mapping[str, Any] = {
    "procedimiento": ALTO,
    "medio": "telefónico",
    "respuestas": {"consumo": "61", "promedio": 35, "factura": " "},
}


@pytest.fixture
def environment(environment: Mapping[str, str]) -> Mapping[str, str]:
    return {**environment, PREFIX + "MOTOR__RELEVO_SEGUNDOS": "2"}


def office(settings: Settings, *activos: str, carpeta: Path | None = None) -> Settings:
    """The settings of a robot that has these procedures switched on."""
    return settings.model_copy(update={"procedimientos": ProcedimientosSettings(activos=activos, carpeta=carpeta)})


def hand_in(ventanilla: Ventanilla, **said: object) -> Referencia:
    """As any way in does: judged by the procedures of that office, then accepted."""
    data = {
        "suscriptor": "001008",
        "cedula": "40.765.123",
        "nombre": "Rosa Elvira Muñoz",
        "celular": "310 555 0101",
        "solicitud": "El agua se devuelve por los sifones.",
        "asesor": "ana",
        **said,
    }
    asked = Solicitud.parse(data, ventanilla.settings.reglas_de_solicitud)
    return ventanilla.accept(asked, quien="ana", otra=True)


def test_whichever_robot_takes_a_solicitud_files_it_by_its_own_procedure(
    taller: Taller, ventanilla: Ventanilla, settings: Settings, ended: Ended, serviweb: Mock, google: MockGoogle
) -> None:
    """The robot that works has one procedure switched on; the others are of the solicitudes."""
    with Ventanilla(office(settings, VISITA, ALTO, ROTO, TAPONAMIENTO)) as theirs:
        asked = [
            hand_in(theirs),
            hand_in(theirs, **ALTO_CONSUMO),
            hand_in(theirs, procedimiento=ROTO, medio="PERSONAL", respuestas={"lugar": "CL 5 3-21"}),
            hand_in(theirs, procedimiento=TAPONAMIENTO, medio="PERSONAL"),
        ]
    with taller.motor(ventanilla):
        visita, alto, roto, taponamiento = (ended(one) for one in asked)
    assert {one.estado for one in (visita, alto, roto, taponamiento)} == {Estado.RADICADA}
    filed = {one["radicado"]: one for one in serviweb.state()["tramites"]}
    assert [str(one.referencia)[:2] for one in (visita, alto, roto, taponamiento)] == ["VD", "AC", "AR", "TA"]
    assert [filed[str(one.radicado)]["causal"] for one in (visita, alto, roto, taponamiento)] == [
        "VISITA DOMICILIARIA",
        "ALTO CONSUMO",
        "ALCANTARILLADO ROTO",
        "TAPONAMIENTO ALCANTARILLADO",
    ]
    tramite = filed[str(alto.radicado)]
    assert (tramite["medio"], tramite["servicio"], tramite["tipo"]) == ("TELEFÓNICO", "ACUEDUCTO", "RECLAMO")
    assert "Consumo facturado: 61 m³; promedio: 35 m³. Código: 001008" in tramite["observacion"]
    assert "Factura" not in tramite["observacion"], "a part whose question has no answer is left out"
    assert "Lugar: CL 5 3-21." in filed[str(roto.radicado)]["observacion"]
    booked = sorted(row[6] for row in rows_of(google, "001008"))
    assert booked == sorted([str(visita.radicado), str(alto.radicado)]), "only these two have a cita"
    for one, cita, copias in ((alto, True, True), (roto, False, True), (taponamiento, False, False)):
        assert one.resultado is not None
        assert (one.resultado.cita is not None, one.resultado.copias is not None) == (cita, copias)
        assert not one.resultado.copias_pendientes
    with pytest.raises(ActoImposible, match="no lleva cita"):
        ventanilla.cancel_cita(roto.referencia, quien="ana")


def own_file(carpeta: Path, **changes: str) -> Path:
    """A file of the office's own, made of the shipped example with other words in it."""
    text = (HERE / "ejemplos" / "taponamiento.toml").read_text(encoding="utf-8")
    for before, after in {"EJ-TAPONAMIENTO": "PROPIO", '"TA"': '"PR"', **changes}.items():
        assert before in text
        text = text.replace(before, after)
    carpeta.mkdir(exist_ok=True)
    archivo = carpeta / "propio.toml"
    archivo.write_text(text, encoding="utf-8")
    return archivo


def test_what_was_accepted_is_finished_by_its_own_version_though_the_file_has_changed_or_gone(
    taller: Taller, settings: Settings, ended: Ended, serviweb: Mock, tmp_path: Path
) -> None:
    archivo = own_file(tmp_path / "propios")
    with Ventanilla(office(settings, VISITA, "*", carpeta=tmp_path / "propios")) as ventanilla:
        old = hand_in(ventanilla, procedimiento="PROPIO", medio="PERSONAL")
        own_file(
            tmp_path / "propios",
            **{
                '"01"': '"02"',
                "TAPONAMIENTO ALCANTARILLADO": "ALCANTARILLADO ROTO",
                '["imprimir"]': '["terceros", "imprimir"]',
            },
        )
        new = hand_in(ventanilla, procedimiento="propio", medio="PERSONAL")
        archivo.unlink()
        with taller.motor(ventanilla):
            filed = [(one["causal"], one["tercero"]) for one in _filed(serviweb, ended(old), ended(new))]
        assert filed == [("TAPONAMIENTO ALCANTARILLADO", "40765123"), ("ALCANTARILLADO ROTO", "")]
        assert [ventanilla.registro.expediente(one).version for one in (old, new)] == ["01", "02"]


def _filed(serviweb: Mock, *ended: Expediente) -> list[dict[str, Any]]:
    tramites = {one["radicado"]: one for one in serviweb.state()["tramites"]}
    return [tramites[str(one.radicado)] for one in ended]


def test_a_procedure_that_changed_and_kept_its_version_is_refused_in_words(settings: Settings, tmp_path: Path) -> None:
    own_file(tmp_path / "uno")
    with Ventanilla(office(settings, "*", carpeta=tmp_path / "uno")) as ventanilla:
        hand_in(ventanilla, medio="PERSONAL")
    own_file(tmp_path / "dos", **{"dias = 3": "dias = 4"})
    with (
        Ventanilla(office(settings, "*", carpeta=tmp_path / "dos")) as ventanilla,
        pytest.raises(
            ProcedimientoCambiado, match=r"Suba la versión.*PROPIO, versión 01|PROPIO, versión 01.*Suba la versión"
        ),
    ):
        hand_in(ventanilla, medio="PERSONAL")


def test_a_key_is_of_one_solicitud_whichever_its_procedure(settings: Settings) -> None:
    with Ventanilla(office(settings, VISITA, ALTO)) as ventanilla:
        first = hand_in(ventanilla, clave_idempotencia="K-1")
        assert hand_in(ventanilla, clave_idempotencia="K-1", procedimiento=VISITA) == first
        with pytest.raises(BadInput, match="clave_idempotencia"):
            hand_in(ventanilla, clave_idempotencia="K-1", **ALTO_CONSUMO)
        assert len(ventanilla.registro.expedientes()) == 1


def test_a_procedure_that_is_not_in_use_here_is_refused_at_the_door(ventanilla: Ventanilla, solicitud: New) -> None:
    with pytest.raises(BadInput, match="no es un procedimiento de esta oficina"):
        hand_in(ventanilla, **ALTO_CONSUMO)
    unjudged = solicitud().model_copy(update=dict(ALTO_CONSUMO))
    with pytest.raises(BadInput, match="no es un procedimiento de esta oficina"):
        ventanilla.accept(unjudged, quien="ana")
    assert ventanilla.registro.expedientes() == []


def test_what_a_worker_does_not_understand_is_left_to_others_and_told_and_nobody_waits_behind_it(
    taller: Taller, ventanilla: Ventanilla, settings: Settings, ended: Ended, serviweb: Mock
) -> None:
    with Ventanilla(office(settings, TAPONAMIENTO)) as theirs:
        beyond = hand_in(theirs, medio="PERSONAL")
    of_tomorrow = {"codigo": TAPONAMIENTO, "algo_de_mañana": True}
    change = sa.text("UPDATE procedimientos SET definicion = :now WHERE codigo = :codigo")
    values = {"now": json.dumps(of_tomorrow), "codigo": TAPONAMIENTO}
    transaction(ventanilla.base, lambda connection: connection.execute(change, values))
    behind = hand_in(ventanilla)
    with taller.motor(ventanilla):
        assert ended(behind).estado is Estado.RADICADA
    assert [one["causal"] for one in serviweb.state()["tramites"]] == ["VISITA DOMICILIARIA"]
    left = ventanilla.registro.expediente(beyond)
    assert (left.estado, left.procedimiento) == (Estado.EN_COLA, TAPONAMIENTO)
    assert ventanilla.of_another_version() == [f"{TAPONAMIENTO}, versión 01"]
    told = next(one for one in diagnose(ventanilla.settings) if one.nombre == "Otra versión")
    assert TAPONAMIENTO in told.detalle


def test_the_procedure_that_a_migrated_record_has_is_the_shipped_one_as_long_as_its_version_is_the_same(
    ventanilla: Ventanilla,
) -> None:
    """Whoever changes the shipped file raises its version; else every office would be refused."""
    assert ventanilla.registro.definiciones.of(VISITA, "01") == VISITA_DOMICILIARIA
    ventanilla.registro.definiciones.keep(VISITA_DOMICILIARIA)
