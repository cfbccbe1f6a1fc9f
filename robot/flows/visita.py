"""The visita domiciliaria, steps 2–12 of SC-PQRS-PRO-018, each a function that is safe to repeat.

What survives a step is in its arguments and its result, so that durable execution can call a step again after a crash.
"""

import datetime as dt
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Error as BrowserError
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    stop_after_delay,
    wait_random_exponential,
)

from robot.copias import make_copies, unspaced_text
from robot.errors import (
    CitaLost,
    DocumentoAjeno,
    EnvioVencido,
    ObservacionLost,
    OutcomeUnknown,
    PosibleDuplicado,
    RobotError,
    ScreenChanged,
    TerceroRefused,
    TramiteRefused,
    TransientFailure,
)
from robot.flows.constancia import Constancia, Envio
from robot.flows.progreso import Progreso
from robot.flows.sesion import Sesion
from robot.models import ZONA_HORARIA, Cita, DocumentoCopias, Radicado, Solicitud, Tercero
from robot.pages.consulta import Busqueda, ConsultaPage, TramiteVisto
from robot.pages.impresion import ImpresionPage
from robot.pages.terceros import TercerosPage
from robot.pages.tramite import DatosDelTramite, TramitePage
from robot.planilla import normalized
from robot.procedure import Paso, Procedimiento
from robot.referencia import Referencia
from robot.sheets import Programacion

_ATTEMPTS = 3
_CORRECTIONS = 3
_LONGEST_WAIT_SECONDS = 600.0
"""Older than this, a form that was opened ahead is opened anew: its session may have ended without a word."""


def _nothing_to_wait_for() -> None:
    return


@dataclass(frozen=True, slots=True)
class Trabajo:
    """One solicitud to be filed.

    Attributes:
        primer_intento: nobody can have begun it before, so there is nothing to look for.
    """

    procedimiento: Procedimiento
    solicitud: Solicitud
    referencia: Referencia
    primer_intento: bool = True


@dataclass(frozen=True, slots=True)
class Formulario:
    """A form filled up to Observación, ready to be saved.

    Attributes:
        referencia: whose it is.
        datos: what it was asked to hold.
        ruta: the one that goes into Programación.
        avisos: what the asesor should know.
    """

    referencia: Referencia
    tramite: TramitePage
    datos: DatosDelTramite
    ruta: str
    avisos: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FormularioAbierto:
    """A form that holds nothing of anybody's yet, since an instant of the monotonic clock.

    Attributes:
        puestos: the fields that hold what the procedure wants, besides zona and medio.
    """

    procedimiento: Procedimiento
    tramite: TramitePage
    puestos: frozenset[str]
    desde: float


@dataclass(frozen=True, slots=True)
class DocumentoImpreso:
    """The solicitud de trámite of a referencia as Serviweb printed it, PDF."""

    referencia: Referencia
    documento: bytes


@dataclass(frozen=True, slots=True)
class TramiteGuardado:
    """Serviweb shows the saved trámite of a referencia, as it does right after Guardar."""

    referencia: Referencia


def _renewing(sesion: Sesion) -> Retrying:
    """Try again what changes nothing in Serviweb, from the sign-in on."""

    def renew(_: RetryCallState) -> None:
        sesion.renew()

    return Retrying(
        retry=retry_if_exception_type((TransientFailure, BrowserError)),
        stop=stop_after_attempt(_ATTEMPTS),
        wait=wait_random_exponential(multiplier=0.3, max=5),
        before_sleep=renew,
        reraise=True,
    )


def sign_in(sesion: Sesion, progreso: Progreso) -> None:
    """Step 2.

    Raises:
        CredentialsRefused, ScreenChanged; TransientFailure after three attempts.
    """
    with progreso.paso(Paso.INGRESAR):
        if sesion.shown(FormularioAbierto) is None:
            _renewing(sesion)(sesion.menu)


def filled_form(sesion: Sesion, trabajo: Trabajo, progreso: Progreso) -> Formulario:
    """The form as `fill_form` left it on screen, or filled again where it is not there any more."""
    shown = sesion.shown(Formulario)
    return (
        shown if shown is not None and shown.referencia == trabajo.referencia else fill_form(sesion, trabajo, progreso)
    )


