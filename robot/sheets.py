"""Programación: the schedule that people keep in Google Sheets, and the booking of its cupos (step 10).

No A1 notation or JSON leaves it, and no row number that anything is written by. The protocol, in short:

1. Read the rows afresh, or at most two seconds ago, and choose a free one.
2. One atomic `batchUpdate`: tag the row with developer metadata whose id follows from the referencia, copy the row as it
   is at that instant into the diary (the before-image), write código, ruta and asesor.
3. If the before-image shows that a person was faster or the row had moved, put exactly that image back, take another.
4. An answer that was lost is never repeated blindly: the tag tells whether the write was applied.

Every later write goes the same way, so a person's entry that meets ours in the same instant is back at once.
"""

import datetime as dt
import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from google.auth.exceptions import GoogleAuthError
from gspread.exceptions import APIError
from requests import RequestException

from robot import google
from robot.diario import Entrada, Operacion, holder_of, is_overwritten, origin_of, rightly_held, undone_by, unmended
from robot.errors import CitaLost, CupoTaken, GoogleUnavailable, NoCupos, RobotError, SheetUnusable
from robot.libro import Escritura, Lectura, Libro, Planilla, Sitio, is_duplicate_tag
from robot.models import ZONA_HORARIA, Cita, Cupo, Radicado
from robot.pedidos import CLAVE_MARCA
from robot.planilla import Columna, Encabezado, FilaDePlanilla, Valor, is_blank, same_code, text_of
from robot.settings import GoogleSettings, ProgramacionSettings

_BOOKING_ATTEMPTS = 10
_FRESH_SECONDS = 2.0
"""For so long what `require_free` has seen is as good as a look of its own: the write tells what the row held at its instant."""
_PUT_BACK_ATTEMPTS = 6


class _Mirada(NamedTuple):
    """The cupo that a look found, and for which wish."""

    cuando: float
    fecha: dt.date | None
    hora: dt.time | None
    sitio: Sitio


