"""The parts of a run, each done on the thread that owns the browser, and what each tells the flow.

Every part is safe to do again: it looks for what an interrupted attempt of it may have left before it acts.
"""

import datetime as dt
import logging
import threading
from collections.abc import Callable
from functools import partial
from typing import Generic, Protocol, TypeVar

from playwright.sync_api import Error as BrowserError
from pydantic import BaseModel, ConfigDict, JsonValue
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_random_exponential

from robot.copias.marks import told
from robot.copias.printer import send_to_printer
from robot.errors import (
    Cancelada,
    OtroNombre,
    OutcomeUnknown,
    PrinterRefused,
    PrinterSilent,
    RevisionDevuelta,
    RevisionVencida,
    RobotError,
    ScreenChanged,
    ServiwebUnavailable,
    TransientFailure,
)
from robot.flows.cita import book_cita, note_radicado, require_cupo
from robot.flows.constancia import Constancia, Dicho, Etapa
from robot.flows.documento import copies_pending, print_ahead, print_copies
from robot.flows.evidencia import keep_evidence
from robot.flows.formulario import NombresDistintos, fill_form, filled_form, read_ruta, sign_in
from robot.flows.guardado import (
    adopt_saved,
    confirm_dicho,
    find_after_all,
    require_no_recent,
    require_single,
    save_tramite,
    settle_earlier,
)
from robot.flows.oficina import Oficina
from robot.flows.progreso import Aviso, Progreso
from robot.flows.sesion import Sesion
from robot.flows.visita import Trabajo
from robot.models import (
    EVIDENCIA_GUARDADA,
    ZONA_HORARIA,
    Asesor,
    Cita,
    Decision,
    DocumentoCopias,
    FormularioVisto,
    PasoMedido,
    Radicado,
)
from robot.procedure import Paso
from robot.reading.equality import share_a_word
from robot.settings import Cuales


class Dato(BaseModel):
    """What a part tells the flow: plain data that survives the process and the version of the robot."""

    model_config = ConfigDict(frozen=True)


class Hecho(Dato):
    """It is done; there is nothing more to say."""


class Previo(Dato):
    """The trámite that an earlier run or attempt saved, or nothing; and what to tell the asesor of it.

    Attributes:
        decidido: a person said that it is this one.
    """

    radicado: Radicado | None = None
    avisos: tuple[str, ...] = ()
    decidido: bool = False


class FormularioLleno(Dato):
    """The form holds everything up to Observación."""

    ruta: str
    avisos: tuple[str, ...] = ()


class Guardado(Dato):
    """The radicado, or nothing where it is proven that nothing was saved; and what to tell the asesor."""

    radicado: Radicado | None = None
    avisos: tuple[str, ...] = ()


class CitaVigente(Dato):
    """The cita that holds in the end, and what to tell the asesor of it.

    Attributes:
        documento: the copies anew, where those that were made told another one.
        copias_vencidas: they did, and others could not be made.
    """

    cita: Cita
    avisos: tuple[str, ...] = ()
    documento: DocumentoCopias | None = None
    copias_vencidas: bool = False


class Impreso(Dato):
    """The document and where it went; `aviso` if it did not reach paper."""

    documento: DocumentoCopias
    aviso: str = ""


T = TypeVar("T", bound=BaseModel)
_LOOK_SECONDS = 0.2
_WANTED_BY_PEOPLE = (Cancelada, RevisionDevuelta, RevisionVencida)
_SHOWN = {Etapa.FORMULARIO, Etapa.GUARDAR, Etapa.COPIAS}
"""The parts after which the screen shows something worth keeping."""

_log = logging.getLogger(__name__)


class Desenlace(Dato, Generic[T]):
    """How a part ended: with its value or with an error, and what it took.

    Attributes:
        falla: the error as plain data.
        peticiones: requests by system.
    """

    valor: T | None = None
    falla: dict[str, JsonValue] | None = None
    pasos: tuple[PasoMedido, ...] = ()
    peticiones: dict[str, int] = {}
    avisos: tuple[str, ...] = ()


class Corredor(Protocol):
    """Does a part of the run once, whatever happens to the process, and gives its outcome.

    With `insistir` it is done again for a while where a system does not answer.
    """

    def __call__(
        self, etapa: Etapa, tipo: type[T], accion: Callable[["Etapas"], T], *, insistir: bool
    ) -> Desenlace[T]: ...


