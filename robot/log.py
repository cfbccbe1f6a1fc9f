"""The log: what happened to which solicitud, when and how long it took; never whose it was.

Our own lines are constant words with fields of a fixed list. What libraries say is written without numbers that could be a
cédula, a celular or a código, without what it was filled in with, and without anything between quotes; of an exception
only its kind and the places in the code.
"""

import datetime as dt
import logging
import re
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

import structlog
from structlog.contextvars import bound_contextvars, merge_contextvars
from structlog.stdlib import ExtraAdder, ProcessorFormatter, add_log_level, add_logger_name
from structlog.typing import Processor

from robot.models import ZONA_HORARIA
from robot.settings import BitacoraSettings, Formato

CAMPOS = (
    "referencia",
    "corrida",
    "etapa",
    "ms",
    "estado",
    "clase",
    "ejecutor",
    "cuantas",
    "ronda",
    "ruta",
    "metodo",
    "nombre",
    "motivo",
)
"""The fields that a line may have; whatever else it is given is left out."""
_NUMBER = re.compile(r"[A-Z]{0,3}\d(?:[ .,'()/–-]{0,2}\d){4,}", re.IGNORECASE)
"""The letters of a passport may stand before it; between digits people write all kinds of marks."""
_QUOTED = re.compile(r"«[^»]*»|“[^”]*”|\"[^\"]*\"|'[^'\n]*'")
_ARGUMENT = re.compile(r"%(?:\(\w+\))?[-+ #0]*[\d.*]*[a-zA-Z]")
_HIDDEN = "•••"
_OURS = "robot."

Linea = MutableMapping[str, Any]


@contextmanager
def about(**campos: str | int) -> Iterator[None]:
    """Every line of the block, on this thread, has these fields."""
    with bound_contextvars(**campos):
        yield


def log_defect(log: logging.Logger, defect: BaseException) -> None:
    """Where it happened and what kind it was; never what it said."""
    log.error("defecto %s\n%s", type(defect).__name__, "".join(traceback.format_tb(defect.__traceback__)))


class _Archivo(logging.FileHandler):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # as the standard library calls it
        """Where there is no room for a line: what it would have said may not be told anywhere else."""
        sys.stderr.write(f"No se pudo escribir en la bitácora {self.baseFilename} (línea de {record.name}).\n")


def configure(settings: BitacoraSettings) -> None:
    """Have this process write its log as the settings say. For whoever starts it; libraries and tests leave it as it is."""
    handler = _Archivo(settings.archivo, encoding="utf-8") if settings.archivo else logging.StreamHandler()
    handler.setFormatter(formatter(settings.formato, colours=settings.archivo is None and sys.stderr.isatty()))
    logging.basicConfig(handlers=[handler], level=settings.nivel.upper(), force=True)


def formatter(formato: Formato, *, colours: bool = False) -> logging.Formatter:
    """Writes records of the standard library, ours and those of libraries, one a line."""
    shared: list[Processor] = [
        merge_contextvars,
        add_log_level,
        add_logger_name,
        ExtraAdder(allow=CAMPOS),
        _in_colombian_time,
        _exception_without_words,
        _without_personal_data,
    ]
    render: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if formato is Formato.JSON
        else structlog.dev.ConsoleRenderer(colors=colours)
    )
    return ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[ProcessorFormatter.remove_processors_meta, render],
        keep_exc_info=True,
        pass_foreign_args=True,
    )


def _exception_without_words(_: object, __: str, line: Linea) -> Linea:
    record: logging.LogRecord | None = line.get("_record")
    info = line.pop("exc_info", None) or (record.exc_info if record is not None else None)
    line.pop("stack_info", None)
    if isinstance(info, tuple) and info[0] is not None:
        line["clase"] = info[0].__name__
        line["donde"] = "".join(traceback.format_tb(info[2]))
    if record is not None:
        record.exc_info = record.exc_text = record.stack_info = None
    return line


def _in_colombian_time(_: object, __: str, line: Linea) -> Linea:
    record: logging.LogRecord = line["_record"]
    line["instante"] = dt.datetime.fromtimestamp(record.created, ZONA_HORARIA).isoformat(timespec="milliseconds")
    return line


def _without_personal_data(_: object, __: str, line: Linea) -> Linea:
    record: logging.LogRecord = line["_record"]
    filled_in = line.pop("positional_args", None)
    if not record.name.startswith(_OURS):
        words = _ARGUMENT.sub(_HIDDEN, str(record.msg)) if filled_in else str(line["event"])
        line["event"] = _NUMBER.sub(_HIDDEN, _QUOTED.sub(_HIDDEN, words))
    return line
