"""Fields as toolkits draw them: under a veil, behind a mask, in windows that say of nothing what they are."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from robot.errors import ObservacionDoesNotFit, ReadBackMismatch
from robot.pages.encima import close_messages
from robot.pages.preguntas import asked_on_screen
from robot.pages.serviweb import Pantalla, Serviweb
from robot.pages.terceros import TercerosPage
from robot.pages.tramite import TramitePage

Drawn = Callable[[str], TramitePage]
_SUSCRIPTOR = """<form><label>Código de suscriptor <input name="suscriptor"></label>
<label>Nombre <input name="ns" readonly></label>
<label>Observación <textarea name="observacion"></textarea></label></form>
<script>
var f = document.forms[0];
f.suscriptor.onkeydown = e => {
  if (e.key === 'Enter') { e.preventDefault(); f.ns.value = f.suscriptor.value === '001008' ? 'LUZ ROJAS' : ''; }
};
</script>"""


@pytest.fixture
def drawn(abierto: Serviweb) -> Drawn:
    """A form of a few lines."""

    def draw(html: str) -> TramitePage:
        abierto.page.set_content(html)
        return TramitePage(abierto, Pantalla(abierto, "tramite", abierto.page.main_frame))

    return draw


def test_what_a_veil_lies_over_is_written_into_when_it_is_gone(drawn: Drawn) -> None:
    tramite = drawn(
        _SUSCRIPTOR
        + """<div id="velo" style="position:fixed;inset:0;z-index:9"></div>
<script>setTimeout(() => { f.reset(); document.getElementById('velo').remove(); }, 700);</script>"""
    )
    assert tramite.load_suscriptor("001008").nombre == "LUZ ROJAS"


def test_a_mask_that_hears_keys_only_is_typed_into_and_one_that_takes_nothing_is_told(drawn: Drawn) -> None:
    mask = "<script>f.suscriptor.oninput = e => { if (!CLAUSE) f.suscriptor.value = f.suscriptor.value.slice(0, 3); };</script>"
    tramite = drawn(_SUSCRIPTOR + mask.replace("CLAUSE", "(e.data?.length === 1)"))
    assert tramite.load_suscriptor("001008").nombre == "LUZ ROJAS"
    tramite = drawn(_SUSCRIPTOR + mask.replace("CLAUSE", "false"))
    with pytest.raises(ReadBackMismatch, match="no recibe completo"):
        tramite.load_suscriptor("001008")


def test_a_limit_that_only_the_perfil_knows_counts_a_line_break_as_two(drawn: Drawn, abierto: Serviweb) -> None:
    abierto.perfil = abierto.perfil.model_copy(update={"observacion_maxima": 20})
    tramite = drawn(_SUSCRIPTOR)
    tramite.require_fits("a" * 18 + "\n")
    with pytest.raises(ObservacionDoesNotFit, match="sobran 1"):
        tramite.require_fits("a" * 19 + "\n")


def test_a_label_tells_what_a_script_draws_and_a_cell_with_its_own_field_is_no_label(drawn: Drawn) -> None:
    tramite = drawn(
        """<label for="z">Zona: *</label><select id="oculta" style="display: none;"></select>
<span id="z" role="combobox" tabindex="0">A</span>
<table><tr><td><table><tr><td><label for="s">Código de suscriptor:</label></td><td><input id="s"></td></tr></table></td>
<td><input id="otro"></td></tr></table>"""
    )
    found = [tramite.pantalla.find(campo).evaluate_all("all => all.map(e => e.id)") for campo in ("zona", "suscriptor")]
    assert found == [["z"], ["s"]]


def test_a_form_that_answers_by_the_names_of_its_fields_is_read_all_the_same(drawn: Drawn) -> None:
    tramite = drawn(
        """<dl><dt>Código de suscriptor</dt><form><input id="s" name="matches"><input name="querySelector"></form></dl>
<b>Estado</b><form><input name="matches" type="hidden">ACTIVO</form>"""
    )
    assert tramite.pantalla.find("suscriptor").get_attribute("id") == "s"
    assert tramite.pantalla.find("estado").inner_text() == "ACTIVO"


@pytest.mark.parametrize("role", ["", "role=dialog"])
def test_messages_are_closed_from_the_topmost_and_the_window_of_the_form_is_not_handed_in(
    drawn: Drawn, abierto: Serviweb, role: str
) -> None:
    box = """<div id="{0}" {role} style="position:fixed;z-index:{1};inset:0">{2}
      <button onclick="{0}.remove()">Aceptar</button></div>"""
    tramite = drawn(
        box.format("forma", 10, "<input aria-label='Zona'>", role=role)
        + box.format("aviso", 60, "No existe.", role=role)
        + box.format("otro", 70, "<label><input type=checkbox> No volver a mostrar</label>", role="role=dialog")
    )
    close_messages(abierto)
    page = tramite.pantalla.frame
    assert [page.locator(one).count() for one in ("#otro", "#aviso", "#forma")] == [0, 0, 1]


def test_a_label_and_the_heading_of_a_column_that_have_their_own_words_as_a_tip_are_no_fields(drawn: Drawn) -> None:
    heading = '<table><tr><th tabindex="0" aria-label="Observación" title="Observación">Observación</th></tr></table>'
    tramite = drawn(
        _SUSCRIPTOR.replace(
            "<label>Observación ", '<label for="o" title="Observación">Observación</label> <label>'
        ).replace('name="observacion"', 'id="o" name="observacion"')
        + heading
    )
    assert tramite.observacion.evaluate_all("all => all.map(e => e.id)") == ["o"]


def test_a_frame_in_a_box_over_the_form_asks_and_adds_as_a_window_does_and_one_beside_it_does_not(
    drawn: Drawn, abierto: Serviweb
) -> None:
    asks = "<p>¿Desea guardar el trámite?</p><button>Sí</button><button>No</button>"
    adds = "<label>Nombre <input></label><label>Celular <input></label><button>Aceptar</button>"
    tramite = drawn(_SUSCRIPTOR + f'<iframe srcdoc="{asks}"></iframe>')
    page, main = abierto.page, tramite.pantalla.frame
    expect(main.frame_locator("iframe").get_by_role("button", name="No")).to_be_visible()
    assert list(asked_on_screen(abierto, main, [page], [main])) == []
    main.evaluate("() => { document.querySelector('iframe').style = 'position:absolute;z-index:900;top:0'; }")
    (question,) = asked_on_screen(abierto, main, [page], [main])
    assert question.texto == "¿Desea guardar el trámite?"
    assert list(asked_on_screen(abierto, main, [page], page.frames)) == [], "it was there before"
    main.evaluate("html => { document.querySelector('iframe').srcdoc = html; }", adds)
    expect(main.frame_locator("iframe").get_by_label("Celular")).to_be_visible()
    assert TercerosPage(abierto, tramite).open_form().frame is page.frames[-1]
