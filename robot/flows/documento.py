"""The solicitud de trámite as Serviweb prints it, and its copies (step 12)."""

from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Error as BrowserError

from robot.copias import make_copies, unspaced_text
from robot.errors import DocumentoAjeno, ObservacionLost, RobotError
from robot.flows.guardado import TramiteGuardado, look_up
from robot.flows.progreso import Progreso
from robot.flows.sesion import Sesion
from robot.flows.visita import Trabajo, renewing
from robot.models import DocumentoCopias, Radicado
from robot.pages.consulta import ConsultaPage
from robot.pages.impresion import ImpresionPage
from robot.procedure import Paso
from robot.referencia import Referencia


@dataclass(frozen=True, slots=True)
class DocumentoImpreso:
    """The solicitud de trámite of a referencia as Serviweb printed it, PDF."""

    referencia: Referencia
    documento: bytes


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
        return renewing(sesion)(make)


def print_document(sesion: Sesion, trabajo: Trabajo, radicado: Radicado) -> bytes:
    """The solicitud de trámite as Serviweb prints it, PDF. A trámite not on screen is opened from CONSULTA.

    Where the document does not show the end of the observación, CONSULTA must.

    Raises:
        ObservacionLost: it shows the trámite without it.
        DocumentoAjeno: the document names another suscriptor, or none.
        DocumentIncomplete, ScreenChanged; TransientFailure after three attempts.
    """
    return renewing(sesion)(_printed, sesion, trabajo, radicado)


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
