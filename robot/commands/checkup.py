"""`diagnostico`: is everything there that a solicitud needs? One line a thing, with a remedy where it is not."""

import datetime as dt
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from robot.browser import Navegador
from robot.copias.printer import Cola
from robot.errors import (
    ClockWrong,
    CodigoSalida,
    ConfigurationError,
    PrinterRefused,
    PrinterSilent,
    RobotError,
)
from robot.flows.oficina import Oficina
from robot.intake import Ventanilla
from robot.models import ZONA_HORARIA, Estado
from robot.programacion.google import clock_offset
from robot.receiving import mail
from robot.receiving.sheet import MiradorDeHoja
from robot.record.accounts import Cuentas
from robot.record.announcements import Anuncio
from robot.record.glances import Miradas
from robot.record.overview import Panorama
from robot.settings import ImpresionSettings, Settings
from robot.worker.vistazos import own_account

_LEAST_FREE_GB = 1
_MOST_SECONDS_OFF = 60
_SILENT_SECONDS = 60.0
_RECENT = dt.timedelta(days=7)
_EVER = dt.datetime(2000, 1, 1, tzinfo=ZONA_HORARIA)


@dataclass(frozen=True, slots=True)
class Comprobacion:
    """One thing looked at: its name, what was found, and the exit code it would cause."""

    nombre: str
    detalle: str
    codigo: CodigoSalida = CodigoSalida.HECHO

    @property
    def bien(self) -> bool:
        return self.codigo is CodigoSalida.HECHO


def _look(nombre: str, look: Callable[[], str]) -> Comprobacion:
    try:
        return Comprobacion(nombre, look())
    except RobotError as error:
        return Comprobacion(nombre, error.texto, error.codigo_salida)


def diagnose(settings: Settings) -> Iterator[Comprobacion]:
    """Look at settings, machine, database, queue, browser, Serviweb, Google and printer, in the order in which they are needed.

    Nothing is saved; each asesor signs in once.
    """
    yield _look("Asesores", lambda: _asesores(settings))
    try:
        oficina = Oficina(settings)
    except RobotError as error:
        yield Comprobacion("Configuración", error.texto, error.codigo_salida)
        return
    yield Comprobacion("Configuración", f"Serviweb en {oficina.url}")
    yield _look("Procedimientos", lambda: _procedures(oficina))
    yield _look("Disco", lambda: _disk(settings))
    yield _look("Reloj", lambda: _clock(settings))
    yield from _queue(settings)
    if settings.vistazo.asesor:
        yield _look("Vistazo", lambda: _glances(settings, oficina))
    yield from _browser_and_serviweb(oficina)
    yield from _google(oficina)
    yield from _received(settings)
    yield look_at_printer(settings.impresion)


def _received(settings: Settings) -> Iterator[Comprobacion]:
    """The sheets of requests and the mailbox; nothing is taken from them."""
    recibir = settings.recibir
    if recibir.hojas:
        with Ventanilla(settings) as ventanilla:
            for hoja in recibir.hojas:
                yield _look("Hoja de solicitudes", MiradorDeHoja(ventanilla, hoja).check)
    if recibir.correo.servidor:
        yield _look("Buzón", lambda: mail.check(recibir.correo))


def _procedures(oficina: Oficina) -> str:
    """Those in use; what is wrong with a file does not hold, and is told."""
    if fallas := oficina.catalogo.fallas:
        raise ConfigurationError(" ".join(fallas))
    return ", ".join(f"{one.codigo} versión {one.version}" for one in oficina.catalogo.activos)


def _asesores(settings: Settings) -> str:
    if not settings.asesores:
        raise ConfigurationError(
            "No hay asesores: agregue usuario, clave y nombre de cada uno.", campo="asesores.<clave>"
        )
    return ", ".join(sorted(settings.asesores))


def _disk(settings: Settings) -> str:
    folder = next(one for one in (settings.datos, *settings.datos.absolute().parents) if one.is_dir())
    free = shutil.disk_usage(folder).free / 1e9
    if free < _LEAST_FREE_GB:
        raise ConfigurationError(
            f"Quedan {free:.1f} GB libres en {folder} y hacen falta {_LEAST_FREE_GB}: libere espacio.", campo="datos"
        )
    return f"{free:.0f} GB libres en {folder}"


