"""What people wrote into a sheet of requests, understood: which column is which field, a row as a solicitud or its problems."""

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from robot.entradas.celdas import Celda, Ilegible
from robot.entradas.columnas import ClaseDeDato, ColumnaDeTabla, ColumnasPosibles, title_of
from robot.entradas.filas import Eleccion, Fila, HojaDeFilas, ReparoDeTabla, find_header, read_table
from robot.errors import Problema, RequestSheetUnusable
from robot.models import Reglas, Solicitud
from robot.planilla.cells import is_blank, text_of
from robot.planilla.grid import is_error
from robot.procedure.definition import PreguntaPropia
from robot.programacion.reader import puts_month_first
from robot.reading.dates import parse_fecha
from robot.reading.equality import normalized
from robot.recepcion.rows import FilaEscrita
from robot.recepcion.tab import FilaCruda, HojaMirada
from robot.settings import HojaSettings

_SENT = frozenset({"si", "s", "x", "1", "verdadero", "true", "yes", "listo", "enviar"})
_AS_IT_IS = frozenset({Eleccion.OTRAS_COLUMNAS})
"""An office keeps columns of its own beside those of a request."""
_ERROR = "su fórmula da un error: corríjala, o escriba el dato."
_DAY = re.compile(r"\d[/-]\d")
"""How a cell shows a day."""
_MONTH_FIRST = (
    "esta planilla lee las fechas con el mes primero y no se sabe si es el {} o el {}: en Archivo, Configuración, "
    "escoja Colombia y escríbala otra vez, o escríbala como 2026-11-24."
)

Asesores = Callable[[str], str | None]
"""The key of an asesor, by key or name; None if there is none such."""


class PeticionLeida(NamedTuple):
    """A row as a solicitud without its key, or what is wrong with it, in Spanish, for whoever wrote it."""

    solicitud: Solicitud | None
    problemas: str = ""


@dataclass(frozen=True)
class PeticionesDeHoja:
    """A look at a sheet, with what its columns mean.

    Attributes:
        escritas: the rows that say anything, in order.
        listas: the places of the rows that somebody says are ready; nothing where there is no such column.
        titulos: the row of the titles, without the robot's own.
        campos: the columns that fill a field, by their place.
        crudas: every row, by its place.
    """

    vista: HojaMirada
    escritas: Sequence[FilaEscrita]
    listas: frozenset[int] | None
    titulos: Fila
    campos: Mapping[int, ColumnaDeTabla]
    crudas: Mapping[int, FilaCruda]

    @property
    def columnas(self) -> tuple[str, ...]:
        """Which title is which field: another one makes every row say something else, though nobody has changed it."""
        return tuple(
            sorted(f"{one.campo.nombre}: {one.titulo}" for one in self.campos.values() if one.campo is not None)
        )


