"""The sheet of requests in a chaos run: rows come, and somebody inserts, sorts, copies, deletes, mends and writes notes."""

import contextlib
import json
import random
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from robot.models import Estado
from robot.receiving.sheet import POR_CORREGIR
from robot.recepcion.rows import ColumnaPropia
from tests.chaos.entradas import Respuesta
from tests.chaos.mundo import Mundo
from tests.chaos.pedidos import Falta, Pedido, Pedidos, titles

PLANILLA = "solicitudes-de-caos"
HOJA = "Hoja 1"
CAMBIADA = " Cambio posterior."
_NOTES = "Notas"
_MARK = len("Pedido 0000:")
_ENDED = {one.value for one in Estado if one.terminado}
AJUSTES = {
    "RECIBIR__HOJAS": json.dumps([{"planilla": PLANILLA, "hoja": HOJA}]),
    "RECIBIR__HORARIO": "* * * * *",
    "RECIBIR__REPOSO_SEGUNDOS": "1",
    "RECIBIR__LLAMADAS_POR_MINUTO": "300",
}
Edicion = Mapping[str, Any]


@dataclass
class Renglon:
    """A row of the sheet that holds a pedido, by its number as people see it."""

    numero: int
    cells: Mapping[str, str]

    @property
    def marca(self) -> str:
        return self.cells["Solicitud"][:_MARK]

    @property
    def estado(self) -> str:
        return self.cells.get(ColumnaPropia.ESTADO, "")


