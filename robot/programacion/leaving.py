"""Leaving the row of a cita that has gone elsewhere: it says again what it said before, but for what a person has put there."""

from typing import NamedTuple

from robot.errors import CitaLost
from robot.models import Cita, Radicado
from robot.planilla.cells import Columna, Valor, is_blank, same_code
from robot.programacion.diary import Entrada, Operacion
from robot.programacion.finding import Buscador
from robot.programacion.mending import Mender
from robot.programacion.readings import Sitio
from robot.programacion.spreadsheets import Libro


class Llevado(NamedTuple):
    """What the row of a cita says by now, which goes along when the cita moves."""

    ruta: str
    asesor: str


class FilaDejada(NamedTuple):
    """What was met where a cita was left.

    Attributes:
        estaba: there was a row of it, now or when an interrupted attempt left it.
        ajenas: the columns in which a person has something else, which stays.
    """

    estaba: bool
    ajenas: frozenset[Columna] = frozenset()


class Salida:
    """One leaving, attempted until all is as it should be.

    Attributes:
        met: what the last attempt has found.
    """

    def __init__(
        self, libro: Libro, mender: Mender, buscador: Buscador, cita: Cita, llevado: Llevado, radicado: Radicado
    ) -> None:
        self._libro = libro
        self._mender = mender
        self._buscador = buscador
        self._cita = cita
        self._radicado = radicado
        self._held: dict[Columna, Valor] = {
            Columna.CODIGO: cita.suscriptor,
            Columna.RUTA: llevado.ruta,
            Columna.ASESOR: llevado.asesor,
            Columna.PQR: radicado.numero,
        }
        self.met = FilaDejada(estaba=False)

    def give_back(self) -> bool:
        """One attempt; whether nothing remains to be done. What it met that was not ours is put back, and it is not."""
        cita = self._cita
        try:
            sitio = self._buscador.locate(cita)
        except CitaLost:
            return self._settle_what_is_left()
        said = _said(sitio)
        ajenas = frozenset(c for c, value in said.items() if not is_blank(value) and not self._is_held(c, value))
        self.met = FilaDejada(estaba=True, ajenas=ajenas)
        if Columna.PQR in ajenas:
            return True
        blank = [columna for columna, value in said.items() if not is_blank(value) and columna not in ajenas]
        done = self._libro.write(
            sitio, dict.fromkeys(blank), Operacion.LIBERACION, cita.referencia, cita.marca, untag=True
        )
        if done.misma_fila and self._is_aimed(done.entrada):
            return True
        self._mender.restore(sitio.planilla, done.entrada)
        return False

    def _settle_what_is_left(self) -> bool:
        """No row is the cita's any more: a person has given it to somebody else, or an attempt that died has blanked it."""
        taken_over = self._buscador.taken_over(self._cita, self._radicado)
        if taken_over is not None:
            self.met = FilaDejada(estaba=True, ajenas=frozenset({Columna.CODIGO}))
            return self._take_radicado_back(*taken_over)
        last = self._left_before()
        self.met = FilaDejada(estaba=last is not None, ajenas=self.met.ajenas)
        if last is None or self._is_aimed(last):
            return True
        self._mender.restore(self._libro.planilla(self._cita.planilla_id), last)
        return False

    def _take_radicado_back(self, sitio: Sitio, noted: Entrada) -> bool:
        """Blank the radicado that the robot wrote: as the taking back of that writing, since the row is another's by now."""
        done = self._libro.write(
            sitio,
            {Columna.PQR: None},
            Operacion.DEVOLUCION,
            self._cita.referencia,
            self._cita.marca,
            deshace=noted.entrada,
            untag=True,
        )
        if done.misma_fila and same_code(done.entrada.before(Columna.PQR), noted.escrito.get(Columna.PQR)):
            return True
        self._mender.restore(sitio.planilla, done.entrada)
        return False

    def _left_before(self) -> Entrada | None:
        """What an attempt that may have died before it saw what it met has written where the cita was."""
        try:
            planilla = self._libro.planilla(self._cita.planilla_id)
        except CitaLost:
            return None
        return self._buscador.released(planilla, self._cita.marca)

    def _is_held(self, columna: Columna, value: Valor) -> bool:
        return same_code(value, self._held[columna])

    def _is_aimed(self, entrada: Entrada) -> bool:
        return all(self._is_held(columna, entrada.before(columna)) for columna in entrada.escrito)


def _said(sitio: Sitio) -> dict[Columna, Valor]:
    """What a row says in the cells that the robot writes; what a formula says there is nobody's entry."""
    fila = sitio.fila
    said: dict[Columna, Valor] = {
        Columna.CODIGO: fila.codigo,
        Columna.RUTA: fila.ruta,
        Columna.ASESOR: fila.asesor,
        Columna.PQR: fila.pqr,
    }
    return {columna: value for columna, value in said.items() if columna not in fila.formulas}
