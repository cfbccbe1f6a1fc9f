"""What stands between the robot and Serviweb: every request goes the same way, Guardar included, or it is told that none left."""

import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trustme
from playwright.sync_api import Browser

from fixtures.procesos import Mock, MockGoogle, running
from fixtures.proxy import Proxy, running_proxy
from robot.flows.constancia import ConstanciaEnMemoria
from robot.flows.formulario import fill_form
from robot.flows.guardado import save_tramite
from robot.flows.oficina import Oficina
from robot.flows.progreso import Progreso
from robot.flows.radicacion import radicar
from robot.flows.visita import Trabajo
from robot.models import Asesor, Solicitud
from robot.red import RedSettings
from robot.referencia import Referencia
from robot.settings import Settings
from tests.flows.test_radicacion import assert_radicada_once
from tests.procedimientos import VISITA_DOMICILIARIA

New = Callable[..., Solicitud]


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    """One as companies have it: with an account, and no tunnel but to port 443."""
    with running_proxy(cuenta="robot:secreta") as running:
        running.solo_443 = True
        yield running


@pytest.fixture
def detras(settings: Settings, browser: Browser, proxy: Proxy) -> Iterator[Oficina]:
    """An oficina that reaches Serviweb through the proxy only."""
    red = RedSettings(proxy=proxy.url, proxy_usuario="robot", proxy_clave="secreta")
    with Oficina(settings.model_copy(update={"red": red}), browser=browser) as ready:
        yield ready


def test_every_request_goes_through_the_proxy_guardar_too(
    detras: Oficina, asesor: Asesor, solicitud: New, serviweb: Mock, google: MockGoogle, proxy: Proxy
) -> None:
    assert "llega" in detras.sesion(asesor).try_out_the_way()
    assert_radicada_once(radicar(detras, solicitud()), serviweb, google)
    seen = [line for line in proxy.vistas if "/serviweb/" in line]
    assert [line.partition("?")[0] for line in seen] == [
        line for line in serviweb.state()["registro"] if "/serviweb/" in line
    ]


def test_what_found_no_connection_at_guardar_was_not_sent_and_is_sent_later(
    detras: Oficina, solicitud: New, serviweb: Mock, proxy: Proxy, asesor: Asesor
) -> None:
    asked = solicitud()
    trabajo = Trabajo(VISITA_DOMICILIARIA, asked, Referencia.new(VISITA_DOMICILIARIA.prefijo_referencia))
    sesion, constancia, progreso = detras.sesion(asesor), ConstanciaEnMemoria(), Progreso()
    formulario = fill_form(sesion, trabajo, progreso)
    proxy.close()
    intento = save_tramite(sesion, formulario, trabajo, constancia, plazo_segundos=1, progreso=progreso)
    assert (intento.radicado, constancia.envio, serviweb.state()["tramites"]) == (None, None, [])
    proxy.open()
    again = fill_form(sesion, trabajo, progreso)
    intento = save_tramite(sesion, again, trabajo, constancia, plazo_segundos=1, progreso=progreso)
    (tramite,) = serviweb.state()["tramites"]
    assert intento.radicado is not None
    assert intento.radicado.numero == tramite["radicado"]


@pytest.fixture
def autoridad() -> trustme.CA:
    """An authority that nobody knows."""
    return trustme.CA()


@pytest.fixture
def protegido(autoridad: trustme.CA, tmp_path: Path) -> Iterator[Mock]:
    """A Serviweb by https that asks for a client certificate, and then for user and password."""
    own, ca = tmp_path / "servidor.pem", tmp_path / "ca.pem"
    autoridad.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(own))
    autoridad.cert_pem.write_to_path(str(ca))
    confianza = ssl.create_default_context(cafile=str(ca))
    autoridad.issue_cert("pruebas@serviweb.test").configure_cert(confianza)
    with running("fixtures.mock_serviweb", "--certificado", str(own), "--autoridad", str(ca)) as url:
        mock = Mock(url, confianza)
        mock.faults(basic={"veces": -1, "usuario": "robot", "clave": "de-la-puerta"})
        yield mock


@pytest.mark.parametrize("intermedio", [True, pytest.param(False, marks=pytest.mark.larga)])
@pytest.mark.larga
def test_certificates_and_http_basic_hold_for_every_request(
    settings: Settings,
    browser: Browser,
    autoridad: trustme.CA,
    protegido: Mock,
    google: MockGoogle,
    solicitud: New,
    proxy: Proxy,
    tmp_path: Path,
    intermedio: bool,
) -> None:
    mine = autoridad.issue_cert("robot@serviweb.test")
    mine.cert_chain_pems[0].write_to_path(str(tmp_path / "robot.pem"))
    mine.private_key_pem.write_to_path(str(tmp_path / "robot.key"))
    whole = RedSettings(
        proxy=proxy.url if intermedio else "ninguno",
        proxy_usuario="robot",
        proxy_clave="secreta",
        usuario="robot",
        clave="de-la-puerta",
        certificado=tmp_path / "robot.pem",
        llave=tmp_path / "robot.key",
        sin_verificar="autofirmado",
    )
    proxy.solo_443 = False
    serviweb = settings.serviweb.model_copy(update={"url": protegido.url})
    there = settings.model_copy(update={"serviweb": serviweb, "red": whole})
    with Oficina(there, browser=browser) as oficina:
        assert_radicada_once(radicar(oficina, solicitud()), protegido, google)
    assert bool(proxy.vistas) == intermedio
    missing = {"sin_verificar": "", "usuario": ""}
    for campo, nothing in missing.items():
        less = there.model_copy(update={"red": whole.model_copy(update={campo: nothing})})
        with Oficina(less, browser=browser) as oficina:
            error = radicar(oficina, solicitud()).error
        assert error is not None
        assert (error.clase, f"RED__{campo.upper()}" in error.mensaje) == ("ConfigurationError", True), error
