"""What goes back to whoever handed in a lote: its own rows with what became of each, its problems, a template to fill."""

from collections.abc import Mapping, Sequence

from robot.entradas.archivos import FormatoDeArchivo, format_of, read_file
from robot.entradas.celdas import shown
from robot.entradas.columnas import Campo, ClaseDeDato, ColumnasPosibles
from robot.entradas.filas import Tabla, find_header
from robot.informes.csv_files import as_csv, rows_as_csv
from robot.record.lotes import ArchivoDeLote, RenglonDeLote

COLUMNAS = ("Estado", "Referencia", "Radicado", "Cita", "Motivo")
DE_PROBLEMAS = ("Fila", "Columna", "Título", "Problema")
POR_ENTREGAR = "POR ENTREGAR"
NO_TOMADA = "NO TOMADA"
_HOW: Mapping[ClaseDeDato, str] = {
    ClaseDeDato.TEXTO: "texto",
    ClaseDeDato.CODIGO: "texto, con los ceros del comienzo",
    ClaseDeDato.FECHA: "fecha, por ejemplo 24/11/2026",
    ClaseDeDato.HORA: "hora, por ejemplo 14:00 o 2:00 p. m.",
    ClaseDeDato.SI_NO: "sí o no",
    ClaseDeDato.NUMERO: "número, sin puntos de miles",
}


def outcome(renglon: RenglonDeLote) -> tuple[str, str, str, str, str]:
    """What became of a row, as `COLUMNAS` calls it."""
    one = renglon.expediente
    if one is None or not renglon.entregada:
        return (NO_TOMADA if renglon.entregada else POR_ENTREGAR, "", "", "", renglon.motivo)
    resultado = one.resultado
    cita = resultado.cita if resultado is not None else None
    moment = f"{cita.fecha:%d/%m/%Y} {cita.hora:%H:%M}" if cita is not None else ""
    error = resultado.error.mensaje if resultado is not None and resultado.error is not None else ""
    return one.estado.value, one.referencia, one.radicado or "", moment, error


def as_sent(archivo: ArchivoDeLote, columnas: ColumnasPosibles, renglones: Sequence[RenglonDeLote]) -> bytes:
    """The rows and columns of a file as they were sent, with what became of each behind them.

    Args:
        columnas: those that the file could have.

    Raises:
        BadInput: as `read_file`.
    """
    contenido = archivo.bytes
    leido = read_file(contenido, columnas)
    found = find_header(leido.hoja.filas, columnas)
    header = leido.hoja.filas[found[0]].numero if found is not None else 0
    added: dict[int, Sequence[str]] = {header: COLUMNAS, **{one.numero: outcome(one) for one in renglones}}
    if leido.formato is FormatoDeArchivo.EXCEL:
        from robot.entradas.excel import read_book, with_columns

        return with_columns(contenido, read_book(contenido, columnas).nombre, added)
    width = max((len(fila.celdas) for fila in leido.hoja.filas), default=0)
    rows = [
        [*map(shown, fila.celdas), *[""] * (width - len(fila.celdas)), *added.get(fila.numero, ())]
        for fila in leido.hoja.filas
    ]
    return rows_as_csv(rows).encode()


def problems_as_csv(tabla: Tabla) -> str:
    """Every problem of a table, as a file."""
    rows = ((str(reparo.fila or ""), reparo.letra, reparo.titulo, reparo.mensaje) for reparo in tabla.problemas)
    return as_csv(DE_PROBLEMAS, rows)


def template(catalogo: ColumnasPosibles, formato: FormatoDeArchivo) -> bytes:
    """A file without rows that has the columns of a lote."""
    titles = [campo.titulo for campo in catalogo.de_plantilla]
    if formato is FormatoDeArchivo.CSV:
        return as_csv(titles, []).encode()
    from robot.entradas.excel import as_book

    notes = [("Columna", "¿Hace falta?", "Cómo se escribe"), *map(_note, catalogo.de_plantilla)]
    return as_book("Solicitudes", titles, notes)


def _note(campo: Campo) -> tuple[str, str, str]:
    return campo.titulo, "Sí" if campo.obligatorio else "No", _HOW[campo.clase]


def name_of(contenido: bytes, base: str) -> str:
    """What a file of results is called, with the ending of its kind."""
    return f"{base}.{format_of(contenido).value}"
