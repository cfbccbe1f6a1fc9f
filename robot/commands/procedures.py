"""`serviweb-robot procedimientos`: which procedures there are, which are in use, and whether Serviweb offers what they choose."""

import dataclasses
import json
from typing import TYPE_CHECKING, Annotated

import typer

from robot.commands import console
from robot.commands.options import AsJson, Config
from robot.commands.spanish import Aplicacion
from robot.errors import CodigoSalida

if TYPE_CHECKING:
    from robot.flows.vistas import ProcedimientoVisto
    from robot.procedimientos import Archivo
    from robot.settings import Settings


app = Aplicacion(
    help="Muestra los procedimientos y verifica que Serviweb ofrezca lo que piden.", invoke_without_command=True
)


@app.callback()
def lista(ctx: typer.Context, config: Config = None, as_json: AsJson = False) -> None:
    """Muestra los procedimientos que hay: código, versión, si está activo y de qué archivo viene."""
    if ctx.invoked_subcommand is not None:
        return
    with console.failing_in_spanish(as_json=as_json):
        catalogo = console.load_settings(config).catalogo
        activos, fallas = catalogo.activos, catalogo.fallas
        files = catalogo.archivos()
    in_force = {(one.codigo, one.sha256) for one in activos}
    rows = [_as_data(one, activo=_is_in_force(one, in_force)) for one in files]
    if as_json:
        console.print_json({"procedimientos": rows, "fallas": fallas})
    else:
        _show_list(rows)
        for falla in fallas:
            console.stderr.print(f"[red]✗[/] {console.plain(falla)}")
    raise typer.Exit(CodigoSalida.ENTRADA_O_CONFIGURACION if fallas else CodigoSalida.HECHO)


def _is_in_force(archivo: "Archivo", in_force: set[tuple[str, str]]) -> bool:
    found = archivo.procedimiento
    return found is not None and (found.codigo, found.sha256) in in_force


def _as_data(archivo: "Archivo", *, activo: bool) -> dict[str, str | bool]:
    found = archivo.procedimiento
    return {
        "codigo": archivo.codigo,
        "version": found.version if found is not None else "",
        "nombre": found.nombre if found is not None else "",
        "activo": activo,
        "propio": archivo.propio,
        "archivo": str(archivo.ruta),
    }


def _show_list(rows: list[dict[str, str | bool]]) -> None:
    table = console.table_of("Código", "Versión", "Nombre", "Activo", "Archivo")
    for row in rows:
        words = [console.plain(str(row[name])) for name in ("codigo", "version", "nombre")]
        table.add_row(*words, "[green]sí[/]" if row["activo"] else "[dim]no[/]", console.plain(str(row["archivo"])))
    console.stdout.print(table)


@app.command()
def verificar(
    config: Config = None,
    asesor: Annotated[str, typer.Option(help="Con el usuario de quién; el primero configurado si falta.")] = "",
    suscriptor: Annotated[
        str, typer.Option(help="Un código que exista, si el formulario solo ofrece servicios con él.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Recorre el formulario sin guardar nada, mira sus planillas y dice de cada procedimiento activo si se podría radicar.

    Sale con 0 si todos, y con 2 si alguno no.
    """
    from robot.flows.oficina import Oficina
    from robot.flows.verificacion import verify_procedures, with_schedule
    from robot.record.adjustments import accepted_lines

    with console.failing_in_spanish(as_json=as_json):
        settings = console.load_settings(config)
        ajustes = accepted_lines(settings)
        with Oficina(settings, ajustes=lambda: ajustes) as oficina:
            walked = verify_procedures(
                oficina,
                settings.asesor(asesor or _first_asesor(settings)),
                oficina.catalogo.activos,
                suscriptor=suscriptor,
                aviso=lambda nombre: console.stderr.print(f"Procedimiento «{nombre}»…"),
            )
            seen = [with_schedule(oficina, one) for one in walked]
    if as_json:
        rows = [{**dataclasses.asdict(one), "se_puede_radicar": one.se_puede_radicar} for one in seen]
        console.print_json({"procedimientos": rows})
    else:
        for one in seen:
            _show(one)
    well = all(one.se_puede_radicar for one in seen)
    raise typer.Exit(CodigoSalida.HECHO if well else CodigoSalida.ENTRADA_O_CONFIGURACION)


@app.command()
def esquema() -> None:
    """Escribe el esquema JSON de un procedimiento, para que el editor lo complete y lo revise."""
    from robot.procedure.definition import Procedimiento

    console.stdout.print_json(json.dumps(Procedimiento.json_schema(), ensure_ascii=False))


def _first_asesor(settings: "Settings") -> str:
    return next(iter(settings.asesores), "")


def _show(seen: "ProcedimientoVisto") -> None:
    mark = "[green]✓[/]" if seen.se_puede_radicar else "[red]✗[/]"
    able = "se puede radicar" if seen.se_puede_radicar else "no se puede radicar así"
    console.stdout.print(f"{mark} {console.plain(f'{seen.codigo}, versión {seen.version}')}: {able}.")
    for opcion in seen.opciones:
        if not opcion.presente:
            told = f"{opcion.catalogo}: no está «{opcion.opcion}». {opcion.detalle}"
            console.stdout.print(f"  [red]✗[/] {console.plain(told)}")
    unread = [f"Su planilla no se puede leer. {seen.sin_planilla}"] if seen.sin_planilla else []
    for tropiezo in [*seen.tropiezos, *unread]:
        console.stdout.print(f"  [red]✗[/] {console.plain(tropiezo)}")
    for line in seen.planilla:
        console.stdout.print(f"  [dim]{console.plain(line)}[/]")
