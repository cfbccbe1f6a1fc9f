"""What the pages work with, and which account asks."""

import datetime as dt
import hmac
import threading
from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends, Request

from robot.cipher import derived_secret
from robot.errors import BadInput, Problema, ProcedimientoIlegible
from robot.intake import Ventanilla
from robot.lotes.recepcion import Lotes
from robot.procedure.definition import Procedimiento
from robot.record.access import Ingresos, Intentos
from robot.record.accounts import Cuenta, Cuentas
from robot.record.answered import Respuestas
from robot.record.dossier import Expediente
from robot.record.glances import Miradas
from robot.record.notes import Apuntes
from robot.record.overview import Panorama
from robot.record.programs import DelPrograma, Llaves
from robot.record.solicitudes import Registro
from robot.referencia import Referencia
from robot.settings import Settings
from robot.web.agenda import AgendaVista
from robot.web.cupos import CuposLibres
from robot.web.equipo import Equipos
from robot.web.limites import Limites
from robot.web.serviweb import CuentasDeServiweb
from robot.web.vigia import Vigia
from robot.workdays import TERMINO_DIAS_HABILES, Calendario
from robot.worker.vistazos import Vistazos


class SinIngreso(Exception):
    """Nobody has signed in, or the session is over."""


class ClaveDeUnUso(Exception):
    """Somebody has signed in with a password of one use, and has not changed it yet."""


class NoEsta(Exception):
    """There is no such thing, or it is not this account's to see."""


class Servicio:
    """Everything that a page needs. One for the whole application.

    Args:
        vistazos: what looks codes up while they are typed; nothing where that is off.

    Attributes:
        turno: held while a cupo is looked at and the solicitud that wants it is accepted, so that two cannot both have it.
    """

    def __init__(
        self, settings: Settings, ventanilla: Ventanilla, cupos: CuposLibres, vistazos: Vistazos | None = None
    ) -> None:
        self.settings = settings
        self.vistazos = vistazos
        self.ventanilla = ventanilla.of_people()
        self.cupos = cupos
        self.cuentas = Cuentas(self.ventanilla.base)
        self.serviweb = CuentasDeServiweb(settings, self.cuentas)
        self.panorama = Panorama(self.ventanilla.registro)
        self.respuestas = Respuestas(self.ventanilla.registro)
        self.apuntes = Apuntes(self.ventanilla.registro)
        self.vigia = Vigia(self.panorama)
        self.calendario = Calendario(settings.reglas.cierres)
        self.intentos = Intentos(self.ventanilla.base, derived_secret(settings, "intentos de ingreso"))
        self.ingresos = Ingresos(self.ventanilla.base)
        self.equipos = Equipos(derived_secret(settings, "equipos conocidos"), settings.web)
        self.miradas = Miradas(self.ventanilla.base)
        self.lotes = Lotes(self.ventanilla)
        self.limites = Limites(settings.vistazo.por_minuto, settings.api.por_minuto)
        self.llaves = Llaves(self.ventanilla.registro)
        self.del_programa = DelPrograma(self.ventanilla.registro)
        self.agenda = AgendaVista(settings, self.ventanilla.procedimientos)
        self.turno = threading.Lock()

    @property
    def registro(self) -> Registro:
        return self.ventanilla.registro

    def procedimiento_of(self, expediente: Expediente) -> Procedimiento | None:
        """By which a solicitud is filed; None if this version of the robot does not understand it."""
        try:
            return self.registro.definiciones.of(expediente.procedimiento, expediente.version)
        except ProcedimientoIlegible:
            return None

    def procedimientos(self) -> Mapping[str, str]:
        """The names of the procedures that are or ever were in use, by código, those in use first."""
        activos = {one.codigo: one.nombre for one in self.ventanilla.catalogo.activos}
        return {
            **activos,
            **{one: name for one, name in self.registro.definiciones.names().items() if one not in activos},
        }

    def vence(self, expediente: Expediente) -> dt.date:
        """The last day of the legal term of a solicitud, by its own procedure."""
        procedimiento = self.procedimiento_of(expediente)
        dias = procedimiento.termino_dias_habiles if procedimiento is not None else TERMINO_DIAS_HABILES
        return self.calendario.vence(expediente.creada.date(), dias)

    def causal_of(self, expediente: Expediente) -> str:
        """What a solicitud is filed as; blank where that cannot be told."""
        return self.registro.definiciones.causal_of(expediente.procedimiento, expediente.version, expediente.causal)

    def names(self) -> dict[str, str]:
        """What everybody who has an account is called, by its key."""
        return {one.clave: one.nombre for one in self.cuentas.all()}

    def cupos_of(self, procedimiento: Procedimiento) -> CuposLibres:
        """The free cupos where a procedure books its citas."""
        donde = self.settings.programacion_of(procedimiento)
        return self.cupos if donde == self.settings.programacion else self.cupos.elsewhere(donde)

    def sign_in(self, request: Request, cuenta: Cuenta) -> None:
        """Whoever asks is this account from here on; who they were before is over."""
        self.ingresos.end(str(request.session.get("ingreso", "")))
        request.session.clear()
        identidad = self.ingresos.begin(cuenta, self.settings.web.sesion_horas)
        request.session.update({"ingreso": identidad, "sello": cuenta.sello})

    def visible_to(self, cuenta: Cuenta, texto: str) -> Expediente:
        """A solicitud by its referencia.

        Raises:
            NoEsta: there is none, or it is another asesor's.
        """
        try:
            expediente = self.registro.expediente(Referencia(texto))
        except (ValueError, BadInput):
            raise NoEsta from None
        if not cuenta.coordina and expediente.asesor != cuenta.clave:
            raise NoEsta
        return expediente