class Programacion:
    """The schedule in the Drive folder of the settings.

    Folder, spreadsheets and worksheets are looked up once and remembered; rows never are.

    Args:
        ritmo: called before each call to Google; it may wait.
    """

    def __init__(
        self,
        settings: ProgramacionSettings,
        google_settings: GoogleSettings,
        ahora: Callable[[], dt.datetime] = lambda: dt.datetime.now(ZONA_HORARIA),
        ritmo: Callable[[], None] = lambda: None,
    ) -> None:
        self._ahora = ahora
        self._libro = Libro(settings, google_settings, ahora, ritmo)
        self._known: set[str] = set()
        self._seen_free: _Mirada | None = None

    @property
    def llamadas(self) -> Counter[str]:
        """Calls made to Google so far, by kind."""
        return self._libro.llamadas

    def cupos(self, desde: dt.date, hasta: dt.date) -> list[Cupo]:
        """The free cupos from `desde` to `hasta`, both included, in order; those that have begun are left out.

        Raises:
            SheetUnusable, GoogleUnavailable, ConfigurationError.
        """
        with self._spanish():
            found = [
                _as_cupo(sitio)
                for planilla, lectura in self._readings(desde, hasta)
                for sitio in self._free(planilla, lectura, desde, hasta)
            ]
        return sorted(found, key=lambda cupo: (cupo.fecha, cupo.hora))

    def require_free(self, *, fecha: dt.date | None, hora: dt.time | None) -> None:
        """Look whether `book` would find a cupo now. One call, which a `book` that follows at once need not make again.

        Raises:
            NoCupos, CupoTaken, SheetUnusable, GoogleUnavailable, ConfigurationError.
        """
        with self._spanish():
            sitio = self._choose(fecha, hora)
        self._seen_free = _Mirada(time.monotonic(), fecha, hora, sitio)

    def book(
        self,
        *,
        referencia: str,
        suscriptor: str,
        ruta: str,
        asesor: str,
        fecha: dt.date | None = None,
        hora: dt.time | None = None,
        first_attempt: bool = True,
    ) -> Cita:
        """Take the wished cupo, or the next free one where nothing is wished.

        Safe to repeat: with `first_attempt=False` a cita that an earlier attempt took is found and returned.

        Raises:
            NoCupos: nothing that fits is free.
            CupoTaken: the wished fecha and hora are not free.
            SheetUnusable, GoogleUnavailable, ConfigurationError.
        """
        with self._spanish():
            if not first_attempt and (own := self._find(referencia, suscriptor)) is not None:
                return own
            salt = 0
            for _ in range(_BOOKING_ATTEMPTS):
                sitio = self._just_seen(fecha, hora) or self._choose(fecha, hora)
                escrito: dict[Columna, Valor] = {
                    Columna.CODIGO: suscriptor,
                    Columna.RUTA: ruta,
                    Columna.ASESOR: asesor,
                }
                marca = _marca(referencia, salt)
                done: Escritura | None = None
                try:
                    done = self._libro.write(sitio, escrito, Operacion.RESERVA, referencia, marca, tag=True)
                except (APIError, RequestException) as refused:
                    taken = is_duplicate_tag(refused)
                    if not (taken or google.is_unanswered(refused)):
                        raise
                    if (own := self._find(referencia, suscriptor)) is not None:
                        return own
                    salt += int(taken)
                if done is None:
                    continue
                if done.misma_fila and done.entrada.found_free(self._hoy()):
                    return _as_cita(sitio, referencia, suscriptor, marca)
                self._restore(sitio.planilla, done.entrada, drop_tag=True)
                # What went wrong keeps its own tag, so that mending it later can never touch the cita that is taken next.
                salt += 1
        raise CupoTaken("Otras personas tomaron cada cupo en el mismo instante.")

    def verify(self, cita: Cita) -> None:
        """Look whether the cita is still in the sheet as it was booked. One call.

        Raises:
            CitaLost: its row was retyped, cleared or deleted by a person.
        """
        with self._spanish():
            self._locate(cita)

    def holds(self, cita: Cita) -> bool:
        """Whether the cita is still in the sheet as it was booked. One call."""
        try:
            self.verify(cita)
        except CitaLost:
            return False
        return True

    def write_radicado(self, cita: Cita, radicado: Radicado, *, corregido: Radicado | None = None) -> None:
        """Write the radicado into column *pqr* of the cita's row. Safe to repeat; never over another value. Two calls.

        Args:
            corregido: the one that the robot wrote before and a person takes back; it gives way.

        Raises:
            CitaLost: the row is not the cita's any more, or its pqr holds something else.
        """
        with self._spanish():
            for _ in range(_PUT_BACK_ATTEMPTS):
                sitio = self._locate(cita)
                if same_code(sitio.fila.pqr, radicado.numero):
                    return
                if not _gives_way(sitio.fila.pqr, corregido):
                    raise CitaLost("La columna pqr de la cita ya tiene otro valor.", campo="pqr")
                try:
                    done = self._libro.write(
                        sitio, {Columna.PQR: radicado.numero}, Operacion.RADICADO, cita.referencia, cita.marca
                    )
                except (APIError, RequestException) as unanswered:
                    if google.is_unanswered(unanswered):
                        continue
                    raise
                was_ours = same_code(done.entrada.before(Columna.CODIGO), cita.suscriptor)
                if done.misma_fila and was_ours and _gives_way(done.entrada.before(Columna.PQR), corregido):
                    return
                self._restore(sitio.planilla, done.entrada)
        raise GoogleUnavailable("No se pudo escribir el radicado en Programación.")

    def release(self, cita: Cita, *, corregido: Radicado | None = None) -> None:
        """Give the cupo back: blank what the robot wrote and drop its tag. Safe to repeat.

        A row that a person has changed since is left as the person wants it.

        Args:
            corregido: a radicado that the robot wrote and a person takes back; it goes, too.
        """
        with self._spanish():
            for _ in range(_PUT_BACK_ATTEMPTS):
                try:
                    sitio = self._locate(cita)
                except CitaLost:
                    self._libro.drop_tag(self._libro.planilla(cita.planilla_id), cita.marca)
                    return
                if not _gives_way(sitio.fila.pqr, corregido):
                    raise CitaLost("La cita ya tiene radicado; el cupo no se libera.", campo="pqr")
                blank: dict[Columna, Valor] = {Columna.CODIGO: None, Columna.RUTA: None, Columna.ASESOR: None}
                if not is_blank(sitio.fila.pqr):
                    blank[Columna.PQR] = None
                try:
                    done = self._libro.write(
                        sitio, blank, Operacion.LIBERACION, cita.referencia, cita.marca, untag=True
                    )
                except (APIError, RequestException) as unanswered:
                    if google.is_unanswered(unanswered):
                        continue
                    raise
                if done.misma_fila and same_code(done.entrada.before(Columna.CODIGO), cita.suscriptor):
                    return
                self._restore(sitio.planilla, done.entrada)
        raise GoogleUnavailable("No se pudo liberar el cupo en Programación.")

    def release_untouched(self, cita: Cita) -> None:
        """As `release`, where nobody but the robot has written into the row since it was booked. Safe to repeat.

        Raises:
            CitaLost: somebody has, or the booking is too long ago to tell.
            SheetUnusable, GoogleUnavailable.
        """
        with self._spanish():
            if cita.marca not in self._libro.tags(self._libro.planilla(cita.planilla_id), cita.referencia):
                return
            sitio = self._locate(cita)
            diario = self._libro.read(sitio.planilla, cita.marca, with_diary=True).diario
            booking = next((e for e in diario if e.operacion is Operacion.RESERVA and e.marca == cita.marca), None)
            fila = sitio.fila
            now = {Columna.CODIGO: fila.codigo, Columna.RUTA: fila.ruta, Columna.ASESOR: fila.asesor}
            if booking is None or not all(same_code(now[c], value) for c, value in booking.escrito.items()):
                raise CitaLost("Una persona escribió en la fila, o ya no se puede comprobar que no.")
        self.release(cita)

    def filas(self) -> list[FilaDePlanilla]:
        """Every row of every spreadsheet, the free ones too, with the robot's tags. Three calls a spreadsheet; changes nothing.

        Raises:
            SheetUnusable, GoogleUnavailable, ConfigurationError.
        """
        with self._spanish():
            self._libro.refresh()
            return [fila for planilla in self._libro.planillas() for fila in self._filas_of(planilla)]

    def _filas_of(self, planilla: Planilla) -> Iterator[FilaDePlanilla]:
        lectura = self._libro.read(planilla)
        tags = self._libro.tagged(planilla)
        for hoja_id, filas in lectura.filas.items():
            for fila in filas:
                referencia, marca = tags.get((hoja_id, fila.indice), ("", None))
                yield FilaDePlanilla(
                    planilla_id=planilla.id,
                    planilla=planilla.titulo,
                    hoja_id=hoja_id,
                    hoja=planilla.hojas[hoja_id].titulo,
                    numero=fila.indice + 1,
                    fecha=fila.fecha,
                    hora=fila.hora,
                    codigo=text_of(fila.codigo),
                    ruta=text_of(fila.ruta),
                    asesor=text_of(fila.asesor),
                    pqr=text_of(fila.pqr),
                    cuadrilla=fila.cuadrilla,
                    libre=fila.libre,
                    aparte=fila.aparte,
                    numerico=isinstance(fila.codigo, int | float),
                    referencia=referencia,
                    marca=marca,
                    ilegible=fila.ilegible,
                )

    def write_found_radicado(self, fila: FilaDePlanilla, radicado: Radicado) -> None:
        """Write a radicado that is proven to be a row's, whoever made the cita, into its blank pqr. Safe to repeat.

        Raises:
            CitaLost: no row, or more than one, says what this one said; or its pqr holds something by now.
            SheetUnusable, GoogleUnavailable.
        """
        marca = fila.marca or _marca(f"conciliación {radicado.numero}", 0)
        with self._spanish():
            for _ in range(_PUT_BACK_ATTEMPTS):
                sitio = self._row_that_says(fila)
                if same_code(sitio.fila.pqr, radicado.numero):
                    return
                if not is_blank(sitio.fila.pqr):
                    raise CitaLost("La columna pqr de la fila ya tiene otro valor.", campo="pqr")
                try:
                    done = self._libro.write(
                        sitio, {Columna.PQR: radicado.numero}, Operacion.RADICADO, fila.referencia, marca
                    )
                except (APIError, RequestException) as unanswered:
                    if google.is_unanswered(unanswered):
                        continue
                    raise
                same = text_of(done.entrada.before(Columna.CODIGO)) == fila.codigo
                if done.misma_fila and same and is_blank(done.entrada.before(Columna.PQR)):
                    return
                self._restore(sitio.planilla, done.entrada)
        raise GoogleUnavailable("No se pudo escribir el radicado en Programación.")

    def _row_that_says(self, fila: FilaDePlanilla) -> Sitio:
        """Raises: CitaLost."""
        planilla = self._libro.planilla(fila.planilla_id)
        lectura = self._read(planilla)
        same = [
            Sitio(planilla, planilla.hojas[fila.hoja_id], lectura.encabezados[fila.hoja_id], one)
            for one in lectura.filas.get(fila.hoja_id, ())
            if text_of(one.codigo) == fila.codigo
            and (one.fecha, one.hora, one.cuadrilla) == (fila.fecha, fila.hora, fila.cuadrilla)
        ]
        if len(same) != 1:
            raise CitaLost("Una persona cambió, movió o borró la fila mientras se conciliaba.")
        return same[0]

    def find(self, referencia: str, suscriptor: str) -> Cita | None:
        """The cita that belongs to a referencia, or nothing. A half-done booking found on the way is taken back."""
        with self._spanish():
            return self._find(referencia, suscriptor)

    def check(self) -> list[str]:
        """What `diagnostico` tells of the schedule: one line a worksheet.

        Raises:
            SheetUnusable: folder, spreadsheets or columns are not there.
        """
        lines = []
        with self._spanish():
            for planilla in self._libro.planillas():
                lectura = self._read(planilla)
                for hoja_id in lectura.encabezados:
                    free = sum(fila.libre for fila in lectura.filas[hoja_id])
                    lines.append(f"{planilla.titulo} / {planilla.hojas[hoja_id].titulo}: {free} filas libres")
        return lines

    def _hoy(self) -> dt.date:
        return self._ahora().date()

    @contextmanager
    def _spanish(self) -> Iterator[None]:
        """The border where errors of gspread, google-auth and the connection become ours."""
        try:
            yield
        except RobotError:
            raise
        except (APIError, RequestException, GoogleAuthError) as error:
            ours = google.as_robot_error(error, self._libro.cuenta)
            raise ours from (None if isinstance(ours, RobotError) else error)

    def _read(self, planilla: Planilla, marca: int | None = None, *, with_diary: bool = False) -> Lectura:
        """As `Libro.read`; the first time, what a robot that died left half-done is taken back."""
        if planilla.id in self._known:
            return self._libro.read(planilla, marca, with_diary=with_diary)
        self._known.add(planilla.id)
        lectura = self._libro.read(planilla, marca, with_diary=True)
        broken = unmended(lectura.diario, self._ahora())
        for entrada in broken:
            self._restore(planilla, entrada, drop_tag=True)
        return self._libro.read(planilla, marca, with_diary=with_diary) if broken else lectura

    def _readings(self, desde: dt.date, hasta: dt.date) -> Iterator[tuple[Planilla, Lectura]]:
        """The spreadsheets with dates in between, in order, each read when its turn comes.

        Before the first time all are read, because only then it is known which dates are where.
        """
        fresh = {
            planilla.id: self._read(planilla) for planilla in self._libro.planillas() if planilla.id not in self._known
        }
        for planilla in self._libro.planillas_between(desde, hasta):
            yield planilla, fresh.get(planilla.id) or self._read(planilla)

    def _free(self, planilla: Planilla, lectura: Lectura, desde: dt.date, hasta: dt.date) -> list[Sitio]:
        ahora = self._ahora()
        free = [
            Sitio(planilla, planilla.hojas[hoja_id], lectura.encabezados[hoja_id], fila)
            for hoja_id, filas in lectura.filas.items()
            for fila in filas
            if fila.libre
            and fila.fecha is not None
            and fila.hora is not None
            and desde <= fila.fecha <= hasta
            and dt.datetime.combine(fila.fecha, fila.hora, ZONA_HORARIA) > ahora
        ]
        return sorted(free, key=lambda sitio: (sitio.fila.fecha, sitio.fila.hora))

    def _just_seen(self, fecha: dt.date | None, hora: dt.time | None) -> Sitio | None:
        """What was seen free a moment ago; it is used once."""
        seen, self._seen_free = self._seen_free, None
        if seen is None or (seen.fecha, seen.hora) != (fecha, hora) or time.monotonic() - seen.cuando > _FRESH_SECONDS:
            return None
        return seen.sitio

    def _choose(self, fecha: dt.date | None, hora: dt.time | None) -> Sitio:
        desde, hasta = fecha or self._hoy(), fecha or dt.date.max
        for last_chance in (False, True):
            for planilla, lectura in self._readings(desde, hasta):
                for sitio in self._free(planilla, lectura, desde, hasta):
                    if hora is None or sitio.fila.hora == hora:
                        return sitio
            if not last_chance:
                self._libro.refresh()
        if fecha is not None and hora is not None:
            raise CupoTaken(f"No hay cupo libre el {fecha:%d/%m/%Y} a las {hora:%H:%M}.")
        wished = f" el {fecha:%d/%m/%Y}" if fecha else f" a las {hora:%H:%M}" if hora else ""
        raise NoCupos(f"No queda ninguno{wished}." if wished else "")

    def _locate(self, cita: Cita) -> Sitio:
        """The cita's row as it is now: by its tag, else by what it says.

        Raises:
            CitaLost: no row, or more than one, says código, fecha and hora of the cita; or the one that does was taken
                since for another solicitud of the same suscriptor.
        """
        planilla = self._libro.planilla(cita.planilla_id)
        lectura = self._read(planilla, cita.marca, with_diary=True)
        same = [
            Sitio(planilla, planilla.hojas[hoja_id], lectura.encabezados[hoja_id], fila)
            for hoja_id, filas in lectura.filas.items()
            for fila in filas
            if same_code(fila.codigo, cita.suscriptor) and (fila.fecha, fila.hora) == (cita.fecha, cita.hora)
        ]
        tagged = [sitio for sitio in same if (sitio.hoja.id, sitio.fila.indice) == lectura.marcada]
        if len(same) == 1 and holder_of(lectura.diario, same[0].fila, cita) in {cita.referencia, None}:
            return same[0]
        if len(same) > 1 and tagged:
            return tagged[0]
        raise CitaLost("Una persona cambió, movió o borró la fila de la cita.")

    def _restore(self, planilla: Planilla, entrada: Entrada, *, drop_tag: bool = False) -> None:
        """Give a row back what the before-image says, wherever the row is now.

        Only cells that still hold what the robot wrote are given back. If a person typed into one of them in that very
        instant, or the row moved away, the newer before-image shows what was met and is given back first.
        """
        pending = [(entrada, drop_tag)]
        for _ in range(2 * _PUT_BACK_ATTEMPTS):
            if not pending:
                return
            entrada, drop_tag = pending[-1]
            lectura = self._read(planilla, entrada.marca, with_diary=True)
            found = self._row_as_written(planilla, lectura, entrada)
            if found is None or is_overwritten(lectura.diario, entrada):
                if drop_tag:
                    self._libro.drop_tag(planilla, entrada.marca)
                pending.pop()
                continue
            sitio, ours = found
            chain = origin_of(lectura.diario, entrada, self._hoy())
            back = {columna: chain[-1].before(columna) for columna in ours}
            try:
                done = self._libro.write(
                    sitio,
                    back,
                    Operacion.DEVOLUCION,
                    entrada.referencia,
                    entrada.marca,
                    columnas=entrada.columnas,
                    deshace=" ".join(one.entrada for one in chain),
                    untag=drop_tag,
                )
            except (APIError, RequestException) as unanswered:
                if google.is_unanswered(unanswered):
                    continue
                raise
            if all(same_code(done.entrada.before(columna), entrada.escrito[columna]) for columna in ours):
                pending.pop()
            else:
                pending[-1] = (entrada, False)
                pending.append((done.entrada, False))
        if not pending:
            return
        raise GoogleUnavailable("No se pudo devolver una fila de Programación a como estaba.")

    def _row_as_written(
        self, planilla: Planilla, lectura: Lectura, entrada: Entrada
    ) -> tuple[Sitio, tuple[Columna, ...]] | None:
        """The row an entry wrote into, and which of its cells still say what was written.

        It is at the hour and for the crew that the entry met. It is the tagged row if one of its cells still says so, else the
        only row whose cells all do, on the entry's day if there are several. A row that a booking rightly holds is never
        the one that a failed booking wrote into.
        """
        if entrada.hoja not in lectura.filas:
            return None
        celdas = Encabezado(0, entrada.columnas)
        still: dict[int, tuple[Columna, ...]] = {}
        for fila in lectura.filas[entrada.hoja]:
            raw = lectura.celdas[entrada.hoja][fila.indice]
            ours = tuple(c for c, value in entrada.escrito.items() if same_code(celdas.value(raw, c), value))
            same = all(
                text_of(celdas.value(raw, c)) == text_of(entrada.before(c)) for c in (Columna.HORA, Columna.CUADRILLA)
            )
            held = entrada.operacion is Operacion.RESERVA and rightly_held(
                lectura.diario, fila, entrada.hoja, self._hoy()
            )
            whole = (entrada.hoja, fila.indice) == lectura.marcada or len(ours) == len(entrada.escrito)
            if ours and same and whole and not held:
                still[fila.indice] = ours
        by_index = {fila.indice: fila for fila in lectura.filas[entrada.hoja] if fila.indice in still}
        on_the_day = [indice for indice, fila in by_index.items() if fila.fecha == entrada.fecha]
        if lectura.marcada is not None and lectura.marcada[0] == entrada.hoja and lectura.marcada[1] in still:
            at = lectura.marcada[1]
        elif len(still) == 1 or len(on_the_day) == 1:
            at = next(iter(still)) if len(still) == 1 else on_the_day[0]
        else:
            return None
        sitio = Sitio(planilla, planilla.hojas[entrada.hoja], lectura.encabezados[entrada.hoja], by_index[at])
        return sitio, still[at]

    def _find(self, referencia: str, suscriptor: str) -> Cita | None:
        for planilla in self._libro.planillas():
            for marca in self._libro.tags(planilla, referencia):
                if (own := self._own_cita(planilla, referencia, suscriptor, marca)) is not None:
                    return own
        return None

    def _own_cita(self, planilla: Planilla, referencia: str, suscriptor: str, marca: int) -> Cita | None:
        lectura = self._read(planilla, marca, with_diary=True)
        undone = undone_by(lectura.diario)
        for entrada in lectura.diario:
            if (
                entrada.operacion is not Operacion.RESERVA
                or entrada.referencia != referencia
                or entrada.marca != marca
                or entrada.entrada in undone
            ):
                continue
            if not entrada.found_free(self._hoy()):
                self._restore(planilla, entrada, drop_tag=True)
                return None
            hoja = planilla.hojas.get(entrada.hoja)
            if hoja is None:
                break
            cita = Cita(
                fecha=entrada.fecha,
                hora=entrada.hora,
                planilla=planilla.titulo,
                hoja=hoja.titulo,
                referencia=referencia,
                suscriptor=suscriptor,
                planilla_id=planilla.id,
                hoja_id=hoja.id,
                marca=marca,
            )
            try:
                sitio = self._locate(cita)
            except CitaLost:
                break
            return cita.model_copy(update={"cuadrilla": sitio.fila.cuadrilla})
        self._libro.drop_tag(planilla, marca)
        return None


