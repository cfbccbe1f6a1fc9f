"""What lies over a screen and says that it can be put aside is put aside before anything else is done, whatever draws it."""

import pytest
from playwright.sync_api import Page

from robot.pages import localizadores
from robot.pages.serviweb import Serviweb
from robot.perfil.perfil import Perfil

_OVER = "position: fixed; inset: 0; z-index: 9"
_WAYS = {
    "its words": "<button onclick='over.remove()'>Ahora <b>no</b></button>",
    "another's words": "<b id=dice>Más tarde</b><button aria-labelledby=dice onclick='over.remove()'>x</button>",
    "a picture": "<a href='#' onclick='over.remove()'><img alt='Cerrar aviso'></a>",
    "a tip": "<i title='Omitir' onclick='over.remove()'>x</i>",
    "a drawn word": "<style>.o::before { content: 'Omitir' }</style><button class=o onclick='over.remove()'></button>",
    "an element of its own": """<x-aviso></x-aviso><script>customElements.define('x-aviso', class extends HTMLElement {
      connectedCallback() { this.attachShadow({mode: 'open'}).innerHTML = '<button>Omitir</button>';
        this.shadowRoot.firstChild.onclick = () => over.remove(); } })</script>""",
}


@pytest.mark.parametrize("drawn", _WAYS.values(), ids=_WAYS)
def test_a_notice_is_put_aside_whatever_it_goes_by(page: Page, drawn: str) -> None:
    Serviweb(page, Perfil(), 2_000)
    page.set_content(
        f"<button onclick=\"document.title = 'hecho'\">Guardar</button><div id=over style='{_OVER}'>{drawn}</div>"
    )
    page.get_by_role("button", name="Guardar").click()
    assert page.title() == "hecho"


def test_what_only_has_such_words_in_its_name_is_left_alone(page: Page) -> None:
    Serviweb(page, Perfil(), 2_000)
    page.set_content("""<button onclick="document.title = 'hecho'">Guardar</button>
      <button onclick="document.title = 'mal'">Omitir la revisión</button>""")
    page.get_by_role("button", name="Guardar").click()
    assert page.title() == "hecho"


def test_a_field_goes_by_its_tip_and_by_what_stands_in_the_place_of_its_value(page: Page) -> None:
    page.set_content("""<input id=uno title='* Cédula:'><input id=dos placeholder='CEDULA'><input id=no title='Cédula del otro'>
      <img id=tres alt='🖨 Imprimir'><span id=cuatro title='Imprimir'>x</span><span id=tampoco title='Imprimir todo'>x</span>""")
    fields = localizadores.field(page.main_frame, "Cédula")
    assert fields.evaluate_all("all => all.map(e => e.id)") == ["uno", "dos"]
    actions = localizadores.action(page.main_frame, "Imprimir")
    assert actions.evaluate_all("all => all.map(e => e.id)") == ["tres", "cuatro"]
