"""What lies in the tree of an element of its own (shadow DOM), or shows in it by a slot, is read and used like the rest."""

import pytest
from playwright.sync_api import Page

from robot.pages.preguntas import asked_on_screen
from robot.pages.serviweb import Pantalla, Serviweb
from robot.perfil.perfil import Perfil

_PAGE = """<x-app></x-app><script>
customElements.define('x-dialog', class extends HTMLElement {
  connectedCallback() {
    this.attachShadow({mode: 'open'}).innerHTML = `<dialog open><h2>Confirmación</h2>
      <slot></slot><footer><slot name="pie"></slot></footer></dialog>`;
  }
});
customElements.define('x-app', class extends HTMLElement {
  connectedCallback() {
    this.attachShadow({mode: 'open'}).innerHTML = `<p>El tercero no existe.</p><p style="display:none">Guardado correctamente</p>
      <label>Celular <input id="otro"></label>
      <x-dialog>¿Desea guardar el trámite? <label>Celular <input id="suyo"></label>
        <button slot="pie">No</button><button slot="pie">Sí</button></x-dialog>`;
  }
});
</script>"""


@pytest.fixture
def serviweb(page: Page) -> Serviweb:
    page.set_content(_PAGE)
    return Serviweb(page, Perfil(), 2_000)


def test_the_words_of_a_page_are_also_those_in_shadow_roots_that_are_to_be_seen(serviweb: Serviweb) -> None:
    said = serviweb.text().texto
    assert "El tercero no existe." in said
    assert "Desea guardar el trámite" in said
    assert "Guardado" not in said


def test_what_is_slotted_into_a_dialog_belongs_to_it(serviweb: Serviweb, page: Page) -> None:
    form = Pantalla(serviweb, "tercero_nuevo", page.main_frame).over()
    assert form.find("celular").get_attribute("id") == "suyo"
    assert form.find("cancelar").count() == 0


def test_a_question_is_told_as_it_shows(serviweb: Serviweb, page: Page) -> None:
    (pregunta,) = asked_on_screen(serviweb, page.main_frame, [page])
    assert pregunta.texto.startswith("¿Desea guardar el trámite?")
    assert pregunta.pide_elegir


_EMPTY_BOX = """<div role="dialog" aria-label="Plegada" style="height: 0; overflow: hidden">
  <label>Celular <input id="plegado"></label></div>
<x-ventana role="dialog"><div style="position: fixed; top: 40px">
  <label>Celular <input id="suyo"></label><button>Agregar</button></div></x-ventana>"""


def test_a_window_is_open_where_something_in_it_shows_whatever_its_own_box(serviweb: Serviweb, page: Page) -> None:
    page.set_content(_EMPTY_BOX)
    form = Pantalla(serviweb, "tercero_nuevo", page.main_frame).over()
    assert form.find("celular").get_attribute("id") == "suyo"
