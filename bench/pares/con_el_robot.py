"""Our own browser part as a contestant: pages and flow with read-back and evidence on, without sheet and without engine."""

import tempfile
from collections.abc import Callable

from bench.pares.protocolo import Pedido, Puesta, serve
from robot.browser import Navegador
from robot.flows.constancia import ConstanciaEnMemoria
from robot.flows.documento import print_document
from robot.flows.formulario import fill_form, open_ahead
from robot.flows.guardado import save_tramite
from robot.flows.memoria import Memoria
from robot.flows.progreso import Progreso
from robot.flows.sesion import Sesion
from robot.flows.visita import Trabajo
from robot.models import Solicitud
from robot.perfil.perfil import Perfil
from robot.referencia import Referencia
from robot.settings import Settings


class ConElRobot:
    """Args: listo: with the form of the next solicitud opened while nobody waits, as a worker does."""

    def __init__(self, puesta: Puesta, *, listo: bool = False) -> None:
        self._listo = listo
        self._folder = tempfile.TemporaryDirectory()
        settings = Settings(
            datos=self._folder.name,
            serviweb={"url": puesta.url},
            navegador={"ejecutable": puesta.navegador},
            asesores={"ana": {"usuario": puesta.usuario, "clave": puesta.clave, "nombre": "Ana"}},
        )
        self._navegador = Navegador(settings.navegador)
        self._sesion = Sesion(
            self._navegador,
            settings.asesor("ana"),
            al_dia=lambda: settings.asesor("ana"),
            memoria=Memoria.of(settings),
            url=settings.serviweb_url(),
            red=settings.red,
            perfil=Perfil.load(None),
            espera_ms=settings.serviweb.espera_segundos * 1000,
            traza=settings.evidencia.traza,
        )
        self._procedimiento = settings.catalogo.primero
        self._sesion.menu()

    def radicar(self, pedido: Pedido, guardado: Callable[[str], None]) -> bytes:
        procedimiento = self._procedimiento
        solicitud = Solicitud(
            suscriptor=pedido.suscriptor,
            cedula=pedido.cedula,
            nombre="Rosa Elvira Muñoz",
            celular="3105550101",
            solicitud=pedido.observacion,
            asesor="ana",
        )
        trabajo = Trabajo(procedimiento, solicitud, Referencia.new(procedimiento.prefijo_referencia))
        sesion, progreso, constancia = self._sesion, Progreso(), ConstanciaEnMemoria()
        sesion.record(trabajo.referencia)
        formulario = fill_form(sesion, trabajo, progreso)
        radicado = save_tramite(sesion, formulario, trabajo, constancia, plazo_segundos=10, progreso=progreso).radicado
        assert radicado is not None  # a bench that files nothing says so
        guardado(radicado.numero)
        return print_document(sesion, trabajo, radicado)

    def descansar(self) -> None:
        if self._listo:
            open_ahead(self._sesion, self._procedimiento)

    def cerrar(self) -> None:
        self._navegador.close()
        self._folder.cleanup()


if __name__ == "__main__":
    serve(ConElRobot)
