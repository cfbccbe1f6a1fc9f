"""Many solicitudes from one file: filed, followed, given back."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from robot.commands import console, spanish
from robot.commands.carrying import INTERRUPTED
from robot.commands.options import AsJson, Config
from robot.errors import BadInput, CodigoSalida, Problema

if TYPE_CHECKING:
    from robot.entradas.filas import Elecciones, ReparoDeTabla
    from robot.intake import Ventanilla
    from robot.lotes.recepcion import LoteLeido, Lotes
    from robot.record.lotes import LoteVisto, RenglonDeLote
    from robot.settings import Settings

app = spanish.Aplicacion(
    help="Muchas solicitudes en un archivo: cómo van, su resultado y la plantilla. Se radican con `radicar ARCHIVO`.",
    no_args_is_help=True,
)
Lote = Annotated[str, typer.Argument(metavar="LOTE", help="El nombre del lote, como L-20261124-9F3A2B1C.")]
_MOST_SHOWN = 20
_ONLY_OWNER = 0o600


def elecciones(names: Sequence[str]) -> "Elecciones":
    """What `--aceptar` says.

    Raises:
        BadInput: nobody knows one of the words.
    """
    from robot.entradas.filas import Eleccion
    from robot.lotes.recepcion import elecciones_of

    given = [name.strip().lower().replace("-", "_") for name in names]
    if not {*given} <= {*Eleccion}:
        known = ", ".join(one.value.replace("_", "-") for one in Eleccion)
        raise BadInput([Problema("aceptar", f"es una de estas palabras: {known}.")])
    return elecciones_of(given)


def file_lote(
    ventanilla: "Ventanilla",
    contenido: bytes,
    *,
    origen: str,
    asesor: str,
    procedimiento: str,
    elegidas: "Elecciones",
    resultado: Path | None,
    quien: str,
    encolar: bool,
    as_json: bool,
) -> NoReturn:
    """File the rows of a file, see them through where nobody else is to, and leave what became of them beside it."""
    from robot.entradas.archivos import SIN_NOMBRE
    from robot.lotes.recepcion import Lotes
    from robot.lotes.resultado import name_of

    lotes = Lotes(ventanilla)
    original = None if origen == SIN_NOMBRE else Path(origen)
    if resultado is None and original is not None:
        resultado = original.with_name(name_of(contenido, f"{original.stem}-resultado"))
    if resultado is not None and original is not None and resultado.resolve() == original.resolve():
        raise BadInput([Problema("resultado", "es el mismo archivo que se envía; escoja otro.")])
    if asesor:
        ventanilla.settings.asesor(asesor)
    leido = lotes.read(contenido, asesor=asesor, procedimiento=procedimiento, elecciones=elegidas)
    _tell_reading(leido)
    if not leido.puede_radicarse:
        _refuse(leido, as_json=as_json)
    identidad = lotes.receive(leido, nombre=original.name if original is not None else "", quien=quien)
    ended = _see_through(ventanilla, lotes, identidad, encolar=encolar)
    lote, renglones = lotes.guardados.one(identidad), lotes.guardados.rows(identidad)
    if lote is None:
        raise BadInput([Problema("lote", f"no hay ningún lote {identidad}.")])
    if resultado is not None:
        _write(resultado, _given_back(lotes, identidad, renglones))
    _report(lote, renglones, leido.tabla.problemas, resultado, as_json=as_json)
    if not ended:
        console.stderr.print(
            f"Se detuvo: {identidad} continuará con el próximo `trabajador`, o si envía el archivo otra vez."
        )
        console.leave(INTERRUPTED)
    raise typer.Exit(_exit_code(renglones))


def _see_through(ventanilla: "Ventanilla", lotes: "Lotes", identidad: str, *, encolar: bool) -> bool:
    from robot.work import see_done

    shown: list[str] = []

    def show(lote: "LoteVisto | None") -> None:
        if lote is not None and (text := _progress(lote)) not in shown[-1:]:
            shown.append(text)
            console.stderr.print(text)

    def over() -> bool:
        lote = lotes.guardados.one(identidad)
        return lote is None or lote.terminado

    lotes.hand_in(identidad, show)
    if encolar:
        return True
    return see_done(ventanilla, over, lambda: show(lotes.guardados.one(identidad)))


def _progress(lote: "LoteVisto") -> str:
    """So rough that ten thousand rows make no ten thousand lines."""
    ended = sum(count for estado, count in lote.cuentas.items() if estado.terminado)
    rough = max(1, lote.filas // 50)
    taken = lote.filas - lote.por_entregar
    return f"{lote.identidad}: {taken} de {lote.filas} filas recibidas, {ended // rough * rough} terminadas"


def _tell_reading(leido: "LoteLeido") -> None:
    tabla = leido.tabla
    console.stderr.print(
        console.plain(f"{leido.archivo.como}. {len(tabla.filas)} filas, {tabla.con_problemas} con problemas.")
    )
    for aviso in tabla.avisos[:_MOST_SHOWN]:
        console.stderr.print(f"[yellow]![/] {console.plain(aviso)}")
    found = tabla.problemas
    for reparo in found[:_MOST_SHOWN]:
        console.stderr.print(f"[red]✗[/] {console.plain(reparo.texto)}")
    if len(found) > _MOST_SHOWN:
        console.stderr.print(f"[red]✗[/] y {len(found) - _MOST_SHOWN} problemas más; todos están en --json.")
    for estado, cuantas in sorted(leido.estados.items()):
        console.stderr.print(f"[yellow]![/] {cuantas} filas ya se habían entregado: {estado.value}. No se repiten.")


def _refuse(leido: "LoteLeido", *, as_json: bool) -> NoReturn:
    """Take nothing, and say what may be said to have it taken."""
    from robot.entradas.filas import Eleccion

    choices = [*leido.tabla.preguntas]
    if any(fila.buena for fila in leido.tabla.filas) and leido.tabla.con_problemas:
        choices.append(Eleccion.SOLO_BUENAS)
    console.stderr.print("No se radicó ninguna fila. Corrija el archivo y envíelo de nuevo.")
    for one in choices:
        console.stderr.print(
            f"  [dim]→ --aceptar {one.value.replace('_', '-')}[/]  {console.plain(one.texto)}", soft_wrap=True
        )
    if as_json:
        mensaje = "El archivo tiene datos por corregir; no se radicó ninguna fila."
        error = {"tipo": BadInput.familia, "mensaje": mensaje, "paso": None}
        data = {"lote": None, "filas": len(leido.tabla.filas), "problemas": _problems(leido.tabla.problemas)}
        console.print_json({**data, "preguntas": [one.value for one in choices], "solicitudes": [], "error": error})
    raise typer.Exit(CodigoSalida.ENTRADA_O_CONFIGURACION)


def _problems(found: "Sequence[ReparoDeTabla]") -> list[dict[str, Any]]:
    return [{"fila": one.fila, "columna": one.letra, "titulo": one.titulo, "mensaje": one.mensaje} for one in found]


def _report(
    lote: "LoteVisto",
    renglones: "Sequence[RenglonDeLote]",
    problemas: "Sequence[ReparoDeTabla]",
    resultado: Path | None,
    *,
    as_json: bool,
) -> None:
    if as_json:
        data = {**_as_data(lote), "resultado": str(resultado) if resultado is not None else None}
        console.print_json(
            {**data, "problemas": _problems(problemas), "solicitudes": [*map(_row, renglones)], "error": None}
        )
        return
    _print_lotes([lote])
    if resultado is not None:
        console.stdout.print(f"Resultado de cada fila: {console.plain(str(resultado))}", soft_wrap=True)


def _row(renglon: "RenglonDeLote") -> dict[str, Any]:
    from robot.lotes.resultado import COLUMNAS, outcome

    return {
        "fila": renglon.numero,
        **{name.lower(): text for name, text in zip(COLUMNAS, outcome(renglon), strict=True)},
    }


def _as_data(lote: "LoteVisto") -> dict[str, Any]:
    return {
        "lote": lote.identidad,
        "quien": lote.quien,
        "instante": lote.instante.isoformat(),
        "filas": lote.filas,
        "por_entregar": lote.por_entregar,
        "no_tomadas": lote.no_tomadas,
        "estados": {estado.value: count for estado, count in lote.cuentas.items()},
        "terminado": lote.terminado,
    }


def _exit_code(renglones: "Sequence[RenglonDeLote]") -> int:
    """That of the row which most needs a person."""
    codes = {
        console.exit_code(console.as_resultado(one.expediente))
        if one.expediente is not None
        else CodigoSalida.ENTRADA_O_CONFIGURACION
        for one in renglones
    }
    worst = (CodigoSalida.POR_VERIFICAR, CodigoSalida.RECHAZADA, CodigoSalida.FALLA_TRANSITORIA)
    return next((code for code in (*worst, CodigoSalida.ENTRADA_O_CONFIGURACION) if code in codes), CodigoSalida.HECHO)


def _given_back(lotes: "Lotes", identidad: str, renglones: "Sequence[RenglonDeLote]") -> bytes:
    from robot.lotes.resultado import as_sent

    archivo = lotes.guardados.archivo(identidad)
    if archivo is None:
        raise BadInput([Problema("lote", "su archivo ya se eliminó, con los datos personales.")])
    return as_sent(archivo, lotes.columnas(asesor=archivo.asesor), renglones)


def _write(archivo: Path, content: bytes) -> None:
    """Whole or not at all, and for nobody else to read: it holds personal data."""
    fresh = archivo.with_name(f"{archivo.name}.parcial")
    try:
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _ONLY_OWNER), "wb") as file:
            file.write(content)
        fresh.replace(archivo)
    except OSError:
        raise BadInput([Problema("resultado", "no se puede escribir allí; escoja otro archivo.")]) from None


@app.command()
def ver(
    lote: Annotated[str, typer.Argument(metavar="LOTE", help="Uno; todos si falta.", show_default=False)] = "",
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Muestra los lotes, o cada fila de uno: en qué está, su referencia, su radicado, su cita y por qué no."""
    with console.failing_in_spanish(as_json=as_json):
        settings = console.load_settings(config)
        with _opened(settings) as ventanilla:
            guardados = _lotes(ventanilla).guardados
            if not lote:
                found = guardados.all()
                if as_json:
                    console.print_json({"lotes": [*map(_as_data, found)]})
                else:
                    _print_lotes(found)
                return
            one = _known(guardados.one(lote.strip().upper()), lote)
            rows = guardados.rows(one.identidad)
    if as_json:
        console.print_json({**_as_data(one), "solicitudes": [*map(_row, rows)]})
        return
    _print_lotes([one])
    _print_rows(rows)


