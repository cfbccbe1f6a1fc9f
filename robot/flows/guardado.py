"""What Serviweb has of a solicitud: looked for before, saved once (step 11), and decided after whatever happened."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from playwright.sync_api import Error as BrowserError
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_random_exponential

from robot.errors import (
    EnvioVencido,
    NadaEnviado,
    OutcomeUnknown,
    PosibleDuplicado,
    RobotError,
    TramiteRefused,
    TransientFailure,
    struck_out,
)
from robot.flows.constancia import Constancia, EstadoEnvio
from robot.flows.formulario import Formulario
from robot.flows.progreso import Progreso
from robot.flows.sesion import EnPantalla, Sesion
from robot.flows.visita import Trabajo, renewing
from robot.models import ZONA_HORARIA, Radicado
from robot.pages.consulta import Busqueda, ConsultaPage
from robot.pages.palabras import pattern_of
from robot.pages.resultados import TramiteVisto
from robot.pages.tramite import TramitePage
from robot.pages.veredicto import Confirmado, EnDuda, Rechazado, Veredicto
from robot.procedure import Paso
from robot.reading.equality import normalized
from robot.referencia import Referencia

_SILENT = "Serviweb confirmó sin decir el radicado."
_NUMBERS_TOLD = 5
_CORRECTABLE = "quedó como usted lo indicó. Si no es, corríjalo."


@dataclass(frozen=True, slots=True)
class TramiteGuardado(EnPantalla):
    """Serviweb shows the saved trámite of a referencia, as it does right after Guardar."""

    referencia: Referencia


def require_none_before(trabajo: Trabajo, antes: Mapping[str, str]) -> None:
    """See that nothing that may be the same was queued before and may still be filed.

    Args:
        antes: the causal of each solicitud of the suscriptor that was, by its referencia.

    Raises:
        PosibleDuplicado: such a one was.
    """
    if same := [referencia for referencia, causal in antes.items() if causal in trabajo.procedimiento.repetidas()]:
        raise PosibleDuplicado(f"El robot tiene en curso o por verificar: {', '.join(same)}.")


def require_no_recent(sesion: Sesion, trabajo: Trabajo, dias: int, progreso: Progreso) -> None:
    """See that Serviweb has no other trámite for the suscriptor within so many days, of a causal that its procedure minds.

    Raises:
        PosibleDuplicado: it has.
        ScreenChanged; TransientFailure after three attempts.
    """
    desde = dt.datetime.now(ZONA_HORARIA).date() - dt.timedelta(days=dias)

    def search() -> tuple[TramiteVisto, ...]:
        sesion.menu().open("consulta")
        return ConsultaPage(sesion.serviweb).since(
            suscriptor=trabajo.solicitud.suscriptor, causales=trabajo.procedimiento.repetidas(), desde=desde
        )

    with progreso.paso(Paso.SUSCRIPTOR):
        if recent := renewing(sesion)(search):
            known = ", ".join(f"{one.radicado.numero} del {one.fecha:%d/%m/%Y}" for one in recent if one.fecha)
            raise PosibleDuplicado(f"Serviweb tiene: {known}.")


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

    return renewing(sesion)(search)


@dataclass(frozen=True, slots=True)
class Intento:
    """What one click on Guardar came to.

    Attributes:
        radicado: nothing where it is proven that nothing was saved, so that the form may be filled and saved again.
        avisos: what the asesor should know.
    """

    radicado: Radicado | None
    avisos: tuple[str, ...] = ()


def save_tramite(
    sesion: Sesion,
    formulario: Formulario,
    trabajo: Trabajo,
    constancia: Constancia,
    *,
    plazo_segundos: float,
    progreso: Progreso,
) -> Intento:
    """Step 11: one click on Guardar, and certainty about what it did.

    A form that had been opened ahead and has stood for too long is one that nothing came of: another one may be saved.

    Args:
        plazo_segundos: for how long to look for the trámite when Serviweb gave no answer.

    Raises:
        ReadBackMismatch, ScreenChanged, Cancelada: nothing was sent.
        TramiteRefused, PosibleDuplicado, UnexpectedDialog: Serviweb refused it, or asked what it was told no to; the look-up
            proves that nothing was saved.
        OutcomeUnknown: a person must look.
    """
    with progreso.paso(Paso.GUARDAR):
        formulario.tramite.require_holds(formulario.datos)
        avisos: tuple[str, ...] = ()
        adopted: Radicado | None = None
        match _save(sesion, formulario.tramite, trabajo, constancia):
            case Confirmado(None):
                adopted = _look_until_decided(sesion, trabajo, OutcomeUnknown(_SILENT), plazo_segundos)
            case Confirmado(radicado):
                sesion.show(TramiteGuardado(trabajo.referencia))
                adopted = radicado
            case Rechazado(refused):
                adopted = _though_refused(sesion, trabajo, constancia, refused, plazo_segundos)
                if adopted is None and not _is_out_of_date(formulario, refused):
                    raise refused
            case EnDuda(unknown):
                if unknown.respondio:
                    constancia.respondido()
                avisos = _propose(unknown, trabajo)
                adopted = _resolve(sesion, trabajo, unknown, plazo_segundos)
            case None:
                sesion.renew()
        return Intento(_settle(constancia, adopted), avisos)


def _save(sesion: Sesion, tramite: TramitePage, trabajo: Trabajo, constancia: Constancia) -> Veredicto | None:
    """Click Guardar. Returns None where the form was announced and nothing left, or came too late to leave.

    That somebody has confirmed that it is another visita is said the first time only: afterwards the trámite that Serviweb has
    may be this very one, saved late. Whatever goes wrong once the form is announced leaves its outcome in doubt.

    Raises:
        ScreenChanged, ServiwebUnavailable, Cancelada: nothing was sent.
    """
    otra_visita = trabajo.solicitud.otra_visita and not constancia.envios
    try:
        return tramite.save(constancia.enviar, otra_visita=otra_visita)
    except (EnvioVencido, NadaEnviado):
        return None
    except RobotError as error:
        if constancia.envio is None:
            raise
        return EnDuda(OutcomeUnknown(error.detalle))
    finally:
        if asked := tramite.confirmada:
            constancia.otra_confirmada()
            sesion.tell(
                f"Serviweb preguntó: «{constancia.reserve(asked)}», y el robot respondió que sí, porque se confirmó que es "
                "otra visita."
            )


def _though_refused(
    sesion: Sesion, trabajo: Trabajo, constancia: Constancia, refused: RobotError, plazo_segundos: float
) -> Radicado | None:
    """The trámite that is there although Serviweb refused it, or nothing where it is proven that none is.

    Raises:
        The refusal itself: nothing had been sent.
        OutcomeUnknown: a person must look.
    """
    if constancia.envio is None:
        raise refused
    constancia.respondido()
    answered = OutcomeUnknown(refused.detalle, respondio=True)
    return _settle(constancia, _resolve(sesion, trabajo, answered, plazo_segundos))


def _is_out_of_date(formulario: Formulario, refused: RobotError) -> bool:
    """Whether a form is refused for having stood open, since before there was a solicitud for it."""
    return formulario.adelantado and isinstance(refused, TramiteRefused) and refused.caducado


def _propose(unknown: OutcomeUnknown, trabajo: Trabajo) -> tuple[str, ...]:
    """What to tell of words that the robot does not know: they, and the line of the perfil that would make them known."""
    line = _pattern_for(unknown.dijo, trabajo)
    if not line:
        return ()
    hint = f"Si con eso Serviweb dice que guardó, agregue al perfil, en [patrones]: guardado = '{line}'"
    unknown.detalle = f"{unknown.detalle} {hint}."
    return (struck_out(unknown.detalle, trabajo.secretos),)


def _pattern_for(words: str, trabajo: Trabajo) -> str:
    """A pattern for the first line with words in it, without numbers and names."""
    solicitud = trabajo.solicitud
    private = {normalized(name) for name in (*trabajo.secretos, *solicitud.nombre.split())}
    return pattern_of(words, private=lambda word: normalized(word) in private)


def settle_earlier(
    sesion: Sesion, trabajo: Trabajo, constancia: Constancia, *, plazo_segundos: float, progreso: Progreso
) -> Radicado | None:
    """What became of a form that an interrupted attempt sent: its trámite, or nothing where it is proven that none came.

    Without an answer nothing can be proven by looking: the trámite may still be on its way.

    Raises:
        OutcomeUnknown: a person must look.
    """
    answered = constancia.envio is EstadoEnvio.RESPONDIDO
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


def adopt_saved(sesion: Sesion, trabajo: Trabajo) -> Radicado | None:
    """The trámite that an earlier attempt saved, or nothing where it is proven that none did.

    Raises:
        OutcomeUnknown: the look-up is not conclusive, or finds several.
    """
    return _only(_conclusive(look_up(sesion, trabajo)), trabajo)


def find_after_all(sesion: Sesion, trabajo: Trabajo) -> Radicado | None:
    """The trámite that a person said was not saved, where CONSULTA shows it all the same; a second one would be worse.

    Nothing where it cannot be seen.

    Raises:
        OutcomeUnknown: there are several.
    """
    try:
        return _only(look_up(sesion, trabajo), trabajo)
    except OutcomeUnknown:
        raise
    except (RobotError, BrowserError):
        sesion.renew()
        return None


def confirm_dicho(
    sesion: Sesion, trabajo: Trabajo, dicho: Radicado, *, sin_referencia: bool = False
) -> tuple[str, ...]:
    """See that nothing in CONSULTA speaks against the number that a person told; what to tell of it.

    What cannot be read or is not all there does not: then the person's word is all that there is.

    Args:
        sin_referencia: the person knows that CONSULTA does not show our referencia with it.

    Raises:
        OutcomeUnknown: it shows the trámite under another number only, or this number without our referencia, or not at all.
    """
    try:
        busqueda = look_up(sesion, trabajo)
    except (RobotError, BrowserError):
        sesion.renew()
        return (f"No se pudo ver en la consulta el {dicho.numero}; {_CORRECTABLE}",)
    others = ", ".join(one.numero for one in busqueda.radicados if one != dicho)
    if dicho in busqueda.radicados:
        too_many = f"Serviweb tiene además otro trámite con la misma referencia: {others}. Anúlelo si no lo ha hecho."
        return (too_many,) if others else ()
    if others:
        raise _mistyped(
            f"La consulta no muestra el {dicho.numero} con la referencia {trabajo.referencia}, sino: {others}."
        )
    if sin_referencia:
        return (f"La consulta no muestra la referencia con el {dicho.numero}; {_CORRECTABLE}",)
    if dicho.numero in busqueda.numeros:
        raise _mistyped(
            f"El {dicho.numero} es de este suscriptor, pero la consulta no lo muestra con la referencia "
            f"{trabajo.referencia}. Si es ese, dígalo otra vez «sin referencia»."
        )
    if busqueda.concluyente:
        known = ", ".join(busqueda.numeros[:_NUMBERS_TOLD]) or "ninguno"
        raise _mistyped(f"La consulta no muestra el {dicho.numero} entre los de este suscriptor: {known}.")
    return (f"La consulta no muestra el {dicho.numero}, pero tampoco todos los trámites; {_CORRECTABLE}",)


def _mistyped(visto: str) -> OutcomeUnknown:
    return OutcomeUnknown(visto, quedo="No se anotó nada; la cita sigue apartada.")


def _only(busqueda: Busqueda, trabajo: Trabajo) -> Radicado | None:
    """The one trámite found, or nothing.

    Raises:
        OutcomeUnknown: there are several with one referencia, which a person must sort out.
    """
    if len(busqueda.radicados) > 1:
        numbers = ", ".join(radicado.numero for radicado in busqueda.radicados)
        raise OutcomeUnknown(f"Serviweb tiene varios trámites con la referencia {trabajo.referencia}: {numbers}.")
    return busqueda.radicados[0] if busqueda.radicados else None


def _conclusive(busqueda: Busqueda) -> Busqueda:
    if not busqueda.radicados and not busqueda.concluyente:
        raise OutcomeUnknown(busqueda.falta)
    return busqueda


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
