"""The account of Serviweb that belongs to one of the form: what of it may be told, and its password replaced.

The password goes where the command line puts it, too (`robot.llavero`), and never comes back from there to a page.
"""

import datetime as dt
import logging
from dataclasses import dataclass

from pydantic import SecretStr

from robot import llavero
from robot.errors import ActoImposible, ConfigurationError
from robot.flows.rechazos import Rechazos
from robot.models import Asesor, user_key
from robot.record.accounts import Cuenta, Cuentas
from robot.settings import Settings

_ELSEWHERE = "La tiene la configuración de la máquina: solo se cambia allí. Pídaselo a quien administra el robot."
_OF_GLANCES = (
    "Con ese usuario el robot mira en Serviweb mientras se llena el formulario, y Serviweb admite una sesión por usuario: "
    "indique el de la persona."
)
_NOT_KEPT = (
    "Esta máquina no pudo guardar la clave de Serviweb, y la de antes puede no servir ya. Pida a quien administra el robot que "
    "mire el registro de errores, y guárdela otra vez."
)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CuentaDeServiweb:
    """What may be told of an account of Serviweb.

    Attributes:
        fija: the machine's configuration holds it, so that no page changes it.
        rechazada: since when Serviweb refuses the password that is kept.
    """

    usuario: str
    fija: bool
    rechazada: dt.datetime | None = None


class CuentasDeServiweb:
    """Those of one machine.

    Args:
        cuentas: where it is told who changed which.
    """

    def __init__(self, settings: Settings, cuentas: Cuentas) -> None:
        self._settings = settings
        self._cuentas = cuentas

    def users(self) -> dict[str, str]:
        """The user of Serviweb of each account that has one."""
        al_dia = self._settings.al_dia()
        found = {one.clave: _of(al_dia, one.clave) for one in self._cuentas.all()}
        return {clave: asesor.usuario for clave, asesor in found.items() if asesor is not None}

    def refused(self) -> list[str]:
        """The accounts in use whose password Serviweb refuses."""
        al_dia, rechazos = self._settings.al_dia(), Rechazos(self._settings.datos)
        found = {one.clave: _of(al_dia, one.clave) for one in self._cuentas.all() if one.activa}
        return [clave for clave, asesor in found.items() if asesor is not None and rechazos.refused(asesor) is not None]

    def of(self, clave: str) -> CuentaDeServiweb | None:
        """What an account has, or nothing."""
        al_dia = self._settings.al_dia()
        asesor = _of(al_dia, clave)
        if asesor is None:
            return None
        refused = Rechazos(self._settings.datos).refused(asesor)
        fija = clave in al_dia.asesores and llavero.find(clave) != asesor
        return CuentaDeServiweb(asesor.usuario, fija, refused.cuando if refused is not None else None)

    def keep(self, cuenta: Cuenta, *, usuario: str, password: SecretStr, quien: str) -> bool:
        """Keep user and password of an account in place of those before; whether they are news to Serviweb.

        A password that Serviweb refused stays refused until somebody asks to try it again; another one is tried by itself.

        Raises:
            ActoImposible: they are kept where no page changes them, this machine keeps none, or the user is the one that
                look-ups have for themselves.
        """
        known = self.of(cuenta.clave)
        if known is not None and known.fija:
            raise ActoImposible(_ELSEWHERE)
        if (glances := _of_glances(self._settings.al_dia())) and user_key(glances.usuario) == user_key(usuario):
            raise ActoImposible(_OF_GLANCES)
        asesor = Asesor(clave_asesor=cuenta.clave, usuario=usuario, clave=password, nombre=cuenta.nombre)
        self._cuentas.note(cuenta.clave, f"Guarda la clave de Serviweb del usuario {usuario}.", quien=quien)
        try:
            llavero.keep(asesor)
        except ConfigurationError as refused:
            _log.error("la clave de Serviweb no quedó guardada: %s", refused.detalle)
            self._cuentas.note(cuenta.clave, "La clave de Serviweb no quedó guardada.", quien=quien)
            raise ActoImposible(_NOT_KEPT) from None
        return Rechazos(self._settings.datos).refused(asesor) is None

    def forget(self, clave: str, *, quien: str) -> None:
        """Delete what is kept of an account; nothing happens where there is nothing.

        Raises:
            ActoImposible: it is kept where no page changes it, or cannot be deleted.
        """
        known = self.of(clave)
        if known is None:
            return
        if known.fija:
            raise ActoImposible(_ELSEWHERE)
        self._cuentas.note(clave, "Borra la clave de Serviweb.", quien=quien)
        try:
            llavero.forget(clave)
        except ConfigurationError as refused:
            _log.error("la clave de Serviweb no se pudo borrar: %s", refused.detalle)
            raise ActoImposible("Esta máquina no pudo borrar la clave de Serviweb.") from None


def _of(al_dia: Settings, clave: str) -> Asesor | None:
    try:
        return al_dia.asesor(clave)
    except ConfigurationError:
        return None


def _of_glances(al_dia: Settings) -> Asesor | None:
    """The account that looks things up while the form is filled, where there is one."""
    return _of(al_dia, al_dia.vistazo.asesor) if al_dia.vistazo.asesor else None
