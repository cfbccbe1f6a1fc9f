import dataclasses
import re
import threading

import pytest

from fixtures.procesos import Mock
from robot.errors import (
    CaracteresImposibles,
    EjecucionAbandonada,
    EnvioVencido,
    OptionMissing,
    OutcomeUnknown,
    ReadBackMismatch,
    ScreenChanged,
    ServiwebUnavailable,
    SessionExpired,
    SuscriptorRetirado,
    TramiteRefused,
    UnexpectedDialog,
)
from robot.models import Tercero
from robot.pages.menu import MenuPage
from robot.pages.serviweb import Serviweb
from robot.pages.terceros import TercerosPage
from robot.pages.tramite import DatosDelTramite, TramitePage
from robot.pages.veredicto import confirmed
from robot.reading.equality import whole_text
from tests.paciencia import patience_ms


def fill(tramite: TramitePage, abierto: Serviweb, datos: DatosDelTramite) -> None:
    tramite.choose_zona_y_medio(datos.zona, datos.medio)
    tramite.load_suscriptor(datos.suscriptor)
    TercerosPage(abierto, tramite).find(datos.tercero)
    tramite.choose_servicio_y_tipo(datos.servicio, datos.tipo)
    tramite.choose_causal(datos.causal)
    tramite.write_observacion(datos.observacion)


def open_and_load(abierto: Serviweb) -> None:
    TramitePage(abierto).load_suscriptor("001008")


def test_the_radicado_is_read_wherever_it_comes(
    abierto: Serviweb, menu: MenuPage, serviweb: Mock, datos: DatosDelTramite
) -> None:
    for fault in ("sin_alerta_radicado", "sin_confirmacion", "radicado_antes"):
        serviweb.faults(**{fault: -1})
        menu.open("tramite")
        tramite = TramitePage(abierto)
        fill(tramite, abierto, datos)
        radicado = confirmed(tramite.save())
        assert radicado is not None, fault
        assert radicado.numero == serviweb.state()["tramites"][-1]["radicado"], fault


def test_a_suscriptor_is_looked_up_with_the_usual_button_where_enter_does_nothing(tramite: TramitePage) -> None:
    tramite.pantalla.frame.evaluate(
        """() => {
          const field = document.forms[0].suscriptor, button = document.createElement('input');
          field.onkeydown = null;
          Object.assign(button, {type: 'button', value: '?', title: 'Buscar suscriptor'});
          button.onclick = () => buscarSuscriptor({keyCode: 13});
          field.after(button);
        }"""
    )
    assert tramite.load_suscriptor("001008").ruta == "00-0001"


def test_a_suscriptor_that_is_retired_and_a_character_that_cannot_be_written_are_told(
    tramite: TramitePage, serviweb: Mock
) -> None:
    retired = next(one for one in serviweb.state()["suscriptores"] if one["estado"] == "RETIRADO")
    with pytest.raises(SuscriptorRetirado):
        tramite.load_suscriptor(retired["codigo"])
    tramite.require_fits("“comillas”, € y Ñ")
    with pytest.raises(CaracteresImposibles, match=r"no puede escribir algunos caracteres.*≥"):
        tramite.require_fits("presión ≥ 20")


def test_an_unknown_tercero_is_added_with_plus(tramite: TramitePage, abierto: Serviweb, serviweb: Mock) -> None:
    terceros = TercerosPage(abierto, tramite)
    assert terceros.find("40765123") is None
    terceros.add(Tercero(cedula="40765123", nombre="Rosa Peña", celular="3105550101"))
    added = serviweb.state()["terceros"][-1]
    assert added == {"cedula": "40765123", "nombre": "ROSA PEÑA", "celular": "3105550101"}
    assert tramite.tercero.input_value() == "40765123"


def test_options_that_come_late_are_waited_for(
    tramite: TramitePage, abierto: Serviweb, serviweb: Mock, datos: DatosDelTramite
) -> None:
    serviweb.faults(opciones_lentas={"veces": -1, "ms": 700})
    fill(tramite, abierto, datos)
    assert tramite.differences(datos) == []


