"""A table of rows, read into solicitudes: every problem of every row at once, beside its row and its column.

    tabla = read_table(HojaDeFilas(filas), ColumnasPosibles(fijos=["asesor"]), reglas, fijos={"asesor": "ana"})
    tabla.problemas          # of the table and of its rows, in order
    tabla.buenas             # rows that are solicitudes

What a person has to say first is a problem with its `eleccion`: made, it is none any more.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Self

from robot.entradas.celdas import Celda, CodigoDudoso, NoEntendido, is_blank, shown, value_of
from robot.entradas.columnas import ColumnaDeTabla, ColumnasPosibles, EncabezadoDeTabla, title_of
from robot.errors import BadInput, Problema
from robot.models import Reglas, Solicitud
from robot.reading.equality import key_of_name, normalized

_HEADER_WITHIN = 30
_FEWEST_TITLES = 2
_TOTALS = frozenset({"total", "totales", "subtotal", "gran"})
_HIDDEN_ROW = "está oculta: muéstrela o bórrela."
_MORE_CELLS = "tiene datos en una columna sin título, quizá porque un separador quedó dentro de un texto sin comillas."
_SAME_ROW = "pide lo mismo que la fila {}; si son dos visitas distintas, dígalo."
_TWO_THINGS = "puede ser «{}» o «{}», de un procedimiento: llámela como la que sea."
_SAME_KEY = "tiene la misma clave que la fila {}, con otros datos."


class Eleccion(StrEnum):
    """What a person says of a table, so that the robot need not guess."""

    SIN_CEROS = "sin_ceros"
    REPETIDAS = "repetidas"
    OTRAS_VISITAS = "otras_visitas"
    OTRAS_COLUMNAS = "otras_columnas"
    SOLO_BUENAS = "solo_buenas"
    OTRA_VEZ = "otra_vez"

    @property
    def texto(self) -> str:
        return _CHOICES[self]


_CHOICES: Mapping[Eleccion, str] = {
    Eleccion.SIN_CEROS: "Los códigos guardados como número están completos: ninguno empieza por cero.",
    Eleccion.REPETIDAS: "Las filas repetidas son visitas distintas: radíquelas todas.",
    Eleccion.OTRAS_VISITAS: "Son visitas distintas de las que esos suscriptores ya tienen: radíquelas también.",
    Eleccion.OTRAS_COLUMNAS: "No lea las columnas que no conoce.",
    Eleccion.SOLO_BUENAS: "Radique solo las filas sin problemas; las demás quedan para otro archivo.",
    Eleccion.OTRA_VEZ: "Las filas que ya se entregaron antes son visitas nuevas: radíquelas otra vez.",
}
Elecciones = frozenset[Eleccion]
NINGUNA: Elecciones = frozenset()


@dataclass(frozen=True, slots=True)
class Fila:
    """A row as it stands in a table: its number, as the program shows it, and its cells."""

    numero: int
    celdas: Sequence[Celda]
    oculta: bool = False

    @property
    def vacia(self) -> bool:
        return all(map(is_blank, self.celdas))


@dataclass(frozen=True, slots=True)
class HojaDeFilas:
    """The rows of a table, and the places of the columns that are hidden."""

    filas: Sequence[Fila]
    ocultas: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class ReparoDeTabla:
    """What is wrong, and where: a row, a column by its letter, or the table as a whole.

    Attributes:
        eleccion: with what a person may say that it is right.
    """

    mensaje: str
    fila: int | None = None
    letra: str = ""
    titulo: str = ""
    eleccion: Eleccion | None = None

    @property
    def donde(self) -> str:
        column = " ".join(part for part in (self.letra, f"«{self.titulo}»" if self.titulo else "") if part)
        return ", ".join(
            part for part in (f"fila {self.fila}" if self.fila else "", f"columna {column}" if column else "") if part
        )

    @property
    def texto(self) -> str:
        return f"{self.donde[0].upper()}{self.donde[1:]}: {self.mensaje}" if self.donde else self.mensaje


@dataclass(frozen=True, slots=True)
class FilaEntendida:
    """A row that is a solicitud, or why it is none."""

    numero: int
    solicitud: Solicitud | None
    problemas: tuple[ReparoDeTabla, ...] = ()
    repeticion: int = 0

    @property
    def buena(self) -> bool:
        return self.solicitud is not None and not self.problemas


@dataclass(frozen=True, slots=True)
class Tabla:
    """All that was read of a table.

    Attributes:
        fila_encabezado: where its titles stand; nothing where there are none.
        generales: problems of the table as a whole, for which no row of it can be taken.
        avisos: what was left out, and why that needs nobody's word.
    """

    encabezado: EncabezadoDeTabla
    fila_encabezado: int | None
    filas: tuple[FilaEntendida, ...] = ()
    generales: tuple[ReparoDeTabla, ...] = ()
    avisos: tuple[str, ...] = ()

    def with_problems(self, further: Mapping[int, ReparoDeTabla]) -> Self:
        """The same with a further problem of rows with these numbers."""
        filas = tuple(
            replace(fila, problemas=(*fila.problemas, further[fila.numero])) if fila.numero in further else fila
            for fila in self.filas
        )
        return replace(self, filas=filas)

    @property
    def problemas(self) -> list[ReparoDeTabla]:
        return [*self.generales, *(problem for fila in self.filas for problem in fila.problemas)]

    @property
    def sin_problemas(self) -> list[FilaEntendida]:
        """The rows without a problem of their own, whatever is wrong with the table as a whole."""
        return [fila for fila in self.filas if fila.buena]

    @property
    def buenas(self) -> list[FilaEntendida]:
        """The rows that can be taken: none while something is wrong with the table as a whole."""
        return [] if self.generales else self.sin_problemas

    @property
    def con_problemas(self) -> int:
        return sum(not fila.buena for fila in self.filas)

    @property
    def preguntas(self) -> list[Eleccion]:
        """What somebody may still say to have a problem less."""
        asked = {problem.eleccion for problem in self.problemas}
        return [one for one in Eleccion if one in asked]


Revisar = Callable[[Solicitud], Iterable[Problema]]
"""What whoever reads a table has to say of a solicitud beside the rules of its fields."""


def nothing_else(_: Solicitud) -> Iterable[Problema]:
    return ()


def content_of(solicitud: Solicitud) -> str:
    """What is asked for, whichever way the name is written; the same text for the same request, and for no other."""
    flags = {name for name, field in Solicitud.model_fields.items() if field.annotation is bool}
    whoever = solicitud.model_copy(update={"nombre": key_of_name(solicitud.nombre)})
    return whoever.model_dump_json(exclude={*flags, "clave_idempotencia"}, exclude_none=True)


def read_table(
    hoja: HojaDeFilas,
    catalogo: ColumnasPosibles,
    reglas: Reglas,
    *,
    fijos: Mapping[str, object] | None = None,
    impuestos: Mapping[str, object] | None = None,
    elecciones: Elecciones = NINGUNA,
    revisar: Revisar = nothing_else,
) -> Tabla:
    """Read a table whole.

    Args:
        fijos: what every row gets that says nothing of its own.
        impuestos: what every row gets, whatever it says.
        elecciones: what a person has said of the table.
        revisar: further problems of a solicitud.
    """
    found = find_header(hoja.filas, catalogo)
    if found is None:
        return Tabla(EncabezadoDeTabla(()), None, generales=(_no_header(hoja.filas, catalogo),))
    at, encabezado = found
    reader = _Lector(encabezado, catalogo, reglas, fijos or {}, impuestos or {}, elecciones, revisar)
    rows = hoja.filas[at + 1 :]
    generales = (*reader.of_header(), *reader.doubtful(), *_hidden_columns(encabezado, hoja), *reader.untitled(rows))
    leidas = tuple(reader.read(fila) for fila in rows if reader.is_data(fila))
    return Tabla(encabezado, hoja.filas[at].numero, leidas, generales, tuple(reader.avisos))


def find_header(filas: Sequence[Fila], catalogo: ColumnasPosibles) -> tuple[int, EncabezadoDeTabla] | None:
    """The last row of the titles, and what they mean: the first row, or two that lie over each other, that names most fields."""
    best: tuple[int, EncabezadoDeTabla] | None = None
    for at, fila in enumerate(filas[:_HEADER_WITHIN]):
        own = [shown(cell) for cell in fila.celdas]
        candidates = [own]
        if at:
            above = [shown(cell) for cell in filas[at - 1].celdas]
            candidates.append(_laid_over(own, above))
        for titles in candidates:
            encabezado = catalogo.header(titles)
            if encabezado.conocidos >= _FEWEST_TITLES and (best is None or encabezado.conocidos > best[1].conocidos):
                best = at, encabezado
    return best


def _laid_over(own: Sequence[str], above: Sequence[str]) -> list[str]:
    """A title that spans several columns stands over theirs; one without any below it is theirs."""
    width = max(len(own), len(above))
    padded = [[*row, *[""] * (width - len(row))] for row in (own, above)]
    return [low if low.strip() else high for low, high in zip(*padded, strict=True)]


def _no_header(filas: Sequence[Fila], catalogo: ColumnasPosibles) -> ReparoDeTabla:
    needed = ", ".join(f"«{campo.titulo}»" for campo in catalogo.campos if campo.obligatorio)
    if all(fila.vacia for fila in filas):
        return ReparoDeTabla(f"El archivo no tiene datos. Su primera fila dice qué es cada columna: {needed}.")
    return ReparoDeTabla(f"No se encontró la fila con los títulos de las columnas. Hacen falta: {needed}.")


def _hidden_columns(encabezado: EncabezadoDeTabla, hoja: HojaDeFilas) -> Iterable[ReparoDeTabla]:
    for columna in encabezado.campos:
        if columna.lugar in hoja.ocultas:
            yield ReparoDeTabla("está oculta: muéstrela o bórrela.", letra=columna.letra, titulo=columna.titulo)


@dataclass(slots=True)
class _Lector:
    """Reads the rows under one header."""

    encabezado: EncabezadoDeTabla
    catalogo: ColumnasPosibles
    reglas: Reglas
    fijos: Mapping[str, object]
    impuestos: Mapping[str, object]
    elecciones: Elecciones
    revisar: Revisar
    avisos: list[str] = field(default_factory=list)
    _seen: dict[str, list[int]] = field(default_factory=dict)
    _keys: dict[str, tuple[int, str]] = field(default_factory=dict)

    def of_header(self) -> Iterable[ReparoDeTabla]:
        """What is wrong with the titles themselves."""
        by_field: dict[str, list[ColumnaDeTabla]] = {}
        for columna in self.encabezado.campos:
            if columna.campo is not None:
                by_field.setdefault(columna.campo.nombre, []).append(columna)
        for same in by_field.values():
            if len(same) > 1:
                which = " y ".join(one.llamada for one in same)
                yield ReparoDeTabla(f"Las columnas {which} dicen lo mismo: deje una.")
        for campo in self.catalogo.missing(self.encabezado):
            yield ReparoDeTabla(f"Falta la columna «{campo.titulo}».")
        if Eleccion.OTRAS_COLUMNAS not in self.elecciones:
            for columna in self.encabezado.ajenas:
                if columna.titulo:
                    yield ReparoDeTabla(
                        "no se conoce: cámbiele el título, bórrela, o diga que no se lea.",
                        letra=columna.letra,
                        titulo=columna.titulo,
                        eleccion=Eleccion.OTRAS_COLUMNAS,
                    )

    def doubtful(self) -> Iterable[ReparoDeTabla]:
        """Titles that may mean a question as well."""
        for columna in self.encabezado.campos:
            rival = self.catalogo.rival(columna)
            if rival is not None and columna.campo is not None:
                told = _TWO_THINGS.format(columna.campo.titulo, rival.titulo)
                yield ReparoDeTabla(told, letra=columna.letra, titulo=columna.titulo)

    def untitled(self, rows: Sequence[Fila]) -> Iterable[ReparoDeTabla]:
        """Columns within the table that hold something and have no title."""
        blank = [columna for columna in self.encabezado.ajenas if not columna.titulo]
        if Eleccion.OTRAS_COLUMNAS in self.elecciones:
            return
        for columna in blank:
            if any(len(fila.celdas) > columna.lugar and not is_blank(fila.celdas[columna.lugar]) for fila in rows):
                yield ReparoDeTabla(
                    "tiene datos y no tiene título.", letra=columna.letra, eleccion=Eleccion.OTRAS_COLUMNAS
                )

    def is_data(self, fila: Fila) -> bool:
        """Whether a row is meant for a solicitud: not a blank one, the titles once more, or a sum."""
        if fila.vacia:
            return False
        written = [shown(cell) for cell in fila.celdas]
        titles = [columna.titulo for columna in self.encabezado.columnas]
        if [" ".join(one.split()) for one in written if one.strip()] == [one for one in titles if one]:
            self.avisos.append(f"La fila {fila.numero} repite los títulos: no se lee.")
            return False
        if self._is_a_sum(written):
            self.avisos.append(f"La fila {fila.numero} parece un total: no se lee.")
            return False
        return True

    def _is_a_sum(self, written: Sequence[str]) -> bool:
        words = next((normalized(one).split() for one in written if one.strip()), [])
        needed = [
            columna.lugar
            for columna in self.encabezado.campos
            if columna.campo is not None and columna.campo.obligatorio
        ]
        filled = sum(place < len(written) and bool(written[place].strip()) for place in needed)
        return bool(words) and words[0] in _TOTALS and filled < len(needed) - 1

    def read(self, fila: Fila) -> FilaEntendida:
        """A row with all that is wrong with it."""
        wrong: list[ReparoDeTabla] = []
        if fila.oculta:
            wrong.append(ReparoDeTabla(_HIDDEN_ROW, fila.numero))
        if any(not is_blank(cell) for cell in fila.celdas[len(self.encabezado.columnas) :]):
            wrong.append(ReparoDeTabla(_MORE_CELLS, fila.numero))
        given, refused = self._values(fila)
        wrong.extend(refused)
        solicitud: Solicitud | None = None
        try:
            solicitud = Solicitud.parse(given, self.reglas)
        except BadInput as invalid:
            known = {one.titulo for one in refused} | {one.titulo for one in self.catalogo.missing(self.encabezado)}
            told = (self._at(fila.numero, problema) for problema in invalid.problemas)
            wrong.extend(one for one in told if one.titulo not in known)
        if solicitud is None:
            return FilaEntendida(fila.numero, None, _in_order(wrong))
        wrong.extend(self._at(fila.numero, problema) for problema in self.revisar(solicitud))
        return self._told_apart(fila.numero, solicitud, wrong)

    def _values(self, fila: Fila) -> tuple[dict[str, object], list[ReparoDeTabla]]:
        given: dict[str, object] = dict(self.fijos)
        answers: dict[str, str] = {}
        refused: list[ReparoDeTabla] = []
        for columna in self.encabezado.campos:
            campo = columna.campo
            if campo is None:
                continue
            cell = fila.celdas[columna.lugar] if columna.lugar < len(fila.celdas) else None
            try:
                value = value_of(
                    cell,
                    campo.clase,
                    sin_ceros=Eleccion.SIN_CEROS in self.elecciones,
                    hoy=self.reglas.instante.date(),
                )
            except (CodigoDudoso, NoEntendido) as unclear:
                eleccion = Eleccion.SIN_CEROS if isinstance(unclear, CodigoDudoso) else None
                refused.append(ReparoDeTabla(str(unclear), fila.numero, columna.letra, columna.titulo, eleccion))
                continue
            if value is None and (campo.nombre in given or not campo.obligatorio):
                continue
            if campo.pregunta:
                answers[campo.nombre] = str(value)
            else:
                given[campo.nombre] = "" if value is None else value
        return {**given, **({"respuestas": answers} if answers else {}), **self.impuestos}, refused

    def _at(self, numero: int, problema: Problema) -> ReparoDeTabla:
        """A problem of a field beside the column that fills it."""
        names = problema.campo.split(".")
        for columna in self.encabezado.campos:
            if columna.campo is not None and columna.campo.nombre in names:
                return ReparoDeTabla(problema.mensaje, numero, columna.letra, columna.titulo)
        named = self.catalogo.campo(names[-1])
        return ReparoDeTabla(problema.mensaje, numero, titulo=named.titulo if named is not None else title_of(names[0]))

    def _told_apart(self, numero: int, solicitud: Solicitud, wrong: list[ReparoDeTabla]) -> FilaEntendida:
        """Two rows that ask for the same are told; said to be two, each is one."""
        content = content_of(solicitud)
        key = solicitud.clave_idempotencia
        if key is not None:
            first, asked = self._keys.setdefault(key, (numero, content))
            if asked != content:
                wrong.append(self._at(numero, Problema("clave_idempotencia", _SAME_KEY.format(first))))
        before = self._seen.setdefault(content, [])
        repeated = len(before)
        if before:
            if Eleccion.REPETIDAS in self.elecciones:
                solicitud = solicitud.model_copy(update={"otra_visita": True})
            else:
                wrong.append(ReparoDeTabla(_SAME_ROW.format(before[0]), numero, eleccion=Eleccion.REPETIDAS))
        before.append(numero)
        return FilaEntendida(numero, solicitud, _in_order(wrong), repeated)


def _in_order(wrong: list[ReparoDeTabla]) -> tuple[ReparoDeTabla, ...]:
    """As a person goes through a row, from left to right."""
    return tuple(sorted(wrong, key=lambda reparo: (len(reparo.letra), reparo.letra)))
