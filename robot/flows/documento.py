"""The solicitud de trámite as Serviweb prints it, and its copies (step 12)."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Error as BrowserError

from robot.copias.document import Documento, read_document, unspaced
from robot.copias.making import make_copies
from robot.errors import DocumentoAjeno, ObservacionLost, RadicadoDistinto, RobotError
from robot.flows.guardado import TramiteGuardado, look_up
from robot.flows.progreso import Progreso
from robot.flows.sesion import EnPantalla, Sesion
from robot.flows.visita import Trabajo, renewing
from robot.models import Cita, DocumentoCopias, Radicado
from robot.pages.consulta import Busqueda, ConsultaPage
from robot.pages.impresion import ImpresionPage, document_at
from robot.pages.palabras import longer_than, number_of, numbers_in, radicado_in, stands_whole_in
from robot.procedure import Paso
from robot.reading.equality import is_padded
from robot.referencia import Referencia

_ANY_RUTA = "\x00"


@dataclass(frozen=True, slots=True)
class DocumentoImpreso(EnPantalla):
    """The solicitud de trámite of a referencia as Serviweb printed it, and what the robot could not see of it."""

    referencia: Referencia
    documento: Documento
    avisos: tuple[str, ...]


def print_copies(
    sesion: Sesion, trabajo: Trabajo, radicado: Radicado, cita: Cita | None, carpeta: Path, progreso: Progreso
) -> DocumentoCopias:
    """Step 12: the solicitud de trámite as one PDF with every copy. What a person must look at before handing it out is told.

    Raises:
        As `print_document`.
    """

    def make() -> DocumentoCopias:
        ahead = sesion.shown(DocumentoImpreso)
        if ahead is None or ahead.referencia != trabajo.referencia:
            ahead = _printed(sesion, trabajo, radicado)
        hechas = make_copies(
            ahead.documento,
            trabajo.procedimiento.copias,
            referencia=trabajo.referencia,
            radicado=radicado.numero,
            cita=cita,
            carpeta=carpeta,
            documento_del_usuario=trabajo.solicitud.identificacion.printed,
        )
        for aviso in ahead.avisos:
            sesion.tell(aviso)
        if hechas.reparo:
            sesion.tell(_behind_a_cover(hechas.reparo))
        return hechas.documento

    with progreso.paso(Paso.IMPRIMIR):
        return renewing(sesion)(make)


def copies_pending(hindered: RobotError) -> str:
    """What tells that a solicitud is RADICADA without its copies, why, and how they are made."""
    return f"Copias pendientes. {hindered.texto} Pídalas otra vez: el robot hace solo las copias."


def _behind_a_cover(reparo: str) -> str:
    return (
        f"El documento de Serviweb trae {reparo}: cada copia es una carátula con la marca y la firma, y detrás el documento como "
        "vino. Mire que se vea completo antes de entregarlo."
    )


def print_document(sesion: Sesion, trabajo: Trabajo, radicado: Radicado) -> bytes:
    """The solicitud de trámite as Serviweb prints it, PDF. A trámite not on screen is opened from CONSULTA.

    Where the document does not show the end of the observación, CONSULTA must.

    Raises:
        ObservacionLost: it shows the trámite without it, or with another one.
        RadicadoDistinto: the document or CONSULTA has another number for it.
        DocumentoAjeno: the document names another suscriptor, and not ours.
        DocumentIncomplete, ScreenChanged; TransientFailure after three attempts.
    """
    return renewing(sesion)(_printed, sesion, trabajo, radicado).documento.original


def print_ahead(sesion: Sesion, trabajo: Trabajo, radicado: Radicado) -> None:
    """Have the document of a trámite that is still on screen ready for `print_copies`.

    What hinders it is met again when the copies are made, and told then.
    """
    if sesion.shown(TramiteGuardado) != TramiteGuardado(trabajo.referencia):
        return
    try:
        impreso = _printed(sesion, trabajo, radicado)
    except (RobotError, BrowserError):
        sesion.renew()
    else:
        sesion.show(impreso)


def _printed(sesion: Sesion, trabajo: Trabajo, radicado: Radicado) -> DocumentoImpreso:
    documento = read_document(_given(sesion, trabajo, radicado))
    return DocumentoImpreso(trabajo.referencia, documento, _require_ours(sesion, trabajo, radicado, documento.texto))


def _given(sesion: Sesion, trabajo: Trabajo, radicado: Radicado) -> bytes:
    """The document from the trámite on screen, else from the address that the perfil gives, else from CONSULTA."""
    if sesion.shown(TramiteGuardado) != TramiteGuardado(trabajo.referencia):
        menu = sesion.menu()
        if (direccion := sesion.serviweb.perfil.documento) is not None:
            return document_at(sesion.serviweb, direccion, radicado)
        menu.open("consulta")
        consulta = ConsultaPage(sesion.serviweb)
        shown = consulta.show(suscriptor=trabajo.solicitud.suscriptor, radicado=radicado, referencia=trabajo.referencia)
        _require_as_sent(trabajo, radicado, shown)
        consulta.open_tramite(radicado)
    return ImpresionPage(sesion.serviweb).document(trabajo.procedimiento.documento, radicado.numero)


def _require_as_sent(trabajo: Trabajo, radicado: Radicado, busqueda: Busqueda) -> None:
    """CONSULTA, where it is looked into, has our trámite under our number, with all that was written.

    Raises:
        RadicadoDistinto, ObservacionLost.
    """
    if busqueda.vistos and radicado not in busqueda.radicados:
        raise _different(radicado, busqueda)
    sent = _sent(trabajo)
    for one in busqueda.vistos:
        if one.radicado == radicado and one.entero and not sent.search(_folded(one.observacion)):
            raise ObservacionLost(f"Radicado {radicado.numero}: CONSULTA la muestra con otro texto.")


def _sent(trabajo: Trabajo) -> re.Pattern[str]:
    """Finds the observación that was sent, with whatever ruta where none was asked for, in a text that is `_folded`."""
    sent = trabajo.observacion(trabajo.solicitud.ruta or _ANY_RUTA)
    return re.compile(".*".join(map(re.escape, _folded(sent).split(_ANY_RUTA))))


def _require_ours(sesion: Sesion, trabajo: Trabajo, radicado: Radicado, documento: str) -> tuple[str, ...]:
    """The document has our number and all that was sent, or CONSULTA has. Returns what could not be seen of it.

    A number with letters stuck to it may be one that only the PDF runs together with a word, and an observación that reads
    otherwise may be one that only the document cannot show: then CONSULTA decides. Where our referencia, which closes the
    observación, is missing, too, a part of the text is, or the document is another one's.
    """
    numbered = stands_whole_in(radicado.numero, documento)
    if numbered and _sent(trabajo).search(_folded(documento)):
        return ()
    busqueda = look_up(sesion, trabajo)
    _require_as_sent(trabajo, radicado, busqueda)
    longer = longer_than(radicado.numero, documento)
    if any(not one.replace(radicado.numero, "").isalpha() for one in longer) or (longer and not busqueda.vistos):
        raise _different(radicado, busqueda, longer)
    if not numbered and not longer:
        typed = numbers_in(trabajo.solicitud.solicitud)
        if (other := radicado_in(sesion.serviweb.pattern("radicado"), documento, typed)) is not None:
            raise _different(radicado, busqueda, [other])
    ours = trabajo.referencia in unspaced(documento)
    if not ours and busqueda.concluyente and not busqueda.vistos:
        raise ObservacionLost(f"Radicado {radicado.numero}.")
    codigos = [one[number_of(one)] for one in sesion.serviweb.pattern("codigo_impreso").finditer(documento)]
    ours = ours or any(_is_of(trabajo, one) for one in [*codigos, *numbers_in(documento)])
    if codigos and not ours:
        raise DocumentoAjeno(f"Radicado {radicado.numero}.")
    return _unseen(radicado, documento, numbered=numbered or bool(longer), ours=ours)


def _is_of(trabajo: Trabajo, codigo: str) -> bool:
    """Whether a código is the suscriptor's, with or without zeros before it."""
    suscriptor = trabajo.solicitud.suscriptor
    return codigo == suscriptor or is_padded(codigo, suscriptor)


def _unseen(radicado: Radicado, documento: str, *, numbered: bool, ours: bool) -> tuple[str, ...]:
    """What a person must look for on the document, because it could not be read there."""
    if numbered and ours:
        return ()
    why = "no trae texto que se pueda leer"
    if documento:
        why = "no muestra el radicado" if not numbered else "no muestra el suscriptor ni la referencia"
    return (
        f"No se pudo comprobar que el documento de las copias sea el de esta solicitud: {why}. Antes de entregarlo, mire que "
        f"sea el del radicado {radicado.numero}.",
    )


def _different(radicado: Radicado, busqueda: Busqueda, documento: Iterable[str] = ()) -> RadicadoDistinto:
    shown = ", ".join(one.numero for one in busqueda.radicados) or "no se ve"
    printed = f"; el documento: {', '.join(dict.fromkeys(documento))}" if documento else ""
    return RadicadoDistinto(f"Al guardar dijo: {radicado.numero}; CONSULTA: {shown}{printed}.")


def _folded(text: str) -> str:
    """A text as it may come back: in capitals, without accents, with other spaces or none; every other character counts."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return unspaced("".join(one for one in plain if not unicodedata.combining(one)))