def fill_form(
    sesion: Sesion, trabajo: Trabajo, progreso: Progreso, antes_de_agregar: Callable[[], object] = _nothing_to_wait_for
) -> Formulario:
    """Steps 2–9. Saves nothing but, where he is unknown, the tercero, who is looked up first.

    Args:
        antes_de_agregar: called before anything is changed in Serviweb; what it raises is raised here.

    Raises:
        BusinessRejection, ScreenChanged, ConfigurationError; TransientFailure after three attempts.
    """
    return _renewing(sesion)(_fill_form, sesion, trabajo, progreso, antes_de_agregar)


def _fill_form(
    sesion: Sesion, trabajo: Trabajo, progreso: Progreso, antes_de_agregar: Callable[[], object]
) -> Formulario:
    procedimiento, solicitud = trabajo.procedimiento, trabajo.solicitud
    avisos: list[str] = []
    abierto = _waiting_form(sesion, procedimiento)
    tramite = abierto.tramite if abierto is not None else _new_form(sesion, procedimiento, progreso)
    puestos = abierto.puestos if abierto is not None else frozenset[str]()
    with progreso.paso(Paso.SUSCRIPTOR):
        suscriptor = tramite.load_suscriptor(solicitud.suscriptor)
        ruta = solicitud.ruta or suscriptor.ruta
        if solicitud.ruta and suscriptor.ruta and normalized(solicitud.ruta) != normalized(suscriptor.ruta):
            avisos.append(f"Serviweb tiene otra ruta para el suscriptor: {suscriptor.ruta}.")
        observacion = procedimiento.observacion(
            solicitud=solicitud.solicitud,
            suscriptor=solicitud.suscriptor,
            ruta=ruta,
            celular=solicitud.celular,
            referencia=trabajo.referencia,
        )
        tramite.require_fits(observacion)
    with progreso.paso(Paso.TERCEROS):
        avisos += _identify_tercero(TercerosPage(sesion.serviweb, tramite), solicitud, antes_de_agregar)
    with progreso.paso(Paso.SERVICIO_Y_TIPO):
        if not {"servicio", "tipo"} <= puestos:
            tramite.choose_servicio_y_tipo(procedimiento.servicio, procedimiento.tipo)
    with progreso.paso(Paso.CAUSAL):
        if "causal" not in puestos:
            tramite.choose_causal(procedimiento.causal)
    datos = DatosDelTramite(
        zona=procedimiento.zona,
        medio=procedimiento.medio,
        suscriptor=solicitud.suscriptor,
        tercero=solicitud.cedula,
        servicio=procedimiento.servicio,
        tipo=procedimiento.tipo,
        causal=procedimiento.causal,
        observacion=observacion,
    )
    with progreso.paso(Paso.OBSERVACION):
        tramite.write_observacion(observacion)
        for _ in range(_CORRECTIONS):
            reset = tramite.differences(datos)
            if not reset:
                break
            tramite.correct(datos, reset)
        else:
            tramite.require_holds(datos)
    formulario = Formulario(trabajo.referencia, tramite, datos, ruta, tuple(avisos))
    sesion.show(formulario)
    return formulario


def _new_form(sesion: Sesion, procedimiento: Procedimiento, progreso: Progreso) -> TramitePage:
    """Steps 2–4."""
    with progreso.paso(Paso.INGRESAR):
        menu = sesion.menu()
    with progreso.paso(Paso.ABRIR_TRAMITE):
        menu.open("tramite")
        tramite = TramitePage(sesion.serviweb)
    with progreso.paso(Paso.ZONA_Y_MEDIO):
        tramite.choose_zona_y_medio(procedimiento.zona, procedimiento.medio)
    return tramite


