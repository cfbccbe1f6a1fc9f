"""`serviweb-robot cita`: what becomes of a cita once its trámite is filed; `entregas`: who has its paper (13 and 14)."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from robot.commands import console
from robot.commands.carrying import INTERRUPTED
from robot.commands.options import AsJson, Config, Motivo, Quien, Ref, Refs, open_ventanilla, referencia_of
from robot.commands.reconcile import parse_date
from robot.commands.spanish import Aplicacion
from robot.errors import BadInput, CodigoSalida, Problema

if TYPE_CHECKING:
    from robot.informes.entregas import Tramite
    from robot.intake import Ventanilla
    from robot.referencia import Referencia


app = Aplicacion(help="Mueve o cancela la cita de una solicitud RADICADA. El trámite de Serviweb no se toca.")
entregas = Aplicacion(help="Relación de entrega: quién tiene cada solicitud de trámite, y las visitas de un día.")


@app.command()
def mover(
    referencia: Ref,
    fecha: Annotated[
        dt.date | None,
        typer.Option(parser=parse_date, metavar="FECHA", help="El día; el primer cupo libre si falta."),
    ] = None,
    hora: Annotated[str, typer.Option("--hora", metavar="HH:MM", help="La hora; cualquiera de ese día si falta.")] = "",
    config: Config = None,
    as_json: AsJson = False,
    encolar: Annotated[bool, typer.Option("--encolar", help="Solo dejarlo en la cola.")] = False,
    quien: Quien = "",
    motivo: Motivo = "",
) -> None:
    """Pasa la cita a otro cupo, con su radicado, y hace de nuevo las copias. Si no se puede, la cita queda como estaba."""
    with console.failing_in_spanish(as_json=as_json), open_ventanilla(console.load_settings(config)) as ventanilla:
        own = referencia_of(referencia)
        wished = _hora(hora)
        if wished is not None and fecha is None:
            raise BadInput([Problema("hora", "indique también --fecha.")])
        identidad = ventanilla.move(own, fecha=fecha, hora=wished, quien=quien or console.current_user(), motivo=motivo)
        _see_through(ventanilla, own, identidad, as_json=as_json, encolar=encolar)


@app.command()
def cancelar(
    referencia: Ref,
    config: Config = None,
    as_json: AsJson = False,
    encolar: Annotated[bool, typer.Option("--encolar", help="Solo dejarlo en la cola.")] = False,
    quien: Quien = "",
    motivo: Motivo = "",
) -> None:
    """Libera el cupo de la cita. El trámite sigue en Serviweb; con `cita mover` se le da otra."""
    with console.failing_in_spanish(as_json=as_json), open_ventanilla(console.load_settings(config)) as ventanilla:
        own = referencia_of(referencia)
        identidad = ventanilla.cancel_cita(own, quien=quien or console.current_user(), motivo=motivo)
        _see_through(ventanilla, own, identidad, as_json=as_json, encolar=encolar)


def _see_through(ventanilla: "Ventanilla", own: "Referencia", identidad: str, *, as_json: bool, encolar: bool) -> None:
    """See a change of a cita through to its end, and tell how it ended."""
    from robot.flows.traslado import EstadoDeTraslado
    from robot.work import see_done

    def over() -> bool:
        seen = ventanilla.traslados.of(identidad)
        return seen is None or seen.estado is not EstadoDeTraslado.PEDIDO

    ended = encolar or see_done(ventanilla, over, lambda: None)
    seen, expediente = ventanilla.traslados.of(identidad), ventanilla.registro.expediente(own)
    failed = seen is not None and seen.estado is EstadoDeTraslado.IMPOSIBLE
    if failed and seen is not None:
        console.stderr.print(f"[red]✗[/] No se pudo, y la cita quedó como estaba. {console.plain(seen.detalle)}")
    if not ended:
        console.stderr.print("Se detuvo: el cambio de la cita continuará con el próximo `trabajador`.")
    resultado = console.as_resultado(expediente)
    if as_json:
        told = {"estado": seen.estado.value if seen else None, "detalle": seen.detalle if seen else ""}
        console.print_json({**resultado.model_dump(mode="json"), "cambio": told})
    else:
        console.report(resultado, as_json=False)
        if expediente.situacion is not None:
            what = expediente.situacion
            console.stdout.print(f"Cita {what.situacion.value.lower()}: {what.quien}, {what.instante:%d/%m/%Y %H:%M}.")
    if not ended:
        console.leave(INTERRUPTED)
    raise typer.Exit(CodigoSalida.RECHAZADA if failed else CodigoSalida.HECHO)


@entregas.command()
def ver(
    dia: Annotated[
        dt.date | None, typer.Option(parser=parse_date, metavar="FECHA", help="Solicitudes de qué día; hoy si falta.")
    ] = None,
    visitas: Annotated[
        dt.date | None,
        typer.Option(parser=parse_date, metavar="FECHA", help="Visitas de qué día; el siguiente si falta."),
    ] = None,
    carpeta: Annotated[
        Path | None, typer.Option(help="Carpeta para las relaciones en PDF y CSV.", file_okay=False)
    ] = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Muestra las solicitudes de trámite de un día, por asesor, y las visitas de otro, por cuadrilla."""
    import dataclasses

    from robot.informes import entregas as relacion
    from robot.models import ZONA_HORARIA
    from robot.sheets import Programacion

    with console.failing_in_spanish(as_json=as_json):
        settings = console.load_settings(config)
        day = dia or dt.datetime.now(ZONA_HORARIA).date()
        visited = visitas or day + dt.timedelta(days=1)
        with open_ventanilla(settings) as ventanilla:
            agendas = settings.agendas(ventanilla.procedimientos())
            hojas = [hoja for donde, _ in agendas for hoja in Programacion(donde, settings.google).hojas()]
            filas = relacion.rows_once(fila for hoja in hojas for fila in hoja.filas)
            tramites = ventanilla.entregas.of_day(day)
            known = ventanilla.entregas.by_radicado(relacion.radicados_on(filas, visited))
        rounds = relacion.rounds_of(filas, visited, known)
        if carpeta is not None:
            _write(
                carpeta, f"entrega-{day}", relacion.tramites_as_pdf(day, tramites), relacion.tramites_as_csv(tramites)
            )
            by_crew = relacion.rounds_as_pdf(visited, rounds), relacion.rounds_as_csv(visited, rounds)
            _write(carpeta, f"visitas-{visited}", *by_crew)
        if as_json:
            console.print_json(
                {
                    "dia": str(day),
                    "solicitudes": [dataclasses.asdict(one) for one in tramites],
                    "dia_de_visitas": str(visited),
                    "cuadrillas": [dataclasses.asdict(one) for one in rounds],
                }
            )
            return
    _show_tramites(f"Solicitudes del {day:%d/%m/%Y}", tramites)
    for each in rounds:
        title = f"Visitas del {visited:%d/%m/%Y}, {each.cuadrilla}"
        table = console.table_of("Hora", "Ruta", "Suscriptor", "Radicado", "Asesor", "Asignada a", title=title)
        for one in each.visitas:
            assigned = one.tramite.asignada_a if one.tramite else ""
            table.add_row(f"{one.hora:%H:%M}", one.ruta, one.suscriptor, one.radicado, one.asesor, assigned)
        console.stdout.print(table)


