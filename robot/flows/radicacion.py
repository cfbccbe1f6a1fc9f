"""A solicitud from request to copies, in one go: the steps of the visita in order, and what is undone when one fails."""

import datetime as dt
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Self

from playwright.sync_api import Browser

from robot.browser import Navegador
from robot.copias import send_to_printer
from robot.errors import (
    BadInput,
    BusinessRejection,
    ConfigurationError,
    OutcomeUnknown,
    RobotError,
    ScreenChanged,
    TransientFailure,
)
from robot.flows import visita
from robot.flows.evidencia import drop_old, keep_screenshot
from robot.flows.progreso import Aviso, Progreso
from robot.flows.sesion import Sesion
from robot.flows.visita import Trabajo
from robot.models import (
    ZONA_HORARIA,
    Asesor,
    Cita,
    DocumentoCopias,
    Estado,
    FallaInformada,
    Radicado,
    Resultado,
    Solicitud,
)
from robot.perfil import Perfil
from robot.procedure import VISITA_DOMICILIARIA, Paso, Procedimiento
from robot.referencia import Referencia
from robot.settings import Settings
from robot.sheets import Programacion

_CLICKS = 2
_NOTHING_LEFT = (BusinessRejection, ConfigurationError, TransientFailure, ScreenChanged)


def failure(error: RobotError) -> FallaInformada:
    """An error as the result tells it."""
    return FallaInformada(
        tipo=error.familia,
        clase=type(error).__name__,
        mensaje=error.texto,
        paso=error.paso.numero if error.paso is not None else None,
    )


class Oficina(AbstractContextManager["Oficina"]):
    """Everything one thread needs to file solicitudes: settings, perfil, Programación, one browser, the open sessions.

    Raises (on construction):
        ConfigurationError: a setting that every solicitud needs is missing.
    """

    def __init__(
        self,
        settings: Settings,
        procedimiento: Procedimiento = VISITA_DOMICILIARIA,
        browser: Browser | None = None,
    ) -> None:
        self.settings = settings
        self.procedimiento = procedimiento
        self.url = settings.serviweb_url()
        self.perfil = Perfil.load(settings.serviweb.perfil)
        self.programacion = Programacion(settings.programacion, settings.google)
        self.navegador = Navegador(settings.navegador, browser)
        self._sesiones: dict[str, Sesion] = {}

    def __enter__(self) -> Self:
        drop_old(self.settings.datos / "evidencia", self.settings.evidencia.dias, dt.datetime.now(ZONA_HORARIA))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.navegador.close()

    def sesion(self, asesor: Asesor) -> Sesion:
        """The asesor's Serviweb, open or to be opened."""
        if asesor.usuario not in self._sesiones:
            self._sesiones[asesor.usuario] = Sesion(
                self.navegador,
                asesor,
                url=self.url,
                perfil=self.perfil,
                espera_ms=self.settings.serviweb.espera_segundos * 1000,
            )
        return self._sesiones[asesor.usuario]

    def radicar(
        self, solicitud: Solicitud, aviso: Aviso | None = None, *, imprimir_de_nuevo: bool = False
    ) -> Resultado:
        """File one solicitud. Never raises an error of ours: whatever happens is in the result.

        With a `clave_idempotencia` the same key always means the same solicitud: what an earlier run left in Serviweb and
        Programación is found and finished, not done again.
        """
        clave = solicitud.clave_idempotencia
        prefijo = self.procedimiento.prefijo_referencia
        trabajo = Trabajo(
            procedimiento=self.procedimiento,
            solicitud=solicitud,
            referencia=Referencia.of_key(prefijo, clave) if clave else Referencia.new(prefijo),
            primer_intento=clave is None,
        )
        progreso = Progreso(aviso) if aviso else Progreso()
        return _Radicacion(self, trabajo, progreso, imprimir_de_nuevo=imprimir_de_nuevo).run()