class Etapas:
    """The parts for one solicitud. Lives for one part, on the thread of its oficina."""

    def __init__(self, oficina: Oficina, trabajo: Trabajo, constancia: Constancia, aviso: Aviso) -> None:
        self.oficina = oficina
        self.trabajo = trabajo
        self.constancia = constancia
        self.progreso = Progreso(aviso)
        self.primera_vez = True

    @property
    def asesor(self) -> Asesor:
        return self.oficina.settings.asesor(self.trabajo.solicitud.asesor)

    @property
    def sesion(self) -> Sesion:
        return self.oficina.sesion(self.asesor)

    @property
    def _plazo(self) -> float:
        return self.oficina.settings.serviweb.plazo_confirmacion_segundos

    @property
    def _decidido(self) -> bool:
        """Whether a person said which trámite it is."""
        dicho = self.constancia.dicho
        return dicho is not None and dicho.radicado

    def preparar(self) -> Previo:
        """Look for the trámite of an earlier run. What a person said of it holds, whatever can be seen."""
        trabajo, constancia = self.trabajo, self.constancia
        if (dicho := constancia.radicado_dicho) is not None:
            sin_referencia = constancia.dicho is Dicho.SIN_REFERENCIA
            avisos = confirm_dicho(self.sesion, trabajo, dicho, sin_referencia=sin_referencia)
            constancia.guardado(dicho)
            return Previo(radicado=dicho, avisos=avisos, decidido=True)
        if constancia.radicado is not None:
            return Previo(radicado=constancia.radicado, decidido=self._decidido)
        if constancia.envio is not None:
            return Previo(radicado=self._settle_earlier())
        if constancia.dicho is Dicho.NO_GUARDADO:
            return self._adopted(find_after_all(self.sesion, trabajo))
        if trabajo.primer_intento:
            dias, solicitud = self.oficina.settings.reglas.dias_duplicado, trabajo.solicitud
            if solicitud.revisar_duplicados and not solicitud.otra_visita and dias:
                require_no_recent(self.sesion, trabajo, dias, self.progreso)
            return Previo()
        return self._adopted(adopt_saved(self.sesion, trabajo))

    def _adopted(self, found: Radicado | None) -> Previo:
        if found is not None:
            self.constancia.guardado(found)
        return Previo(radicado=found)

    def _settle_earlier(self) -> Radicado | None:
        """Whatever keeps us from looking, what was sent stays in doubt."""
        try:
            return settle_earlier(
                self.sesion, self.trabajo, self.constancia, plazo_segundos=self._plazo, progreso=self.progreso
            )
        except OutcomeUnknown:
            raise
        except RobotError as hindered:
            raise OutcomeUnknown(hindered.texto, quedo="Un envío anterior sigue sin aclararse.") from None

    def ingresar(self) -> Hecho:
        """Step 2."""
        sign_in(self.sesion, self.progreso)
        return Hecho()

    def llenar(self) -> FormularioLleno:
        """Steps 3–9; meanwhile it is seen whether there is a cupo to take, before anything is changed in Serviweb.

        Raises:
            OtroNombre: somebody must say that the person is the one whom Serviweb knows.
        """
        programacion, trabajo, progreso = self.oficina.programacion, self.trabajo, self.progreso
        if not trabajo.primer_intento or self.constancia.comenzada(Etapa.CITA):
            formulario = fill_form(self.sesion, trabajo, progreso)
        else:
            look = partial(require_cupo, programacion, trabajo, progreso)
            with self.oficina.meanwhile(look) as there_is_one:
                formulario = fill_form(self.sesion, trabajo, progreso, antes_de_agregar=there_is_one)
        otro = formulario.otro_nombre
        about_name = () if otro is None else (self._told_of(otro),)
        return FormularioLleno(ruta=formulario.ruta, avisos=(*formulario.avisos, *about_name))

    def _told_of(self, otro: NombresDistintos) -> str:
        """Both names, for the asesor alone."""
        reserve = self.constancia.reserve
        both = f"Serviweb tiene «{reserve(otro.serviweb)}» y la solicitud dice «{reserve(otro.solicitud)}»."
        known = self.trabajo.solicitud.nombre_confirmado or share_a_word(otro.serviweb, otro.solicitud)
        if not known and self.oficina.settings.reglas.otro_nombre == "confirmar":
            raise OtroNombre(both, paso=Paso.TERCEROS, campo="nombre")
        return f"La cédula tiene otro nombre en Serviweb, y se conservó ese: {both}"

    def apartar(self, ruta: str) -> Cita:
        """Step 10, first half."""
        return book_cita(
            self.oficina.programacion,
            self.trabajo,
            ruta=ruta,
            asesor=self.asesor.nombre,
            first_attempt=self.primera_vez and self.trabajo.primer_intento,
            progreso=self.progreso,
        )

    def recuperar(self) -> Cita:
        """The cita of a trámite that an earlier run saved: the one it took, or another."""
        trabajo = self.trabajo
        found = self.oficina.programacion.find(trabajo.referencia, trabajo.solicitud.suscriptor)
        return found or self.apartar(trabajo.solicitud.ruta or read_ruta(self.sesion, trabajo))

    def revisar(self) -> Hecho:
        """Before step 11: the asesor looks at what Serviweb's form holds, and says whether to save it.

        Raises:
            RevisionDevuelta, RevisionVencida, Cancelada.
        """
        formulario = filled_form(self.sesion, self.trabajo, self.progreso)
        visto = FormularioVisto(valores=formulario.tramite.contents(), captura=formulario.tramite.picture())
        plazo = dt.timedelta(minutes=self.oficina.settings.web.revision_minutos)
        vence = self.constancia.show_before_saving(visto, plazo)
        pause = threading.Event()
        while (decision := self.constancia.decision) is Decision.PEDIDA:
            if dt.datetime.now(ZONA_HORARIA) > vence:
                raise RevisionVencida
            pause.wait(_LOOK_SECONDS)
        if decision is Decision.DEVUELTA:
            raise RevisionDevuelta
        return Hecho()

    def guardar(self) -> Guardado:
        """Step 11. What an interrupted attempt sent is settled first; only then is anything sent."""
        constancia = self.constancia
        if constancia.radicado is not None:
            return Guardado(radicado=constancia.radicado)
        if constancia.envio is not None and (settled := self._settle_earlier()) is not None:
            return Guardado(radicado=settled)
        formulario = filled_form(self.sesion, self.trabajo, self.progreso)
        intento = save_tramite(
            self.sesion, formulario, self.trabajo, constancia, plazo_segundos=self._plazo, progreso=self.progreso
        )
        return Guardado(radicado=intento.radicado, avisos=intento.avisos)

    def anotar(self, cita: Cita, radicado: Radicado, ruta: str) -> CitaVigente:
        """Step 10, second half; meanwhile Serviweb prints what the copies are made of."""
        note = partial(
            note_radicado,
            self.oficina.programacion,
            self.trabajo,
            cita,
            radicado,
            ruta=ruta,
            asesor=self.asesor.nombre,
            decidido=self._decidido,
            corregido=self.constancia.corregido,
            progreso=self.progreso,
        )
        with self.oficina.meanwhile(note) as noted:
            print_ahead(self.sesion, self.trabajo, radicado)
            kept, avisos = noted()
        return CitaVigente(cita=kept, avisos=avisos)

    def copiar(self, radicado: Radicado, cita: Cita) -> DocumentoCopias:
        """Step 12: the PDF."""
        carpeta = self.oficina.settings.datos / "copias"
        documento = print_copies(self.sesion, self.trabajo, radicado, cita, carpeta, self.progreso)
        self.constancia.copias_hechas(documento)
        return documento

    def verificar(self, cita: Cita, radicado: Radicado, ruta: str, *, copiada: bool) -> CitaVigente:
        """Once more at the end: a person who was typing into the row while we wrote has finished by now.

        Where the form was sent more than once, a trámite that was saved late shows now, too.

        Args:
            copiada: there are copies, and they tell this cita.
        """
        if self.constancia.envios > 1 and not self._decidido:
            require_single(self.sesion, self.trabajo, radicado)
        with self.progreso.paso(Paso.PROGRAMACION):
            if self.oficina.programacion.holds(cita):
                return CitaVigente(cita=cita)
        vigente = self.anotar(cita, radicado, ruta)
        return self._copied_again(vigente, radicado) if copiada and told(vigente.cita) != told(cita) else vigente

    def _copied_again(self, vigente: CitaVigente, radicado: Radicado) -> CitaVigente:
        """Nobody is handed a copy that tells a cita that is none any more."""
        try:
            return vigente.model_copy(update={"documento": self.copiar(radicado, vigente.cita)})
        except (TransientFailure, ScreenChanged) as hindered:
            avisos = (*vigente.avisos, copies_pending(hindered))
            return vigente.model_copy(update={"avisos": avisos, "copias_vencidas": True})

    def al_papel(self, documento: DocumentoCopias, impresora: str) -> Impreso:
        """Step 12: paper, at most once; an interruption in between prints nothing rather than twice."""
        return print_on_paper(documento, impresora, self.constancia)

    def liberar(self, cita: Cita | None) -> Hecho:
        """Nothing was saved: the cupo is free again, also one that an interrupted attempt took unknown to the flow."""
        programacion = self.oficina.programacion
        held = cita
        if held is None and self.constancia.comenzada(Etapa.CITA):
            held = programacion.find(self.trabajo.referencia, self.trabajo.solicitud.suscriptor)
        if held is not None:
            programacion.release(held, corregido=self.constancia.corregido)
        return Hecho()


