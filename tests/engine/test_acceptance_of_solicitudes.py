"""What is accepted is queued, once, whoever hands it in how often."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from fixtures.procesos import Mock, MockGoogle
from robot.errors import BadInput
from robot.expediente import Expediente
from robot.models import Estado, Solicitud
from robot.referencia import Referencia
from robot.ventanilla import Ventanilla
from tests.planilla import rows_of
from tests.taller import Taller

Accept = Callable[..., Referencia]
Ended = Callable[[Referencia], Expediente]


def test_a_key_handed_in_twice_at_once_is_one_solicitud(
    taller: Taller,
    ventanilla: Ventanilla,
    accept: Accept,
    ended: Ended,
    solicitud: Callable[..., Solicitud],
    serviweb: Mock,
    google: MockGoogle,
) -> None:
    with ThreadPoolExecutor(4) as people:
        handed_in = [people.submit(accept, clave_idempotencia="ventanilla-3/0042") for _ in range(8)]
    (referencia,) = {one.result() for one in handed_in}
    with taller.motor(ventanilla):
        assert ended(referencia).estado is Estado.RADICADA
        assert accept(clave_idempotencia="ventanilla-3/0042") == referencia
        assert ended(referencia).corrida == 1
    assert len(serviweb.state()["tramites"]) == 1
    assert len(rows_of(google, "001008")) == 1


def test_a_key_with_other_content_is_refused(ventanilla: Ventanilla, accept: Accept) -> None:
    referencia = accept(clave_idempotencia="la-clave")
    with pytest.raises(BadInput, match="otros datos"):
        accept(clave_idempotencia="la-clave", solicitud="Otra cosa.")
    assert [one.referencia for one in ventanilla.registro.expedientes()] == [referencia]


def test_what_cannot_be_queued_is_not_accepted(ventanilla: Ventanilla, solicitud: Callable[..., Solicitud]) -> None:
    def no_queue(_: sa.Connection, __: int) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        ventanilla.registro.accept(Referencia.new("VD"), solicitud(), usuario="asesor1", quien="ana", encolar=no_queue)
    assert ventanilla.registro.expedientes() == []


def test_a_solicitud_of_an_unknown_asesor_is_not_accepted(ventanilla: Ventanilla, accept: Accept) -> None:
    with pytest.raises(Exception, match="no está configurado"):
        accept(asesor="nadie")
    assert ventanilla.registro.expedientes() == []


def test_one_user_is_served_one_at_a_time_and_two_users_at_once(
    taller: Taller, ventanilla: Ventanilla, accept: Accept, ended: Ended
) -> None:
    settings = ventanilla.settings
    beto = settings.asesores["ana"].model_copy(update={"usuario": "asesor2", "nombre": "Beto"})
    object.__setattr__(settings, "asesores", {**settings.asesores, "beto": beto})
    references = {asesor: [accept(asesor=asesor) for _ in range(2)] for asesor in ("ana", "beto")}
    with taller.motor(ventanilla):
        for referencia in [*references["ana"], *references["beto"]]:
            assert ended(referencia).estado is Estado.RADICADA
    spans = {
        referencia: (lines[1].instante, lines[-1].instante)
        for own in references.values()
        for referencia in own
        for lines in [ventanilla.registro.historia(referencia)]
    }
    for first, second in references.values():
        assert spans[first][1] <= spans[second][0] or spans[second][1] <= spans[first][0]
    assert any(
        spans[one][0] < spans[other][1] and spans[other][0] < spans[one][1]
        for one in references["ana"]
        for other in references["beto"]
    )


def test_after_a_solicitud_the_form_of_the_next_one_is_opened(
    taller: Taller, ventanilla: Ventanilla, accept: Accept, ended: Ended, serviweb: Mock
) -> None:
    with taller.motor(ventanilla):
        ended(accept())
        ended(accept(suscriptor="001015"))
    asked = serviweb.state()["registro"]
    saved = [at for at, line in enumerate(asked) if line.endswith("guardar.do")]
    opened = [at for at, line in enumerate(asked) if line == "GET /serviweb/pqr/tramite.do"]
    assert len(saved) == 2
    assert [at for at in opened if at < saved[0]] == opened[:1]
    assert opened[1] < min(at for at, line in enumerate(asked) if "suscriptor.do" in line and at > saved[0])