def open_ahead(sesion: Sesion, procedimiento: Procedimiento) -> None:
    """Have the form of the next solicitud open in a session that goes on, with what is the same in each (steps 3, 4, 7 and 8).

    Where servicio, tipo and causal are offered only once the suscriptor is known, they are left for later. What the page
    resets meanwhile is seen when the form is read back.

    Raises:
        ScreenChanged, OptionMissing, TransientFailure, UnexpectedDialog: it is not; the next solicitud begins with the menu.
    """
    tramite = _new_form(sesion, procedimiento, Progreso())
    wanted = {"servicio": procedimiento.servicio, "tipo": procedimiento.tipo, "causal": procedimiento.causal}
    puestos = list(itertools.takewhile(lambda campo: tramite.choose_ahead(campo, wanted[campo]), wanted))
    sesion.serviweb.raise_if_broken()
    sesion.show(FormularioAbierto(procedimiento, tramite, frozenset(puestos), time.monotonic()))


def _waiting_form(sesion: Sesion, procedimiento: Procedimiento) -> FormularioAbierto | None:
    """The form that was opened ahead, unless it has waited for too long; it is used once."""
    abierto = sesion.take(FormularioAbierto)
    if abierto is None or abierto.procedimiento != procedimiento:
        return None
    return abierto if time.monotonic() - abierto.desde < _LONGEST_WAIT_SECONDS else None


def read_ruta(sesion: Sesion, trabajo: Trabajo) -> str:
    """The ruta that Serviweb has for the suscriptor (step 5), for a trámite that needs no form any more.

    Raises:
        BusinessRejection, ScreenChanged; TransientFailure after three attempts.
    """

    def read() -> str:
        sesion.menu().open("tramite")
        tramite = TramitePage(sesion.serviweb)
        tramite.choose_zona_y_medio(trabajo.procedimiento.zona, trabajo.procedimiento.medio)
        return tramite.load_suscriptor(trabajo.solicitud.suscriptor).ruta

    return _renewing(sesion)(read)


def _identify_tercero(
    terceros: TercerosPage, solicitud: Solicitud, antes_de_agregar: Callable[[], object]
) -> list[str]:
    known = terceros.find(solicitud.cedula)
    if known is None:
        antes_de_agregar()
        try:
            terceros.add(Tercero(cedula=solicitud.cedula, nombre=solicitud.nombre, celular=solicitud.celular))
        except (TerceroRefused, ScreenChanged):
            # Somebody at another counter, or an interrupted attempt, may have added the person in the meantime.
            if terceros.find(solicitud.cedula) is None:
                raise
            return []
        return ["La persona no estaba en la base de datos de Serviweb y quedó agregada."]
    if normalized(known.nombre) != normalized(solicitud.nombre):
        return ["Serviweb tiene otro nombre para esa cédula; se conservó el de Serviweb."]
    return []


def require_cupo(programacion: Programacion, trabajo: Trabajo, progreso: Progreso) -> None:
    """See, before anything is touched in Serviweb, that there is a cupo to take.

    Raises:
        NoCupos, CupoTaken, SheetUnusable, GoogleUnavailable.
    """
    with progreso.paso(Paso.PROGRAMACION):
        programacion.require_free(fecha=trabajo.solicitud.fecha, hora=trabajo.solicitud.hora)


def require_no_recent(sesion: Sesion, trabajo: Trabajo, dias: int, progreso: Progreso) -> None:
    """See that Serviweb has no other trámite of the same causal for the suscriptor within so many days.

    Raises:
        PosibleDuplicado: it has.
        ScreenChanged; TransientFailure after three attempts.
    """
    desde = dt.datetime.now(ZONA_HORARIA).date() - dt.timedelta(days=dias)

    def search() -> tuple[TramiteVisto, ...]:
        sesion.menu().open("consulta")
        return ConsultaPage(sesion.serviweb).since(
            suscriptor=trabajo.solicitud.suscriptor, causal=trabajo.procedimiento.causal, desde=desde
        )

    with progreso.paso(Paso.SUSCRIPTOR):
        if recent := _renewing(sesion)(search):
            known = ", ".join(f"{one.radicado.numero} del {one.fecha:%d/%m/%Y}" for one in recent if one.fecha)
            raise PosibleDuplicado(f"Serviweb tiene: {known}.")


