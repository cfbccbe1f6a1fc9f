"""Taking requests from a sheet and answering them there: one look, all that follows from it, and every crash in between settled.

What is kept before each thing that must not be done twice, and who settles an interruption:

| before | kept | an interruption leaves |
|---|---|---|
| a row is tagged | its tag's id, its referencia and what it said | the row is found by what it says, and tagged |
| cells are written | the name of the write, and its texts | the hidden sheet: the next look puts back what was a person's |
| it is handed in | nothing: its key follows from its tag, and gives the same solicitud again | the next look hands it in |
| its answer changes | nothing: the answer is worked out anew at each look | the next look writes it |
"""

import datetime as dt
import logging
import secrets
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from robot.cipher import derived_secret
from robot.errors import ConfigurationError, RobotError
from robot.intake import Ventanilla
from robot.models import ZONA_HORARIA, Estado, Solicitud
from robot.procedure.definition import PreguntaPropia, Procedimiento
from robot.reading.equality import same_name
from robot.recepcion.reading import LectorDeHoja, PeticionesDeHoja
from robot.recepcion.report import InformeDeHoja
from robot.recepcion.requests import Celda
from robot.recepcion.rows import (
    ColumnaPropia,
    Correspondencia,
    FilaEscrita,
    FilaTomada,
    Textos,
    at_rest,
    which_is_which,
)
from robot.recepcion.tab import HojaMirada, Pestana, Respondida
from robot.record.dossier import Expediente
from robot.referencia import Referencia
from robot.settings import HojaSettings

QUIEN = "hoja de solicitudes"
POR_CORREGIR = "POR CORREGIR"
_ROWS_A_WRITE = 1000
_MARCA_BITS = 31
_CHANGED = "La fila cambió después de que se tomó: vale lo que se tomó. Para otra solicitud, use una fila nueva."
_REFUSED_AND_CHANGED = "La fila cambió: se volverá a tomar cuando nadie la esté escribiendo."

_log = logging.getLogger(__name__)


@dataclass
class _Vuelta:
    """One look at a sheet and what is to be done about it.

    Attributes:
        textos: what each row is to be answered, by its place.
        tomar: what is to be handed in, by the row's place.
        esperan: rows that somebody may still be typing.
    """

    lectura: PeticionesDeHoja
    dichas: frozenset[str]
    textos: dict[int, Textos] = field(default_factory=dict)
    tomar: dict[int, tuple[FilaTomada, Solicitud]] = field(default_factory=dict)
    esperan: list[FilaEscrita] = field(default_factory=list)
    cambiadas: int = 0
    por_corregir: int = 0
    sin_fila: int = 0
    ajenas: int = 0
    protegidas: int = 0

    @property
    def vista(self) -> HojaMirada:
        return self.lectura.vista


