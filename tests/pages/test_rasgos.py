"""What a thing was tells what it has become, by all that told it apart; and nothing of a person is kept of it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from robot.pages.aprendizaje import learn, note
from robot.pages.inspeccion import Hallado, look_for
from robot.pages.recuerdos import RecuerdosEnMemoria
from robot.pages.serviweb import Pantalla, Serviweb
from robot.perfil.perfil import Perfil

_FORM = """<h1>Trámite</h1><form><p><label for="cboZona">Zona</label> <select id="cboZona"><option>FLORENCIA</select>
<label>Medio <select name="medio"><option></select></label></p>
<p><label>Suscriptor <input name="sus"></label> <span>Nombre:</span> <input title="Nombre del suscriptor" name="nom" readonly>
<label>Ruta <input readonly></label></p>
<p>Cédula: <input name="tercero"> <input type="button" value="+" title="Agregar tercero">
<input title="Nombre del tercero" readonly></p>
<p><label>Servicio <select name="ser"><option></select></label>
<label>Tipo de trámite <select name="tip"><option></select></label>
<label>Causales <select name="cau"><option></select></label></p>
<p>Observación: <textarea name="obs"></textarea></p>
<p><input type="button" value="Guardar" onclick="g()"> <input type="button" value="Limpiar" onclick="l()"></p></form>"""
Abrir = Callable[[str], Pantalla]


@pytest.fixture
def recuerdos() -> RecuerdosEnMemoria:
    return RecuerdosEnMemoria()


@pytest.fixture
def abrir(page: Page, recuerdos: RecuerdosEnMemoria) -> Abrir:
    """The form of a trámite as this HTML, in a session that remembers what earlier ones saw."""

    def opened(html: str) -> Pantalla:
        serviweb = Serviweb(page, Perfil(), 2_000, recuerdos=recuerdos)
        page.set_content(f"<!doctype html>{html}")
        pantalla = Pantalla(serviweb, "tramite", page.main_frame)
        learn(pantalla, Pantalla(serviweb, "terceros", page.main_frame))
        return pantalla

    return opened


def _first(pantalla: Pantalla, nombre: str) -> str:
    return next(iter(look_for(pantalla, nombre).candidatos), "")


def test_what_a_thing_was_tells_what_it_has_become(abrir: Abrir) -> None:
    abrir(_FORM)
    changed = (
        _FORM.replace('value="Guardar"', 'value="Radicar petición"')
        .replace("Observación:", "Detalle de lo pedido:")
        .replace("Zona</label>", "Sector</label>")
        .replace('name="cau"', 'name="mot"')
        .replace("<label>Causales <select", "<label>Motivo <select id='cboCau'")
    )
    pantalla = abrir(changed)
    assert _first(pantalla, "guardar") == 'guardar = { rol = "button", nombre = "Radicar petición" }'
    assert _first(pantalla, "observacion") == 'observacion = { css = "textarea[name=\\"obs\\"]" }'
    assert _first(pantalla, "zona") == 'zona = { etiqueta = "Sector" }'
    assert _first(pantalla, "causal") == 'causal = { etiqueta = "Motivo" }'
    guardar = look_for(pantalla, "guardar").propuestas[0]
    assert (guardar.antes, guardar.ahora) == ("el botón «Guardar»", "el botón «Radicar petición»")
    assert guardar.cambios == "antes se llamaba «Guardar» y ahora «Radicar petición»"


def test_what_stood_beside_it_before_is_not_what_it_has_become(abrir: Abrir) -> None:
    abrir(_FORM)
    gone = abrir(_FORM.replace('<input type="button" value="Guardar" onclick="g()">', ""))
    assert look_for(gone, "guardar").hallado is Hallado.FALTA
    assert not [line for line in look_for(gone, "guardar").candidatos if "Limpiar" in line]
    still = abrir(_FORM.replace('value="Guardar"', 'value="Radicar petición"'))
    assert "Radicar" in _first(still, "guardar"), "a screen that lacks what it had teaches nothing"


def test_of_two_that_go_by_one_name_the_one_that_was_there_is_proposed(abrir: Abrir) -> None:
    abrir(_FORM)
    twice = abrir(_FORM.replace("<form>", '<form><p><label>Suscriptor <input name="filtro"></label></p>'))
    found = look_for(twice, "suscriptor")
    assert (found.hallado, found.candidatos[0]) == (Hallado.AMBIGUO, 'suscriptor = { css = "input[name=\\"sus\\"]" }')


def test_a_screen_that_is_as_it_was_costs_one_evaluation_and_none_for_a_while_after_it(
    abrir: Abrir, recuerdos: RecuerdosEnMemoria
) -> None:
    pantalla = abrir(_FORM)
    before = recuerdos.of("tramite")
    pantalla.frame.evaluate(
        """() => { window.times = 0; document.querySelector('[name=ser]').innerHTML = '<option>ACUEDUCTO';
          Object.defineProperty(document.querySelector('[name=ser]'), 'title', {get() { window.times++; return ''; }}); }"""
    )
    learn(pantalla)
    assert pantalla.frame.evaluate("times") == 0, "it was looked at a moment ago"
    pantalla.serviweb.aprendido.vistas.clear()
    learn(pantalla)
    assert pantalla.frame.evaluate("times") == 1
    assert recuerdos.of("tramite") == before, "what it holds makes no difference"


def test_nothing_that_a_screen_holds_or_shows_of_anybody_is_kept(abrir: Abrir, recuerdos: RecuerdosEnMemoria) -> None:
    pantalla = abrir(_FORM + '<p>Rosa Muñoz <a href="#">Salir</a></p>')
    pantalla.frame.evaluate(
        """() => { const set = (name, value) => { document.querySelector(`[name=${name}]`).value = value; };
          set('sus', '001008'); set('nom', 'ROSA MUÑOZ'); set('tercero', '40765123'); set('obs', 'No hay agua.');
          document.querySelector('[name=nom]').title = 'ROSA MUÑOZ'; document.querySelector('[name=nom]').id = 'nombre';
          document.querySelector('[name=obs]').before('Rosa Muñoz ');
          document.querySelector('[value=Guardar]').title = 'Guardar lo de 40.765.123'; }"""
    )
    note(pantalla)
    note(Pantalla(pantalla.serviweb, "terceros", pantalla.frame))
    kept = recuerdos.of("tramite").model_dump_json() + recuerdos.of("terceros").model_dump_json()
    for private in ("ROSA", "Rosa", "40765123", "40.765", "001008", "No hay agua"):
        assert private not in kept
    assert "Agregar tercero" in kept
    assert len(kept) < 20_000