def book_cita(
    programacion: Programacion, trabajo: Trabajo, *, ruta: str, asesor: str, first_attempt: bool, progreso: Progreso
) -> Cita:
    """Step 10, first half: take the cupo; an earlier attempt's is found again.

    Raises:
        NoCupos, CupoTaken, SheetUnusable, GoogleUnavailable.
    """
    with progreso.paso(Paso.PROGRAMACION):
        return programacion.book(
            referencia=trabajo.referencia,
            suscriptor=trabajo.solicitud.suscriptor,
            ruta=ruta,
            asesor=asesor,
            fecha=trabajo.solicitud.fecha,
            hora=trabajo.solicitud.hora,
            first_attempt=first_attempt,
        )


def look_up(sesion: Sesion, trabajo: Trabajo) -> Busqueda:
    """Look in PQR → CONSULTA for the trámite with our referencia.

    Raises:
        ScreenChanged; TransientFailure after three attempts.
    """

    def search() -> Busqueda:
        sesion.menu().open("consulta")
        return ConsultaPage(sesion.serviweb).find(
            suscriptor=trabajo.solicitud.suscriptor, referencia=trabajo.referencia
        )

    return _renewing(sesion)(search)


def save_tramite(
    sesion: Sesion,
    formulario: Formulario,
    trabajo: Trabajo,
    constancia: Constancia,
    *,
    plazo_segundos: float,
    progreso: Progreso,
) -> Radicado | None:
    """Step 11: one click on Guardar, and certainty about what it did.

    Nothing where it is proven that nothing was saved, so that the form may be filled and saved again.

    Args:
        plazo_segundos: for how long to look for the trámite when Serviweb gave no answer.

    Raises:
        ReadBackMismatch, ScreenChanged, Cancelada: nothing was sent.
        TramiteRefused: Serviweb refused it, and the look-up proves that nothing was saved.
        OutcomeUnknown: a person must look.
    """
    with progreso.paso(Paso.GUARDAR):
        formulario.tramite.require_holds(formulario.datos)
        try:
            saved = formulario.tramite.save(constancia.enviar)
        except TramiteRefused:
            constancia.respondido()
            refusal = OutcomeUnknown("Serviweb respondió con un rechazo.", respondio=True)
            if (adopted := _resolve(sesion, trabajo, refusal, plazo_segundos)) is None:
                constancia.nada_guardado()
                raise
        except OutcomeUnknown as unknown:
            if unknown.respondio:
                constancia.respondido()
            adopted = _resolve(sesion, trabajo, unknown, plazo_segundos)
        except EnvioVencido:
            adopted = None
        except RobotError as error:
            if constancia.envio is None:
                raise
            adopted = _resolve(sesion, trabajo, OutcomeUnknown(error.detalle), plazo_segundos)
        else:
            if saved is not None:
                constancia.guardado(saved)
                sesion.show(TramiteGuardado(trabajo.referencia))
                return saved
            silent = OutcomeUnknown("Serviweb confirmó sin decir el radicado.")
            adopted = _look_until_decided(sesion, trabajo, silent, plazo_segundos)
        return _settle(constancia, adopted)


def settle_earlier(
    sesion: Sesion, trabajo: Trabajo, constancia: Constancia, *, plazo_segundos: float, progreso: Progreso
) -> Radicado | None:
    """What became of a form that an interrupted attempt sent: its trámite, or nothing where it is proven that none came.

    Without an answer nothing can be proven by looking: the trámite may still be on its way.

    Raises:
        OutcomeUnknown: a person must look.
    """
    answered = constancia.envio is Envio.RESPONDIDO
    unknown = OutcomeUnknown("El robot se interrumpió mientras guardaba.", respondio=answered)
    since = constancia.enviado_en
    elapsed = (dt.datetime.now(ZONA_HORARIA) - since).total_seconds() if since is not None else 0.0
    with progreso.paso(Paso.GUARDAR):
        left = min(plazo_segundos, max(0.0, plazo_segundos - elapsed))  # the clock may have been set back since
        return _settle(constancia, _resolve(sesion, trabajo, unknown, left))