@pytest.mark.parametrize("skin", ["marcos"], indirect=True)
def test_a_form_that_comes_in_halves_is_used_when_it_is_whole(
    abierto: Serviweb, menu: MenuPage, serviweb: Mock, datos: DatosDelTramite
) -> None:
    serviweb.faults(guion_lento={"ruta": "tramite", "tras": 'id="sug"></div>', "ms": 3_000})
    menu.open("tramite")
    tramite = TramitePage(abierto)
    fill(tramite, abierto, datos)
    assert tramite.differences(datos) == []


@pytest.mark.parametrize("skin", ["aspx"], indirect=True)
def test_a_form_that_comes_anew_with_each_choice_is_awaited_though_its_page_pings(
    abierto: Serviweb, menu: MenuPage, serviweb: Mock, datos: DatosDelTramite
) -> None:
    serviweb.faults(latido=-1, borrador=-1)
    menu.open("tramite")
    tramite = TramitePage(abierto)
    fill(tramite, abierto, datos)
    assert tramite.differences(datos) == []


def test_a_missing_option_is_named_with_its_neighbours(tramite: TramitePage, serviweb: Mock) -> None:
    serviweb.faults(opcion_faltante={"veces": -1, "texto": "VISITA DOMICILIARIA"})
    tramite.choose_servicio_y_tipo("ALCANTARILLADO", "PETICIÓN INTERNA")
    with pytest.raises(OptionMissing, match=r"Falta «VISITA DOMICILIARIA».*VISITA DOMICILIARIA ACUEDUCTO"):
        tramite.choose_causal("VISITA DOMICILIARIA")


def test_catalogue_labels_match_whole_whatever_accents_and_case() -> None:
    pattern = whole_text("VISITA DOMICILIARIA")
    assert pattern.match("  Visita   Domiciliária ")
    assert not pattern.match("VISITA DOMICILIARIA ACUEDUCTO")
    assert whole_text("Zona").match("Zona:")
    assert isinstance(pattern, re.Pattern)


def test_any_field_that_differs_stops_before_saving(
    tramite: TramitePage, abierto: Serviweb, serviweb: Mock, datos: DatosDelTramite
) -> None:
    fill(tramite, abierto, datos)
    spoilt: list[str] = []
    for campo in ("zona", "medio", "suscriptor", "tercero", "servicio", "tipo", "causal", "observacion"):
        field = tramite.pantalla.find(campo)
        if campo in {"observacion", "suscriptor", "tercero"}:
            field.fill("otra cosa")
        else:
            field.evaluate("select => { select.selectedIndex = 0 }")
        spoilt.append(campo)
        with pytest.raises(ReadBackMismatch, match=f"Difieren: {', '.join(spoilt)}\\."):
            tramite.require_holds(datos)
    assert serviweb.state()["tramites"] == []


def test_an_unexpected_alert_a_server_error_and_an_ended_session_are_told_apart(
    menu: MenuPage, abierto: Serviweb, serviweb: Mock
) -> None:
    serviweb.faults(alerta_inesperada={"veces": 1, "texto": "Cierre de caja a las 4 p. m."})
    menu.open("tramite")
    with pytest.raises(UnexpectedDialog, match="Cierre de caja"):
        open_and_load(abierto)
    menu.open("tramite")
    serviweb.faults(error_antes={"veces": 1, "ruta": "POST .*tramite"})
    with pytest.raises(ServiwebUnavailable):
        TramitePage(abierto).choose_zona_y_medio("FLORENCIA", "PERSONAL")
    menu.open("tramite")
    serviweb.faults(sesion_expirada={"veces": 1, "ruta": "suscriptor"})
    with pytest.raises(SessionExpired):
        open_and_load(abierto)


