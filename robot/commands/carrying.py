"""Around a solicitud that a command carries: refused at the door, seen through to its end, reported."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from robot.commands import console
from robot.errors import BadInput, BusinessRejection, RobotError

if TYPE_CHECKING:
    from robot.intake import Ventanilla
    from robot.referencia import Referencia
    from robot.settings import Settings


INTERRUPTED = 130
"""The exit code of what goes on without this process."""


@contextmanager
def reporting(*, as_json: bool) -> Iterator[None]:
    """As `console.failing_in_spanish`, with the error also in the JSON of a result.

    Only what refuses what was asked for gives an estado: where we failed, there is no solicitud that could have one.
    """
    try:
        yield
    except RobotError as error:
        from robot.models import Estado, FallaInformada, Resultado

        resultado = Resultado(referencia=None, estado=Estado.RECHAZADA, error=FallaInformada.of(error))
        if isinstance(error, (BadInput, BusinessRejection)):
            console.report(resultado, as_json=as_json)
        else:
            console.print_failure(error)
            if as_json:
                console.print_json({**resultado.model_dump(mode="json"), "estado": None})
        raise typer.Exit(error.codigo_salida) from None


def require_complete(settings: "Settings") -> None:
    """Refuse at the door what no worker could do: nothing is accepted that cannot be begun."""
    from robot.browser import find_browser
    from robot.flows.oficina import Oficina

    Oficina(settings)
    find_browser(settings.navegador)


def finish(
    ventanilla: "Ventanilla", referencia: "Referencia", *, as_json: bool, encolar: bool, avisos: tuple[str, ...] = ()
) -> None:
    """See a solicitud through to its end, here or where a worker is at it, and report it, with `avisos` before its own."""
    ended = encolar
    if not encolar:
        from robot.work import see_through

        with console.Pasos() as pasos:
            ended = see_through(ventanilla, referencia, pasos.show)
    resultado = console.as_resultado(ventanilla.registro.expediente(referencia))
    resultado = resultado.model_copy(update={"avisos": (*avisos, *resultado.avisos)})
    console.report(resultado, as_json=as_json)
    if not ended:
        console.stderr.print(f"Se detuvo: {referencia} continuará con el próximo `trabajador` o `reintentar`.")
        console.leave(INTERRUPTED)
    raise typer.Exit(console.exit_code(resultado))