def _clock(settings: Settings) -> str:
    ahead = clock_offset(settings.google).total_seconds()
    now = dt.datetime.now(ZONA_HORARIA)
    if abs(ahead) > _MOST_SECONDS_OFF:
        way = "adelantado" if ahead > 0 else "atrasado"
        raise ClockWrong(f"Está {way} {abs(ahead):.0f} segundos.")
    return f"en hora; en Colombia son las {now:%H:%M}"


def _glances(settings: Settings, oficina: Oficina) -> str:
    """The account that only looks codes up is there, is nobody else's, and its password was not refused."""
    with Ventanilla(settings) as ventanilla:
        activas = [one.clave for one in Cuentas(ventanilla.base).all() if one.activa]
        today = Miradas(ventanilla.base).of_day(dt.datetime.now(ZONA_HORARIA).date())
    asesor = own_account(settings, activas)
    oficina.memoria.rechazos.require_untried(asesor)
    told = ", ".join(f"{cuenta} {cuantas}" for cuenta, cuantas in today.items())
    return f"con la cuenta {asesor.clave_asesor}; consultas de hoy: {told or 'ninguna'}"


def _queue(settings: Settings) -> Iterator[Comprobacion]:
    """The database, what waits in it, and who works on that."""
    try:
        with Ventanilla(settings) as ventanilla:
            yield Comprobacion("Base de datos", f"{ventanilla.base.dialect.name}, {_where(ventanilla)}")
            panorama = Panorama(ventanilla.registro)
            counts = panorama.counts(_EVER)
            workers = panorama.workers(_SILENT_SECONDS)
            waiting = ventanilla.registro.expedientes([Estado.EN_COLA], limite=10_000)
            foreign = ventanilla.of_another_version()
            gone = ventanilla.left_behind(workers)
            untold = ventanilla.anuncios.given_up(dt.datetime.now(ZONA_HORARIA) - _RECENT)
    except RobotError as error:
        yield Comprobacion("Base de datos", error.texto, error.codigo_salida)
        return
    oldest = min((one.cambiada for one in waiting), default=None)
    since = f", la más antigua desde las {oldest:%H:%M del %d/%m}" if oldest is not None else ""
    on_their_way = counts.get(Estado.EN_CURSO, 0)
    open_ones = counts.get(Estado.POR_VERIFICAR, 0)
    yield Comprobacion("Cola", f"{len(waiting)} en cola{since}; {on_their_way} en curso; {open_ones} por verificar")
    if workers:
        yield Comprobacion("Trabajadores", ", ".join(workers))
    elif waiting:
        nobody = "Hay solicitudes en cola y nadie las radica: inicie `serviweb-robot trabajador` o `servir`."
        yield Comprobacion("Trabajadores", nobody, CodigoSalida.ENTRADA_O_CONFIGURACION)
    else:
        yield Comprobacion("Trabajadores", "ninguno en servicio ahora")
    if gone:
        names = ", ".join(f"«{one}»" for one in gone)
        left = f"{names} dejó trabajo a medias: reinícielo o, si no va a volver, `serviweb-robot trabajador --relevar`."
        yield Comprobacion("Sin terminar", left, CodigoSalida.ENTRADA_O_CONFIGURACION)
    if foreign:
        yield Comprobacion("Otra versión", _told_of(foreign), CodigoSalida.ENTRADA_O_CONFIGURACION)
    if untold:
        yield Comprobacion("Anuncios a programas", _untold(untold), CodigoSalida.ENTRADA_O_CONFIGURACION)


def _untold(untold: Sequence[Anuncio]) -> str:
    newest, programas = untold[0], ", ".join(sorted({one.programa for one in untold}))
    return (
        f"{len(untold)} anuncios no llegaron y ya no se intentan ({programas}); el último, de {newest.referencia}: "
        f"{newest.detalle} Avise a quien lleva ese programa: las solicitudes están bien, y las puede preguntar por la API."
    )


