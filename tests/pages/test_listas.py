"""Lists as toolkits draw them, each rule on a page of a few lines; the toolkits themselves draw the skins (`cada_skin`)."""

from collections.abc import Callable
from pathlib import Path

import pytest

from robot.errors import OptionMissing, ScreenChanged
from robot.pages.contenido import remembered
from robot.pages.serviweb import Pantalla, Serviweb
from robot.pages.tramite import TramitePage
from robot.perfil.perfil import Perfil

PAGE = (Path(__file__).parent / "listas.html").read_text(encoding="utf-8")
Form = Callable[[str], TramitePage]
_CODE = "() => document.querySelector('[name=zona]')?.value ?? null"
_SHOWN = "() => { const e = document.querySelector('#celda [role=combobox], #celda input'); return e.value ?? e.textContent; }"


@pytest.fixture
def form(abierto: Serviweb, lentitud: float) -> Form:
    """A form with one list of a kind."""

    abierto.espera_ms = 1_000 * lentitud

    def drawn(clase: str) -> TramitePage:
        abierto.page.set_content(PAGE.replace("window.clase", f"'{clase}'"))
        return TramitePage(abierto, Pantalla(abierto, "tramite", abierto.page.main_frame))

    return drawn


@pytest.mark.parametrize(
    ("clase", "codigo"),
    [("teclas", "102"), ("flecha", "102"), ("deslizante", "102"), ("sugerencias", "102"), ("larga", None)],
)
def test_the_very_option_is_clicked_however_its_list_opens_and_its_code_is_what_is_posted(
    form: Form, clase: str, codigo: str | None
) -> None:
    tramite = form(clase)
    tramite.choose("zona", "FLORENCIA")
    frame = tramite.pantalla.frame
    assert (frame.evaluate(_SHOWN), frame.evaluate(_CODE)) == ("FLORENCIA", codigo)


def test_a_list_that_never_opens_is_a_screen_that_changed_and_no_refusal(form: Form) -> None:
    tramite = form("muda")
    with pytest.raises(ScreenChanged, match=r"La lista no se abrió"):
        tramite.choose("zona", "FLORENCIA")
    assert tramite.pantalla.frame.evaluate(_SHOWN) == "", "the next try would take what was typed for chosen"


def test_an_option_that_is_there_is_waited_for_by_looks_at_it_and_not_by_the_clock(form: Form) -> None:
    tramite = form("trabada")
    tramite.choose("zona", "FLORENCIA")
    frame = tramite.pantalla.frame
    assert (frame.evaluate(_SHOWN), frame.evaluate(_CODE)) == ("FLORENCIA", "102")


def test_an_option_that_was_shown_and_could_not_be_clicked_is_not_told_as_missing(form: Form) -> None:
    tramite = form("nerviosa")
    with pytest.raises(ScreenChanged, match=r"La lista muestra «FLORENCIA», pero no deja elegirla"):
        tramite.choose("zona", "FLORENCIA")
    assert tramite.pantalla.frame.evaluate(_SHOWN) == ""


@pytest.mark.parametrize("clase", ["teclas", "flecha", "sugerencias", "inquieta"])
def test_an_option_that_an_open_list_lacks_is_missing_and_leaves_nothing_in_the_field(form: Form, clase: str) -> None:
    tramite = form(clase)
    with pytest.raises(OptionMissing, match=r"Falta «FLORENCIA URBANA»\. Opciones parecidas: FLORENCIA RURAL"):
        tramite.choose("zona", "FLORENCIA URBANA")
    assert tramite.pantalla.frame.evaluate(_SHOWN) == ""


def test_what_a_list_shows_beside_the_input_of_its_search_is_what_it_holds(form: Form) -> None:
    tramite = form("buscador")
    tramite.choose("zona", "FLORENCIA")
    assert tramite.pantalla.content(tramite.pantalla.find("zona")) == "FLORENCIA"
    tramite.pantalla.frame.evaluate("() => { document.querySelector('#caja').lastChild.textContent = 'SOLANO'; }")
    assert tramite.pantalla.content(tramite.pantalla.find("zona")) == "SOLANO"


def test_a_choice_whose_code_stays_blank_is_none(form: Form) -> None:
    tramite = form("olvidadiza")
    with pytest.raises(ScreenChanged, match=r"no conserva «FLORENCIA»"):
        tramite.choose("zona", "FLORENCIA")
    assert tramite.pantalla.frame.evaluate(_SHOWN) == ""


def test_a_code_that_a_script_changes_later_is_noticed_and_chosen_again(form: Form) -> None:
    tramite = form("teclas")
    tramite.choose("zona", "FLORENCIA")
    frame = tramite.pantalla.frame
    assert remembered(frame).cambiados == ()
    frame.evaluate("() => { document.querySelector('[name=zona]').value = '101'; }")
    assert remembered(frame).cambiados == ("zona",)
    tramite.choose("zona", "FLORENCIA")
    assert frame.evaluate(_CODE) == "102"


def test_an_entry_of_the_menu_is_no_option_also_where_the_perfil_names_what_options_are(
    form: Form, abierto: Serviweb
) -> None:
    abierto.perfil = _with(abierto.perfil, opcion={"css": "[role=menuitem], .fila"})
    tramite = form("flecha")
    frame = tramite.pantalla.frame
    frame.evaluate("() => { document.querySelector('[role=menubar]').onclick = () => { document.title = 'menú'; }; }")
    tramite.choose("zona", "FLORENCIA")
    assert (frame.evaluate(_SHOWN), frame.evaluate(_CODE), frame.title()) == ("FLORENCIA", "102", "")
    with pytest.raises(OptionMissing, match=r"Falta «PERSONAL»"):
        tramite.choose("zona", "PERSONAL")
    assert frame.title() == ""


def test_of_what_the_perfil_names_a_hidden_copy_is_none(form: Form, abierto: Serviweb) -> None:
    abierto.perfil = _with(abierto.perfil, zona={"css": "#celda input:not([type=hidden])"})
    tramite = form("teclas")
    frame = tramite.pantalla.frame
    copied = "e => { const copy = e.cloneNode(true); copy.style.display = 'none'; e.before(copy); }"
    frame.locator("#celda").evaluate(copied)
    tramite.choose("zona", "FLORENCIA")
    held = frame.locator("#celda input").evaluate_all("all => all.map(e => e.value)")
    assert held == ["", "", "FLORENCIA", "102"]


def _with(perfil: Perfil, **localizadores: object) -> Perfil:
    """The perfil, with these things of the form named in it."""
    return Perfil.model_validate({**perfil.model_dump(), "pantallas": {"tramite": {"localizadores": localizadores}}})