def _settle(constancia: Constancia, adopted: Radicado | None) -> Radicado | None:
    if adopted is None:
        constancia.nada_guardado()
    else:
        constancia.guardado(adopted)
    return adopted


def _resolve(sesion: Sesion, trabajo: Trabajo, unknown: OutcomeUnknown, plazo_segundos: float) -> Radicado | None:
    """As `_look_until_decided`, where nobody knows what the screen shows."""
    sesion.renew()
    return _look_until_decided(sesion, trabajo, unknown, plazo_segundos)


def _look_until_decided(
    sesion: Sesion, trabajo: Trabajo, unknown: OutcomeUnknown, plazo_segundos: float
) -> Radicado | None:
    """Look until the trámite is found, or until it is proven that it will not come.

    It is proven when Serviweb has answered, so that it is not still at work, and a complete look-up finds nothing.
    """

    def look() -> Radicado | None:
        busqueda = look_up(sesion, trabajo)
        adopted = _only(busqueda, trabajo)
        if adopted is None and not (unknown.respondio and busqueda.concluyente):
            raise _NotYet
        return adopted

    try:
        return Retrying(
            retry=retry_if_exception_type((_NotYet, TransientFailure, BrowserError)),
            wait=wait_random_exponential(multiplier=0.5, max=min(5, plazo_segundos / 4)),
            stop=stop_after_delay(plazo_segundos),
            reraise=True,
        )(look)
    except _NotYet:
        unknown.quedo = "La consulta no lo muestra todavía; la cita sigue apartada."
    except OutcomeUnknown:
        raise
    except (RobotError, BrowserError):
        unknown.quedo = "Tampoco se pudo consultar después; la cita sigue apartada."
    raise unknown


class _NotYet(Exception):
    """The trámite is not in CONSULTA, and it is not proven that it will not come."""


def _conclusive(busqueda: Busqueda) -> Busqueda:
    if not busqueda.radicados and not busqueda.concluyente:
        raise OutcomeUnknown("La consulta no muestra completa la observación de los trámites del suscriptor.")
    return busqueda


def _only(busqueda: Busqueda, trabajo: Trabajo) -> Radicado | None:
    """The one trámite found, or nothing.

    Raises:
        OutcomeUnknown: there are several with one referencia, which a person must sort out.
    """
    if len(busqueda.radicados) > 1:
        numbers = ", ".join(radicado.numero for radicado in busqueda.radicados)
        raise OutcomeUnknown(f"Serviweb tiene varios trámites con la referencia {trabajo.referencia}: {numbers}.")
    return busqueda.radicados[0] if busqueda.radicados else None


def adopt_saved(sesion: Sesion, trabajo: Trabajo) -> Radicado | None:
    """The trámite that an earlier attempt saved, or nothing where it is proven that none did.

    Raises:
        OutcomeUnknown: the look-up is not conclusive, or finds several.
    """
    return _only(_conclusive(look_up(sesion, trabajo)), trabajo)


def require_single(sesion: Sesion, trabajo: Trabajo, radicado: Radicado) -> None:
    """See that Serviweb has no other trámite of ours: one that was saved late, after it had been looked for.

    Raises:
        OutcomeUnknown: it has, and a person must annul one.
        ScreenChanged; TransientFailure after three attempts.
    """
    found = look_up(sesion, trabajo).radicados
    others = [one.numero for one in found if one != radicado]
    if others:
        raise OutcomeUnknown(
            f"Serviweb tiene además otro trámite con la referencia {trabajo.referencia}: {', '.join(others)}.",
            quedo=f"La solicitud está radicada con el número {radicado.numero}; anule el otro en Serviweb.",
        )


