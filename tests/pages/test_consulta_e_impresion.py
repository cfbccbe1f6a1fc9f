import io

import pytest
from pypdf import PdfReader

from fixtures.procesos import Mock
from robot.copias.document import read_document
from robot.errors import DocumentIncomplete, ScreenChanged
from robot.models import Radicado
from robot.pages.consulta import ConsultaPage
from robot.pages.impresion import ImpresionPage
from robot.pages.menu import MenuPage
from robot.pages.serviweb import Serviweb
from robot.pages.tramite import DatosDelTramite, TramitePage
from robot.pages.veredicto import confirmed
from tests.pages.test_tramite import fill
from tests.procedimientos import VISITA_DOMICILIARIA


def save(menu: MenuPage, abierto: Serviweb, datos: DatosDelTramite) -> Radicado:
    menu.open("tramite")
    tramite = TramitePage(abierto)
    fill(tramite, abierto, datos)
    radicado = confirmed(tramite.save())
    assert radicado is not None
    return radicado


def test_a_page_of_results_is_read_when_all_of_it_is_there(menu: MenuPage, abierto: Serviweb, serviweb: Mock) -> None:
    """What leads to the next page may come seconds after the results do."""
    serviweb.seed_tramites([{"suscriptor": "001008", "fecha": "2026-11-03 08:00:00"} for _ in range(15)])
    menu.open("consulta")
    serviweb.faults(guion_lento={"veces": 1, "ruta": "consulta", "tras": "</table>", "ms": 3000})
    read = [one for page in ConsultaPage(abierto).of("001008") if page for one in page.tramites]
    assert len(read) == 15


def test_the_document_becomes_a_pdf_however_it_comes_and_a_truncated_one_is_not_taken_for_it(
    menu: MenuPage, abierto: Serviweb, serviweb: Mock, datos: DatosDelTramite
) -> None:
    for modo in ("ventana", "pdf", "descarga"):
        radicado = save(menu, abierto, datos)
        serviweb.faults(impresion={"veces": -1, "modo": modo})
        content = ImpresionPage(abierto).document(VISITA_DOMICILIARIA.documento, radicado.numero)
        assert radicado.numero in PdfReader(io.BytesIO(content)).pages[0].extract_text(), modo
        assert len(abierto.page.context.pages) == 1, modo
    radicado = save(menu, abierto, datos)
    serviweb.faults(impresion={"veces": -1, "modo": "incompleto"})
    content = ImpresionPage(abierto).document(VISITA_DOMICILIARIA.documento, radicado.numero)
    with pytest.raises(DocumentIncomplete):
        read_document(content)


def test_a_screen_without_print_icon_is_named(menu: MenuPage, abierto: Serviweb) -> None:
    menu.open("consulta")
    abierto.espera_ms = 1_000
    with pytest.raises(ScreenChanged, match="Impresión"):
        ImpresionPage(abierto)


def test_an_answer_that_changes_nothing_on_screen_proves_nothing(menu: MenuPage, abierto: Serviweb) -> None:
    menu.open("consulta")
    consulta = ConsultaPage(abierto)
    nothing = consulta.find(suscriptor="001008", referencia="VD-PRUEBA")
    assert (nothing.radicados, nothing.concluyente) == ((), True)
    consulta.pantalla.frame.evaluate(
        "() => { document.forms[0].onsubmit = () => { fetch(location.href).then(a => a.text()); return false; }; }"
    )
    found = consulta.find(suscriptor="001008", referencia="VD-PRUEBA")
    assert (found.radicados, found.concluyente) == ((), False)


