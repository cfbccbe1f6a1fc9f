"""The form behind what offices put before it: nginx and Caddy as `despliegue/` has them, and nginx as it comes."""

import contextlib
import datetime as dt
import ipaddress
import logging
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from playwright.sync_api import Browser, expect

from robot.models import Estado
from robot.settings import PREFIX, Settings, load_settings
from robot.web.direccion import is_ours
from tests.paciencia import eventually, patience, patience_ms
from tests.web.conftest import CLAVE, Formulario

DESPLIEGUE = Path(__file__).resolve().parents[2] / "despliegue"
BARE = """server {
    listen 443 ssl;
    ssl_certificate     /etc/ssl/visitas.pem;
    ssl_certificate_key /etc/ssl/visitas.key;
    location / { proxy_pass http://127.0.0.1:8800; }
}"""
"""Nothing but what nginx does by itself: the form is asked for by another name, port and scheme than the browser's."""


@pytest.fixture
def ruta() -> str:
    return ""


@pytest.fixture
def settings(settings: Settings, monkeypatch: pytest.MonkeyPatch, ruta: str) -> Settings:
    monkeypatch.setenv(PREFIX + "WEB__DETRAS_DE_PROXY", "true")
    monkeypatch.setenv(PREFIX + "WEB__RUTA", ruta)
    return load_settings()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `visitas.pem` and `visitas.key`, of this machine."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    day = dt.timedelta(days=1)
    now = dt.datetime.now(dt.UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    own = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - day, now + day)
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "visitas.pem").write_bytes(own.public_bytes(serialization.Encoding.PEM))
    (folder / "visitas.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder


def nginx(folder: Path, port: int, behind: int, tls: Path, server: str) -> list[str]:
    own = (
        server.replace("listen 443", f"listen 127.0.0.1:{port}")
        .replace("127.0.0.1:8800", f"127.0.0.1:{behind}")
        .replace("/etc/ssl", str(tls))
    )
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    conf = folder / "nginx.conf"
    conf.write_text(
        f"daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log; events {{}}\n"
        f"http {{ access_log off; {temporary}\n{own}\n}}"
    )
    return ["nginx", "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(conf)]


def caddy(folder: Path, port: int, behind: int, tls: Path, example: str) -> list[str]:
    own = example.replace("127.0.0.1:8800", f"127.0.0.1:{behind}").replace(
        "visitas.example.com {", f"https://localhost:{port} {{\n\ttls {tls}/visitas.pem {tls}/visitas.key"
    )
    conf = folder / "Caddyfile"
    options = f"{{\n\tadmin off\n\tauto_https disable_redirects\n\tstorage file_system {folder}\n\tservers {{"
    assert own.count("{\n\tservers {") == 1
    conf.write_text(own.replace("{\n\tservers {", options))  # Caddy takes one block of options
    return ["caddy", "run", "--adapter", "caddyfile", "--config", str(conf)]


@contextlib.contextmanager
def running(command: list[str], port: int) -> Iterator[None]:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as proxy:  # our own words
        try:
            eventually(lambda: answers(port) or proxy.poll() is not None)
            assert proxy.poll() is None, "its configuration is refused"
            yield
        finally:
            proxy.terminate()


def answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=patience(1)):
        return True
    return False


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


SHIPPED = {name: (DESPLIEGUE / name).read_text(encoding="utf-8") for name in ("nginx.conf", "Caddyfile")}


@pytest.mark.parametrize(
    ("proxy", "example", "ruta"),
    [
        (nginx, SHIPPED["nginx.conf"].replace("location / {", "location /visitas/ {"), "/visitas"),
        (nginx, BARE, ""),
        (caddy, SHIPPED["Caddyfile"].replace("handle {", "handle /visitas* {"), "/visitas"),
    ],
    ids=["nginx", "nginx as it comes", "caddy"],
)
def test_an_asesor_files_and_follows_a_solicitud_through_a_proxy(
    browser: Browser,
    formulario: Formulario,
    llenar: Callable[..., None],
    certificate: Path,
    tmp_path: Path,
    proxy: Callable[..., list[str]],
    example: str,
    ruta: str,
) -> None:
    port = free_port()
    behind = urlsplit(formulario.url).port
    site = f"https://localhost:{port}"
    with running(proxy(tmp_path, port, behind, certificate, example), port):
        page = browser.new_context(ignore_https_errors=True).new_page()
        page.set_default_timeout(patience_ms(20))
        page.goto(f"{site}{ruta}/")
        page.get_by_label("Asesor").fill("ana")
        page.get_by_label("Clave").fill(CLAVE)
        page.get_by_role("button", name="Ingresar").click()
        expect(page).to_have_url(f"{site}{ruta}/solicitudes/nueva")
        expect(page.get_by_role("link", name="Nueva")).to_have_attribute("aria-current", "page")
        llenar(page)
        page.get_by_role("button", name="Radicar").click()
        expect(page.locator("#avance")).to_contain_text(Estado.EN_COLA.value)
        (one,) = formulario.servicio.registro.expedientes()
        expect(page).to_have_url(f"{site}{ruta}/solicitudes/{one.referencia}")
        formulario.servicio.ventanilla.cancel(one.referencia, quien="ana", motivo="")
        expect(page.locator("#avance")).to_contain_text(Estado.CANCELADA.value)
        page.get_by_role("link", name="Bandeja").first.click()
        expect(page).to_have_url(f"{site}{ruta}/solicitudes")
        page.get_by_role("button", name="Salir").click()
        expect(page).to_have_url(f"{site}{ruta}/ingreso")
        page.context.close()


def test_what_keeps_everybody_out_is_told_with_what_is_missing(
    formulario: Formulario, caplog: pytest.LogCaptureFixture
) -> None:
    """In the log for who set the proxy up; the page says whom to ask."""
    entry = f"{formulario.url}/ingreso"
    other = requests.get(entry, headers={"host": "pqr.example:8443"}, timeout=patience(10))
    assert other.status_code == 400
    assert "web.hosts" in other.text
    elsewhere = {"origin": "https://pqr.example:8443"}
    assert requests.post(entry, headers=elsewhere, timeout=patience(10)).status_code == 403
    assert requests.post(entry, headers={"origin": "http://localhost"}, timeout=patience(10)).status_code == 403
    told = [(one.getMessage(), getattr(one, "nombre", "")) for one in caplog.records if one.levelno == logging.WARNING]
    for (message, name), (says, whose) in zip(
        told, [("web.hosts", "pqr.example:8443"), ("Host", "pqr.example:8443"), ("https", "")], strict=True
    ):
        assert says in message
        assert name == whose


@pytest.mark.parametrize(
    "authority", ["pqr.example", "pqr.example:8443", "PQR.Example", "a.empresa.com.co", "[::1]:80"]
)
def test_a_name_is_ours_whatever_its_port_and_case(authority: str) -> None:
    assert is_ours(authority, ["pqr.example", "*.empresa.com.co"])


@pytest.mark.parametrize(
    "authority", ["", "null", "pqr.example.malo", "malo/pqr.example", "pqr.example@malo", "[", "empresa.com.co"]
)
def test_no_other_name_is_ours(authority: str) -> None:
    assert not is_ours(authority, ["pqr.example", "*.empresa.com.co"])