def _write(carpeta: Path, name: str, pdf: bytes, csv: str) -> None:
    carpeta.mkdir(parents=True, exist_ok=True)
    (carpeta / f"{name}.pdf").write_bytes(pdf)
    (carpeta / f"{name}.csv").write_text(csv, encoding="utf-8", newline="")
    console.stderr.print(f"Relación: {carpeta / name}.pdf", soft_wrap=True)


def _show_tramites(title: str, tramites: "Sequence[Tramite]") -> None:
    table = console.table_of(
        "Asesor", "Referencia", "Procedimiento", "Radicado", "Suscriptor", "Cita", "Cuadrilla", "Entrega", title=title
    )
    for one in tramites:
        done = one.entrega or one.estado.lower()
        table.add_row(
            one.asesor, one.referencia, one.procedimiento, one.radicado, one.suscriptor, one.cita, one.cuadrilla, done
        )
    console.stdout.print(table)


@entregas.command()
def marcar(
    referencias: Refs,
    quitar: Annotated[bool, typer.Option("--quitar", help="No se ha entregado, después de todo.")] = False,
    config: Config = None,
    quien: Quien = "",
) -> None:
    """Anota que la solicitud de trámite se entregó al coordinador (paso 13)."""
    with console.failing_in_spanish(), open_ventanilla(console.load_settings(config)) as ventanilla:
        own = [referencia_of(text) for text in referencias]
        person = quien or console.current_user()
        noted = ventanilla.entregas.deliver(own, quien=person, entregada=not quitar)
        console.stdout.print(f"Anotadas: {noted} de {len(own)}.")


@entregas.command()
def asignar(
    contratista: Annotated[str, typer.Argument(help="A quién; «» para quitar la asignación.")],
    referencias: Refs,
    config: Config = None,
    quien: Quien = "",
) -> None:
    """Anota a qué contratista o cuadrilla se asignó cada solicitud de trámite (paso 14)."""
    with console.failing_in_spanish(), open_ventanilla(console.load_settings(config)) as ventanilla:
        own = [referencia_of(text) for text in referencias]
        noted = ventanilla.entregas.assign(own, contratista, quien=quien or console.current_user())
        console.stdout.print(f"Anotadas: {noted} de {len(own)}.")


def _hora(text: str) -> dt.time | None:
    if not text:
        return None
    try:
        return dt.time.fromisoformat(text.zfill(5))
    except ValueError:
        raise BadInput([Problema("hora", "escríbala como 08:00.")]) from None
