"""The form of a trámite, from the sign-in to Observación (steps 2–9): nothing of it is saved but, where unknown, the tercero."""

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from robot.errors import BusinessRejection, ScreenChanged, ServiwebUnavailable, TerceroRefused
from robot.flows.prestado import lend, tell_what_is_lent
from robot.flows.progreso import Progreso
from robot.flows.sesion import EnPantalla, Sesion
from robot.flows.visita import Trabajo, renewing
from robot.models import Solicitud, Suscriptor, Tercero
from robot.pages.guardar import nothing_saved_yet
from robot.pages.terceros import TercerosPage
from robot.pages.tramite import DatosDelTramite, TramitePage
from robot.procedure import Paso
from robot.procedure.definition import Procedimiento
from robot.reading.equality import same_code, same_name
from robot.referencia import Referencia

_CORRECTIONS = 3
_LONGEST_WAIT_SECONDS = 600.0
"""Older than this, a form that was opened ahead is opened anew: its session may have ended without a word."""


@dataclass(frozen=True, slots=True)
class NombresDistintos:
    """Serviweb has another name for the document than the solicitud. Personal data.

    Attributes:
        serviweb, solicitud: the two names.
    """

    serviweb: str
    solicitud: str


@dataclass(frozen=True, slots=True)
class Formulario(EnPantalla):
    """A form filled up to Observación, ready to be saved.

    Attributes:
        referencia: whose it is.
        datos: what it was asked to hold.
        ruta: the one that goes into Programación.
        avisos: what the asesor should know.
        adelantado: it had been opened before there was a solicitud for it.
        otro_nombre: nothing where the names are the same.
        suscriptor, tercero: as Serviweb has them; no tercero where the procedure does without.
    """

    referencia: Referencia
    tramite: TramitePage
    datos: DatosDelTramite
    suscriptor: Suscriptor
    tercero: Tercero | None
    ruta: str
    avisos: tuple[str, ...]
    adelantado: bool = False
    otro_nombre: NombresDistintos | None = None


@dataclass(frozen=True, slots=True)
class FormularioAbierto(EnPantalla):
    """A form that holds nothing of anybody's yet, since an instant of the monotonic clock.

    Attributes:
        puestos: the fields that hold what the procedure wants, besides zona and medio.
    """

    procedimiento: Procedimiento
    tramite: TramitePage
    puestos: frozenset[str] = frozenset()
    desde: float = field(default_factory=time.monotonic)


def _nothing_to_wait_for() -> None:
    return


def sign_in(sesion: Sesion, progreso: Progreso) -> None:
    """Step 2.

    Raises:
        CredentialsRefused, ScreenChanged; TransientFailure after three attempts.
    """
    with progreso.paso(Paso.INGRESAR):
        if sesion.shown(FormularioAbierto) is None:
            renewing(sesion)(sesion.menu)


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
    while True:
        try:
            filled = renewing(sesion)(_fill_form, sesion, trabajo, progreso, antes_de_agregar)
        except ScreenChanged as changed:
            if not lend(sesion, changed):  # which it does once for each field
                raise
        else:
            tell_what_is_lent(sesion)
            return filled


def _fill_form(
    sesion: Sesion, trabajo: Trabajo, progreso: Progreso, antes_de_agregar: Callable[[], object]
) -> Formulario:
    """A form that had been opened ahead, and that the server does not remember any more, is opened anew; another one never."""
    waiting = _waiting_form(sesion, trabajo.procedimiento)
    abierto = waiting or FormularioAbierto(trabajo.procedimiento, new_form(sesion, trabajo.procedimiento, progreso))
    trafico = sesion.serviweb.trafico
    forgotten = trafico.olvidos
    try:
        with nothing_saved_yet(sesion.serviweb):
            filled = _filled(sesion, trabajo, abierto, progreso, antes_de_agregar)
    except (BusinessRejection, ScreenChanged):
        if waiting is None or trafico.olvidos == forgotten:
            raise
        sesion.renew()
        return _fill_form(sesion, trabajo, progreso, antes_de_agregar)
    formulario = replace(filled, adelantado=waiting is not None)
    sesion.show(formulario)
    return formulario


