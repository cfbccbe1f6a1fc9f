"""What the command line shows of solicitudes, in Spanish: live steps, a result, lists, a history."""

import codecs
import datetime as dt
import getpass
import io
import json
import os
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import typer
from rich.console import Console
from rich.live import Live
from rich.table import Column, Table

from robot.errors import (
    BrowserMissing,
    Cancelada,
    ClockWrong,
    CodigoSalida,
    CredentialsRefused,
    CupoTaken,
    EnvioEnDuda,
    ImprevistoError,
    OutcomeUnknown,
    PersonaRequerida,
    PosibleDuplicado,
    PrinterRefused,
    PrinterSilent,
    RobotError,
    sentence_of,
)
from robot.procedure import Paso

if TYPE_CHECKING:
    from robot.models import Resultado
    from robot.record.dossier import Expediente, Impresion, PasoVisto, Suceso
    from robot.settings import Settings

stderr = Console(stderr=True, highlight=False)
stdout = Console(highlight=False)

_COLOURS = {
    "EN COLA": "cyan",
    "EN CURSO": "yellow",
    "RADICADA": "green",
    "RECHAZADA": "red",
    "POR VERIFICAR": "magenta",
    "CANCELADA": "dim",
}
_BY_FAMILY = {
    "TransientFailure": CodigoSalida.FALLA_TRANSITORIA,
    "BusinessRejection": CodigoSalida.RECHAZADA,
}


COMMANDS: Mapping[type[RobotError], Sequence[str]] = {
    BrowserMissing: ("sudo apt-get install chromium", "python -m playwright install chromium"),
    Cancelada: ("serviweb-robot reintentar {referencia}",),
    ClockWrong: ("serviweb-robot diagnostico",),
    CredentialsRefused: (
        "serviweb-robot reintentar {referencia}",
        "serviweb-robot reintentar {referencia} --probar-clave",
    ),
    CupoTaken: ("serviweb-robot cupos",),
    EnvioEnDuda: ("serviweb-robot resolver {referencia} --no-guardado --cancelar",),
    ImprevistoError: ("serviweb-robot reintentar {referencia}",),
    OutcomeUnknown: (
        "serviweb-robot resolver {referencia} --radicado NÚMERO",
        "serviweb-robot resolver {referencia} --no-guardado",
    ),
    PersonaRequerida: ("serviweb-robot asesor ingresar ASESOR",),
    PosibleDuplicado: ("serviweb-robot radicar ARCHIVO --otra",),
    PrinterRefused: ("serviweb-robot imprimir {referencia}",),
    PrinterSilent: ("serviweb-robot imprimir {referencia}",),
}
"""What to type to do what an error tells to do in words; several are ways to choose from."""
_OF_PAPER = (PrinterRefused, PrinterSilent)
_A_REFERENCIA = "REFERENCIA"
"""Where nobody knows which one it is."""

_LEGIBLE = {"✓": "+", "✗": "x", "…": "...", "→": "->", "«": '"', "»": '"'}
_ERRORS = "legible"


def write_to_any_console() -> None:
    """A console or file whose code page lacks a sign, as Windows has them, gets a plainer one instead of an error."""
    codecs.register_error(_ERRORS, _legible)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_ERRORS)