def _told_of(foreign: Sequence[str]) -> str:
    kinds = ", ".join(f"«{one}»" for one in sorted(set(foreign)))
    return (
        f"En la cola hay {len(foreign)} trabajos de otra versión del robot ({kinds}), que esta no sabe hacer: esperan aparte "
        "hasta que un trabajador de esa versión esté en servicio. Actualice este robot."
    )


def _where(ventanilla: Ventanilla) -> str:
    url = ventanilla.base.url
    return f"{url.host}/{url.database}" if url.host else str(url.database)


def _browser_and_serviweb(oficina: Oficina) -> Iterator[Comprobacion]:
    with oficina:
        navegador = _look("Navegador", lambda: _browser(oficina.navegador))
        yield navegador
        for clave in sorted(oficina.settings.asesores) if navegador.bien else ():

            def sign_in(clave: str = clave) -> str:
                oficina.sesion(oficina.settings.asesor(clave)).menu()
                return "ingresa"

            yield _look(f"Serviweb, asesor {clave}", sign_in)
        if navegador.bien:
            yield from _way_of_guardar(oficina)


def _browser(navegador: Navegador) -> str:
    version = navegador.start()
    sandbox = f"sin su caja de arena: {navegador.suelto}" if navegador.suelto else "con su caja de arena"
    return f"Chromium {version}, {sandbox}"


def _way_of_guardar(oficina: Oficina) -> Iterator[Comprobacion]:
    """Guardar leaves below the browser: by the same proxy, with the same certificates and passwords, as is seen here."""
    proxy = oficina.settings.red.proxy_for(oficina.url)
    by = f"por el proxy {proxy.servidor}" if proxy is not None else "sin proxy"
    for clave in sorted(oficina.settings.asesores)[:1]:

        def try_out(clave: str = clave) -> str:
            return f"{oficina.sesion(oficina.settings.asesor(clave)).try_out_the_way()}, {by}"

        yield _look("Serviweb, camino de Guardar", try_out)


def _google(oficina: Oficina) -> Iterator[Comprobacion]:
    """The schedule of each procedure in use, by name where there are several."""
    agendas = oficina.settings.agendas(oficina.catalogo.activos)
    if not agendas:
        yield Comprobacion("Programación", "ningún procedimiento en uso lleva cita")
    for _, procedimientos in agendas:
        names = ", ".join(one.nombre for one in procedimientos)
        nombre = f"Programación, {names}" if len(agendas) > 1 else "Programación"
        try:
            for line in oficina.programacion_of(procedimientos[0]).check():
                yield Comprobacion(nombre, line)
        except RobotError as error:
            yield Comprobacion(nombre, error.texto, error.codigo_salida)


def look_at_printer(impresion: ImpresionSettings) -> Comprobacion:
    return _look("Impresora", lambda: _printer(impresion))


def _printer(impresion: ImpresionSettings) -> str:
    """The queue is there, takes jobs and lets them out, has the paper, and its printer answers."""
    if not impresion.impresora:
        return "ninguna: las copias quedan en PDF"
    cola = Cola(impresion.impresora, impresion)
    try:
        state = cola.state()
        cola.require_paper()
    except (PrinterRefused, PrinterSilent) as unusable:
        raise _unusable(
            f"{unusable.detalle} Si aquí no hay CUPS, déjela vacía: las copias se imprimen desde el formulario, en el navegador."
        ) from None
    if not state.acepta:
        raise _unusable(f"La cola «{impresion.impresora}» rechaza trabajos: vuelva a aceptarlos en CUPS.")
    if impediments := state.impedimentos:
        raise _unusable(f"La impresora «{impresion.impresora}» {' y '.join(impediments)}.")
    match state.reaches():
        case False:
            raise _unusable(f"La impresora «{impresion.impresora}» no responde: enciéndala y revise su red.")
        case True:
            return f"{impresion.impresora}: recibe trabajos y responde"
        case None:
            return f"{impresion.impresora}: recibe trabajos; si está encendida no se puede ver desde aquí"


def _unusable(detalle: str) -> ConfigurationError:
    return ConfigurationError(detalle, campo="impresion.impresora")