def test_words_that_come_before_the_answer_are_none_however_long_it_takes_to_be_drawn(
    menu: MenuPage, abierto: Serviweb, serviweb: Mock
) -> None:
    serviweb.seed_tramites([{"suscriptor": "001008", "fecha": "2026-11-03 08:00:00", "observacion": "VD-PRUEBA"}])
    menu.open("consulta")
    consulta = ConsultaPage(abierto)
    consulta.pantalla.frame.evaluate(
        """() => { document.forms[0].onsubmit = () => {
          document.body.append('No se encontraron registros.');
          fetch('/serviweb/pqr/consulta.do?buscar=1&suscriptor=001008').then(answer => answer.text()).then(text => {
            setTimeout(() => {
              document.body.innerHTML = new DOMParser().parseFromString(text, 'text/html').body.innerHTML; }, 300); });
          return false;
        }; }"""
    )
    serviweb.faults(latencia={"ruta": "consulta", "ms": 3_000})
    abierto.espera_ms *= 10  # that it comes in half of this is given, and not looked at
    found = consulta.find(suscriptor="001008", referencia="VD-PRUEBA")
    assert [one.numero for one in found.radicados] == [serviweb.state()["tramites"][0]["radicado"]]


def test_what_is_drawn_while_words_are_being_read_is_not_taken_for_them(
    menu: MenuPage, abierto: Serviweb, serviweb: Mock
) -> None:
    serviweb.seed_tramites([{"suscriptor": "001008", "fecha": "2026-11-03 08:00:00", "observacion": "VD-PRUEBA"}])
    menu.open("consulta")
    consulta = ConsultaPage(abierto)
    consulta.pantalla.frame.evaluate(
        """() => { document.forms[0].onsubmit = () => {
          const {body} = document, read = Object.getOwnPropertyDescriptor(HTMLElement.prototype, 'innerText').get;
          body.append('No se encontraron registros.');
          fetch('/serviweb/pqr/consulta.do?buscar=1&suscriptor=001008').then(answer => answer.text()).then(text => {
            Object.defineProperty(body, 'innerText', {configurable: true, get() {
              delete body.innerText;
              body.innerHTML = new DOMParser().parseFromString(text, 'text/html').body.innerHTML;
              return read.call(body);
            }});
          });
          return false;
        }; }"""
    )
    serviweb.faults(latencia={"ruta": "consulta", "ms": 300})
    found = consulta.find(suscriptor="001008", referencia="VD-PRUEBA")
    assert [one.numero for one in found.radicados] == [serviweb.state()["tramites"][0]["radicado"]]


GRID = """() => {
  document.body.insertAdjacentHTML('beforeend',
    '<table id="rejilla"><thead><tr><th>Radicado</th><th>Observación</th></tr></thead><tbody></tbody></table>');
  const rows = document.querySelector('#rejilla tbody');
  document.forms[0].onsubmit = () => {
    fetch('/serviweb/pqr/consulta.do?buscar=1&suscriptor=' + document.forms[0].suscriptor.value)
      .then(answer => answer.text()).then(text => DRAW);
    return false;
  };
}"""
_DRAWN = """rows.innerHTML = [...new DOMParser().parseFromString(text, 'text/html').querySelectorAll('#tblTramites tr')]
  .slice(1).map(row => '<tr>' + row.cells[0].outerHTML + row.cells[4].outerHTML + '</tr>').join('')"""


@pytest.mark.parametrize(("draws", "proven"), [(_DRAWN, True), ("null", False)], ids=["draws", "does not draw"])
def test_a_grid_without_rows_is_an_answer_if_the_server_answered_none(
    menu: MenuPage, abierto: Serviweb, serviweb: Mock, draws: str, proven: bool
) -> None:
    """It stood there without rows before the search, too."""
    menu.open("consulta")
    consulta = ConsultaPage(abierto)
    consulta.pantalla.frame.evaluate(GRID.replace("DRAW", draws))
    assert consulta.find(suscriptor="001008", referencia="VD-PRUEBA").concluyente
    serviweb.seed_tramites([{"suscriptor": "001008", "fecha": "2026-11-03 08:00:00", "observacion": "VD-PRUEBA"}])
    found = consulta.find(suscriptor="001008", referencia="VD-PRUEBA")
    assert (bool(found.radicados), found.concluyente) == (proven, proven)
