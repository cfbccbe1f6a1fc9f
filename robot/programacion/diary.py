"""The robot's diary in the spreadsheet: one line for each write, with the row as it was at that instant.

It is what makes a booking undoable: whoever finds a line whose before-image shows that the cupo was not free puts exactly
that image back. The lines are plain rows of a hidden worksheet, so people can read them too.
"""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from robot.models import Cita
from robot.planilla.cells import Columna, Fila, Valor, is_blank, same_code, text_of
from robot.planilla.rows import FilaLeida
from robot.reading.dates import says_fecha, says_hora, split_moment

TITULO = "robot_diario"
COLUMNAS = (
    "entrada",
    "instante",
    "operacion",
    "referencia",
    "hoja",
    "fecha",
    "hora",
    "deshace",
    "marca",
    "columnas",
    "escrito",
)
ANCHO_IMAGEN = 50
ANCHO_DIARIO = len(COLUMNAS) + ANCHO_IMAGEN
_MENDED_FROM = dt.timedelta(minutes=2)
MENDED_UNTIL = dt.timedelta(days=14)


class Operacion(StrEnum):
    """Why the robot wrote into a row."""

    RESERVA = "reserva"
    DEVOLUCION = "devolución"
    LIBERACION = "liberación"
    RADICADO = "radicado"


@dataclass(frozen=True, slots=True)
class Entrada:
    """One line of the diary.

    Attributes:
        deshace: the entries whose effect this one took back, separated by spaces.
        fecha, hora: what the row was expected to say.
        marca: id of the tag on the row.
        columnas: where the columns were when it was written.
        escrito: what was written, by column; None blanks the cell.
        imagen: the row before the write; empty before the answer has come.
    """

    entrada: str
    instante: dt.datetime
    operacion: Operacion
    referencia: str
    hoja: int
    fecha: dt.date
    hora: dt.time
    marca: int
    columnas: Mapping[Columna, int]
    escrito: Mapping[Columna, Valor]
    deshace: str = ""
    imagen: Fila = ()

    def as_row(self) -> list[str]:
        return [
            self.entrada,
            self.instante.isoformat(timespec="seconds"),
            self.operacion.value,
            self.referencia,
            str(self.hoja),
            self.fecha.isoformat(),
            self.hora.isoformat("minutes"),
            self.deshace,
            str(self.marca),
            json.dumps({columna.value: at for columna, at in self.columnas.items()}),
            json.dumps({columna.value: value for columna, value in self.escrito.items()}, ensure_ascii=False),
        ]

    @classmethod
    def from_row(cls, fila: Sequence[Valor]) -> "Entrada | None":
        """The entry in a row of the diary, or nothing if a person has damaged it."""
        cells = [text_of(value) for value in fila[: len(COLUMNAS)]]
        if len(cells) < len(COLUMNAS):
            return None
        try:
            return cls(
                entrada=cells[0],
                instante=dt.datetime.fromisoformat(cells[1]),
                operacion=Operacion(cells[2]),
                referencia=cells[3],
                hoja=int(cells[4]),
                fecha=dt.date.fromisoformat(cells[5]),
                hora=dt.time.fromisoformat(cells[6]),
                deshace=cells[7],
                marca=int(cells[8]),
                columnas={Columna(name): int(at) for name, at in json.loads(cells[9]).items()},
                escrito={Columna(name): value for name, value in json.loads(cells[10]).items()},
                imagen=tuple(fila[len(COLUMNAS) :]),
            )
        except (ValueError, TypeError, AttributeError):
            return None

    def before(self, columna: Columna) -> Valor:
        """What a column said before the write."""
        return self.value(self.imagen, columna)

    def value(self, fila: Fila, columna: Columna) -> Valor:
        """What a row says in the column where this entry's header had it."""
        at = self.columnas.get(columna)
        return fila[at] if at is not None and at < len(fila) else None

    def found_free(self) -> bool:
        """Whether the row was the expected cupo and nobody had written into it."""
        fecha, hora = self.before(Columna.FECHA), self.before(Columna.HORA)
        if self.columnas.get(Columna.FECHA) == self.columnas[Columna.HORA]:
            fecha, hora = split_moment(hora)
        return (
            all(is_blank(self.before(columna)) for columna in {*self.escrito, Columna.PQR})
            and says_hora(hora, self.hora)
            and (is_blank(fecha) or says_fecha(fecha, self.fecha))
        )

    def is_of(self, fila: FilaLeida, hoja: int) -> bool:
        """Whether it was meant for the place where a row now is: its day, hour and crew."""
        return (
            (self.hoja, self.fecha, self.hora) == (hoja, fila.fecha, fila.hora)
            and text_of(self.before(Columna.CUADRILLA)) == text_of(fila.cuadrilla_escrita)
            and (not fila.encabezado.al_lado or self.columnas == fila.encabezado.columnas)
        )


