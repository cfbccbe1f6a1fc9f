"""How far an account reaches: what is not its own it neither sees nor changes, by no address and no form that somebody writes."""

import re
from collections.abc import Callable

import pytest

from robot.models import Solicitud
from robot.record.accounts import Rol
from robot.record.programs import Alcance
from robot.web.api.aplicacion import contract
from robot.web.app import create_app
from tests.radicada import Radicada, file_one
from tests.web.conftest import Formulario
from tests.web.programa import Programa, new_program
from tests.web.visitante import Visitante

New = Callable[..., Solicitud]
_NOBODYS = {"/ingreso", "/salida", "/salud", "/metrics"}
_ASESORES = {
    "/",
    "/cupos",
    "/mi-cuenta",
    "/mi-cuenta/clave",
    "/mi-cuenta/serviweb",
    "/solicitudes",
    "/solicitudes/nueva",
    "/solicitudes/borrador",
    "/solicitudes/borrador/descartar",
    "/solicitudes/buscar",
    "/solicitudes/procedimiento",
    "/solicitudes/vistazo",
    "/entregas",
    "/entregas/relacion.{formato}",
    "/lotes",
    "/lotes/archivo",
    "/lotes/plantilla.{formato}",
}
"""What every asesor has, with nothing in it but their own."""


@pytest.fixture
def radicada(formulario: Formulario, solicitud: New) -> Radicada:
    """One of Ana's."""
    return file_one(formulario.servicio.ventanilla, solicitud())


def routes(formulario: Formulario) -> list[tuple[str, str]]:
    """Method and path of each."""
    paths = create_app(formulario.servicio).openapi()["paths"]
    return [(method, path) for path, methods in paths.items() for method in methods if path not in _NOBODYS]


def asked(visitante: Visitante, method: str, path: str, radicada: Radicada) -> tuple[int, str]:
    """The answer to a form or an address that somebody writes."""
    names = {"referencia": str(radicada.referencia), "cual": "ana", "formato": "csv"}
    url = re.sub(r"\{(\w+)\}", lambda found: names.get(found[1], "1"), path)
    if method == "get":
        answer = visitante.get(url)
    else:
        fields = {"referencia": str(radicada.referencia), "que": "entregada", "texto": str(radicada.referencia)}
        answer = visitante.post(url, **fields)
    return answer.status_code, answer.text


def test_an_asesor_reaches_nothing_that_is_another_asesors_or_the_coordinadors(
    formulario: Formulario, radicada: Radicada
) -> None:
    """Whatever is added is out of their reach, or named above; none of it shows what is another's."""
    luis = Visitante(formulario.url)
    luis.enter("luis")
    before, history = radicada.expediente, radicada.told
    for method, path in routes(formulario):
        status, text = asked(luis, method, path, radicada)
        assert status == 404 or path in _ASESORES, (method, path, status)
        assert not [one for one in (radicada.radicado.numero, "Rosa Elvira") if one in text], (method, path)
    for texto in ("Rosa Elvira Muñoz", "40.765.123", "310 555 0101", "001008", radicada.radicado.numero):
        assert radicada.referencia not in luis.post("/solicitudes/buscar", texto=texto).text
    assert luis.is_in()
    assert (radicada.expediente, radicada.told) == (before, history)


def test_nobody_reaches_anything_without_signing_in_or_with_a_password_of_one_use(
    formulario: Formulario, radicada: Radicada
) -> None:
    nobody, provisional, clara = (Visitante(formulario.url) for _ in range(3))
    clara.enter("clara")
    found = re.search(r"\b[2-9a-z]{4}-[2-9a-z]{4}-[2-9a-z]{4}\b", clara.post("/cuentas/ana/clave").text)
    assert found is not None
    provisional.enter("ana", found[0])
    before, history = radicada.expediente, radicada.told
    for method, path in routes(formulario):
        for who in (nobody, provisional):
            _, text = asked(who, method, path, radicada)
            assert not [one for one in (radicada.radicado.numero, "Rosa Elvira") if one in text], (method, path)
    assert (radicada.expediente, radicada.told) == (before, history)


def test_every_route_of_the_api_takes_the_llave_with_its_own_scope_and_no_other_and_no_session_of_anybody(
    formulario: Formulario, radicada: Radicada
) -> None:
    """Whatever is added says in the contract which scope it takes; what is handed in by hand is no program's."""
    clara = Visitante(formulario.url)
    clara.enter("clara")
    before = radicada.expediente
    only = {
        one.value: new_program(formulario.url, formulario.servicio, alcances=(one,), asesores=("*",)) for one in Alcance
    }
    for method, path, scope in of_the_api():
        url = path.format(referencia=radicada.referencia)
        for alcance, programa in only.items():
            status = programa.ask(method, url).status_code
            assert (status == 403) == (alcance != scope), (method, path, alcance, status)
        wrong = Programa(formulario.url, f"svr_{'a' * 8}_{'b' * 43}")
        for answer in (wrong.ask(method, url), clara.ask(method, f"/api/v1{url}")):
            assert answer.status_code == 401, (method, path)
            assert answer.headers["www-authenticate"].startswith("Bearer")
            assert radicada.radicado.numero not in answer.text
    assert only[Alcance.LEER].get(f"/solicitudes/{radicada.referencia}").status_code == 404
    assert radicada.expediente == before
    assert len(formulario.servicio.registro.expedientes()) == 1


def of_the_api() -> list[tuple[str, str, str]]:
    """Method, path and scope of each route."""
    found = []
    for path, methods in contract()["paths"].items():
        for method, one in methods.items():
            ((scope,),) = (scopes for needed in one["security"] for scopes in needed.values())
            found.append((method, path, scope))
    assert len(found) == 3
    return found


def test_a_coordinador_marks_every_solicitud_of_a_large_day_at_once(formulario: Formulario, radicada: Radicada) -> None:
    clara = Visitante(formulario.url)
    clara.enter("clara")
    many = [str(radicada.referencia)] * 400
    assert clara.post("/entregas", que="entregada", referencia=many).status_code == 200
    assert radicada.expediente.entrega.entregada_por == "clara"


def test_whoever_may_not_see_a_solicitud_any_more_is_told_no_change_of_it(
    formulario: Formulario, solicitud: New
) -> None:
    """The page was open when the role was taken away."""
    servicio = formulario.servicio
    own = servicio.ventanilla.accept(solicitud(), quien="ana")
    servicio.cuentas.set_role("luis", Rol.COORDINADOR, quien="clara")
    luis = Visitante(formulario.url)
    luis.enter("luis")
    lines = luis.watch(f"/solicitudes/{own}/eventos")
    assert "event: avance" in next(line for line in lines if line.startswith("event"))
    servicio.cuentas.set_role("luis", Rol.ASESOR, quien="clara")
    servicio.ventanilla.cancel(own, quien="clara", motivo="No vino.")
    assert not [line for line in lines if line.startswith("event")]
