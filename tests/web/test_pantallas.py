"""Where a screen changed the robot proposes, a coordinador accepts, and the workers go by it; nothing is used before."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from fixtures.procesos import Mock
from robot.engine import Motor
from robot.errors import ActoImposible
from robot.intake import Ventanilla
from robot.models import Estado, Solicitud
from robot.perfil.ajustes import Ajuste, Propuesta, adjusted
from robot.perfil.perfil import Localizador, Perfil
from robot.record.dossier import Expediente
from robot.referencia import Referencia
from robot.settings import Settings, load_settings
from robot.work import follow
from tests.paciencia import patience
from tests.web.conftest import Formulario
from tests.web.test_accesibilidad import PHONE, assert_nothing_hinders

Entrar = Callable[[Page, str], Page]
New = Callable[..., Solicitud]
BOTON = Propuesta(
    pantalla="tramite",
    elemento="guardar",
    linea='guardar = { rol = "button", nombre = "Enviar petición" }',
    antes="el botón «Guardar»",
    ahora="el botón «Enviar petición»",
    cambios="antes se llamaba «Guardar» y ahora «Enviar petición»",
    parecido=78,
)


@pytest.fixture
def settings(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Each form is opened when it is needed, as the screen is by then."""
    monkeypatch.setenv("SERVIWEB_ROBOT_SERVIWEB__FORMULARIO_LISTO", "no")
    return load_settings()


@pytest.fixture
def radicar(ventanilla: Ventanilla, motor: Motor, solicitud: New) -> Callable[[str], Expediente]:
    """Hand a solicitud in and wait until the worker has ended it."""

    def handed_in(suscriptor: str) -> Expediente:
        referencia = ventanilla.accept(solicitud(suscriptor=suscriptor), quien="ana")
        return _ended(ventanilla, referencia)

    return handed_in


def _ended(ventanilla: Ventanilla, referencia: Referencia) -> Expediente:
    registro = ventanilla.registro
    assert follow(registro, referencia, lambda _: None, plazo_segundos=patience(60))
    return registro.expediente(referencia)


@pytest.mark.larga
def test_what_a_screen_has_become_is_used_once_a_coordinador_has_accepted_it(
    page: Page, entrar: Entrar, radicar: Callable[[str], Expediente], ventanilla: Ventanilla, serviweb: Mock
) -> None:
    assert radicar("001008").estado is Estado.RADICADA
    serviweb.faults(etiqueta_cambiada={"veces": -1, "de": 'value="Guardar"', "a": 'value="Enviar petición"'})
    changed = radicar("001015")
    assert changed.estado is Estado.RECHAZADA
    assert changed.resultado is not None
    assert changed.resultado.error is not None
    assert (
        "era el botón «Guardar»; lo más parecido ahora es el botón «Enviar petición»" in changed.resultado.error.mensaje
    )
    assert len(serviweb.state()["tramites"]) == 1, "what is only proposed is not used"
    entrar(page, "clara")
    page.get_by_role("link", name="Conciliación", exact=True).click()
    page.get_by_role("link", name="Hay 1 cosa que cambió").click()
    expect(page.get_by_text("Antes era el botón «Guardar»")).to_be_visible()
    page.get_by_role("button", name="Aceptar el botón «Enviar petición»").click()
    expect(page.get_by_role("listitem").filter(has_text="aceptada por clara")).to_contain_text("vigente")
    assert_nothing_hinders(page)
    ventanilla.retry(changed.referencia, quien="clara")
    assert _ended(ventanilla, changed.referencia).estado is Estado.RADICADA, (
        "the same worker, which was not started anew"
    )
    page.get_by_role("button", name="Revertir la versión 1").click()
    expect(page.get_by_role("listitem").filter(has_text="revertida por clara")).to_be_visible()
    assert ventanilla.ajustes.in_force() == ()
    assert len(serviweb.state()["tramites"]) == 2


def test_only_a_coordinador_sees_what_is_proposed_and_nothing_on_the_page_hinders_anybody(
    page: Page, formulario: Formulario, entrar: Entrar
) -> None:
    ajustes = formulario.servicio.ventanilla.ajustes
    other = Propuesta("tramite", "guardar", 'guardar = { css = "#x" }', BOTON.antes, "la imagen sin nombre", "", 51)
    ajustes.propose([BOTON])
    ajustes.accept(Ajuste("tramite", "guardar", BOTON.linea), quien="clara")
    ajustes.propose([BOTON, other])
    entrar(page, "ana")
    answer = page.goto(f"{formulario.url}/pantallas")
    assert answer is not None
    assert answer.status == 404
    page.context.clear_cookies()
    entrar(page, "clara").goto(f"{formulario.url}/pantallas")
    expect(page.get_by_role("listitem").filter(has_text="parecido")).to_have_count(2)
    expect(page.get_by_role("listitem").filter(has_text="aceptada por clara")).to_contain_text("vigente")
    assert_nothing_hinders(page)
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    page.emulate_media(color_scheme="dark")
    assert_nothing_hinders(page)


def test_of_one_thing_the_newest_line_that_was_not_taken_back_holds_and_each_is_told_with_who_and_when(
    ventanilla: Ventanilla,
) -> None:
    ajustes = ventanilla.ajustes
    first = Ajuste("tramite", "guardar", BOTON.linea)
    second = Ajuste("tramite", "guardar", 'guardar = { css = "#g" }')
    with pytest.raises(ActoImposible, match="ya no propone"):
        ajustes.accept(first, quien="clara")
    for ajuste, quien in ((first, "clara"), (second, "luis")):
        ajustes.propose([Propuesta("tramite", "guardar", ajuste.linea, "el botón «Guardar»", "otro", "", 70)])
        ajustes.accept(ajuste, quien=quien)
    assert ajustes.pending() == []
    assert ajustes.in_force() == (second,)
    newest, oldest = ajustes.history()
    assert (newest.quien, newest.vigente, oldest.quien, oldest.vigente) == ("luis", True, "clara", False)
    ajustes.revert(newest.numero, quien="clara")
    assert ajustes.in_force() == (first,)
    assert ajustes.history()[0].revertido_por == "clara"
    with pytest.raises(ActoImposible, match="ya no está en uso"):
        ajustes.revert(newest.numero, quien="clara")
    perfil = adjusted(Perfil(), ajustes.in_force())
    assert perfil.pantalla("tramite").localizadores["guardar"] == Localizador(rol="button", nombre="Enviar petición")


def test_what_is_found_again_is_proposed_no_longer(ventanilla: Ventanilla) -> None:
    ventanilla.ajustes.propose([BOTON])
    ventanilla.ajustes.propose([], vistas=[("tramite", "zona")])
    assert ventanilla.ajustes.pending() == [BOTON]
    ventanilla.ajustes.propose([], vistas=[("tramite", "guardar")])
    assert ventanilla.ajustes.pending() == []
