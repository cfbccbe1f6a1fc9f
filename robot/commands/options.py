"""What several commands ask for, and what is made of it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from robot.errors import BadInput, Problema

if TYPE_CHECKING:
    from robot.intake import Ventanilla
    from robot.referencia import Referencia
    from robot.settings import Settings


Config = Annotated[
    Path | None, typer.Option("--config", help="Archivo robot.toml.", envvar="SERVIWEB_ROBOT_CONFIG", dir_okay=False)
]
AsJson = Annotated[bool, typer.Option("--json", help="Un solo objeto JSON por la salida estándar.")]
Ref = Annotated[str, typer.Argument(metavar="REFERENCIA", help="El código de la solicitud, como VD-7K3Q9M2X.")]
Refs = Annotated[list[str], typer.Argument(metavar="REFERENCIA...", help="Una o varias solicitudes.")]
Quien = Annotated[
    str, typer.Option("--quien", help="Quién lo pide, para la historia; el usuario de la máquina si falta.")
]
Motivo = Annotated[str, typer.Option("--motivo", help="Por qué, para la historia. Sin datos personales.")]


def open_ventanilla(settings: "Settings") -> "Ventanilla":
    """Record and queue.

    Raises:
        RegistroUnavailable, ConfigurationError.
    """
    from robot.intake import Ventanilla

    return Ventanilla(settings)


def referencia_of(text: str) -> "Referencia":
    """The referencia that somebody typed.

    Raises:
        BadInput.
    """
    from robot.referencia import Referencia

    try:
        return Referencia(text)
    except ValueError as wrong:
        raise BadInput([Problema("referencia", str(wrong))]) from None
