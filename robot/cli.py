"""The command line, in Spanish. What it does lives elsewhere; heavy modules are imported by the command that needs them."""

import dataclasses
import datetime as dt
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from robot.commands import (
    accounts,
    api,
    citas,
    console,
    lotes,
    procedures,
    receive,
    reconcile,
    schedule,
    screens,
    spanish,
)
from robot.errors import ActoImposible, BadInput, CodigoSalida, Problema, RobotError

if TYPE_CHECKING:
    from robot.intake import Ventanilla
    from robot.models import Estado
    from robot.referencia import Referencia
    from robot.settings import ProgramacionSettings, Settings

app = spanish.Aplicacion(
    name="serviweb-robot",
    help="Radica visitas domiciliarias en Serviweb, aparta la cita en Programación e imprime las copias.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(screens.app, name="pantallas")
app.add_typer(procedures.app, name="procedimientos")
app.add_typer(accounts.app, name="asesor")
app.add_typer(api.app, name="api")
app.add_typer(schedule.app, name="programacion")
app.add_typer(citas.app, name="cita")
app.add_typer(citas.entregas, name="entregas")
app.add_typer(lotes.app, name="lotes")
app.command()(reconcile.conciliar)
app.command()(receive.recibir)
Config = Annotated[
    Path | None, typer.Option("--config", help="Archivo robot.toml.", envvar="SERVIWEB_ROBOT_CONFIG", dir_okay=False)
]
AsJson = Annotated[bool, typer.Option("--json", help="Un solo objeto JSON por la salida estándar.")]
Ref = Annotated[str, typer.Argument(metavar="REFERENCIA", help="El código de la solicitud, como VD-7K3Q9M2X.")]
Quien = Annotated[
    str, typer.Option("--quien", help="Quién lo pide, para la historia; el usuario de la máquina si falta.")
]
Motivo = Annotated[str, typer.Option("--motivo", help="Por qué, para la historia. Sin datos personales.")]
_CANCEL_SECONDS = 20.0
_INTERRUPTED = 130
_IGUAL = (
    "Hace poco se recibió esta misma solicitud, sin clave: es esa, y no se radicó otra. Si de verdad es otra, envíela con "
    "`--otra`, o con una `clave_idempotencia` propia."
)


def main() -> None:
    """Entry point of the console script."""
    console.write_to_any_console()
    spanish.speak_spanish()
    app()


@app.callback()
def _root() -> None:
    """The options common to all commands stand with each command."""


@contextmanager
def _reporting(*, as_json: bool) -> Iterator[None]:
    """As `console.failing_in_spanish`, with the error also in the JSON of a result."""
    try:
        yield
    except RobotError as error:
        from robot.models import Estado, FallaInformada, Resultado

        resultado = Resultado(referencia=None, estado=Estado.RECHAZADA, error=FallaInformada.of(error))
        console.report(resultado, as_json=as_json)
        raise typer.Exit(error.codigo_salida) from None


def _ventanilla(settings: "Settings") -> "Ventanilla":
    from robot.intake import Ventanilla

    return Ventanilla(settings)


def _read(solicitud: str) -> bytes:
    if solicitud == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(solicitud).read_bytes()
    except OSError:
        raise BadInput([Problema("archivo", f"{solicitud} no existe o no se puede leer.")]) from None


@app.command()
def radicar(  # noqa: PLR0913, PLR0917  # an option each
    solicitud: Annotated[
        str,
        typer.Argument(
            metavar="ARCHIVO",
            help="Archivo JSON con una solicitud, o CSV o Excel (.xlsx) con muchas; - para leerlo de la entrada.",
        ),
    ],
    config: Config = None,
    as_json: AsJson = False,
    visible: Annotated[bool, typer.Option("--visible", help="Mostrar el navegador mientras trabaja.")] = False,
    encolar: Annotated[
        bool, typer.Option("--encolar", help="Solo dejarla en la cola; un `trabajador` la radica.")
    ] = False,
    otra: Annotated[
        bool,
        typer.Option(
            "--otra", help="Es otra visita, aunque sea igual a una que se envió hace poco o Serviweb tenga una abierta."
        ),
    ] = False,
    procedimiento: Annotated[
        str,
        typer.Option(
            "--procedimiento",
            metavar="CÓDIGO",
            help="Por cuál se radica, diga lo que diga el archivo.",
        ),
    ] = "",
    aceptar: Annotated[
        list[str] | None,
        typer.Option("--aceptar", metavar="QUÉ", help="De un lote, lo que usted asegura; se dice cuando hace falta."),
    ] = None,
    asesor: Annotated[str, typer.Option("--asesor", help="De un lote, de quién son las filas que no lo dicen.")] = "",
    resultado: Annotated[
        Path | None,
        typer.Option(
            "--resultado", help="De un lote, dónde dejar sus filas con lo que fue de cada una.", dir_okay=False
        ),
    ] = None,
    quien: Quien = "",
) -> None:
    """Radica una solicitud, o todas las de un archivo: trámite en Serviweb, cita en Programación y las dos copias."""
    from robot.entradas.archivos import looks_like_a_table
    from robot.models import Solicitud

    with _reporting(as_json=as_json):
        settings = console.load_settings(config, visible=visible)
        content = _read(solicitud)
        if looks_like_a_table(solicitud, content):
            elegidas = lotes.elecciones([*(aceptar or []), *(["otra-vez"] if otra else [])])
            _require_complete(settings)
            with _ventanilla(settings) as ventanilla:
                lotes.file_lote(
                    ventanilla,
                    content,
                    origen=solicitud,
                    asesor=asesor,
                    procedimiento=procedimiento,
                    elegidas=elegidas,
                    resultado=resultado,
                    quien=quien or console.current_user(),
                    encolar=encolar,
                    as_json=as_json,
                )
        request = Solicitud.parse_json(content, settings.reglas_de_solicitud, procedimiento=procedimiento)
        if otra:
            request = request.model_copy(update={"otra_visita": True})
        settings.asesor(request.asesor)
        _require_complete(settings)
        with _ventanilla(settings) as ventanilla:
            aceptada = ventanilla.hand_in(request, quien=quien or console.current_user(), otra=otra)
            avisos = (_IGUAL,) if aceptada.igual else ()
            _finish(ventanilla, aceptada.referencia, as_json=as_json, encolar=encolar, avisos=avisos)


def _require_complete(settings: "Settings") -> None:
    """Refuse at the door what no worker could do: nothing is accepted that cannot be begun."""
    from robot.browser import find_browser
    from robot.flows.oficina import Oficina

    Oficina(settings)
    find_browser(settings.navegador)


def _finish(
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
        console.leave(_INTERRUPTED)
    raise typer.Exit(console.exit_code(resultado))


@app.command()
def estado(
    referencia: Annotated[str, typer.Argument(help="Una solicitud; todas si falta.", show_default=False)] = "",
    config: Config = None,
    as_json: AsJson = False,
    seguir: Annotated[bool, typer.Option("--seguir", help="Seguirla en vivo hasta que termine.")] = False,
    solo: Annotated[
        list[str] | None, typer.Option("--solo", metavar="ESTADO", help="Solo las que están así; se puede repetir.")
    ] = None,
    procedimiento: Annotated[
        str, typer.Option("--procedimiento", metavar="CÓDIGO", help="Solo las de este procedimiento.")
    ] = "",
    evidencia: Annotated[
        bool, typer.Option("--evidencia", help="Abrir lo que se guardó de sus pantallas y fallas.")
    ] = False,
) -> None:
    """Muestra las solicitudes, o la historia de una: qué pasó, cuándo, quién y por qué."""
    if evidencia:
        _open_evidence(console.load_settings(config), referencia)
        return
    with console.failing_in_spanish(as_json=as_json), _ventanilla(console.load_settings(config)) as ventanilla:
        registro = ventanilla.registro
        if not referencia:
            found = registro.expedientes([_estado(text) for text in solo or []])
            wanted = procedimiento.strip().upper()
            found = [one for one in found if wanted in {"", one.procedimiento}]
            if as_json:
                console.print_json({"solicitudes": [console.as_data(one) for one in found]})
            else:
                console.print_list(found)
            return
        own = _referencia(referencia)
        registro.expediente(own)
        if seguir:
            from robot.work import follow

            with console.Pasos() as pasos:
                follow(registro, own, pasos.show)
        ventanilla.papel.follow(own)
        whole = (registro.expediente(own), registro.historia(own), registro.impresiones(own))
        if as_json:
            console.print_json(console.history_as_data(*whole))
        else:
            console.print_history(*whole)


def _open_evidence(settings: "Settings", referencia: str) -> None:
    from robot.flows.evidencia import INDICE, folder_of

    with console.failing_in_spanish():
        indice = folder_of(settings.datos, _referencia(referencia)) / INDICE
        if not indice.is_file():
            raise ActoImposible(f"De {referencia} no se guardó evidencia, o ya se borró.")
    console.stdout.print(str(indice), soft_wrap=True)
    if console.stdout.is_terminal:
        typer.launch(indice.as_uri())


def _estado(text: str) -> "Estado":
    from robot.models import Estado

    try:
        return Estado(text.upper().replace("_", " "))
    except ValueError:
        known = ", ".join(estado.value for estado in Estado)
        raise BadInput([Problema("solo", f"«{text}» no es un estado; son: {known}.")]) from None


def _web_path(text: str) -> str:
    from robot.settings import web_path

    try:
        return web_path(text)
    except ValueError as wrong:
        raise typer.BadParameter(str(wrong)) from None


def _referencia(text: str) -> "Referencia":
    from robot.referencia import Referencia

    try:
        return Referencia(text)
    except ValueError as wrong:
        raise BadInput([Problema("referencia", str(wrong))]) from None


@app.command()
def reintentar(
    referencia: Ref,
    config: Config = None,
    as_json: AsJson = False,
    encolar: Annotated[bool, typer.Option("--encolar", help="Solo dejarla en la cola.")] = False,
    probar_clave: Annotated[
        bool, typer.Option("--probar-clave", help="Probar una vez más la clave que Serviweb rechazó.")
    ] = False,
    quien: Quien = "",
    motivo: Motivo = "",
) -> None:
    """Retoma una solicitud que no terminó RADICADA. No repite lo ya hecho."""
    with _reporting(as_json=as_json), _ventanilla(console.load_settings(config)) as ventanilla:
        own = _referencia(referencia)
        ventanilla.retry(own, quien=quien or console.current_user(), motivo=motivo, probar_clave=probar_clave)
        _finish(ventanilla, own, as_json=as_json, encolar=encolar)


@app.command()
def resolver(
    referencia: Ref,
    radicado: Annotated[
        str, typer.Option("--radicado", metavar="N", help="El radicado que Serviweb muestra para esta solicitud.")
    ] = "",
    no_guardado: Annotated[
        bool, typer.Option("--no-guardado", help="Usted buscó en Serviweb y el trámite no está.")
    ] = False,
    sin_referencia: Annotated[
        bool,
        typer.Option("--sin-referencia", help="Con --radicado: es ese, aunque la consulta no muestre la referencia."),
    ] = False,
    cancelar: Annotated[
        bool, typer.Option("--cancelar", help="Con --no-guardado: que no se radique; el cupo queda libre.")
    ] = False,
    config: Config = None,
    as_json: AsJson = False,
    encolar: Annotated[bool, typer.Option("--encolar", help="Solo dejarla en la cola.")] = False,
    quien: Quien = "",
    motivo: Motivo = "",
) -> None:
    """Decide una solicitud POR VERIFICAR, con lo que usted vio en Serviweb; el robot la termina desde ahí.

    Lo que así quedó RADICADA se corrige de la misma manera.
    """
    with _reporting(as_json=as_json):
        if bool(radicado.strip()) == no_guardado:
            raise BadInput([Problema("resolver", "indique --radicado N o --no-guardado, uno de los dos.")])
        if sin_referencia and no_guardado:
            raise BadInput([Problema("sin-referencia", "acompaña a --radicado.")])
        if cancelar and not no_guardado:
            raise BadInput(
                [Problema("cancelar", "acompaña a --no-guardado; un trámite guardado se anula en Serviweb.")]
            )
        from robot.flows.constancia import Resolucion

        with _ventanilla(console.load_settings(config)) as ventanilla:
            own = _referencia(referencia)
            person = quien or console.current_user()
            found = Resolucion(radicado.strip() or None, sin_referencia=sin_referencia, cancelar=cancelar)
            ventanilla.resolve(own, found, quien=person, motivo=motivo)
            _finish(ventanilla, own, as_json=as_json, encolar=encolar)


@app.command()
def cancelar(
    referencia: Ref, config: Config = None, as_json: AsJson = False, quien: Quien = "", motivo: Motivo = ""
) -> None:
    """Cancela una solicitud antes de Guardar y libera su cupo."""
    with console.failing_in_spanish(as_json=as_json), _ventanilla(console.load_settings(config)) as ventanilla:
        own = _referencia(referencia)
        from robot.models import Estado
        from robot.work import follow, see_through

        if ventanilla.cancel(own, quien=quien or console.current_user(), motivo=motivo) is Estado.EN_COLA:
            see_through(ventanilla, own, lambda _: None)
        follow(ventanilla.registro, own, lambda _: None, plazo_segundos=_CANCEL_SECONDS)
        expediente = ventanilla.registro.expediente(own)
        if not expediente.estado.terminado:
            console.stderr.print("La cancelación quedó pedida: el robot liberará el cupo en cuanto llegue a ella.")
        if as_json:
            console.print_json(console.as_data(expediente))
        else:
            console.stdout.print(f"{own}: {console.where(expediente)}")


@app.command()
def imprimir(
    referencia: Ref,
    config: Config = None,
    impresora: Annotated[str, typer.Option("--impresora", help="Nombre en CUPS; la configurada si falta.")] = "",
    quien: Quien = "",
) -> None:
    """Envía otra vez las copias a la impresora; si quedaron pendientes, las hace. Queda anotado quién y cuándo."""
    with console.failing_in_spanish(), _ventanilla(console.load_settings(config)) as ventanilla:
        own, person = _referencia(referencia), quien or console.current_user()
        if ventanilla.make_copies(own, quien=person):
            _finish(ventanilla, own, as_json=False, encolar=False)
        documento = ventanilla.print_again(own, impresora=impresora, quien=person)
        last = ventanilla.registro.impresiones(own)[-1]
        console.stdout.print(f"{documento.copias} copias entregadas a «{last.impresora}»: {last.estado.value}.")
        console.report_print(last)


@app.command()
def purgar(
    config: Config = None,
    dias: Annotated[
        int, typer.Option("--dias", min=0, help="Días desde el final; los de la configuración si falta.")
    ] = -1,
    quien: Quien = "",
) -> None:
    """Elimina ya los datos personales, copias y pantallas de las solicitudes terminadas hace tiempo."""
    with console.failing_in_spanish():
        settings = console.load_settings(config)
        with _ventanilla(settings) as ventanilla:
            age = dias if dias >= 0 else settings.retencion.dias
            gone = ventanilla.purge(dias=age, quien=quien or console.current_user())
        console.stdout.print(f"{len(gone)} solicitudes quedaron sin datos personales.")


@app.command()
def trabajador(
    config: Config = None,
    relevar: Annotated[
        list[str] | None,
        typer.Option("--relevar", metavar="EJECUTOR", help="Tomar el trabajo que dejó otro ejecutor que ya no vive."),
    ] = None,
    visible: Annotated[bool, typer.Option("--visible", help="Mostrar el navegador mientras trabaja.")] = False,
) -> None:
    """Radica lo que llega a la cola, hasta que se le detenga (Ctrl-C o SIGTERM)."""
    from robot.work import work

    with console.failing_in_spanish():
        settings = console.load_settings(config, visible=visible)
        _require_complete(settings)
        with _ventanilla(settings) as ventanilla:
            ended_well = work(ventanilla, relevar or [], console.stderr.print)
    if not ended_well:
        console.leave(CodigoSalida.FALLA_TRANSITORIA)


@app.command()
def servir(
    config: Config = None,
    puerto: Annotated[int, typer.Option("--puerto", min=0, max=65535, help="0 elige uno libre.")] = -1,
    direccion: Annotated[str, typer.Option("--direccion", help="La configurada si falta.")] = "",
    ruta: Annotated[
        str, typer.Option("--ruta", parser=_web_path, metavar="RUTA", help="Bajo cuál lo sirve el proxy: /visitas.")
    ] = "",
    sin_trabajador: Annotated[
        bool, typer.Option("--sin-trabajador", help="Solo el formulario; otro proceso radica.")
    ] = False,
    visible: Annotated[bool, typer.Option("--visible", help="Mostrar el navegador mientras trabaja.")] = False,
) -> None:
    """Atiende el formulario de los asesores y radica lo que llega, hasta que se le detenga."""
    from robot.web.servidor import serve

    with console.failing_in_spanish():
        settings = console.load_settings(config, visible=visible)
        given = {"puerto": puerto if puerto >= 0 else None, "direccion": direccion or None, "ruta": ruta or None}
        web = {name: value for name, value in given.items() if value is not None}
        settings = settings.model_copy(update={"web": settings.web.model_copy(update=web)})
        settings.catalogo.require()
        if not sin_trabajador:
            _require_complete(settings)
        ended_well = serve(settings, con_trabajador=not sin_trabajador, say=console.stderr.print)
    if not ended_well:
        console.leave(CodigoSalida.FALLA_TRANSITORIA)


@app.command()
def cupos(
    desde: Annotated[
        dt.date | None, typer.Option(parser=reconcile.parse_date, metavar="FECHA", help="Primer día; hoy si falta.")
    ] = None,
    hasta: Annotated[
        dt.date | None,
        typer.Option(parser=reconcile.parse_date, metavar="FECHA", help="Último día; 30 después si falta."),
    ] = None,
    procedimiento: Annotated[
        str,
        typer.Option(
            "--procedimiento", metavar="CÓDIGO", help="De qué procedimiento es la planilla; del primero que lleve cita."
        ),
    ] = "",
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Muestra los cupos libres de Programación, y qué filas no se ofrecen porque el robot no las entiende."""
    from robot.models import ZONA_HORARIA
    from robot.planilla.report import by_reason
    from robot.sheets import Programacion

    with console.failing_in_spanish(as_json=as_json):
        settings = console.load_settings(config)
        first = desde or dt.datetime.now(ZONA_HORARIA).date()
        last = hasta or first + dt.timedelta(days=30)
        donde = _schedule_of(settings, procedimiento)
        offered = Programacion(donde, settings.google).oferta(first, last)
    found, left_alone = offered.cupos, by_reason(offered.dudosas)
    if as_json:
        rows = [{**cupo.model_dump(mode="json"), "hora": f"{cupo.hora:%H:%M}"} for cupo in found]
        console.print_json({"cupos": rows, "no_entendidas": [dataclasses.asdict(one) for one in left_alone]})
        return
    table = Table(title=f"{len(found)} cupos libres")
    for name in ("Fecha", "Hora", "Cuadrilla", "Planilla", "Hoja"):
        table.add_column(name)
    for cupo in found:
        day = console.on_day(cupo.fecha, "EEE d MMM y")
        table.add_row(day, f"{cupo.hora:%H:%M}", cupo.cuadrilla, cupo.planilla, cupo.hoja)
    console.stdout.print(table)
    for one in left_alone:
        console.stdout.print(f"[yellow]![/] No se ofrece {console.plain(one.texto)}")


def _schedule_of(settings: "Settings", codigo: str) -> "ProgramacionSettings":
    """Where a procedure books its citas; where the first one does that has any, if none is named.

    Raises:
        BadInput: it is not in use, or has no cita.
    """
    if codigo:
        wanted = settings.catalogo.get(codigo.strip().upper())
        if not wanted.lleva_cita:
            raise BadInput([Problema("procedimiento", f"{wanted.nombre} no lleva cita.")])
        return settings.programacion_of(wanted)
    return next((donde for donde, _ in settings.agendas(settings.catalogo.activos)), settings.programacion)


@app.command()
def diagnostico(config: Config = None) -> None:
    """Revisa configuración, navegador, Serviweb, Google e impresora, y dice cómo remediar lo que falte."""
    from robot.commands.checkup import diagnose

    with console.failing_in_spanish():
        settings = console.load_settings(config)
    worst = CodigoSalida.HECHO
    for revision in diagnose(settings):
        mark = "[green]✓[/]" if revision.bien else "[red]✗[/]"
        console.stdout.print(f"{mark} {revision.nombre}: {console.plain(revision.detalle)}")
        worst = max(worst, revision.codigo)
    raise typer.Exit(worst)