class MiradorDeHoja:
    """Looks at one sheet of requests.

    Args:
        ritmo: called before each call to Google; it may wait.
    """

    def __init__(self, ventanilla: Ventanilla, hoja: HojaSettings, ritmo: Callable[[], None] = lambda: None) -> None:
        settings = ventanilla.settings
        self._ventanilla = ventanilla
        self._hoja = hoja
        self._record = ventanilla.recepciones
        self._pestana = Pestana(hoja.planilla, hoja.hoja, settings.google, ritmo)

    @cached_property
    def _lector(self) -> LectorDeHoja:
        settings = self._ventanilla.settings
        secreto = derived_secret(settings, "hojas de solicitudes")
        return LectorDeHoja(self._hoja, settings.reglas_de_solicitud, self._asesor, secreto, self._questions())

    def receive(self) -> InformeDeHoja:
        """Look once: take what is ready, answer what is known. What keeps it from that is told, and kept with the rest."""
        known = self._record.sheet(self._hoja.planilla, self._hoja.hoja).informe
        informe = InformeDeHoja(
            planilla=known.planilla if known else "",
            hoja=self._hoja.hoja,
            columnas=known.columnas if known else (),
        )
        try:
            informe = self._receive()
        except RobotError as hindered:
            _log.warning("hoja de solicitudes sin mirar", extra={"clase": type(hindered).__name__})
            informe = informe.model_copy(update={"falla": hindered.texto, "codigo_salida": hindered.codigo_salida})
        self._record.note_look(self._hoja.planilla, self._hoja.hoja, informe)
        return informe

    def check(self) -> str:
        """Look and change nothing; what is there, in Spanish.

        Raises:
            RequestSheetUnusable, GoogleUnavailable, ConfigurationError, BadInput.
        """
        vista = self._pestana.look(self._lector.find_header)
        rows = len(self._lector.read(vista).escritas)
        return f"«{vista.planilla}», hoja «{vista.titulo}», con {rows} {'fila' if rows == 1 else 'filas'}"

    def _receive(self) -> InformeDeHoja:
        vista = self._pestana.look(self._lector.find_header)
        devueltas = self._settle(vista)
        if devueltas:
            vista = self._pestana.look(self._lector.find_header)
        lectura = self._lector.read(vista)
        before = self._record.sheet(self._hoja.planilla, self._hoja.hoja).informe
        otras = before is not None and before.columnas not in {(), lectura.columnas}
        vuelta = _Vuelta(lectura, self._record.said(self._hoja.planilla, vista.hoja_id))
        reparto = which_is_which(lectura.escritas, self._record.taken(self._hoja.planilla, vista.hoja_id))
        if otras:
            self._read_anew(vuelta, reparto)
        self._judge(vuelta, reparto)
        self._keep_gone(vuelta, reparto)
        waiting = Counter(fila.huella for fila in vuelta.esperan)
        self._record.keep_seen(self._hoja.planilla, vista.hoja_id, waiting)
        tomadas, respondidas, returned = self._answer(vuelta)
        return InformeDeHoja(
            planilla=vista.planilla,
            hoja=vista.titulo,
            tomadas=tomadas,
            respondidas=respondidas,
            por_corregir=vuelta.por_corregir,
            esperan=len(vuelta.esperan),
            cambiadas=vuelta.cambiadas,
            sin_fila=vuelta.sin_fila,
            ajenas=vuelta.ajenas,
            protegidas=vuelta.protegidas,
            devueltas=devueltas + returned,
            columnas=lectura.columnas,
            otras_columnas=otras,
        )

    def _settle(self, vista: HojaMirada) -> int:
        """Put back what a write has taken from people of which nobody saw the end."""
        left = self._record.sheet(self._hoja.planilla, self._hoja.hoja).escritura
        if not left:
            return 0
        said = self._record.said(self._hoja.planilla, vista.hoja_id)
        back = 0
        if vista.dejado[0] == left:
            back = self._pestana.leftover(vista, lambda text: self._is_ours(text, said))
        self._record.end_write(self._hoja.planilla, self._hoja.hoja)
        return back

    def _is_ours(self, text: str, dichas: frozenset[str]) -> bool:
        return self._lector.fingerprint(text) in dichas

    def _read_anew(self, vuelta: _Vuelta, reparto: Correspondencia) -> None:
        """Keep what rows that were handed in say by other columns than before: else each of them would have been changed."""
        hoja_id = vuelta.vista.hoja_id
        handed = {one.marca for one in self._record.taken(self._hoja.planilla, hoja_id) if one.aceptada}
        says = {marca: fila.huella for marca, fila in reparto.de.items() if marca in handed}
        self._record.read_anew(self._hoja.planilla, hoja_id, says)

    def _judge(self, vuelta: _Vuelta, reparto: Correspondencia) -> None:
        """Decide about each row: what it is answered, and whether it is taken."""
        taken = {one.marca: one for one in self._record.taken(self._hoja.planilla, vuelta.vista.hoja_id)}
        found = {marca: taken[marca] for marca in reparto.de}
        standing = self._record.standing(one.referencia for one in found.values())
        self._note_handed_in(vuelta, [one for one in found.values() if not one.aceptada and one.referencia in standing])
        back = [one.marca for one in found.values() if one.perdida]
        if back:
            self._record.found_again(self._hoja.planilla, vuelta.vista.hoja_id, back)
        asking: list[tuple[FilaEscrita, FilaTomada | None]] = [(fila, None) for fila in reparto.nuevas]
        for marca, fila in reparto.de.items():
            one = found[marca]
            expediente = standing.get(Referencia(one.referencia))
            if expediente is None:
                asking.append((fila, one))
            elif fila.huella != one.huella and expediente.estado is Estado.RECHAZADA:
                vuelta.textos[fila.indice] = {**_answer_of(expediente), ColumnaPropia.MOTIVO: _REFUSED_AND_CHANGED}
                asking.append((fila, replace(one, aceptada=True)))
            else:
                vuelta.textos[fila.indice] = self._standing_answer(
                    vuelta, expediente, changed=fila.huella != one.huella
                )
        self._take_in(vuelta, asking)

    def _standing_answer(self, vuelta: _Vuelta, expediente: Expediente, *, changed: bool) -> Textos:
        answer = _answer_of(expediente)
        if not changed:
            return answer
        vuelta.cambiadas += 1
        return {**answer, ColumnaPropia.MOTIVO: f"{_CHANGED} {answer.get(ColumnaPropia.MOTIVO, '')}".strip()}

    def _note_handed_in(self, vuelta: _Vuelta, handed: Sequence[FilaTomada]) -> None:
        """What was handed in by somebody who died before noting it."""
        if handed:
            self._record.accepted(self._hoja.planilla, vuelta.vista.hoja_id, [one.marca for one in handed])

    def _take_in(self, vuelta: _Vuelta, asking: Sequence[tuple[FilaEscrita, FilaTomada | None]]) -> None:
        """Understand the rows that nobody is typing any more."""
        listas = vuelta.lectura.listas
        reserved = {fila.indice for fila, one in asking if one is not None and not one.aceptada}
        if listas is not None:
            ready = {fila.indice for fila, _ in asking if fila.indice in listas}
            vuelta.esperan += [fila for fila, _ in asking if fila.indice not in listas | reserved]
        else:
            before = dt.datetime.now(ZONA_HORARIA) - dt.timedelta(
                seconds=self._ventanilla.settings.recibir.reposo_segundos
            )
            seen = self._record.seen(self._hoja.planilla, vuelta.vista.hoja_id, before)
            waiting = [fila for fila, _ in asking if fila.indice not in reserved]
            ready = {fila.indice for fila in at_rest(waiting, seen)}
            vuelta.esperan += [fila for fila in waiting if fila.indice not in ready]
        for fila, one in asking:
            if fila.indice not in ready | reserved:
                continue
            if vuelta.vista.is_protected(fila.indice):
                vuelta.protegidas += 1
            else:
                self._understand(vuelta, fila, one)

    def _understand(self, vuelta: _Vuelta, fila: FilaEscrita, one: FilaTomada | None) -> None:
        entendida = self._lector.understand(vuelta.lectura, fila)
        if entendida.solicitud is None:
            if entendida.problemas:
                vuelta.por_corregir += 1
                vuelta.textos[fila.indice] = {
                    **vuelta.textos.get(fila.indice, dict.fromkeys(ColumnaPropia, "")),
                    ColumnaPropia.ESTADO: POR_CORREGIR,
                    ColumnaPropia.MOTIVO: entendida.problemas,
                }
                vuelta.esperan += [fila] if vuelta.lectura.listas is None else []
            return
        marca = one.marca if one is not None else secrets.randbits(_MARCA_BITS - 1) + 1
        intento = 1 if one is None else one.intento + (1 if one.aceptada else 0)
        clave = _key(self._hoja.planilla, marca, intento)
        solicitud = entendida.solicitud.model_copy(update={"clave_idempotencia": clave, "revisar_duplicados": True})
        referencia = Referencia.of_key(self._procedure_of(solicitud).prefijo_referencia, clave)
        vuelta.tomar[fila.indice] = (FilaTomada(marca, referencia, intento, fila.huella, aceptada=False), solicitud)
        vuelta.textos[fila.indice] = {
            **dict.fromkeys(ColumnaPropia, ""),
            ColumnaPropia.SOLICITUD: referencia,
            ColumnaPropia.ESTADO: Estado.EN_COLA.value,
        }

    def _keep_gone(self, vuelta: _Vuelta, reparto: Correspondencia) -> None:
        """Tell of requests whose row is gone; what was never handed in is forgotten with it."""
        hoja_id = vuelta.vista.hoja_id
        standing = self._record.standing(one.referencia for one in reparto.sin_fila if not one.perdida)
        newly = [one for one in reparto.sin_fila if not one.perdida and one.referencia in standing]
        never = [one.marca for one in reparto.sin_fila if not one.aceptada and one.referencia not in standing]
        vuelta.sin_fila = sum(one.perdida or one.referencia in standing for one in reparto.sin_fila)
        if newly:
            donde = f"«{vuelta.vista.planilla}», hoja «{vuelta.vista.titulo}»"
            self._record.lost(self._hoja.planilla, hoja_id, newly, donde)
        if never:
            self._record.forget(self._hoja.planilla, hoja_id, never)

    def _answer(self, vuelta: _Vuelta) -> tuple[int, int, int]:
        """Write what is news, a thousand rows at once, and hand in what was tagged; how many of each, and cells given back."""
        hoja, vista = self._hoja, vuelta.vista
        self._record.reserve(hoja.planilla, vista.hoja_id, [one for one, _ in vuelta.tomar.values()])
        cells = self._news(vuelta)
        rows = sorted({row for row, _ in cells} | set(vuelta.tomar))
        tagged = {marca for fila in vista.filas for marca in fila.marcas}
        handed = answered = returned = 0
        for first in range(0, len(rows), _ROWS_A_WRITE):
            some = frozenset(rows[first : first + _ROWS_A_WRITE])
            texts = {cell: text for cell, text in cells.items() if cell[0] in some}
            marcas = {
                row: (one.marca, one.referencia)
                for row, (one, _) in vuelta.tomar.items()
                if row in some and one.marca not in tagged
            }
            done = Respondida(frozenset())
            if texts or marcas:
                done = self._pestana.write(vista, texts, marcas, self._noting(vista, texts))
                self._record.end_write(hoja.planilla, hoja.hoja)
                vista = vista.written()
            handed += self._hand_in(vuelta, [row for row in some - done.ajenas if row in vuelta.tomar])
            answered += len(some - done.ajenas)
            returned += done.devueltas
        if rows:
            self._forget_texts(vuelta, cells)
        return handed, answered, returned

    def _noting(self, vista: HojaMirada, texts: Mapping[Celda, str]) -> Callable[[str], None]:
        dichas = [self._lector.fingerprint(text) for text in texts.values() if text]
        return lambda nombre: self._record.begin_write(
            self._hoja.planilla, self._hoja.hoja, vista.hoja_id, nombre, dichas
        )

    def _news(self, vuelta: _Vuelta) -> dict[Celda, str]:
        """The cells that do not say yet what they are to say; what somebody else wrote there stays."""
        news: dict[Celda, str] = {}
        by_row = {fila.indice: fila for fila in vuelta.lectura.escritas}
        for row, texts in vuelta.textos.items():
            if vuelta.vista.is_protected(row):
                continue
            held = by_row[row].respuestas
            for which, text in texts.items():
                there = held.get(which, "")
                if there == text:
                    continue
                if there and not self._is_ours(there, vuelta.dichas):
                    vuelta.ajenas += 1
                    continue
                news[row, which] = text
        return news

    def _hand_in(self, vuelta: _Vuelta, rows: Sequence[int]) -> int:
        """Hand in what is tagged. Its key gives the same solicitud, should it have been handed in before."""
        marcas = []
        for row in rows:
            one, solicitud = vuelta.tomar[row]
            self._ventanilla.hand_in(solicitud, quien=QUIEN)
            marcas.append(one.marca)
        if marcas:
            self._record.accepted(self._hoja.planilla, vuelta.vista.hoja_id, marcas)
        return len(marcas)

    def _forget_texts(self, vuelta: _Vuelta, cells: Mapping[Celda, str]) -> None:
        there = {text for fila in vuelta.lectura.escritas for text in fila.respuestas.values() if text}
        kept = {self._lector.fingerprint(text) for text in there | set(cells.values())}
        self._record.keep_said(self._hoja.planilla, vuelta.vista.hoja_id, kept)

    def _questions(self) -> list[PreguntaPropia]:
        """The own questions of the sheet's procedure, or of all."""
        catalogo = self._ventanilla.catalogo
        of = [catalogo.get(self._hoja.procedimiento)] if self._hoja.procedimiento else catalogo.activos
        return [one for procedimiento in of for one in procedimiento.preguntas]

    def _procedure_of(self, solicitud: Solicitud) -> Procedimiento:
        catalogo = self._ventanilla.catalogo
        return catalogo.get(solicitud.settled(catalogo.activos).procedimiento or "")

    def _asesor(self, text: str) -> str | None:
        """The key of an asesor by key or by name, of those who have an account in Serviweb."""
        settings = self._ventanilla.settings
        try:
            return settings.asesor(text).clave_asesor
        except ConfigurationError:
            pass
        named = [clave for clave, one in settings.asesores.items() if same_name(one.nombre, text)]
        return named[0] if len(named) == 1 else None


def _key(planilla: str, marca: int, intento: int) -> str:
    return f"hoja {planilla} {marca}" + (f" {intento}" if intento > 1 else "")


def _answer_of(expediente: Expediente) -> Textos:
    """What is told of a solicitud beside its row; of one whose data are gone by now, only what is still known."""
    told = {
        ColumnaPropia.SOLICITUD: str(expediente.referencia),
        ColumnaPropia.ESTADO: expediente.estado.value,
        ColumnaPropia.RADICADO: expediente.radicado or "",
    }
    if expediente.estado.terminado and expediente.resultado is None:
        return told
    cita, error = expediente.cita, expediente.resultado.error if expediente.resultado else None
    cancelled = expediente.situacion is not None and expediente.situacion.cancelada
    when = f"{cita.fecha:%d/%m/%Y} {cita.hora:%H:%M} {cita.cuadrilla}".strip() if cita is not None else ""
    return {
        **told,
        ColumnaPropia.CITA: "cancelada" if cancelled else when,
        ColumnaPropia.MOTIVO: error.mensaje if error is not None else "",
    }