def print_on_paper(documento: DocumentoCopias, impresora: str, constancia: Constancia) -> Impreso:
    """Send the copies to a printer unless they went there already; what the printer does not do is only told."""
    if constancia.por_imprimir(documento, impresora):
        try:
            send_to_printer(documento, impresora)
        except PrinterRefused as refused:
            constancia.no_impreso(documento, impresora)
            return Impreso(documento=documento, aviso=refused.texto)
        except PrinterSilent as silent:
            return Impreso(documento=documento, aviso=silent.texto)
    return Impreso(documento=documento.model_copy(update={"impresora": impresora}))


def run_etapa(
    oficina: Oficina,
    trabajo: Trabajo,
    constancia: Constancia,
    etapa: Etapa,
    accion: Callable[[Etapas], T],
    aviso: Aviso,
    *,
    insistir: bool,
) -> Desenlace[T]:
    """Do one part on the thread of the oficina. Errors of ours are its outcome; others are raised."""
    etapas = Etapas(oficina, trabajo, constancia, aviso)
    before = oficina.peticiones()
    valor: T | None = None
    error: RobotError | None = None
    avisos: tuple[str, ...] = ()
    patience = oficina.settings.motor.insistencia_segundos if insistir else 0
    again = Retrying(
        retry=retry_if_exception_type((TransientFailure, BrowserError)),
        wait=wait_random_exponential(multiplier=0.5, max=15),
        stop=stop_after_delay(patience),
        before_sleep=lambda _: oficina.renew(),
        reraise=True,
    )
    try:
        etapas.primera_vez = constancia.empezar(etapa)
        if (opened := oficina.open_sesion(trabajo.solicitud.asesor)) is not None:
            opened.record(trabajo.referencia)
        valor = again(accion, etapas)
    except RobotError as raised:
        error = raised
    except BrowserError:
        error = ServiwebUnavailable("El navegador se cerró.")
    except BaseException:
        oficina.renew()
        raise
    if error is not None:
        error.redacted(trabajo.solicitud.secretos)
        avisos = _after_failure(etapas, error)
    elif etapa in _SHOWN and oficina.settings.evidencia.cuales is Cuales.TODAS:
        _keep_evidence(etapas, None)
    if (used := oficina.open_sesion(trabajo.solicitud.asesor)) is not None:
        avisos += used.take_avisos()
    after = oficina.peticiones()
    return Desenlace[T](
        valor=valor,
        falla=error.as_data() if error is not None else None,
        pasos=etapas.progreso.pasos,
        peticiones={system: after[system] - before.get(system, 0) for system in after},
        avisos=avisos,
    )