def _filled(
    sesion: Sesion,
    trabajo: Trabajo,
    abierto: FormularioAbierto,
    progreso: Progreso,
    antes_de_agregar: Callable[[], object],
) -> Formulario:
    """Steps 5–9, in a form that has zona and medio."""
    procedimiento, solicitud = trabajo.procedimiento, trabajo.solicitud
    tramite, puestos = abierto.tramite, abierto.puestos
    avisos: list[str] = []
    with progreso.paso(Paso.SUSCRIPTOR):
        suscriptor = tramite.load_suscriptor(solicitud.suscriptor)
        ruta = solicitud.ruta or suscriptor.ruta
        if solicitud.ruta and suscriptor.ruta and not same_code(suscriptor.ruta, solicitud.ruta):
            told = f"Serviweb tiene otra ruta para el suscriptor: {suscriptor.ruta}; se escribió la de la solicitud: {ruta}."
            avisos.append(told)
        observacion = trabajo.observacion(ruta)
        tramite.require_fits(observacion)
    terceros: TercerosPage | None = None
    tercero: Tercero | None = None
    if procedimiento.identifica:
        with progreso.paso(Paso.TERCEROS):
            terceros = TercerosPage(sesion.serviweb, tramite)
            tercero, agregado = _identify_tercero(terceros, solicitud, antes_de_agregar)
            avisos += ["La persona no estaba en la base de datos de Serviweb y quedó agregada."] if agregado else []
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
        tercero=solicitud.cedula if terceros is not None else "",
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
            again = tramite.correct(datos, reset) or suscriptor
            person = terceros.find(solicitud.cedula) if terceros is not None and "tercero" in reset else tercero
            if (again.nombre, again.ruta) != (suscriptor.nombre, suscriptor.ruta) or person != tercero:
                raise ServiwebUnavailable("Mostró datos de otra persona mientras se llenaba el formulario.")
        else:
            tramite.require_holds(datos)
    otro: NombresDistintos | None = None
    if tercero is not None and not same_name(tercero.nombre, solicitud.nombre):
        otro = NombresDistintos(serviweb=tercero.nombre, solicitud=solicitud.nombre)
    return Formulario(trabajo.referencia, tramite, datos, suscriptor, tercero, ruta, tuple(avisos), otro_nombre=otro)


def new_form(sesion: Sesion, procedimiento: Procedimiento, progreso: Progreso) -> TramitePage:
    """Steps 2–4."""
    with progreso.paso(Paso.INGRESAR):
        menu = sesion.menu()
    with progreso.paso(Paso.ABRIR_TRAMITE):
        menu.open("tramite")
        tramite = TramitePage(sesion.serviweb)
    with progreso.paso(Paso.ZONA_Y_MEDIO):
        tramite.choose_zona_y_medio(procedimiento.zona, procedimiento.medio)
    return tramite


def _identify_tercero(
    terceros: TercerosPage, solicitud: Solicitud, antes_de_agregar: Callable[[], object]
) -> tuple[Tercero, bool]:
    """The person as Serviweb knows them, and whether they were added."""
    known = terceros.find(solicitud.cedula)
    if known is not None:
        return known, False
    antes_de_agregar()
    try:
        return terceros.add(solicitud.tercero), True
    except (TerceroRefused, ScreenChanged):
        # Somebody at another counter, or an interrupted attempt, may have added the person in the meantime.
        known = terceros.find(solicitud.cedula)
        if known is None:
            raise
        return known, False


def open_ahead(sesion: Sesion, procedimiento: Procedimiento) -> None:
    """Have the form of the next solicitud open in a session that goes on, with what is the same in each (steps 3, 4, 7 and 8).

    Where servicio, tipo and causal are offered only once the suscriptor is known, they are left for later. What the page
    resets meanwhile is seen when the form is read back.

    Raises:
        ScreenChanged, OptionMissing, TransientFailure, UnexpectedDialog: it is not; the next solicitud begins with the menu.
    """
    tramite = new_form(sesion, procedimiento, Progreso())
    wanted = {"servicio": procedimiento.servicio, "tipo": procedimiento.tipo, "causal": procedimiento.causal}
    puestos = list(itertools.takewhile(lambda campo: tramite.choose_ahead(campo, wanted[campo]), wanted))
    sesion.serviweb.raise_if_broken()
    sesion.show(FormularioAbierto(procedimiento, tramite, frozenset(puestos)))


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

    return renewing(sesion)(read)