def note_radicado(
    programacion: Programacion,
    trabajo: Trabajo,
    cita: Cita,
    radicado: Radicado,
    *,
    ruta: str,
    asesor: str,
    progreso: Progreso,
) -> tuple[Cita, tuple[str, ...]]:
    """Step 10, second half: the radicado into column pqr. If a person has taken the row since, another cupo is taken.

    The cita that holds in the end, and what to tell the asesor.

    Raises:
        CitaLost: no other cupo could be kept either.
        NoCupos, SheetUnusable, GoogleUnavailable.
    """
    with progreso.paso(Paso.PROGRAMACION):
        try:
            programacion.write_radicado(cita, radicado)
        except CitaLost:
            another = programacion.book(
                referencia=trabajo.referencia,
                suscriptor=trabajo.solicitud.suscriptor,
                ruta=ruta,
                asesor=asesor,
                first_attempt=False,
            )
            programacion.write_radicado(another, radicado)
            lost = f"{cita.fecha:%d/%m/%Y} {cita.hora:%H:%M}"
            return another, (
                f"Una persona ocupó el cupo del {lost} después que el robot; la visita quedó para el "
                f"{another.fecha:%d/%m/%Y} a las {another.hora:%H:%M}.",
            )
    return cita, ()


def print_copies(
    sesion: Sesion, trabajo: Trabajo, radicado: Radicado, carpeta: Path, progreso: Progreso
) -> DocumentoCopias:
    """Step 12: the solicitud de trámite as one PDF with every copy.

    Raises:
        As `print_document`.
    """

    def make() -> DocumentoCopias:
        ahead = sesion.shown(DocumentoImpreso)
        printed = ahead is not None and ahead.referencia == trabajo.referencia
        return make_copies(
            ahead.documento if ahead is not None and printed else _printed(sesion, trabajo, radicado),
            trabajo.procedimiento.copias,
            referencia=trabajo.referencia,
            radicado=radicado.numero,
            carpeta=carpeta,
        )

    with progreso.paso(Paso.IMPRIMIR):
        return _renewing(sesion)(make)


def print_document(sesion: Sesion, trabajo: Trabajo, radicado: Radicado) -> bytes:
    """The solicitud de trámite as Serviweb prints it, PDF. A trámite not on screen is opened from CONSULTA.

    Where the document does not show the end of the observación, CONSULTA must.

    Raises:
        ObservacionLost: it shows the trámite without it.
        DocumentoAjeno: the document names another suscriptor, or none.
        DocumentIncomplete, ScreenChanged; TransientFailure after three attempts.
    """
    return _renewing(sesion)(_printed, sesion, trabajo, radicado)


def print_ahead(sesion: Sesion, trabajo: Trabajo, radicado: Radicado) -> None:
    """Have the document of a trámite that is still on screen ready for `print_copies`.

    What hinders it is met again when the copies are made, and told then.
    """
    if sesion.shown(TramiteGuardado) != TramiteGuardado(trabajo.referencia):
        return
    try:
        documento = _printed(sesion, trabajo, radicado)
    except (RobotError, BrowserError):
        sesion.renew()
    else:
        sesion.show(DocumentoImpreso(trabajo.referencia, documento))


def _printed(sesion: Sesion, trabajo: Trabajo, radicado: Radicado) -> bytes:
    if sesion.shown(TramiteGuardado) != TramiteGuardado(trabajo.referencia):
        sesion.menu().open("consulta")
        consulta = ConsultaPage(sesion.serviweb)
        consulta.find(suscriptor=trabajo.solicitud.suscriptor, referencia=trabajo.referencia)
        consulta.open_tramite(radicado)
    documento = ImpresionPage(sesion.serviweb).document(trabajo.procedimiento.documento, radicado.numero)
    _require_ours(sesion, trabajo, radicado, unspaced_text(documento))
    return documento


def _require_ours(sesion: Sesion, trabajo: Trabajo, radicado: Radicado, documento: str) -> None:
    """The referencia closes the observación: where it is missing, a part of the text is, or the document is another one's."""
    if trabajo.referencia in documento:
        return
    busqueda = look_up(sesion, trabajo)
    if busqueda.concluyente and radicado not in busqueda.radicados:
        raise ObservacionLost(f"Radicado {radicado.numero}.")
    if documento and trabajo.solicitud.suscriptor.lstrip("0") not in documento:
        raise DocumentoAjeno(f"Radicado {radicado.numero}.")