class _Radicacion:
    """One run: what has been reached so far, and what must be undone if it goes no further."""

    def __init__(self, oficina: Oficina, trabajo: Trabajo, progreso: Progreso, *, imprimir_de_nuevo: bool) -> None:
        self.imprimir_de_nuevo = imprimir_de_nuevo
        self.clicked = False
        self.oficina = oficina
        self.trabajo = trabajo
        self.progreso = progreso
        self.avisos: list[str] = []
        self.cita: Cita | None = None
        self.radicado: Radicado | None = None
        self.documento: DocumentoCopias | None = None
        self.ruta = trabajo.solicitud.ruta or ""

    def run(self) -> Resultado:
        counted = self.oficina.programacion.llamadas.total()
        sesion: Sesion | None = None
        requests = 0
        error: RobotError | None = None
        try:
            asesor = self.oficina.settings.asesor(self.trabajo.solicitud.asesor)
            sesion = self.oficina.sesion(asesor)
            requests = sesion.peticiones
            self._file(sesion, asesor)
        except RobotError as raised:
            error = raised.redacted(self.trabajo.solicitud.secretos)
            self._undo(error)
            if sesion is not None:
                self._keep_evidence(sesion, error)
                sesion.renew()
        except KeyboardInterrupt:
            if self.cita is not None and not self.clicked:
                self.oficina.programacion.release(self.cita)
            raise
        estado = self._estado(error)
        return Resultado(
            referencia=self.trabajo.referencia,
            estado=estado,
            radicado=self.radicado.numero if self.radicado else None,
            cita=self.cita,
            copias=self.documento.archivo if self.documento else None,
            documento=self.documento,
            avisos=tuple(self.avisos),
            pasos=self.progreso.pasos,
            peticiones={
                "serviweb": (sesion.peticiones - requests) if sesion else 0,
                "google": self.oficina.programacion.llamadas.total() - counted,
            },
            error=failure(error) if error else None,
        )

    def _file(self, sesion: Sesion, asesor: Asesor) -> None:
        """Steps 2–12 in the order of the procedure."""
        on_screen = self._reach_saved(sesion, asesor)
        self._note(asesor)
        self._print(sesion, on_screen=on_screen)
        self._verify(asesor)

    def _reach_saved(self, sesion: Sesion, asesor: Asesor) -> bool:
        """Up to a radicado; whether the saved trámite is on screen."""
        trabajo, progreso = self.trabajo, self.progreso
        if not trabajo.primer_intento:
            self.radicado = visita.adopt_saved(sesion, trabajo)
            if self.radicado is not None:
                self.avisos.append("La solicitud ya estaba radicada; no se guardó de nuevo.")
                self._book_again(sesion, asesor)
                return False
        else:
            visita.require_cupo(self.oficina.programacion, trabajo, progreso)
        for _ in range(_CLICKS):
            formulario = visita.fill_form(sesion, trabajo, progreso)
            self.ruta = formulario.ruta
            self.avisos = list(dict.fromkeys([*self.avisos, *formulario.avisos]))
            if self.cita is None:
                self._book(asesor)
            self.clicked = True
            guardado = visita.save_tramite(
                sesion,
                formulario,
                trabajo,
                plazo_segundos=self.oficina.settings.serviweb.plazo_confirmacion_segundos,
                progreso=progreso,
            )
            if guardado is not None:
                self.radicado = guardado.radicado
                return guardado.en_pantalla
        raise TransientFailure("Serviweb falló al guardar y se comprobó que no guardó nada.", paso=Paso.GUARDAR)

    def _book(self, asesor: Asesor) -> None:
        self.cita = visita.book_cita(
            self.oficina.programacion,
            self.trabajo,
            ruta=self.ruta,
            asesor=asesor.nombre,
            first_attempt=self.trabajo.primer_intento,
            progreso=self.progreso,
        )

    def _book_again(self, sesion: Sesion, asesor: Asesor) -> None:
        """The cita of a trámite that an earlier run saved: the one it took, or another."""
        solicitud = self.trabajo.solicitud
        self.cita = self.oficina.programacion.find(self.trabajo.referencia, solicitud.suscriptor)
        if self.cita is None:
            self.ruta = solicitud.ruta or visita.read_ruta(sesion, self.trabajo)
            self._book(asesor)

    def _note(self, asesor: Asesor) -> None:
        if self.cita is None or self.radicado is None:
            raise OutcomeUnknown("Falta la cita o el radicado.")
        self.cita, said = visita.note_radicado(
            self.oficina.programacion,
            self.trabajo,
            self.cita,
            self.radicado,
            ruta=self.ruta,
            asesor=asesor.nombre,
            progreso=self.progreso,
        )
        self.avisos += said

    def _verify(self, asesor: Asesor) -> None:
        """Once more at the end: a person who was typing into the row while we wrote has finished by now."""
        if self.cita is not None:
            with self.progreso.paso(Paso.PROGRAMACION):
                if not self.oficina.programacion.holds(self.cita):
                    self._note(asesor)

    def _print(self, sesion: Sesion, *, on_screen: bool) -> None:
        if self.radicado is None:
            raise OutcomeUnknown("Falta el radicado.")
        carpeta = self.oficina.settings.datos / "copias"
        self.documento = visita.print_copies(
            sesion, self.trabajo, self.radicado, carpeta, self.progreso, on_screen=on_screen
        )
        impresora = self.oficina.settings.impresion.impresora
        if impresora:
            try:
                self.documento = send_to_printer(self.documento, impresora, again=self.imprimir_de_nuevo)
            except ConfigurationError as unprinted:
                self.avisos.append(unprinted.texto)

    def _undo(self, error: RobotError) -> None:
        """Nothing was saved: the cupo is free again. If that fails too, the error says what was left behind."""
        if self.cita is None or self.radicado is not None or not isinstance(error, _NOTHING_LEFT):
            return
        try:
            self.oficina.programacion.release(self.cita)
        except RobotError:
            error.quedo = (
                f"El cupo del {self.cita.fecha:%d/%m/%Y} a las {self.cita.hora:%H:%M} quedó apartado: libérelo a mano."
            )
            return
        self.cita = None

    def _estado(self, error: RobotError | None) -> Estado:
        if error is None:
            return Estado.RADICADA
        if self.radicado is None and self.cita is None and isinstance(error, (*_NOTHING_LEFT, BadInput)):
            return Estado.RECHAZADA
        return Estado.POR_VERIFICAR

    def _keep_evidence(self, sesion: Sesion, error: RobotError) -> None:
        if not isinstance(error, ScreenChanged | OutcomeUnknown):
            return
        carpeta = self.oficina.settings.datos / "evidencia" / self.trabajo.referencia
        nombre = f"paso-{error.paso.numero if error.paso else 0:02d}"
        kept = keep_screenshot(sesion.serviweb, carpeta, nombre, self.trabajo.solicitud.secretos)
        if kept is not None:
            self.avisos.append(f"La pantalla quedó guardada en {kept}.")
