"""What people decide about a solicitud, and what becomes of its paper and its data."""

from typing import Annotated

import typer

from robot.commands import console
from robot.commands.carrying import finish, reporting
from robot.commands.options import AsJson, Config, Motivo, Quien, Ref, open_ventanilla, referencia_of
from robot.errors import BadInput, Problema

_CANCEL_SECONDS = 20.0


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
    with reporting(as_json=as_json), open_ventanilla(console.load_settings(config)) as ventanilla:
        own = referencia_of(referencia)
        ventanilla.retry(own, quien=quien or console.current_user(), motivo=motivo, probar_clave=probar_clave)
        finish(ventanilla, own, as_json=as_json, encolar=encolar)


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
    with reporting(as_json=as_json):
        if bool(radicado.strip()) == no_guardado:
            raise BadInput([Problema("resolver", "indique --radicado N o --no-guardado, uno de los dos.")])
        if sin_referencia and no_guardado:
            raise BadInput([Problema("sin-referencia", "acompaña a --radicado.")])
        if cancelar and not no_guardado:
            raise BadInput(
                [Problema("cancelar", "acompaña a --no-guardado; un trámite guardado se anula en Serviweb.")]
            )
        from robot.flows.constancia import Resolucion

        with open_ventanilla(console.load_settings(config)) as ventanilla:
            own = referencia_of(referencia)
            person = quien or console.current_user()
            found = Resolucion(radicado.strip() or None, sin_referencia=sin_referencia, cancelar=cancelar)
            ventanilla.resolve(own, found, quien=person, motivo=motivo)
            finish(ventanilla, own, as_json=as_json, encolar=encolar)


def cancelar(
    referencia: Ref, config: Config = None, as_json: AsJson = False, quien: Quien = "", motivo: Motivo = ""
) -> None:
    """Cancela una solicitud antes de Guardar y libera su cupo."""
    with console.failing_in_spanish(as_json=as_json), open_ventanilla(console.load_settings(config)) as ventanilla:
        own = referencia_of(referencia)
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


def imprimir(
    referencia: Ref,
    config: Config = None,
    impresora: Annotated[str, typer.Option("--impresora", help="Nombre en CUPS; la configurada si falta.")] = "",
    quien: Quien = "",
) -> None:
    """Envía otra vez las copias a la impresora; si quedaron pendientes, las hace. Queda anotado quién y cuándo."""
    with console.failing_in_spanish(), open_ventanilla(console.load_settings(config)) as ventanilla:
        own, person = referencia_of(referencia), quien or console.current_user()
        if ventanilla.make_copies(own, quien=person):
            finish(ventanilla, own, as_json=False, encolar=False)
        documento = ventanilla.print_again(own, impresora=impresora, quien=person)
        last = ventanilla.registro.impresiones(own)[-1]
        console.stdout.print(f"{documento.copias} copias entregadas a «{last.impresora}»: {last.estado.value}.")
        console.report_print(last)


def purgar(
    config: Config = None,
    dias: Annotated[
        int, typer.Option("--dias", min=0, help="Días desde el final; los de la configuración si falta.")
    ] = -1,
    quien: Quien = "",
) -> None:
    """Elimina ya los datos personales, copias y pantallas de las solicitudes terminadas hace tiempo."""
    from robot.purging import purge

    with console.failing_in_spanish():
        settings = console.load_settings(config)
        with open_ventanilla(settings) as ventanilla:
            age = dias if dias >= 0 else settings.retencion.dias
            gone = purge(ventanilla, dias=age, quien=quien or console.current_user())
        console.stdout.print(f"{len(gone)} solicitudes quedaron sin datos personales.")