def _after_failure(etapas: Etapas, error: RobotError) -> tuple[str, ...]:
    """Keep what the screen shows; nobody knows what it shows later on."""
    kept = False
    if error.paso is not Paso.PROGRAMACION and not isinstance(error, _WANTED_BY_PEOPLE):
        kept = _keep_evidence(etapas, error)
    etapas.oficina.renew()
    return (EVIDENCIA_GUARDADA,) if kept else ()


def _keep_evidence(etapas: Etapas, error: RobotError | None) -> bool:
    """Whether there is some: not where no screen was open, nor where there is no room for it."""
    oficina, trabajo = etapas.oficina, etapas.trabajo
    solicitud = trabajo.solicitud
    sesion = oficina.open_sesion(solicitud.asesor)
    if sesion is None or (shown := sesion.abierto) is None:
        return False
    try:
        keep_evidence(
            sesion,
            shown,
            oficina.settings.datos / "evidencia" / trabajo.referencia,
            error,
            etapas.progreso.pasos,
            (*solicitud.secretos, solicitud.solicitud, sesion.asesor.clave.get_secret_value()),
            dt.datetime.now(ZONA_HORARIA),
        )
    except OSError as refused:  # a full disk must not hide what went wrong before
        _log.error("la evidencia no se pudo escribir", extra={"clase": type(refused).__name__})
        return False
    return True
