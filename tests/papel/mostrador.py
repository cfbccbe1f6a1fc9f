"""A counter with a printer: solicitudes whose copies are printed as a worker and as people do, and what came out of it."""

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from reportlab.pdfgen.canvas import Canvas

from robot.copias.printer import Cola
from robot.errors import CopiasEnCamino, EjecucionAbandonada
from robot.flows.etapas import print_on_paper
from robot.flows.papel import hand_over
from robot.flows.partes import Impreso
from robot.intake import Ventanilla
from robot.models import DocumentoCopias, EstadoImpresion
from robot.record.database import transaction
from robot.record.dossier import Impresion
from robot.record.execution import ConstanciaDurable
from robot.record.prints import TurnoDurable
from robot.record.tables import impresiones
from robot.referencia import Referencia
from robot.settings import ImpresionSettings
from tests.cups import IMPRESORA, Cups, Papel
from tests.paciencia import eventually

_CARTA = (612.0, 792.0)


def two_sheets(archivo: Path, size: tuple[float, float] = _CARTA, *, second: float = 0) -> DocumentoCopias:
    """Copies as they are made: a sheet for the customer and one for the archive, which may have another height."""
    canvas = Canvas(str(archivo))
    for whose, height in (("CLIENTE", size[1]), ("ARCHIVO", second or size[1])):
        canvas.setPageSize((size[0], height))
        canvas.drawString(10, height - 20, whose)
        canvas.showPage()
    canvas.save()
    return DocumentoCopias(archivo=archivo, sha256="0" * 64, copias=2, paginas=2)


@dataclass
class Mostrador:
    """Prints of one solicitud on one printer.

    Attributes:
        cola: its queue, as the robot sees it.
    """

    cups: Cups
    ventanilla: Ventanilla
    referencia: Referencia
    documento: DocumentoCopias
    impresora: str = IMPRESORA

    @property
    def impresion(self) -> ImpresionSettings:
        return self.ventanilla.settings.impresion

    @property
    def cola(self) -> Cola:
        return Cola(self.impresora, self.impresion)

    def execution(self) -> ConstanciaDurable:
        """The next execution of the solicitud, which ends the one before."""
        taken = self.ventanilla.registro.take(self.referencia, corrida=1, ejecutor="prueba")
        assert taken is not None
        return taken

    def turn(self) -> TurnoDurable:
        """What a worker has noted when it is about to hand the copies over."""
        turn = self.execution().por_imprimir(self.documento, self.impresora, self.cola.servidor)
        assert isinstance(turn, TurnoDurable)
        return turn

    def print(self) -> Impreso:
        """As the last part of a run does."""
        return print_on_paper(self.documento, self.cola, self.execution())

    def ask(self, vista: int | None = None) -> None:
        """As a person does."""
        self.ventanilla.papel.print_again(
            self.referencia, self.documento, impresora=self.impresora, quien="ana", vista=vista
        )

    def ask_at_once(self, people: int) -> int:
        """Several people ask who have all seen the same; how many were told that the copies are on their way."""
        vista = self.ventanilla.registro.papel.last(self.referencia)

        def one(_: int) -> bool:
            try:
                self.ask(vista)
            except CopiasEnCamino:
                return True
            return False

        with ThreadPoolExecutor(people) as all_of_them:
            return sum(all_of_them.map(one, range(people)))

    def freeze_before_sending(self) -> Callable[[], None]:
        """A worker stops where its job is open and its document not sent; what it does once it goes on."""
        turn = self.turn()
        numero = self.cola.create(turn.nombre, self.documento.archivo)
        assert turn.vigente(numero)

        def go_on() -> None:
            with suppress(Exception):  # whatever the queue says to it
                self.cola.send(numero, self.documento.archivo)

        return go_on

    def freeze_before_opening(self) -> Callable[[], None]:
        """A worker stops where it has noted that it will print; what it does once it goes on."""
        execution = self.execution()
        turn = execution.por_imprimir(self.documento, self.impresora, self.cola.servidor)
        assert isinstance(turn, TurnoDurable)

        def go_on() -> None:
            with suppress(EjecucionAbandonada):
                hand_over(self.cola, self.documento.archivo, turn)

        return go_on

    def long_ago(self) -> None:
        """The newest print was begun long ago."""
        before = self.line.instante - dt.timedelta(hours=1)
        newest = sa.update(impresiones).where(impresiones.c.numero == self.line.numero).values(instante=before)
        transaction(self.ventanilla.base, lambda connection: connection.execute(newest))

    @property
    def line(self) -> Impresion:
        """The newest line of the ledger."""
        return self.ventanilla.registro.impresiones(self.referencia)[-1]

    def look(self) -> Impresion:
        self.ventanilla.papel.follow(self.referencia)
        return self.line

    def comes_to(self, estado: EstadoImpresion) -> Impresion:
        """Follow the newest print until it stands so."""
        eventually(lambda: self.look().estado is estado, pause=0.1)
        return self.line

    @property
    def papeles(self) -> list[Papel]:
        """What came out of this solicitud."""
        return [one for one in self.cups.papeles if one.trabajo.startswith(self.referencia)]
