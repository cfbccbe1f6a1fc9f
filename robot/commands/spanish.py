"""Has Typer say in Spanish what it says by itself: the frame of its help. Three errors of usage it says in English only."""

import gettext
import os
from collections.abc import Callable
from importlib.resources import files
from typing import Any, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup

F = TypeVar("F", bound=Callable[..., Any])

_HELP = "Muestra esta ayuda y termina."


class Orden(TyperCommand):
    """A command whose help is in Spanish."""

    def get_usage(self, ctx: Any) -> str:  # noqa: ANN401  # as Typer has it
        return _uso(super().get_usage(ctx))

    def get_help_option(self, ctx: Any) -> Any:  # noqa: ANN401  # as Typer has it
        return _told(super().get_help_option(ctx))


class GrupoDeOrdenes(TyperGroup):
    """A group of commands whose help is in Spanish."""

    def get_usage(self, ctx: Any) -> str:  # noqa: ANN401  # as Typer has it
        return _uso(super().get_usage(ctx)).replace("COMMAND [ARGS]...", "ORDEN [DATOS]...")

    def get_help_option(self, ctx: Any) -> Any:  # noqa: ANN401  # as Typer has it
        return _told(super().get_help_option(ctx))


class Aplicacion(typer.Typer):
    """A Typer application of such commands."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401  # Typer's own
        super().__init__(cls=GrupoDeOrdenes, **settings)

    def command(self, name: str | None = None, **settings: Any) -> Callable[[F], F]:  # noqa: ANN401  # Typer's own
        return super().command(name, cls=Orden, **settings)


def speak_spanish() -> None:
    """Whatever the language of the machine."""
    gettext.bindtextdomain("messages", str(files("robot.commands").joinpath("idioma")))
    os.environ["LANGUAGE"] = "es"


def _uso(usage: str) -> str:
    return usage.replace("Usage:", "Uso:", 1).replace("[OPTIONS]", "[OPCIONES]", 1)


def _told(option: Any) -> Any:  # noqa: ANN401  # as Typer has it
    if option is not None:
        option.help = _HELP
    return option