class LectorDeHoja:
    """Understands the rows of one sheet by its settings.

    Args:
        secreto: with which fingerprints are made, so that they tell nothing to anybody else.
        preguntas: the procedures' own questions.
    """

    def __init__(
        self,
        hoja: HojaSettings,
        reglas: Reglas,
        asesores: Asesores,
        secreto: str,
        preguntas: Iterable[PreguntaPropia] = (),
    ) -> None:
        self._hoja = hoja
        self._reglas = reglas
        self._asesores = asesores
        self._secreto = secreto.encode()
        given = {name: getattr(hoja, name) for name in ("asesor", "procedimiento", "medio", "causal")}
        self._fijos = {name: value for name, value in given.items() if value}
        self._catalogo = ColumnasPosibles(preguntas, fijos=self._fijos)
        own = {normalized(title): title_of(name) for name, titles in hoja.columnas.items() for title in titles}
        self._called = own

    def find_header(self, filas: Sequence[FilaCruda]) -> int | None:
        """The row of the titles; None if there is none."""
        found = find_header([self._as_titles(fila) for fila in filas[:40]], self._catalogo)
        return found[0] if found is not None else None

    def _as_titles(self, fila: FilaCruda) -> Fila:
        texts = [text_of(value) for value in fila.valores]
        return Fila(fila.indice + 1, [self._called.get(normalized(text), text) for text in texts])

    def read(self, vista: HojaMirada) -> PeticionesDeHoja:
        """What people wrote, by column.

        Raises:
            RequestSheetUnusable: a column that is needed is missing, or two mean the same.
        """
        sending = self._sending_column(vista)
        own = frozenset(vista.columnas.values())
        titulos = self._titles(vista, own | {sending})
        columnas = self._columns(vista, titulos)
        escritas, listas = [], set()
        for fila in vista.filas:
            if fila.indice <= vista.encabezado:
                continue
            told = {
                one.campo.nombre: fila.valores[one.lugar]
                for one in columnas
                if one.campo is not None and one.lugar < len(fila.valores) and not is_blank(fila.valores[one.lugar])
            }
            if not told:
                continue
            cells = {at: value for at, value in enumerate(fila.valores) if at not in own and not is_blank(value)}
            answers = vista.answers_of(fila)
            texts = {name: text_of(value) for name, value in told.items()}
            print_of = self.fingerprint(json.dumps(texts, sort_keys=True))
            escritas.append(FilaEscrita(fila.indice, cells, told, print_of, fila.marcas, answers))
            if sending is not None and normalized(fila.at(sending)) in _SENT:
                listas.add(fila.indice)
        return PeticionesDeHoja(
            vista,
            escritas,
            frozenset(listas) if sending is not None else None,
            titulos,
            {one.lugar: one for one in columnas},
            {fila.indice: fila for fila in vista.filas},
        )

    def fingerprint(self, text: str) -> str:
        return hmac.new(self._secreto, text.encode(), hashlib.sha256).hexdigest()[:32]

    def _columns(self, vista: HojaMirada, titulos: Fila) -> list[ColumnaDeTabla]:
        tabla = read_table(HojaDeFilas([titulos]), self._catalogo, self._reglas, elecciones=_AS_IT_IS)
        if tabla.generales:
            raise RequestSheetUnusable(
                f"«{vista.planilla}», hoja «{vista.titulo}»: {' '.join(one.texto for one in tabla.generales)}"
            )
        return tabla.encabezado.campos

    def _titles(self, vista: HojaMirada, own: Collection[int | None]) -> Fila:
        """The titles without the robot's own, and the column that says what is ready."""
        fila = self._as_titles(vista.filas[vista.encabezado])
        return Fila(fila.numero, ["" if at in own else cell for at, cell in enumerate(fila.celdas)])

    def _sending_column(self, vista: HojaMirada) -> int | None:
        wanted = normalized(self._hoja.columna_enviar)
        if not wanted:
            return None
        titles = vista.filas[vista.encabezado]
        found = next((at for at in range(len(titles.valores)) if normalized(titles.at(at)) == wanted), None)
        if found is None:
            raise RequestSheetUnusable(
                f"«{vista.planilla}», hoja «{vista.titulo}»: no tiene la columna «{self._hoja.columna_enviar}», "
                "con la que se dice qué filas están listas."
            )
        return found

    def understand(self, lectura: PeticionesDeHoja, fila: FilaEscrita) -> PeticionLeida:
        """A row as a solicitud, or every problem of it."""
        raw = lectura.crudas[fila.indice]
        cells = [self._cell(lectura.vista, raw, at, lectura.campos.get(at)) for at in range(len(raw.valores))]
        table = HojaDeFilas([lectura.titulos, Fila(raw.indice + 1, cells)])
        tabla = read_table(
            table,
            self._catalogo,
            self._reglas,
            fijos=self._fijos,
            elecciones=_AS_IT_IS,
            revisar=self._without_asesor,
        )
        if not tabla.filas:
            return PeticionLeida(None, " ".join(tabla.avisos))
        leida = tabla.filas[0]
        if leida.solicitud is None or leida.problemas:
            return PeticionLeida(None, " ".join(map(_told, leida.problemas)))
        asesor = self._asesores(leida.solicitud.asesor)
        return PeticionLeida(leida.solicitud.model_copy(update={"asesor": asesor}))

    def _without_asesor(self, solicitud: Solicitud) -> Iterable[Problema]:
        if self._asesores(solicitud.asesor) is None:
            yield Problema("asesor", "no está configurado; escriba la clave o el nombre de un asesor de la oficina.")

    def _cell(self, vista: HojaMirada, fila: FilaCruda, at: int, columna: ColumnaDeTabla | None) -> Celda:
        """What a cell holds as a table has it: a code that shows its zeros comes as it is shown."""
        if columna is None or columna.campo is None:
            return None
        value, shown = fila.valores[at], fila.mostrado[at].strip()
        if is_error(value):
            return Ilegible(_ERROR)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return value
        if columna.campo.clase is ClaseDeDato.CODIGO and shown.isdigit() and shown.startswith("0"):
            return shown
        if columna.campo.clase is ClaseDeDato.HORA:
            return float(value)
        if columna.campo.clase is ClaseDeDato.FECHA:
            return self._date(vista, value, shown)
        return self._answer(vista, value, shown) if columna.campo.pregunta else value

    def _answer(self, vista: HojaMirada, value: float, shown: str) -> Celda:
        """What an own question of the procedure gets: of a day the day, and of a number all its figures."""
        if not _DAY.search(shown):
            return text_of(value)
        told = self._date(vista, value, shown)
        found = parse_fecha(value, self._reglas.instante.date())
        return found.isoformat() if found is not None and not isinstance(told, Ilegible) else told

    def _date(self, vista: HojaMirada, value: float, shown: str) -> Celda:
        """A date that whoever typed it may have meant the other way round is told."""
        found = parse_fecha(value, self._reglas.instante.date())
        iso = found is not None and shown.startswith(f"{found:%Y-%m-%d}")
        if found is None or iso or not puts_month_first(vista.locale) or found.day > 12 or found.day == found.month:
            return value
        turned = found.replace(day=found.month, month=found.day)
        return Ilegible(_MONTH_FIRST.format(f"{found:%d/%m/%Y}", f"{turned:%d/%m/%Y}"))


def _told(problema: ReparoDeTabla) -> str:
    """A problem by the title of its column: the number of a row is another one after the next sort."""
    sentence = problema.mensaje[:1].upper() + problema.mensaje[1:]
    return f"{problema.titulo or problema.letra}: {problema.mensaje}" if problema.titulo or problema.letra else sentence
