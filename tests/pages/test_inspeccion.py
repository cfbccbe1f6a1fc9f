"""What a look at a screen says of it, and what it proposes: never a thing that cannot be meant."""

import tomllib
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route

from robot.errors import ScreenChanged
from robot.pages.inspeccion import Hallado, doubles, entries_like, look_for, unnamed_obligations
from robot.pages.menu import MenuPage
from robot.pages.retrato import COVERED, mark_news
from robot.pages.serviweb import Pantalla, Serviweb
from robot.perfil.perfil import Perfil

_FORM = """<label>Zona <select><option></select></label> <label>Medio <select><option></select></label>
<label>Suscriptor <input></label> <label>Cédula <input></label> <button>+</button>
<label>Servicio <select><option></select></label>"""
Open = Callable[..., Pantalla]


@pytest.fixture
def abrir(page: Page) -> Open:
    """The form of a trámite as this HTML, what stands in its frames by their names, with this perfil."""

    def opened(html: str, perfil: str = "", **marcos: str) -> Pantalla:
        pages = {"/": html, **{f"/{nombre}": inside for nombre, inside in marcos.items()}}

        def answer(route: Route) -> None:
            path = route.request.url.removeprefix("http://serviweb.test")
            route.fulfill(body=f"<!doctype html>{pages.get(path, '')}", content_type="text/html; charset=utf-8")

        page.route("http://serviweb.test/**", answer)
        serviweb = Serviweb(page, Perfil.model_validate(tomllib.loads(perfil)), 2_000)
        page.goto("http://serviweb.test/")
        return Pantalla(serviweb, "tramite", page.main_frame)

    return opened


def test_another_named_thing_or_one_of_another_kind_is_no_proposal(abrir: Open) -> None:
    pantalla = abrir(_FORM + '<select name="observacion"><option></select><button>Guardar como</button>')
    found = look_for(pantalla, "observacion")
    assert (found.hallado, found.candidatos) == (Hallado.FALTA, ()), "a list is no observación"
    assert look_for(pantalla, "guardar").candidatos == ('guardar = { rol = "button", nombre = "Guardar como" }',)
    pantalla = abrir(_FORM.replace("+", "Agregar tercero") + '<button title="Agregar tercero">Guarda</button>')
    assert look_for(pantalla, "guardar").candidatos == (), "it is named already"


def test_a_wrong_kind_and_two_names_on_one_thing_are_errors(abrir: Open) -> None:
    perfil = """[pantallas.tramite.localizadores]
observacion = { css = "select[name=medio]" }
tipo = { css = "select[name=ser]" }"""
    pantalla = abrir(
        _FORM.replace("Servicio <select", 'Servicio <select name="ser"').replace(
            "Medio <select", 'Medio <select name="medio"'
        ),
        perfil,
    )
    assert look_for(pantalla, "observacion").hallado is Hallado.OTRO_TIPO
    servicio, tipo = doubles([look_for(pantalla, nombre) for nombre in ("servicio", "tipo")])
    assert servicio.hallado is Hallado.ENCONTRADO
    assert (tipo.hallado, tipo.detalle, tipo.impide) == (Hallado.REPETIDO, "es lo mismo que «servicio»", True)


def test_an_optional_thing_that_is_there_twice_hinders_nothing(abrir: Open) -> None:
    pantalla = abrir(_FORM + "<label>Ruta <input readonly></label><label>Ruta <input readonly></label>")
    found = look_for(pantalla, "ruta")
    assert (found.hallado, found.impide) == (Hallado.AMBIGUO, False)
    twice = abrir(_FORM + "<label>Zona <select><option></select></label>")
    assert look_for(twice, "zona").impide


def test_a_field_that_has_to_be_filled_and_has_no_name_is_told(abrir: Open) -> None:
    html = _FORM.replace("Zona <select>", "Zona * <select required>")
    new = """<p><label for="b">Barrio *</label> <input id="b"></p>
        <table><tr><td>Estrato:</td><td><select required><option value=""><option>1</select></td></tr></table>
        <label>Correo <input aria-required="true"></label>
        <label>Año <input required value="2026"></label><label>Nota <input></label>"""
    pantalla = abrir(html + new)
    assert unnamed_obligations([pantalla]) == ["Barrio", "Estrato", "Correo"]


def test_a_thing_in_another_frame_than_its_screen_is_proposed_with_it_and_found_so(abrir: Open) -> None:
    html = _FORM + '<iframe name="cuerpo" src="/cuerpo"></iframe>'
    inside = "<label>Observación del asesor <textarea></textarea></label>"
    pantalla = abrir(html, cuerpo=inside)
    pantalla.frame.page.frame_locator("iframe").locator("textarea").wait_for()
    (line, *_) = look_for(pantalla, "observacion").candidatos
    assert line == 'observacion = { etiqueta = "Observación del asesor", marco = ["iframe[name=\\"cuerpo\\"]"] }'
    with_it = abrir(html, f"[pantallas.tramite.localizadores]\n{line}", cuerpo=inside)
    with_it.find("observacion").fill("dicho")
    assert look_for(with_it, "observacion").hallado is Hallado.ENCONTRADO


def test_an_entry_that_holds_its_submenu_is_found_and_one_that_is_not_there_has_proposals(
    abrir: Open, page: Page
) -> None:
    submenu = '<table style="display:none" id="sub"><tr><td onclick="tramite()">Trámite</td></tr></table>'
    html = f"""<table><tr><td onmouseover="document.getElementById('sub').style.display=''">PQR{submenu}</td></tr></table>
        <div id="f"></div><script>function tramite() {{ document.getElementById('f').innerHTML = `{_FORM}`; }}</script>"""
    pantalla = abrir(html)
    MenuPage(pantalla.serviweb).open("tramite")
    assert pantalla.find("zona").is_visible()
    renamed = abrir(html.replace("PQR<", "PQRS<"))
    assert [one.linea for one in entries_like(renamed.serviweb, "PQR")][:1] == ['"menu.PQR" = { texto = "PQRS" }']
    with pytest.raises(ScreenChanged, match=r"La opción «PQR» no está en el menú. Opciones parecidas: «PQRS»."):
        MenuPage(renamed.serviweb).open("tramite")


def test_whatever_came_with_a_look_up_is_covered_in_a_picture(abrir: Open, page: Page) -> None:
    pantalla = abrir(_FORM + '<p>Nombre: <b id="n"></b></p><div id="d"></div>')
    before = pantalla.serviweb.text().texto
    page.evaluate(
        """() => { document.getElementById('n').textContent = 'LUZ ROJAS';
          document.getElementById('d').attachShadow({mode: 'open'}).innerHTML = '<p>Calle 5 # 4-3</p>'; }"""
    )
    mark_news(page, before)
    assert page.locator(f"[{COVERED}]").all_inner_texts() == ["LUZ ROJAS", "Calle 5 # 4-3"]