def test_a_refusal_of_guardar_quotes_serviweb(
    tramite: TramitePage, abierto: Serviweb, serviweb: Mock, datos: DatosDelTramite
) -> None:
    fill(tramite, abierto, datos)
    tramite.observacion.fill("   ")
    with pytest.raises(TramiteRefused, match="Debe digitar la observación"):
        confirmed(tramite.save())
    assert serviweb.state()["tramites"] == []


def test_the_browser_never_sends_guardar_again_by_itself(
    menu: MenuPage, abierto: Serviweb, serviweb: Mock, datos: DatosDelTramite
) -> None:
    for times, (fault, saved) in enumerate((("corte_antes", 0), ("corte_despues", 1)), start=1):
        menu.open("tramite")
        tramite = TramitePage(abierto)
        fill(tramite, abierto, datos)
        serviweb.faults(**{fault: {"veces": 1, "ruta": "guardar"}})
        with pytest.raises(OutcomeUnknown) as unknown:
            confirmed(tramite.save())
        assert not unknown.value.respondio, fault
        assert len(serviweb.state()["tramites"]) == saved, fault
        assert serviweb.state()["registro"].count("POST /serviweb/pqr/guardar.do") == times, fault
        abierto.page.reload()


def test_nothing_leaves_before_it_is_announced_nor_where_announcing_it_fails(
    tramite: TramitePage, abierto: Serviweb, menu: MenuPage, serviweb: Mock, datos: DatosDelTramite
) -> None:
    fill(tramite, abierto, datos)
    requests_when_announced: list[int] = []
    confirmed(tramite.save(lambda: requests_when_announced.append(serviweb.state()["peticiones"])))
    assert requests_when_announced == [serviweb.state()["registro"].index("POST /serviweb/pqr/guardar.do")]
    menu.open("tramite")
    again = TramitePage(abierto)
    fill(again, abierto, datos)

    def forbid() -> None:
        raise EjecucionAbandonada

    with pytest.raises(EjecucionAbandonada):
        again.save(forbid)
    assert len(serviweb.state()["tramites"]) == 1


def test_a_robot_that_stood_still_before_sending_does_not_send(
    tramite: TramitePage, abierto: Serviweb, serviweb: Mock, datos: DatosDelTramite
) -> None:
    fill(tramite, abierto, datos)

    def stand_still() -> None:
        threading.Event().wait(2.2)

    with pytest.raises(EnvioVencido):
        tramite.save(stand_still)
    assert serviweb.state()["tramites"] == []


def test_a_page_that_submits_after_it_was_given_up_sends_nothing(
    tramite: TramitePage, abierto: Serviweb, serviweb: Mock, datos: DatosDelTramite
) -> None:
    """A process that stood still, or a slow page: the wait for an answer ends before the form has left."""
    fill(tramite, abierto, datos)
    tramite.pantalla.frame.evaluate(
        "() => { const form = document.forms[0], send = form.submit.bind(form); form.submit = () => setTimeout(send, 5000); }"
    )
    abierto.espera_ms = 800
    announced: list[bool] = []
    with pytest.raises(ScreenChanged, match="no envió nada"):
        tramite.save(lambda: announced.append(True))
    assert abierto.gastada
    abierto.page.wait_for_event("requestfailed", lambda request: request.method == "POST", timeout=patience_ms(15))
    assert announced == []
    assert serviweb.state()["tramites"] == []


def test_hostile_text_arrives_as_plain_text(
    tramite: TramitePage, abierto: Serviweb, serviweb: Mock, datos: DatosDelTramite
) -> None:
    hostile = '=HYPERLINK("http://x","y") <script>alert(1)</script> \' OR 1=1 -- &#8805; &amp;'
    hostile_datos = dataclasses.replace(datos, observacion=hostile)
    fill(tramite, abierto, hostile_datos)
    tramite.require_holds(hostile_datos)
    confirmed(tramite.save())
    assert serviweb.state()["tramites"][0]["observacion"] == hostile
