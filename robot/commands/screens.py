"""`serviweb-robot pantallas`: pointing the robot at a Serviweb, and seeing every morning that it is still as it was."""

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from robot.commands import console
from robot.commands.options import Config
from robot.commands.spanish import Aplicacion
from robot.errors import CodigoSalida

if TYPE_CHECKING:
    from robot.flows.vistas import Verificacion
    from robot.perfil.ajustes import Propuesta
    from robot.settings import Settings

_COLOURS = {"encontrado": "green", "no está; no hace falta": "dim"}

app = Aplicacion(help="Verifica las pantallas de Serviweb y ayuda a escribir su perfil.", no_args_is_help=True)


@app.command()
def verificar(
    config: Config = None,
    perfil: Annotated[Path | None, typer.Option(help="Perfil que se prueba, en vez del configurado.")] = None,
    asesor: Annotated[str, typer.Option(help="Con el usuario de quién; el primero configurado si falta.")] = "",
    suscriptor: Annotated[str, typer.Option(help="Un código que exista, para ver también sus datos.")] = "",
    cedula: Annotated[
        str, typer.Option(help="Una cédula que Serviweb conozca, si el formulario viene en partes.")
    ] = "",
    radicado: Annotated[
        str,
        typer.Option(
            "--con-guardado-de-prueba",
            help="El radicado de un trámite que ya existe, del --suscriptor: se mira también su documento.",
        ),
    ] = "",
    informe: Annotated[Path | None, typer.Option(help="Carpeta para el informe en HTML.", file_okay=False)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Un solo objeto JSON por la salida estándar.")] = False,
) -> None:
    """Recorre todas las pantallas sin guardar nada y dice qué encuentra, qué falta y con qué línea del perfil se arregla.

    Sale con 0 si el robot puede trabajar y con 2 si no.
    """
    from robot.flows.oficina import Oficina
    from robot.flows.verificacion import verify
    from robot.record.adjustments import accepted_lines

    with console.failing_in_spanish():
        settings = console.load_settings(config)
        if perfil is not None:
            settings = settings.model_copy(update={"serviweb": settings.serviweb.model_copy(update={"perfil": perfil})})
        ajustes = () if perfil is not None else accepted_lines(settings)
        with Oficina(settings, ajustes=lambda: ajustes) as oficina:
            done = verify(
                oficina,
                settings.asesor(asesor or _first_asesor(settings)),
                suscriptor=suscriptor,
                cedula=cedula,
                radicado=radicado,
                aviso=lambda titulo: console.stderr.print(f"Pantalla «{titulo}»…"),
            )
    if informe is not None:
        archivo = _write_report(done, informe)
        console.stderr.print(f"Informe: {archivo}")
    if as_json:
        data = dataclasses.asdict(done)
        for vista in data["vistas"]:
            del vista["captura"]
        accepted = [dataclasses.asdict(one) for one in ajustes]
        console.print_json({**data, "puede_trabajar": done.puede_trabajar, "ajustes": accepted})
    else:
        _show(done)
        for one in ajustes:
            told = console.plain(f"[pantallas.{one.pantalla}.localizadores] {one.linea}")
            console.stdout.print(f"[dim]· Aceptada en el formulario, rige sobre el perfil: {told}[/]")
    raise typer.Exit(CodigoSalida.HECHO if done.puede_trabajar else CodigoSalida.ENTRADA_O_CONFIGURACION)


@app.command()
def capturar(
    salida: Annotated[Path, typer.Argument(help="Archivo TOML que se escribe.", dir_okay=False)],
    config: Config = None,
) -> None:
    """Abre un navegador y pide señalar con un clic cada cosa por su nombre; con eso escribe el perfil."""
    from robot.browser import Navegador
    from robot.flows.captura import capture
    from robot.pages.serviweb import Serviweb
    from robot.perfil.perfil import Perfil

    with console.failing_in_spanish():
        settings = console.load_settings(config)
        visible = settings.navegador.model_copy(update={"visible": True})
        with Navegador(visible, url=settings.serviweb_url(), red=settings.red) as navegador:
            serviweb = Serviweb(navegador.page("captura"), Perfil())
            text = capture(serviweb, settings.serviweb_url(), lambda line: console.stderr.print(console.plain(line)))
            salida.write_text(text, encoding="utf-8")
    console.stdout.print(
        f"Perfil escrito en {salida}. Siga con `serviweb-robot pantallas verificar --perfil {salida}`."
    )


@app.command()
def ajustes(
    config: Config = None,
    as_json: Annotated[bool, typer.Option("--json", help="Un solo objeto JSON por la salida estándar.")] = False,
) -> None:
    """Muestra las líneas del perfil que se aceptaron en el formulario: cuáles rigen, quién las aceptó y cuándo."""
    from robot.record.adjustments import every_line

    with console.failing_in_spanish():
        lines = every_line(console.load_settings(config))
    if as_json:
        console.print_json({"ajustes": [dataclasses.asdict(one) for one in lines]})
        return
    table = console.table_of("Versión", "Línea", "Quién", "Cuándo", "Estado")
    for one in lines:
        estado = "vigente" if one.vigente else f"revertida por {one.revertido_por}" if one.revertido else "reemplazada"
        line = f"[pantallas.{one.ajuste.pantalla}.localizadores] {one.ajuste.linea}"
        when = f"{one.instante:%d/%m/%Y %H:%M}"
        table.add_row(str(one.numero), console.plain(line), one.quien, when, estado)
    console.stdout.print(table)


@app.command()
def esquema() -> None:
    """Escribe el esquema JSON del perfil, para que el editor lo complete y lo revise."""
    from robot.perfil.perfil import json_schema

    console.stdout.print_json(json.dumps(json_schema(), ensure_ascii=False))


def _first_asesor(settings: "Settings") -> str:
    return next(iter(settings.asesores), "")


def _write_report(done: "Verificacion", carpeta: Path) -> Path:
    from robot.informes import as_html, estilo

    carpeta.mkdir(parents=True, exist_ok=True)
    archivo = carpeta / "verificacion.html"
    archivo.write_text(as_html("verificacion.html", v=done, estilo=estilo()), encoding="utf-8")
    return archivo


def _proposed(one: "Propuesta") -> str:
    """A line, and where the thing was seen before what it was and what it would be."""
    was = f"\n    antes {one.antes}; ahora {one.ahora}" if one.antes else ""
    return console.plain(f"\n  {one.linea}{was}")


def _show(done: "Verificacion") -> None:
    for vista in done.vistas:
        table = console.table_of("Nombre", "Qué es", "Resultado", title=vista.titulo)
        for one in vista.hallazgos:
            colour = _COLOURS.get(one.hallado, "red" if one.impide else "dim")
            lines = "".join(map(_proposed, one.propuestas))
            told = f"{one.hallado}{': ' if one.detalle else ''}{console.plain(one.detalle)}"
            table.add_row(one.elemento, one.que_es, f"[{colour}]{told}[/]{lines}")
        console.stdout.print(table)
    for opcion in done.opciones:
        if not opcion.presente:
            console.stdout.print(f"[red]✗[/] {opcion.catalogo}: {console.plain(opcion.detalle)}")
    for visto in done.procedimientos[1:]:
        mark = "[green]✓[/]" if visto.se_puede_radicar else "[red]✗[/]"
        console.stdout.print(f"{mark} {console.plain(': '.join((visto.nombre, *visto.faltan)))}")
    for tropiezo in done.tropiezos:
        console.stdout.print(f"[red]✗[/] {console.plain(tropiezo)}")
    for aviso in done.avisos:
        console.stdout.print(f"[yellow]![/] {console.plain(aviso)}")
    for no_visto in done.no_vistos:
        console.stdout.print(f"[dim]· No visto: {console.plain(no_visto.que)}; {console.plain(no_visto.como)}.[/]")
    if done.puede_trabajar:
        console.stdout.print("[green]✓[/] El robot puede trabajar con este Serviweb.")
    else:
        console.stdout.print(f"[red]✗[/] El robot no puede trabajar así. {console.plain(done.impedimentos)}")
