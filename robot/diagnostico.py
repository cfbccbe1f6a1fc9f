"""`diagnostico`: is everything there that a solicitud needs? One line a thing, with a remedy where it is not."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from robot.errors import CodigoSalida, ConfigurationError, RobotError
from robot.flows.oficina import Oficina
from robot.settings import Settings


@dataclass(frozen=True, slots=True)
class Revision:
    """One thing looked at: its name, what was found, and the exit code it would cause."""

    nombre: str
    detalle: str
    codigo: CodigoSalida = CodigoSalida.HECHO

    @property
    def bien(self) -> bool:
        return self.codigo is CodigoSalida.HECHO


def _look(nombre: str, look: Callable[[], str]) -> Revision:
    try:
        return Revision(nombre, look())
    except RobotError as error:
        return Revision(nombre, error.texto, error.codigo_salida)


def diagnose(settings: Settings) -> Iterator[Revision]:
    """Look at settings, browser, Serviweb, Google and printer, in the order in which they are needed.

    Nothing is saved; each asesor signs in once.
    """
    yield _look("Asesores", lambda: _asesores(settings))
    try:
        oficina = Oficina(settings)
    except RobotError as error:
        yield Revision("Configuración", error.texto, error.codigo_salida)
        return
    yield Revision("Configuración", f"Serviweb en {oficina.url}")
    yield from _browser_and_serviweb(oficina)
    yield from _google(oficina)
    yield _look("Impresora", lambda: _printer(settings.impresion.impresora))


def _asesores(settings: Settings) -> str:
    if not settings.asesores:
        raise ConfigurationError(
            "No hay asesores: agregue usuario, clave y nombre de cada uno.", campo="asesores.<clave>"
        )
    return ", ".join(sorted(settings.asesores))


def _browser_and_serviweb(oficina: Oficina) -> Iterator[Revision]:
    with oficina:
        navegador = _look("Navegador", lambda: f"Chromium {oficina.navegador.start()}")
        yield navegador
        for clave in sorted(oficina.settings.asesores) if navegador.bien else ():

            def sign_in(clave: str = clave) -> str:
                oficina.sesion(oficina.settings.asesor(clave)).menu()
                return "ingresa"

            yield _look(f"Serviweb, asesor {clave}", sign_in)


def _google(oficina: Oficina) -> Iterator[Revision]:
    try:
        for line in oficina.programacion.check():
            yield Revision("Programación", line)
    except RobotError as error:
        yield Revision("Programación", error.texto, error.codigo_salida)


def _printer(impresora: str) -> str:
    if not impresora:
        return "ninguna: las copias quedan en PDF"
    command = shutil.which("lpstat")
    if command is None:
        raise ConfigurationError("No se encontró CUPS (lpstat).", campo="impresion.impresora")
    known = subprocess.run([command, "-p", impresora], capture_output=True, timeout=20, check=False)  # noqa: S603  # no shell
    if known.returncode != 0:
        raise ConfigurationError(f"CUPS no conoce la impresora «{impresora}».", campo="impresion.impresora")
    return impresora