@dataclass
class PorHoja:
    """The sheet, and who works in it. Rows have no numbers of their own: everything is done under one lock, by looking first.

    Attributes:
        notas: what was typed beside a row, and beside which.
        borrados: pedidos a row of which somebody has deleted.
        copiados: those of which somebody has copied a row.
    """

    mundo: Mundo
    azar: random.Random
    pedidos: Pedidos
    nombre: str = "hoja"
    cola: deque[Pedido] = field(default_factory=deque)
    repetidos: int = 0
    notas: dict[str, str] = field(default_factory=dict)
    borrados: set[str] = field(default_factory=set)
    copiados: set[str] = field(default_factory=set)
    cambiados: set[str] = field(default_factory=set)
    hechas: int = 0
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        header = ["Marca temporal", *titles(), _NOTES]
        google = self.mundo.google
        google.edit(accion="add_spreadsheet", id=PLANILLA, value="Llamadas", rows=[header])
        google.edit(accion="move", spreadsheet=PLANILLA)

    def rows(self) -> list[Renglon]:
        """Every row with a pedido."""
        return [one for one in self._seen() if one.marca]

    def _seen(self) -> list[Renglon]:
        header, *lines = self._values()
        padded = ([*line, *[""] * (len(header) - len(line))] for line in lines)
        return [Renglon(at, dict(zip(header, line, strict=True))) for at, line in enumerate(padded, start=2)]

    def _values(self) -> list[list[str]]:
        books = self.mundo.google.state()["spreadsheets"]
        values: list[list[str]] = next(one for one in books if one["id"] == PLANILLA)["sheets"][0]["values"]
        return values

    def act(self) -> None:
        """Write down what waits: half of a row at first, sometimes."""
        with self._turn:
            if not self.cola:
                return
            pedido = self.cola[0]
            there = next((one for one in self.rows() if one.marca == pedido.marca), None)
            at = there.numero if there is not None else len(self._values()) + 1
            cells = {"Marca temporal": "27/11/2026 8:00", **dict(zip(titles(), pedido.as_row(), strict=True))}
            edits = [self._typing(at, title, text) for title, text in cells.items() if text]
            if there is None and self.azar.random() < 0.3:
                last = [one for one in edits if one["cell"] == self._cell(at, "Solicitud")]
                self._edit(*last, *edits[:3])
                self.azar.shuffle(edits)
            self._edit(*edits)
            self.cola.popleft()

    def hit(self) -> bool:
        """Whoever takes rows is a worker, which is hit by itself."""
        return False

    def work(self) -> None:
        """What somebody does in the sheet."""
        acts = ((self._insert, 20), (self._sort, 15), (self._note, 20), (self._mend, 30), (self._copy, 3))
        more = ((self._write_into_the_robots, 4), (self._delete, 3), (self._change, 6))
        every = [*acts, *more]
        act = self.azar.choices([one for one, _ in every], [weight for _, weight in every])[0]
        with self._turn:
            act()

    def _insert(self) -> None:
        self._edit({"accion": "insert_row", "row": self.azar.randint(2, len(self._values()) + 1)})

    def _sort(self) -> None:
        self._edit({"accion": "sort", "from_row": 2, "column": self.azar.choice("ABCFHL")})

    def _note(self) -> None:
        """A note of one's own beside a row: it stays there."""
        if row := self._some_row():
            text = f"nota {len(self.notas) + 1}"
            if self._edit({**self._typing(row.numero, _NOTES, text), "si_vacia": True}):
                self.notas[text] = row.marca

    def _write_into_the_robots(self) -> None:
        """Somebody writes into a column of the robot that says nothing: theirs stays."""
        row = self._some_row()
        if row is not None and ColumnaPropia.MOTIVO in row.cells:
            text = f"apunte {len(self.notas) + 1}"
            if self._edit({**self._typing(row.numero, ColumnaPropia.MOTIVO, text), "si_vacia": True}):
                self.notas[text] = row.marca

    def _copy(self) -> None:
        """A row whole, the robot's columns with it, below everything."""
        row = self._some_row()
        if row is not None and row.marca not in self.cambiados | self.copiados and self._pedido(row).falta is None:
            at = len(self._values()) + 1
            cells = {title: text for title, text in row.cells.items() if text and title != _NOTES}
            self.copiados.add(row.marca)
            self._edit(*(self._typing(at, title, text) for title, text in cells.items()))

    def _delete(self) -> None:
        """A row that nobody has written a note beside."""
        row = self._some_row()
        if row is not None and row.marca not in self.notas.values():
            self.borrados.add(row.marca)
            self._edit({"accion": "delete_row", "row": row.numero})

    def _change(self) -> None:
        """A row that is filed: too late."""
        row = self._some_row(Estado.RADICADA.value)
        if row is not None and row.marca not in self.cambiados | self.copiados:
            self.cambiados.add(row.marca)
            self._edit(self._typing(row.numero, "Solicitud", row.cells["Solicitud"] + CAMBIADA))

    def _mend(self) -> None:
        """One that is told to be wrong: what is missing or false is corrected."""
        row = self._some_row(POR_CORREGIR, Estado.RECHAZADA.value)
        if row is None:
            return
        pedido = self._pedido(row)
        if pedido.falta is None or (pedido.falta is Falta.RESPUESTA and row.estado != POR_CORREGIR):
            return
        if self.pedidos.mend(pedido):
            self._write_again(row, pedido)

    def again(self, pedido: Pedido) -> None:
        """Have one that was refused for a failure taken once more: somebody writes it otherwise."""
        with self._turn:
            refused = [one for one in self.rows() if one.marca == pedido.marca and one.estado == Estado.RECHAZADA]
            if refused:
                pedido.textos.append(f"{pedido.textos[0]} Va otra vez {len(pedido.textos)}.")
                self._write_again(refused[0], pedido)

    def _write_again(self, row: Renglon, pedido: Pedido) -> None:
        wanted = dict(zip(titles(), pedido.as_row(), strict=True))
        edits = [
            self._typing(row.numero, title, text) for title, text in wanted.items() if text != row.cells[title] and text
        ]
        while True:
            with contextlib.suppress(OSError):
                self._edit(*edits)
                return

    def _some_row(self, *estados: str) -> Renglon | None:
        rows = [one for one in self.rows() if not estados or one.estado in estados]
        return self.azar.choice(rows) if rows else None

    def _pedido(self, row: Renglon) -> Pedido:
        return next(one for one in self.pedidos.hechos if one.marca == row.marca)

    def _cell(self, row: int, title: str) -> str:
        at = self._values()[0].index(title)
        return f"{chr(ord('A') + at)}{row}"

    def _typing(self, row: int, title: str, text: str) -> Edicion:
        kept_as_text = title == "Código de suscriptor"
        return {"accion": "type", "cell": self._cell(row, title), "value": f"'{text}" if kept_as_text else text}

    def _edit(self, *edits: Edicion) -> bool:
        here = [{"spreadsheet": PLANILLA, "sheet": HOJA, **one} for one in edits]
        done = self.mundo.google.edit(ediciones=here)
        self.hechas += 1
        return done

    def answers(self) -> list[Respuesta]:
        return [self._answer(row) for row in self.rows()]

    def _answer(self, row: Renglon) -> Respuesta:
        own = (ColumnaPropia.ESTADO, ColumnaPropia.RADICADO, ColumnaPropia.MOTIVO)
        estado, radicado, motivo = (row.cells.get(one, "") for one in own)
        return Respuesta(self.nombre, self._pedido(row).numero, estado, radicado, motivo, tapado=motivo in self.notas)

    def unanswered(self) -> Sequence[str]:
        """The rows that do not tell yet how it ended."""
        return [f"{row.marca} {row.estado}" for row in self.rows() if row.estado not in {*_ENDED, POR_CORREGIR}]

    def misplaced(self) -> list[str]:
        """What people typed and is not where they typed it: beside their row, and beside a copy of it where there is one."""
        places: dict[str, list[str]] = {}
        for row in self._seen():
            for title in (_NOTES, ColumnaPropia.MOTIVO):
                places.setdefault(row.cells.get(title, ""), []).append(row.marca)
        may_be_at = {
            text: [[marca], *([[marca] * 2] if marca in self.copiados else [])] for text, marca in self.notas.items()
        }
        return [f"{text}: {places.get(text, [])}" for text, there in may_be_at.items() if places.get(text) not in there]
