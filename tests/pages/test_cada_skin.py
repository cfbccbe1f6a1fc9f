"""Each page object on screens as different as real systems are: nothing but the perfil changes."""

import dataclasses
import datetime as dt
import io

import pytest
from pydantic import SecretStr
from pypdf import PdfReader

from fixtures.procesos import Mock
from robot.errors import CredentialsRefused, ObservacionDoesNotFit, ReadBackMismatch, TerceroRefused
from robot.models import ZONA_HORARIA, Asesor, Tercero
from robot.pages.consulta import ConsultaPage
from robot.pages.impresion import ImpresionPage
from robot.pages.login import LoginPage
from robot.pages.menu import MenuPage
from robot.pages.serviweb import Serviweb
from robot.pages.terceros import TercerosPage
from robot.pages.tramite import DatosDelTramite, TramitePage
from robot.pages.veredicto import confirmed
from tests.pages.test_tramite import fill
from tests.procedimientos import VISITA_DOMICILIARIA

pytestmark = pytest.mark.cada_skin


def test_a_wrong_password_is_tried_once(abierto: Serviweb, serviweb: Mock, asesor: Asesor) -> None:
    login = LoginPage(abierto)
    assert login.open(serviweb.url) is None
    with pytest.raises(CredentialsRefused):
        login.sign_in(asesor.model_copy(update={"clave": SecretStr("equivocada-9")}))
    assert serviweb.state()["fallos_de_ingreso"] == {"asesor1": 1}


def test_suscriptor_and_tercero_are_read_from_the_screen(
    tramite: TramitePage, abierto: Serviweb, serviweb: Mock
) -> None:
    known = serviweb.state()["suscriptores"][1]
    tramite.choose_zona_y_medio("FLORENCIA", "PERSONAL")
    shown = tramite.load_suscriptor(known["codigo"])
    assert (shown.nombre, shown.ruta, shown.estado) == (known["nombre"], known["ruta"], known["estado"])
    terceros = TercerosPage(abierto, tramite)
    person = serviweb.state()["terceros"][3]
    assert terceros.find(person["cedula"]) == Tercero(cedula=person["cedula"], nombre=person["nombre"])
    assert terceros.find("40765123") is None


def test_a_whole_form_holds_and_is_saved_as_it_was_asked_and_found_among_others(
    menu: MenuPage, tramite: TramitePage, abierto: Serviweb, serviweb: Mock, datos: DatosDelTramite
) -> None:
    serviweb.seed(12, suscriptor=datos.suscriptor, tercero=datos.tercero)
    fill(tramite, abierto, datos)
    tramite.require_holds(datos)
    with pytest.raises(ReadBackMismatch, match=r"Difieren: causal, observacion\."):
        tramite.require_holds(dataclasses.replace(datos, causal="VISITA TÉCNICA", observacion="otra cosa"))
    said = confirmed(tramite.save())
    saved = serviweb.state()["tramites"][-1]
    assert said is None or said.numero == saved["radicado"]
    for campo in ("zona", "medio", "suscriptor", "tercero", "servicio", "tipo", "causal", "observacion"):
        assert saved[campo] == getattr(datos, campo)
    serviweb.seed(12, suscriptor=datos.suscriptor, tercero=datos.tercero)
    menu.open("consulta")
    consulta = ConsultaPage(abierto)
    found = consulta.find(suscriptor=datos.suscriptor, referencia="VD-PRUEBA")
    assert [one.numero for one in found.radicados] == [saved["radicado"]]
    assert consulta.find(suscriptor=datos.suscriptor, referencia="VD-OTRA").concluyente


def test_the_document_of_a_tramite_found_again_becomes_a_pdf(menu: MenuPage, abierto: Serviweb, serviweb: Mock) -> None:
    serviweb.seed(1, suscriptor="001008", tercero=serviweb.state()["terceros"][0]["cedula"])
    menu.open("consulta")
    consulta = ConsultaPage(abierto)
    (found,) = consulta.find(suscriptor="001008", referencia="Semilla").radicados
    consulta.open_tramite(found)
    content = ImpresionPage(abierto).document(VISITA_DOMICILIARIA.documento, found.numero)
    assert found.numero in PdfReader(io.BytesIO(content)).pages[0].extract_text()


def test_a_text_too_long_for_the_field_is_refused_not_cut(
    abierto: Serviweb, menu: MenuPage, serviweb: Mock, datos: DatosDelTramite, skin: str
) -> None:
    if skin == "extjs":
        pytest.skip("a script holds its limit, and only the perfil can say it: tests/pages/test_campos.py")
    serviweb.faults(observacion_maxima={"veces": -1, "caracteres": 40})
    abierto.page.reload()  # some pages are told all their limits at sign-in
    menu.open("tramite")
    with pytest.raises(ObservacionDoesNotFit, match="sobran 10"):
        fill(TramitePage(abierto), abierto, dataclasses.replace(datos, observacion="x" * 50))
    assert serviweb.state()["tramites"] == []


def test_a_tercero_that_another_counter_added_first_is_refused_at_once(
    abierto: Serviweb, menu: MenuPage, serviweb: Mock
) -> None:
    menu.open("tramite")
    tramite = TramitePage(abierto)
    tramite.choose_zona_y_medio("FLORENCIA", "PERSONAL")
    tramite.load_suscriptor("001008")
    terceros = TercerosPage(abierto, tramite)
    person = Tercero(cedula="40765123", nombre="Rosa Peña", celular="3105550101")
    assert terceros.find(person.cedula) is None
    serviweb.add_tercero(person.cedula, person.nombre, person.celular)
    with pytest.raises(TerceroRefused, match="ya existe"):
        terceros.add(person)
    serviweb.faults(latencia={"veces": -1, "ms": 300})
    found = terceros.find(person.cedula)
    assert found is not None, "the words that stood there already were taken for the answer"
    assert found.nombre == "ROSA PEÑA"


@pytest.mark.parametrize("anew", [True, False], ids=["opened anew", "asked again"])
def test_what_an_earlier_search_left_on_screen_is_no_answer_to_the_next_one(
    menu: MenuPage, abierto: Serviweb, serviweb: Mock, anew: bool
) -> None:
    menu.open("consulta")
    consulta = ConsultaPage(abierto)

    def search(suscriptor: str, referencia: str) -> tuple[list[str], bool]:
        nonlocal consulta
        if anew:
            menu.open("consulta")
            consulta = ConsultaPage(abierto)
        found = consulta.find(suscriptor=suscriptor, referencia=referencia)
        return [one.numero for one in found.radicados], found.concluyente

    assert search("001008", "VD-PRUEBA") == ([], True)
    today = f"{dt.datetime.now(ZONA_HORARIA):%Y-%m-%d} 08:00:00"
    serviweb.seed_tramites([{"suscriptor": "001008", "fecha": today, "observacion": "Visita. VD-PRUEBA"}])
    serviweb.faults(latencia={"ruta": r"consult|\(consulta\)", "ms": 3_000})
    abierto.espera_ms *= 3  # some pages ask twice
    (saved,) = serviweb.state()["tramites"]
    assert search("001008", "VD-PRUEBA") == ([saved["radicado"]], True)
    assert search("001015", "VD-PRUEBA") == ([], True)
    assert search("001008", "VD-PRUEBA") == ([saved["radicado"]], True)