def _gives_way(pqr: Valor, corregido: Radicado | None) -> bool:
    """Whether column *pqr* is blank, or has no more than what a person takes back."""
    return is_blank(pqr) or (corregido is not None and same_code(pqr, corregido.numero))


def _marca(referencia: str, salt: int) -> int:
    """The id of a referencia's tag; another `salt` where Google already has that id for something else."""
    digest = hashlib.sha256(f"{CLAVE_MARCA}:{referencia}:{salt}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % (2**31 - 1) + 1


def _as_cupo(sitio: Sitio) -> Cupo:
    fila = sitio.fila
    if fila.fecha is None or fila.hora is None:
        raise SheetUnusable("Una fila sin fecha u hora no es un cupo.")
    return Cupo(
        fecha=fila.fecha,
        hora=fila.hora,
        planilla=sitio.planilla.titulo,
        hoja=sitio.hoja.titulo,
        cuadrilla=fila.cuadrilla,
    )


def _as_cita(sitio: Sitio, referencia: str, suscriptor: str, marca: int) -> Cita:
    return Cita(
        **_as_cupo(sitio).model_dump(),
        referencia=referencia,
        suscriptor=suscriptor,
        planilla_id=sitio.planilla.id,
        hoja_id=sitio.hoja.id,
        marca=marca,
    )