def session_secret(settings: Settings) -> str:
    """Signs the session cookies: the same on every machine that shares the key of the database."""
    return derived_secret(settings, "sesiones del formulario")


def servicio(request: Request) -> Servicio:
    found: Servicio = request.app.state.servicio
    return found


async def _of_request(request: Request) -> Servicio:
    """In the event loop, where looking costs less than going to a thread for it."""
    return servicio(request)


Con = Annotated[Servicio, Depends(_of_request)]


def just_signed_in(request: Request, con: Con) -> Cuenta:
    """The account that asks, also where it must change its password first.

    Raises:
        SinIngreso.
    """
    cuenta = still_in(request, con)
    if cuenta is None:
        raise SinIngreso
    con.limites.require_calm(cuenta.clave)
    return cuenta


Ingresada = Annotated[Cuenta, Depends(just_signed_in)]


def signed_in(cuenta: Ingresada) -> Cuenta:
    """The account that asks.

    Raises:
        ClaveDeUnUso.
    """
    if cuenta.provisional is not None:
        raise ClaveDeUnUso
    return cuenta


def still_in(request: Request, con: Servicio) -> Cuenta | None:
    """The account whose sign-in it is, while that lasts."""
    identidad, sello = request.session.get("ingreso"), request.session.get("sello")
    cuenta = con.ingresos.holder(str(identidad)) if identidad else None
    return cuenta if cuenta is not None and hmac.compare_digest(cuenta.sello, str(sello)) else None


Quien = Annotated[Cuenta, Depends(signed_in)]


def coordinating(cuenta: Quien) -> Cuenta:
    """The account that asks, if it is a coordinador's.

    Raises:
        NoEsta: to anybody else there is no such page.
    """
    if not cuenta.coordina:
        raise NoEsta
    return cuenta


Coordinador = Annotated[Cuenta, Depends(coordinating)]


def problems_by_field(invalid: BadInput) -> dict[str, list[str]]:
    by_field: dict[str, list[str]] = {}
    for problema in invalid.problemas:
        by_field.setdefault(problema.campo, []).append(_sentence(problema))
    return by_field


def _sentence(problema: Problema) -> str:
    text = problema.mensaje.strip()
    return text[:1].upper() + text[1:]


def visible(referencia: str, con: Con, cuenta: Quien) -> Expediente:
    """The solicitud that an address names, if it is the account's to see.

    Raises:
        NoEsta.
    """
    return con.visible_to(cuenta, referencia)


Suya = Annotated[Expediente, Depends(visible)]