@app.command()
def resultado(
    lote: Lote,
    archivo: Annotated[Path, typer.Argument(help="Dónde dejarlo; CSV o .xlsx, como se envió.", dir_okay=False)],
    config: Config = None,
) -> None:
    """Deja en un archivo las mismas filas que se enviaron, con lo que fue de cada una."""
    with console.failing_in_spanish(), _opened(console.load_settings(config)) as ventanilla:
        lotes = _lotes(ventanilla)
        one = _known(lotes.guardados.one(lote.strip().upper()), lote)
        _write(archivo, _given_back(lotes, one.identidad, lotes.guardados.rows(one.identidad)))
    console.stdout.print(console.plain(str(archivo)), soft_wrap=True)


@app.command()
def plantilla(
    archivo: Annotated[Path, typer.Argument(help="Dónde dejarla: .csv o .xlsx.", dir_okay=False)],
    config: Config = None,
) -> None:
    """Deja un archivo vacío con las columnas que puede traer un lote."""
    from robot.entradas.archivos import FormatoDeArchivo
    from robot.lotes.resultado import template

    with console.failing_in_spanish():
        kind = archivo.suffix.lower().lstrip(".")
        if kind not in {*FormatoDeArchivo}:
            raise BadInput([Problema("archivo", "su nombre termina en .csv o en .xlsx.")])
        with _opened(console.load_settings(config)) as ventanilla:
            _write(archivo, template(_lotes(ventanilla).columnas(), FormatoDeArchivo(kind)))
    console.stdout.print(console.plain(str(archivo)), soft_wrap=True)