def undone_by(entradas: Sequence[Entrada]) -> set[str]:
    """The entries that a later one took back; one that hit another row took nothing back."""
    return {
        one
        for entrada in entradas
        if entrada.deshace and not missed(entradas, entrada)
        for one in entrada.deshace.split()
    }


def missed(entradas: Sequence[Entrada], entrada: Entrada) -> bool:
    """Whether a write other than a booking hit a row that did not say what it was meant for.

    Rows move, and people type, between reading and writing. What is too long ago to tell counts as well aimed.
    """
    if entrada.operacion is Operacion.DEVOLUCION:
        meant = next((one for one in entradas if one.entrada == entrada.deshace.split()[0]), None)
        return meant is not None and not all(
            same_code(entrada.before(columna), meant.escrito.get(columna)) for columna in entrada.escrito
        )
    if entrada.operacion is Operacion.RESERVA:
        return False
    if entrada.operacion is Operacion.RADICADO and not is_blank(entrada.before(Columna.PQR)):
        return not same_code(entrada.before(Columna.PQR), entrada.escrito.get(Columna.PQR))
    booked = next((one for one in entradas if one.operacion is Operacion.RESERVA and one.marca == entrada.marca), None)
    return booked is not None and not same_code(entrada.before(Columna.CODIGO), booked.escrito.get(Columna.CODIGO))


def same_place(entrada: Entrada, other: Entrada) -> bool:
    """Whether two entries met the same row, by what nobody but a person writes there."""
    fixed = (Columna.HORA, Columna.CUADRILLA)
    return entrada.hoja == other.hoja and all(
        text_of(entrada.before(columna)) == text_of(other.before(columna)) for columna in fixed
    )


def origin_of(entradas: Sequence[Entrada], entrada: Entrada) -> tuple[Entrada, ...]:
    """An entry that hit a row that was not free, and those that it hit in turn, back to the one whose image is the true one.

    Several robots may write over each other before any of them has put back what it met: what one met is then another's
    writing, which was never to stay.
    """
    chain = [entrada]
    undone = undone_by(entradas)
    older = iter(entradas)
    for one in older:
        if one.entrada == entrada.entrada:
            break
    for one in older:
        met = chain[-1]
        if (
            one.operacion is Operacion.RESERVA
            and one.entrada not in undone
            and same_place(one, met)
            and all(same_code(met.before(columna), value) for columna, value in one.escrito.items())
        ):
            if one.found_free():
                break
            chain.append(one)
    return tuple(chain)


def is_overwritten(entradas: Sequence[Entrada], entrada: Entrada) -> bool:
    """Whether another booking wrote over a whole entry and has yet to put back what it met: then that puts back both."""
    undone = undone_by(entradas)
    for one in entradas:
        if one.entrada == entrada.entrada:
            return False
        if (
            one.operacion is Operacion.RESERVA
            and one.entrada not in undone
            and same_place(one, entrada)
            and all(same_code(one.before(columna), value) for columna, value in entrada.escrito.items())
        ):
            return True
    return False


def rightly_held(entradas: Sequence[Entrada], fila: FilaLeida, hoja: int) -> bool:
    """Whether a row says what a booking wrote that found it free and was never taken back."""
    undone = undone_by(entradas)
    return any(
        entrada.operacion is Operacion.RESERVA
        and entrada.entrada not in undone
        and entrada.is_of(fila, hoja)
        and same_code(entrada.escrito.get(Columna.CODIGO), fila.codigo)
        and entrada.found_free()
        for entrada in entradas
    )


def unmended(entradas: Sequence[Entrada], ahora: dt.datetime) -> list[Entrada]:
    """Writes that hit a row which was not theirs and were never taken back: their robot died between the two calls.

    The newest first, as they lie over each other. The last two minutes are left to robots that may still be at it.
    """
    undone = undone_by(entradas)
    return [
        entrada
        for entrada in entradas
        if _MENDED_FROM < ahora - entrada.instante < MENDED_UNTIL
        and entrada.entrada not in undone
        and (not entrada.found_free() if entrada.operacion is Operacion.RESERVA else missed(entradas, entrada))
    ]


def holder_of(entradas: Sequence[Entrada], fila: FilaLeida, cita: Cita) -> str | None:
    """For whom a row that says the cita's código was taken last; blank if it was given back, nothing if that is too long ago.

    Two solicitudes of one suscriptor look the same in the sheet; only the diary tells them apart.
    """
    undone = undone_by(entradas)
    for entrada in entradas:
        codigo = (
            entrada.escrito.get(Columna.CODIGO)
            if entrada.operacion is Operacion.RESERVA
            else entrada.before(Columna.CODIGO)
            if entrada.operacion is Operacion.LIBERACION
            else None
        )
        if entrada.entrada not in undone and same_code(codigo, cita.suscriptor) and entrada.is_of(fila, cita.hoja_id):
            return entrada.referencia if entrada.operacion is Operacion.RESERVA else ""
    return None
