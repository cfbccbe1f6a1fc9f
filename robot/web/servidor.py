"""`serviweb-robot servir`: the form, and a worker in the same process."""

import contextlib
import ipaddress
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette

from robot.engine import Motor
from robot.errors import ConfigurationError, MotorOcupado
from robot.intake import Ventanilla
from robot.paper import Seguidor
from robot.record.accounts import Cuentas
from robot.settings import PREFIX, Settings, WebSettings
from robot.sheets import Programacion
from robot.web.app import create_app
from robot.web.conexiones import Connection, loop_of_https, most_connections
from robot.web.cupos import CuposLibres
from robot.web.servicio import Servicio
from robot.work import stop_asked
from robot.worker.vistazos import Vistazos

_GOODBYE_SECONDS = 3
_GULPS = 4
"""So many times as it takes in at once the server may have open: whoever asks is heard before a crowd has pushed them out."""
_QUEUE = 1024
_HTTPS_LOOP = f"{loop_of_https.__module__}:{loop_of_https.__name__}"
"""uvicorn takes a loop by name only."""
_LOOK_SECONDS = 1.0
_ATTEMPTS = 2
"""Somebody waits at the counter: whether Google answers is better told soon."""


def serve(settings: Settings, *, con_trabajador: bool, say: Callable[[str], None]) -> bool:
    """Serve until SIGTERM or Ctrl-C; whether this process could have gone on.

    Raises:
        ConfigurationError: it would be reached from elsewhere without https, or the address cannot be had.
    """
    web = settings.web
    require_safe(web)
    with Ventanilla(settings) as ventanilla, _worker(ventanilla, wanted=con_trabajador, say=say) as motor:
        impatient = settings.google.model_copy(update={"intentos": min(settings.google.intentos, _ATTEMPTS)})
        programacion = Programacion(settings.programacion, impatient)
        vistazos = _glances(ventanilla, say)
        with CuposLibres(programacion, web.cupos_segundos) as cupos, vistazos or contextlib.nullcontext():
            servicio = Servicio(settings, ventanilla, cupos, vistazos)
            server = _Server(configured(create_app(servicio), web))
            servicio.vigia.over = lambda: server.should_exit
            # uvicorn passes on the signal that ended it: somebody must be there to take it, or the worker dies with it
            with stop_asked(), _listening(web) as listener, _ending_with(motor, server):
                host, port = listener.getsockname()[:2]
                scheme = "https" if web.certificado else "http"
                say(f"Formulario en {scheme}://{host}:{port}{web.ruta}/ · Ctrl-C lo detiene.")
                server.run(sockets=[listener])
            return motor is None or not motor.averia.is_set()


def _glances(ventanilla: Ventanilla, say: Callable[[str], None]) -> Vistazos | None:
    """What looks codes up while they are typed; nothing, and why, where its account cannot be used."""
    cuentas = Cuentas(ventanilla.base)
    vistazos = Vistazos.of(ventanilla, lambda: [one.clave for one in cuentas.all() if one.activa])
    if vistazos is not None:
        try:
            vistazos.require_account()
        except ConfigurationError as wrong:
            say(f"El formulario no muestra de quién es un código: {wrong.texto}")
            return None
    return vistazos


class _Server(uvicorn.Server):
    """With room for a crowd before the door, whatever is taken in at once: uvicorn has one setting for both."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for one in sockets or ():
            one.listen(_QUEUE)


def configured(app: Starlette, web: WebSettings) -> uvicorn.Config:
    most = most_connections()
    return uvicorn.Config(
        app,
        http=Connection,
        loop=_HTTPS_LOOP if web.certificado else "asyncio",
        limit_concurrency=most,
        backlog=most // _GULPS,
        log_config=None,
        log_level=logging.WARNING,
        access_log=False,
        server_header=False,
        proxy_headers=web.detras_de_proxy,
        forwarded_allow_ips=list(web.proxies),
        ssl_certfile=web.certificado,
        ssl_keyfile=web.llave_tls,
        timeout_graceful_shutdown=_GOODBYE_SECONDS,
    )


def require_safe(web: WebSettings) -> None:
    """Passwords and personal data travel to other machines by https only.

    Raises:
        ConfigurationError.
    """
    if (web.certificado is None) != (web.llave_tls is None):
        raise ConfigurationError("Indique certificado y llave_tls, los dos.", campo=PREFIX + "WEB__CERTIFICADO")
    if not _is_loopback(web.direccion) and not web.seguro:
        raise ConfigurationError(
            f"Escuchar en {web.direccion} exige https: indique certificado y llave_tls, o detras_de_proxy = true.",
            campo=PREFIX + "WEB__DIRECCION",
        )


def _is_loopback(direccion: str) -> bool:
    try:
        return ipaddress.ip_address(direccion).is_loopback
    except ValueError:
        return direccion == "localhost"


@contextmanager
def _worker(ventanilla: Ventanilla, *, wanted: bool, say: Callable[[str], None]) -> Iterator[Motor | None]:
    with contextlib.ExitStack() as stack:
        motor = None
        if wanted:
            try:
                motor = stack.enter_context(Motor(ventanilla))
            except MotorOcupado:
                say("Otro trabajador de esta máquina ya está en servicio; el formulario le deja las solicitudes.")
        if motor is None:
            follower = Seguidor(ventanilla.papel)
            follower.start()
            stack.callback(follower.stop)
        yield motor


@contextmanager
def _listening(web: WebSettings) -> Iterator[socket.socket]:
    """Raises: ConfigurationError: the address is taken or none of this machine's."""
    try:
        family = socket.AF_INET6 if ":" in web.direccion else socket.AF_INET
        listener = socket.create_server((web.direccion, web.puerto), family=family, backlog=256)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # asyncio sees to it only for sockets of its own
    except OSError as refused:
        raise ConfigurationError(
            f"No se puede escuchar en {web.direccion}:{web.puerto} ({refused.strerror}).", campo=PREFIX + "WEB__PUERTO"
        ) from None
    with listener:
        yield listener


@contextmanager
def _ending_with(motor: Motor | None, server: uvicorn.Server) -> Iterator[None]:
    """A worker that cannot go on ends the process, so that whoever watches it starts it anew."""
    over = threading.Event()

    def watch(worker: Motor) -> None:
        while not over.wait(_LOOK_SECONDS):
            if worker.averia.is_set():
                server.should_exit = True
                return

    if motor is not None:
        threading.Thread(target=watch, args=(motor,), name="averia", daemon=True).start()
    try:
        yield
    finally:
        over.set()