def _opened(settings: "Settings") -> "Ventanilla":
    from robot.intake import Ventanilla

    return Ventanilla(settings)


def _lotes(ventanilla: "Ventanilla") -> "Lotes":
    from robot.lotes.recepcion import Lotes

    return Lotes(ventanilla)


def _known(lote: "LoteVisto | None", identidad: str) -> "LoteVisto":
    if lote is None:
        raise BadInput([Problema("lote", f"no hay ningún lote {identidad}.")])
    return lote


def _print_lotes(found: "Sequence[LoteVisto]") -> None:
    table = console.table_of("Lote", "Desde", "Quién", "Filas", "Por recibir", "No tomadas", "Solicitudes")
    for one in found:
        states = ", ".join(f"{count} {estado.value}" for estado, count in sorted(one.cuentas.items()))
        moment = f"{one.instante:%d/%m/%Y %H:%M}"
        table.add_row(
            *(one.identidad, moment, console.plain(one.quien)),
            *(str(one.filas), str(one.por_entregar), str(one.no_tomadas), states),
        )
    console.stdout.print(table)


def _print_rows(rows: "Sequence[RenglonDeLote]") -> None:
    from robot.lotes.resultado import COLUMNAS, outcome

    table = console.table_of("Fila", *COLUMNAS)
    for row in rows:
        table.add_row(str(row.numero), *map(console.plain, outcome(row)))
    console.stdout.print(table)
