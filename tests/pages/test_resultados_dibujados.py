"""CONSULTA's results are read whatever a widget toolkit makes of them, each drawn here by a few lines that behave as it does."""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Route

from robot.models import Radicado
from robot.pages.consulta import ConsultaPage
from robot.pages.impresion import ImpresionPage
from robot.pages.serviweb import Serviweb
from robot.perfil.perfil import Perfil

OURS = "VD-PRUEBA"
_SCRIPT = (Path(__file__).parent / "dibujos.js").read_text(encoding="utf-8")
_FORM = """<div id="viejo" style="display:none"><label>Suscriptor <input></label><button>Buscar</button><div>{viejo}</div></div>
<label>Suscriptor <input id="sus"></label> <label>Observación <input></label> <button id="buscar">Buscar</button>
<div id="resultados"></div><script>const dibujo = {dibujo}, pie = {pie};{script}</script>"""
_OLD = "<table><tr><th>Radicado</th><th>Observaciones</th></tr><tr><td>2019-000001</td><td>VD-PRUEBA</td></tr></table>"
Open = Callable[..., ConsultaPage]


def _rows(cuantos: int) -> list[list[str]]:
    """Newest first; ours is the oldest."""
    text = [f"Visita {at}." for at in range(cuantos - 1)]
    return [
        [f"2026-{9000 - at:06d}", "2026-11-03 08:00:00", "VISITA DOMICILIARIA", one]
        for at, one in enumerate([*text, f"Nuestra. {OURS}"])
    ]


@pytest.fixture
def abrir(page: Page, lentitud: float) -> Open:
    """A CONSULTA that draws so many results in this way."""

    def opened(dibujo: str, pie: str = "ninguna", cuantos: int = 24, tamano: int = 10) -> ConsultaPage:
        rows = _rows(cuantos)

        def answer(route: Route) -> None:
            asked = urlsplit(route.request.url)
            if asked.path != "/filas":
                html = _FORM.format(viejo=_OLD, dibujo=json.dumps(dibujo), pie=json.dumps(pie), script=_SCRIPT)
                route.fulfill(body=html, content_type="text/html; charset=utf-8")
                return
            query = parse_qs(asked.query)
            at, found = int(query["pagina"][0]), rows if query.get("suscriptor") == ["001008"] else []
            shown = {"filas": found[(at - 1) * tamano : at * tamano], "paginas": -(-len(found) // tamano)}
            route.fulfill(json=shown)

        page.unroute_all()
        page.route("http://serviweb.test/**", answer)
        serviweb = Serviweb(page, Perfil(), 4_000 * lentitud)
        page.goto("http://serviweb.test/")
        return ConsultaPage(serviweb)

    return opened


@pytest.mark.parametrize(
    ("dibujo", "pie"),
    [
        ("divs_y_filas", "tabla_apagada"),
        ("fila_con_tabla", "clase_pegada"),
        ("encabezado_aparte", "li_apagado"),
        ("lineas_de_divs", "aria"),
        ("encabezado_aparte", "siempre"),
        ("fila_con_tabla", "dos_series"),
        ("lineas_de_divs", "barra"),
        ("ranuras", "aria"),
    ],
)
def test_every_page_is_read_and_the_last_one_known(abrir: Open, dibujo: str, pie: str) -> None:
    consulta = abrir(dibujo, pie)
    found = consulta.find(suscriptor="001008", referencia=OURS)
    assert found.numeros == tuple(row[0] for row in _rows(24))
    assert [one.numero for one in found.radicados] == [found.numeros[-1]]
    assert found.vistos[0].causal == "VISITA DOMICILIARIA"
    assert found.falta == ""
    nothing = consulta.find(suscriptor="001015", referencia=OURS)
    assert (nothing.numeros, nothing.concluyente) == ((), True)


_CALENDARS = """() => ['Desde', 'Hasta'].forEach(nombre => {
  const rotulo = Object.assign(document.createElement('label'), {textContent: nombre + ' '});
  const buscar = document.getElementById('buscar');
  const campo = Object.assign(document.createElement('input'), {id: nombre, role: 'combobox', ariaExpanded: 'false'});
  const abierto = si => { campo.ariaExpanded = String(si); buscar.ariaHidden = si ? 'true' : null; };
  let tomada = '';
  campo.oninput = () => abierto(true);
  campo.onkeydown = tecla => { if (tecla.key === 'Enter') { tomada = campo.value; abierto(false); } };
  campo.onblur = () => { if (campo.ariaExpanded !== 'true') campo.value = tomada; };
  rotulo.append(campo);
  buscar.before(rotulo);
})"""


def test_a_calendar_that_lies_over_the_page_has_taken_the_day_before_the_search(abrir: Open, page: Page) -> None:
    consulta = abrir("lineas_de_divs", "aria")
    page.evaluate(_CALENDARS)
    every = list(consulta.between(dt.date(2026, 11, 3), dt.date(2026, 11, 4), "%d/%m/%Y", suscriptor="001008"))
    assert sum(len(one.tramites) for one in every) == 24
    assert [page.locator(f"#{name}").input_value() for name in ("Desde", "Hasta")] == ["03/11/2026", "04/11/2026"]


def test_rows_that_are_drawn_only_where_one_scrolls_to_are_all_read(abrir: Open) -> None:
    found = abrir("virtual", cuantos=120, tamano=200).find(suscriptor="001008", referencia=OURS)
    assert found.numeros == tuple(row[0] for row in _rows(120))
    assert [one.numero for one in found.radicados] == [found.numeros[-1]]


def test_a_page_that_did_not_change_proves_nothing_where_nothing_says_what_was_clicked(abrir: Open) -> None:
    consulta = abrir("encabezado_aparte", "siempre", cuantos=6)
    assert consulta.find(suscriptor="001008", referencia="VD-OTRA").concluyente, "«Siguiente» says what it is"
    consulta = abrir("encabezado_aparte", "siempre", cuantos=6)
    page = consulta.pantalla.frame
    page.evaluate("PAGINAS.siempre = () => '<a href=\"#\" data-sigue>»</a>'")
    assert not consulta.find(suscriptor="001008", referencia="VD-OTRA").concluyente


@pytest.mark.parametrize("cada_ms", [0, 100], ids=["quiet", "pinging"])
def test_a_row_that_opens_by_double_click_is_opened_whatever_the_page_tells_its_server_meanwhile(
    abrir: Open, page: Page, cada_ms: int
) -> None:
    consulta = abrir("encabezado_aparte", "li_apagado", cuantos=8)
    if cada_ms:
        page.evaluate(
            "every => { setInterval(() => fetch('/latido', {method: 'POST', body: 'vivo=1'}), every); }", cada_ms
        )
    (found,) = consulta.find(suscriptor="001008", referencia=OURS).radicados
    assert found == Radicado(numero="2026-008993")
    consulta.open_tramite(found)
    assert ImpresionPage(Serviweb(page, Perfil(), 4_000)).imprimir.is_visible()
    assert page.get_by_role("heading", name=found.numero).is_visible()
