"""What stood in the form before a look-up is never its answer; what came in its place is noticed before Guardar."""

import dataclasses

import pytest

from fixtures.procesos import Mock
from robot.errors import ReadBackMismatch, ScreenChanged, SuscriptorNotFound, TerceroDoesNotFit
from robot.models import Tercero
from robot.pages.menu import MenuPage
from robot.pages.serviweb import Serviweb
from robot.pages.terceros import TercerosPage
from robot.pages.tramite import DatosDelTramite, TramitePage
from tests.pages.test_tramite import fill

SLOWLY = {"veces": -1, "ruta": "suscriptor|tercero", "ms": 900}
IN_INPUTS = pytest.mark.parametrize(
    "skin",
    ["classic", *(pytest.param(one, marks=pytest.mark.larga) for one in ("spa", "ventanas")), "marcos"],
    indirect=True,
)


def opened(menu: MenuPage, abierto: Serviweb, datos: DatosDelTramite) -> TramitePage:
    menu.open("tramite")
    tramite = TramitePage(abierto)
    tramite.choose_zona_y_medio(datos.zona, datos.medio)
    return tramite


@IN_INPUTS
def test_a_record_that_stands_there_until_the_answer_comes_is_not_read(
    menu: MenuPage, abierto: Serviweb, serviweb: Mock, datos: DatosDelTramite
) -> None:
    serviweb.faults(conserva_anterior=-1, latencia=SLOWLY)
    tramite = opened(menu, abierto, datos)
    known = serviweb.state()["suscriptores"]
    suscriptor = tramite.load_suscriptor("001008")
    assert (suscriptor.nombre, suscriptor.ruta) == next(
        (one["nombre"], one["ruta"]) for one in known if one["codigo"] == "001008"
    )
    terceros = TercerosPage(abierto, tramite)
    assert terceros.find("40765123") is None
    terceros.add(Tercero(cedula="40765123", nombre="Rosa Peña", celular="3105550101"))
    other = serviweb.state()["terceros"][0]
    found = terceros.find(other["cedula"])
    assert found is not None
    assert found.nombre == other["nombre"]
    assert terceros.find(other["cedula"]) == found, "the same answer again is an answer, too"
    for _ in range(2):
        assert terceros.find("99999991") is None, "whom the page goes on showing is nobody's who is not there"
    assert terceros.find(other["cedula"]) == found, "words that stand there still are no answer to another question"


def test_words_that_no_answer_has_brought_deny_nobody_while_something_still_comes(
    menu: MenuPage, abierto: Serviweb, serviweb: Mock, datos: DatosDelTramite
) -> None:
    terceros = TercerosPage(abierto, opened(menu, abierto, datos))
    terceros.pantalla.frame.evaluate(
        """() => {
          const pedir = window.pedir;
          window.pedir = (direccion, listo) => pedir(direccion, async respuesta => {
            const aviso = document.body.appendChild(document.createElement('p'));
            aviso.textContent = 'No existe el tercero';
            for (let i = 0; i < 5; i++) {
              await fetch('/sw/latido?' + i);
              await new Promise(sigue => setTimeout(sigue, 80));
            }
            aviso.remove();
            listo(respuesta);
          });
        }"""
    )
    known = serviweb.state()["terceros"][0]
    found = terceros.find(known["cedula"])
    assert found is not None
    assert found.nombre == known["nombre"]


def test_an_answer_without_a_request_is_read_and_none_is_made_up_where_nothing_was_asked(
    tramite: TramitePage, serviweb: Mock
) -> None:
    frame = tramite.pantalla.frame
    frame.evaluate(
        """() => { window.pedir = (direccion, listo) => {
          const d = document.createElement('div'), c = /codigo=(\\d+)/.exec(direccion)[1];
          if (c !== '777777') d.innerHTML = `<codigo>${c}</codigo><nombre>EN LA PAGINA</nombre><ruta>R-${c}</ruta>`;
          listo(d);
        }; }"""
    )
    assert tramite.load_suscriptor("001008").ruta == "R-001008"
    assert tramite.load_suscriptor("001009").ruta == "R-001009"
    with pytest.raises(SuscriptorNotFound):
        tramite.load_suscriptor("777777")
    tramite.load_suscriptor("001009")
    assert "suscriptor.do" not in "".join(serviweb.state()["registro"])
    frame.evaluate("() => { document.forms[0].suscriptor.onkeydown = null; }")
    with pytest.raises(ScreenChanged):
        tramite.load_suscriptor("001008")


def test_what_takes_the_place_of_an_answer_is_noticed_before_guardar(
    menu: MenuPage, abierto: Serviweb, serviweb: Mock, datos: DatosDelTramite
) -> None:
    for fault, campo in (("anterior_tarde", "suscriptor"), ("id_oculto_fijo", "tercero")):
        serviweb.faults(**{fault: -1})
        menu.open("tramite")
        tramite = TramitePage(abierto)
        fill(tramite, abierto, datos)
        assert campo in tramite.differences(datos), fault
        with pytest.raises(ReadBackMismatch, match=rf"{campo} \("):
            tramite.require_holds(datos)
    assert serviweb.state()["tramites"] == []


def test_zeros_before_a_codigo_are_taken_off_it_only_where_the_page_answered_so(
    menu: MenuPage, abierto: Serviweb, serviweb: Mock, datos: DatosDelTramite
) -> None:
    serviweb.faults(codigo_con_ceros=-1)
    menu.open("tramite")
    tramite = TramitePage(abierto)
    fill(tramite, abierto, datos)
    assert tramite.suscriptor.input_value() == "0000001008"
    assert tramite.differences(datos) == []
    tramite.suscriptor.evaluate("field => { field.value = '1008'; }")
    assert tramite.differences(datos) == ["suscriptor"]
    assert tramite.differences(dataclasses.replace(datos, suscriptor="0000001008")) == ["suscriptor"]


def test_a_codigo_that_the_page_changes_before_it_asks_is_refused_before_anybody_is_added(tramite: TramitePage) -> None:
    tramite.pantalla.frame.evaluate(
        """() => {
          document.forms[0].suscriptor.addEventListener('keydown', e => { e.target.value = +e.target.value; }, true);
          window.pedir = (direccion, listo) => {
            const d = document.createElement('div');
            d.innerHTML = '<codigo>1008</codigo><nombre>OTRO</nombre><ruta>R-1</ruta><estado>ACTIVO</estado>';
            listo(d);
          };
        }"""
    )
    with pytest.raises(ReadBackMismatch):
        tramite.load_suscriptor("001008")


def test_nobody_is_added_whose_data_the_form_cuts_or_cannot_write(
    menu: MenuPage, abierto: Serviweb, serviweb: Mock, datos: DatosDelTramite
) -> None:
    before = serviweb.state()["terceros"]
    terceros = TercerosPage(abierto, opened(menu, abierto, datos))
    for fault, nombre, told in (
        ("mascara_corta", "Rosa Peña", "celular"),
        ("nombre_recortado", "Rosa Elvira Peña", "nombre"),
        ("", "Łukasz Ștefan", "Ł Ș"),
    ):
        serviweb.faults(**({fault: -1} if fault else {}))
        assert terceros.find("40765123") is None
        with pytest.raises(TerceroDoesNotFit, match=told):
            terceros.add(Tercero(cedula="40765123", nombre=nombre, celular="3105550101"))
        assert serviweb.state()["terceros"] == before, fault
        assert abierto.ventanas == [abierto.page], fault