def _legible(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(_LEGIBLE.get(sign, _unaccented(sign)) for sign in lacking), error.end


def _unaccented(sign: str) -> str:
    """The letter below the accent; a question mark where there is none."""
    letter = unicodedata.normalize("NFKD", sign)[0]
    return letter if letter.isascii() else "?"


def plain(text: str) -> str:
    """Text as it is, also where it looks like rich's markup."""
    return text.replace("[", r"\[")


_ON_ONE_LINE = {"Referencia", "Código"}


def table_of(*names: str, title: str = "") -> Table:
    """A table with these columns, whose words are all shown, on as many lines as they take; of a code, on one."""
    columns = (Column(name, overflow="fold", no_wrap=name in _ON_ONE_LINE) for name in names)
    return Table(*columns, title=title or None, title_justify="left")


@contextmanager
def failing_in_spanish(*, as_json: bool = False) -> Iterator[None]:
    """Tell an error of ours, and exit with its code."""
    try:
        yield
    except RobotError as error:
        print_failure(error)
        if as_json:
            from robot.models import FallaInformada

            print_json({"error": FallaInformada.of(error).model_dump(mode="json")})
        raise typer.Exit(error.codigo_salida) from None


def print_failure(error: RobotError) -> None:
    """What failed, and what to type, on stderr."""
    stderr.print(f"[red]✗[/] {plain(error.texto)}")
    _print_commands(COMMANDS.get(type(error), ()), _A_REFERENCIA)


def load_settings(config: Path | None, *, visible: bool = False) -> "Settings":
    """The settings of a command, with the browser to be seen where it says so; its log is written as they say.

    Raises:
        ConfigurationError.
    """
    from robot.log import configure
    from robot.settings import load_settings as load

    settings = load(config)
    configure(settings.bitacora)
    if not visible:
        return settings
    navegador = settings.navegador.model_copy(update={"visible": True})
    return settings.model_copy(update={"navegador": navegador})


def current_user() -> str:
    """Who sits at this machine, for the history."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "desconocido"


class Pasos:
    """The live list of steps on stderr: a moving table on a terminal, plain lines elsewhere."""

    def __init__(self) -> None:
        self._ms: dict[Paso, int | None] = {}
        self._live = Live(self._table(), console=stderr, refresh_per_second=8) if stderr.is_terminal else None

    def __enter__(self) -> "Pasos":
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()

    def show(self, seen: Sequence["PasoVisto"]) -> None:
        """Bring the list up to date."""
        for one in seen:
            first_time = self._ms.get(one.paso) is None
            self._ms[one.paso] = one.ms if one.ms is not None else self._ms.get(one.paso)
            if self._live is None and one.ms is not None and first_time:
                stderr.print(f"✓ {one.paso.numero:>2}  {one.paso.nombre}  ({one.ms} ms)")
        if self._live is not None:
            self._live.update(self._table())

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 2))
        for paso in sorted(self._ms, key=lambda one: one.numero):
            ms = self._ms[paso]
            done = ms is not None
            table.add_row(
                "[green]✓[/]" if done else "[yellow]…[/]",
                str(paso.numero),
                paso.nombre,
                f"[dim]{ms} ms[/]" if done else "",
            )
        return table


def exit_code(resultado: "Resultado") -> int:
    """The exit code of a solicitud's end; 0 while it is on its way."""
    from robot.models import Estado

    if resultado.estado in {Estado.RADICADA, Estado.EN_COLA, Estado.EN_CURSO}:
        return CodigoSalida.HECHO
    if resultado.estado is Estado.POR_VERIFICAR:
        return CodigoSalida.POR_VERIFICAR
    if resultado.estado is Estado.CANCELADA:
        return CodigoSalida.RECHAZADA
    familia = resultado.error.tipo if resultado.error else ""
    return _BY_FAMILY.get(familia, CodigoSalida.ENTRADA_O_CONFIGURACION)


def print_json(data: Any) -> None:  # noqa: ANN401  # whatever JSON holds
    """One object on stdout, on one line; in ASCII where the reader may expect another encoding than ours."""
    ours = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    sys.stdout.write(json.dumps(data, ensure_ascii=not ours, default=str) + "\n")
    sys.stdout.flush()


def report(resultado: "Resultado", *, as_json: bool) -> None:
    """A result: messages on stderr, what it is on stdout."""
    for aviso in resultado.avisos:
        stderr.print(f"[yellow]![/] {plain(aviso)}")
    if resultado.error is not None:
        stderr.print(f"[red]✗[/] {plain(resultado.error.mensaje)}")
    _print_commands(_commands_for(resultado), resultado.referencia or _A_REFERENCIA)
    if as_json:
        print_json(resultado.model_dump(mode="json"))
        return
    table = Table.grid(padding=(0, 2))
    table.add_row("Estado", f"[bold {_COLOURS[resultado.estado]}]{resultado.estado.value}[/]")
    if resultado.referencia:
        table.add_row("Referencia", resultado.referencia)
    if resultado.radicado:
        table.add_row("Radicado", f"[bold green]{resultado.radicado}[/]")
    if cita := resultado.cita:
        day = on_day(cita.fecha, "EEEE d 'de' MMMM 'de' y")
        table.add_row(
            "Cita",
            f"{day}, {cita.hora:%H:%M}  ({cita.planilla} / {cita.hoja}{' / ' if cita.cuadrilla else ''}{cita.cuadrilla})",
        )
    if resultado.copias:
        table.add_row("Copias", str(resultado.copias))
    elif resultado.copias_pendientes:
        table.add_row("Copias", "[yellow]pendientes[/]")
    stdout.print(table)


def _commands_for(resultado: "Resultado") -> Iterator[str]:
    """What to type to do what a result tells to do."""
    clase = resultado.error.clase if resultado.error is not None else ""
    for error, commands in COMMANDS.items():
        on_paper = error in _OF_PAPER and any(aviso.startswith(error.mensaje) for aviso in resultado.avisos)
        if error.__name__ == clase or on_paper:
            yield from commands
    if resultado.copias_pendientes:
        yield "serviweb-robot imprimir {referencia}"
    if resultado.con_evidencia:
        yield "serviweb-robot estado {referencia} --evidencia"


def _print_commands(commands: Iterable[str], referencia: str) -> None:
    for command in dict.fromkeys(commands):
        stderr.print(f"  [dim]→ {plain(command.format(referencia=referencia))}[/]", soft_wrap=True)


def on_day(fecha: dt.date, formato: str) -> str:
    """A date as people in Colombia write it."""
    from babel.dates import format_date

    return format_date(fecha, formato, locale="es_CO")


def as_resultado(expediente: "Expediente") -> "Resultado":
    """How a solicitud stands, in the form of a result."""
    from robot.record.outward import as_resultado as told

    return told(expediente)


def where(expediente: "Expediente") -> str:
    """The estado in words, with the part that is being done."""
    text = expediente.estado.value
    if expediente.estado.value == "EN CURSO" and expediente.etapa is not None:
        text += f" ({expediente.etapa.en_pasos})"
    if expediente.cancelacion is not None and not expediente.estado.terminado:
        text += ", cancelación pedida"
    return text


def as_data(expediente: "Expediente") -> dict[str, Any]:
    """A solicitud of a list as JSON."""
    from robot.record.outward import SolicitudContada

    told = SolicitudContada.of(expediente).model_dump(mode="json")
    return {**told, "ejecutor": expediente.ejecutor}


def _in_short(expediente: "Expediente") -> str:
    error = expediente.resultado.error if expediente.resultado else None
    return sentence_of(error.clase) if error else ""


def print_list(expedientes: Sequence["Expediente"]) -> None:
    """Solicitudes as a table."""
    title = f"{len(expedientes)} solicitudes"
    table = table_of(
        "Referencia", "Estado", "Radicado", "Procedimiento", "Suscriptor", "Asesor", "Desde", "Motivo", title=title
    )
    for one in expedientes:
        table.add_row(
            one.referencia,
            f"[{_COLOURS[one.estado]}]{where(one)}[/]",
            one.radicado or "",
            one.procedimiento,
            one.suscriptor,
            one.asesor,
            _moment(one.cambiada),
            _in_short(one),
        )
    stdout.print(table)


def report_print(line: "Impresion") -> None:
    """Why a print stands as it does, and what a person does about it."""
    if told := " ".join(part for part in (line.motivo, line.estado.que_hacer) if part):
        stderr.print(f"[yellow]![/] {plain(told)}")


def print_history(expediente: "Expediente", sucesos: Sequence["Suceso"], impresiones: Sequence["Impresion"]) -> None:
    """One solicitud: how it stands, all that happened, every print."""
    report(as_resultado(expediente), as_json=False)
    stdout.print(f"Procedimiento {plain(expediente.procedimiento)}, versión {plain(expediente.version)}")
    table = table_of("Instante", "Estado", "Quién", "Qué", title="Historia")
    for one in sucesos:
        what = " · ".join(part for part in (one.etapa.en_pasos if one.etapa else "", one.detalle) if part)
        table.add_row(_moment(one.instante), f"[{_COLOURS[one.estado]}]{one.estado.value}[/]", one.quien, plain(what))
    stdout.print(table)
    if impresiones:
        ledger = table_of(
            "Instante",
            "Resultado",
            "Por qué",
            "Impresora",
            "Quién",
            "Copias",
            "Páginas",
            "SHA-256",
            title="Impresiones",
        )
        for line in impresiones:
            ledger.add_row(
                _moment(line.instante),
                line.estado.value,
                plain(" ".join(part for part in (line.motivo, line.estado.que_hacer) if part)),
                line.impresora,
                line.quien,
                str(line.copias),
                str(line.paginas),
                line.sha256[:16] + "…",
            )
        stdout.print(ledger)


def history_as_data(
    expediente: "Expediente", sucesos: Sequence["Suceso"], impresiones: Sequence["Impresion"]
) -> dict[str, Any]:
    """One solicitud with its history and its print ledger as JSON."""
    return {
        **as_data(expediente),
        "resultado": as_resultado(expediente).model_dump(mode="json"),
        "historia": [
            {
                "instante": one.instante.isoformat(),
                "estado": one.estado.value,
                "etapa": one.etapa.value if one.etapa else None,
                "quien": one.quien,
                "detalle": one.detalle,
            }
            for one in sucesos
        ],
        "impresiones": [
            {
                "instante": one.instante.isoformat(),
                "resultado": one.estado.value,
                "motivo": one.motivo,
                "cambiada": one.cambiada.isoformat(),
                "impresora": one.impresora,
                "trabajo": one.nombre or None,
                "quien": one.quien,
                "copias": one.copias,
                "paginas": one.paginas,
                "sha256": one.sha256,
            }
            for one in impresiones
        ],
    }


def _moment(instante: dt.datetime) -> str:
    return f"{instante:%d/%m/%Y %H:%M:%S}"


def leave(code: int) -> NoReturn:
    """End the process at once, whatever its threads are still at: a part that hangs is taken up again at the next start."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
