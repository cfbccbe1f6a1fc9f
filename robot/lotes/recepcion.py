"""A lote: read, shown before anything is filed, kept whole, and handed in batch by batch.

What an interruption leaves, and who settles it:

| until | is kept | who goes on |
|---|---|---|
| the lote is kept | nothing | whoever sends the file again |
| each batch | its rows, in one transaction with their solicitudes | any worker, the form, the same file sent again |
| the last batch | that it is handed in | nobody needs to |

A row's solicitud is known by what the row asks for: its referencia follows from that, with a key of this robot's. The same row in
a file that was saved anew, sorted, or made longer is the same solicitud for as long as the robot keeps its data, unless a person
says that it is another visita (decision 48).
"""

import base64
import contextlib
import datetime as dt
import hashlib
import hmac
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from robot.cipher import derived_secret
from robot.entradas.archivos import ArchivoLeido, read_file
from robot.entradas.columnas import ColumnasPosibles
from robot.entradas.filas import (
    NINGUNA,
    Eleccion,
    Elecciones,
    FilaEntendida,
    ReparoDeTabla,
    Tabla,
    content_of,
    read_table,
)
from robot.errors import ActoImposible, BadInput, ConfigurationError, Problema, RobotError
from robot.intake import Ventanilla
from robot.models import ZONA_HORARIA, Estado, Solicitud
from robot.procedure.definition import Procedimiento
from robot.record.lotes import (
    ArchivoDeLote,
    Conocida,
    FilaNueva,
    LotesGuardados,
    LoteVisto,
    SolicitudHallada,
    Transaccion,
)
from robot.referencia import Referencia

_TOGETHER = 50
"""A transaction of so many takes a quarter of a second; whoever else writes meanwhile waits for it."""
_LONGEST_RUTA = 20
_ANOTHERS = "solo puede radicar a su nombre."
_NO_ASESOR = "no es un asesor configurado."
_TOO_LONG = "sobran {} caracteres para el campo Observación de Serviweb."
_ANOTHER_KEY = "la clave ya se usó para otra solicitud ({}) con otros datos; use una clave nueva."
_VISIT_OF_LATE = "el suscriptor tiene otra visita reciente, {} ({}); si son dos visitas distintas, dígalo."
_VISIT_IN_FILE = "el suscriptor tiene otra visita en la fila {}; si son dos visitas distintas, dígalo."
_NOTHING = "No hay ninguna fila para radicar."
_MOST_TOLD = 5


@dataclass(frozen=True, slots=True)
class LoteLeido:
    """A file as it was read, before anything of it is filed.

    Attributes:
        conocidas: the good rows that were handed in before, with the estado of their solicitud.
    """

    contenido: bytes
    archivo: ArchivoLeido
    tabla: Tabla
    elecciones: Elecciones
    asesor: str
    filas: Mapping[int, FilaNueva]
    conocidas: Mapping[int, SolicitudHallada]

    @property
    def nuevas(self) -> int:
        return len(self.filas) - len(self.conocidas)

    @property
    def estados(self) -> Counter[Estado]:
        """What became of those that were handed in before."""
        return Counter(one.estado for one in self.conocidas.values())

    @property
    def puede_radicarse(self) -> bool:
        """All of it, or its good rows where somebody has said so."""
        partly = Eleccion.SOLO_BUENAS in self.elecciones
        return bool(self.tabla.buenas) and (partly or not self.tabla.con_problemas)


class Lotes:
    """Reads, keeps and hands in.

    Raises (everywhere):
        RegistroUnavailable: the database does not answer.
    """

    def __init__(self, ventanilla: Ventanilla) -> None:
        self.ventanilla = ventanilla
        self.guardados = LotesGuardados(ventanilla.registro)
        self._key = bytes.fromhex(derived_secret(ventanilla.settings, "filas de lotes"))

    def columnas(self, *, asesor: str = "", procedimiento: str = "") -> ColumnasPosibles:
        """The columns that a file may have; without one for what is known of all of its rows."""
        activos = self.ventanilla.catalogo.activos
        choices = {
            "procedimiento": len(activos) > 1 and not procedimiento,
            "medio": any(len(one.medios) > 1 for one in activos),
            "causal": any(len(one.causales) > 1 for one in activos),
        }
        sobran = {name for name, needed in choices.items() if not needed}
        preguntas = (pregunta for one in activos for pregunta in one.preguntas)
        return ColumnasPosibles(preguntas, fijos=["asesor"] if asesor else [], sobran=sobran)

    def read(
        self,
        contenido: bytes,
        *,
        asesor: str = "",
        solo_suyas: bool = False,
        procedimiento: str = "",
        elecciones: Elecciones = NINGUNA,
    ) -> LoteLeido:
        """Read a file, and see which of its rows were handed in before.

        Args:
            asesor: whose the rows are that name nobody.
            solo_suyas: rows of other asesores are refused.
        procedimiento: by which all rows are filed, whatever they say.

        Raises:
            BadInput: it is no file that can be read.
        """
        columnas = self.columnas(asesor=asesor, procedimiento=procedimiento)
        archivo = read_file(contenido, columnas)
        fijos: dict[str, object] = {"revisar_duplicados": True, **({"asesor": asesor} if asesor else {})}

        def revisar(solicitud: Solicitud) -> Iterable[Problema]:
            return self._problems(solicitud, asesor if solo_suyas else "")

        reglas = self.ventanilla.settings.reglas_de_solicitud
        tabla = read_table(
            archivo.hoja,
            columnas,
            reglas,
            fijos=fijos,
            impuestos={"procedimiento": procedimiento} if procedimiento else {},
            elecciones=elecciones,
            revisar=revisar,
        )
        filas, conocidas = self._with_references(tabla.sin_problemas, again=Eleccion.OTRA_VEZ in elecciones)
        others = self._other_visits(filas, conocidas)
        if Eleccion.OTRAS_VISITAS not in elecciones:
            tabla = tabla.with_problems(others)
            filas = {number: fila for number, fila in filas.items() if number not in others}
            conocidas = {number: known for number, known in conocidas.items() if number not in others}
        elif others:
            confirmed = [_confirmed(fila) for fila in tabla.sin_problemas if fila.numero in others]
            more, known = self._with_references(confirmed, again=False)
            filas, conocidas = {**filas, **more}, {**conocidas, **known}
        return LoteLeido(contenido, archivo, tabla, elecciones, asesor, filas, conocidas)

    def receive(self, leido: LoteLeido, *, nombre: str, quien: str) -> str:
        """Keep a lote, of which nothing is filed yet; its name. One of this very file that was interrupted is that one.

        Raises:
            BadInput: there are problems that nobody has said to leave out, or nothing to file.
        """
        if not leido.puede_radicarse:
            raise BadInput(_told(leido.tabla) or [Problema("archivo", _NOTHING)])
        huella = self._print(
            "archivo", quien, leido.asesor, *sorted(leido.elecciones), hashlib.sha256(leido.contenido).hexdigest()
        )
        begun = self.guardados.unfinished(huella)
        if begun is not None:
            return begun
        archivo = ArchivoDeLote(
            nombre=nombre,
            contenido=base64.b64encode(leido.contenido).decode(),
            elecciones=tuple(sorted(leido.elecciones)),
            asesor=leido.asesor,
        )
        filas = [leido.filas.get(fila.numero) or _left_out(fila) for fila in leido.tabla.filas]
        identidad = self.guardados.keep(archivo, filas, huella=huella, formato=leido.archivo.formato, quien=quien)
        self.ventanilla.queue.expect()
        return identidad

    def hand_in(self, identidad: str, show: Callable[[LoteVisto], None] = lambda _: None) -> None:
        """Hand in what is left of a lote; from several sides at once, too, and after any interruption."""
        lote = self.guardados.one(identidad)
        while lote is not None and lote.entregado is None:
            self._hand_in_some(lote)
            lote = self.guardados.one(identidad)
            if lote is not None:
                show(lote)

    def go_on(self) -> None:
        """Hand in some more of what interruptions have left. What hinders one lote keeps no other one waiting.

        Raises:
            RobotError: what has hindered the last one of those that were.
        """
        hindered: RobotError | None = None
        for identidad in self.guardados.undelivered():
            lote = self.guardados.one(identidad)
            try:
                if lote is not None:
                    self._hand_in_some(lote)
            except RobotError as failed:
                hindered = failed
        if hindered is not None:
            raise hindered

    def _hand_in_some(self, lote: LoteVisto) -> None:
        def admitir(connection: Transaccion, referencia: Referencia, solicitud: Solicitud) -> str:
            try:
                self.ventanilla.hand_in_within(connection, referencia, solicitud, quien=lote.quien)
            except (ConfigurationError, BadInput) as wrong:
                return wrong.texto
            return ""

        self.ventanilla.keep_procedures()
        taken, already = self.guardados.deliver(lote.identidad, admitir, juntas=_TOGETHER)
        for one in already:
            motivo = self._adopt(one, lote.quien)
            self.guardados.link(lote.identidad, one.numero, None if motivo else one.known.referencia, motivo)
        if taken:
            self.ventanilla.queue.expect()

    def _adopt(self, one: Conocida, quien: str) -> str:
        """Have the row's solicitud be the one that is there, tried again where it was refused; why it cannot be, or blank.

        What a person has cancelled, and what a person is to verify, is left to people.
        """
        known = self.ventanilla.registro.solicitud(one.known.referencia)
        if known is not None and content_of(known) != content_of(one.solicitud):
            return _ANOTHER_KEY.format(one.known.referencia)
        if one.known.estado is Estado.RECHAZADA:
            with contextlib.suppress(ActoImposible):  # somebody was faster
                self.ventanilla.retry(one.known.referencia, quien=quien, motivo="Enviada de nuevo en un lote.")
        return ""

    def _problems(self, solicitud: Solicitud, solo: str) -> Iterator[Problema]:
        settings = self.ventanilla.settings
        if solo and solicitud.asesor != solo:
            yield Problema("asesor", _ANOTHERS)
        elif solicitud.asesor not in settings.asesores:
            yield Problema("asesor", _NO_ASESOR)
        procedimiento = self._procedure_of(solicitud)
        written = procedimiento.observacion(
            solicitud=solicitud.solicitud,
            suscriptor=solicitud.suscriptor,
            ruta=solicitud.ruta or "0" * _LONGEST_RUTA,
            celular=solicitud.celular,
            referencia=Referencia.new(procedimiento.prefijo_referencia),
            respuestas=solicitud.respuestas,
        )
        over = len(written) - settings.reglas.observacion_maxima
        if over > 0:
            yield Problema("solicitud", _TOO_LONG.format(over))

    def _procedure_of(self, solicitud: Solicitud) -> Procedimiento:
        return self.ventanilla.catalogo.get(solicitud.procedimiento or self.ventanilla.catalogo.primero.codigo)

    def _days_of(self, solicitud: Solicitud) -> int:
        """Within how many days another one of its suscriptor may be the same."""
        own = self._procedure_of(solicitud).duplicados.dias
        return self.ventanilla.settings.reglas.dias_duplicado if own is None else own

    def _other_visits(
        self, filas: Mapping[int, FilaNueva], conocidas: Mapping[int, SolicitudHallada]
    ) -> dict[int, ReparoDeTabla]:
        """The rows whose suscriptor has another visita, of late or in the same file, as the form asks about them.

        A row that was handed in before has been asked about, unless nothing came of it.
        """
        now = dt.datetime.now(ZONA_HORARIA)
        asked = {number: fila.solicitud for number, fila in filas.items() if fila.solicitud is not None}
        longest = max(map(self._days_of, asked.values()), default=0)
        visits = self.guardados.visits((one.suscriptor for one in asked.values()), now - dt.timedelta(days=longest))
        earlier: dict[str, list[tuple[int, str]]] = {}
        found: dict[int, ReparoDeTabla] = {}
        for number, solicitud in asked.items():
            procedimiento, whose = self._procedure_of(solicitud), solicitud.suscriptor
            causales, days = procedimiento.repetidas(solicitud.causal), self._days_of(solicitud)
            before = [at for at, causal in earlier.get(whose, []) if causal in causales]
            earlier.setdefault(whose, []).append((number, solicitud.causal or procedimiento.causal))
            settled = number in conocidas and conocidas[number].estado is not Estado.RECHAZADA
            if settled or solicitud.otra_visita or not days:
                continue
            since, own = now - dt.timedelta(days=days), filas[number].referencia
            there = [
                one
                for one in visits.get(whose, [])
                if one.creada >= since and one.referencia != own and one.causal in causales
            ]
            if there:
                told = _VISIT_OF_LATE.format(there[-1].referencia, there[-1].estado)
                found[number] = ReparoDeTabla(told, number, eleccion=Eleccion.OTRAS_VISITAS)
            elif before:
                found[number] = ReparoDeTabla(_VISIT_IN_FILE.format(before[0]), number, eleccion=Eleccion.OTRAS_VISITAS)
        return found

    def _with_references(
        self, buenas: Iterable[FilaEntendida], *, again: bool
    ) -> tuple[dict[int, FilaNueva], dict[int, SolicitudHallada]]:
        """The rows with the referencia that each has or gets, and those that were handed in before.

        A solicitud whose data are gone is nobody's any more: the same row is another one then.
        """
        filas: dict[int, FilaNueva] = {}
        conocidas: dict[int, SolicitudHallada] = {}
        left, turn = list(buenas), 0
        while left:
            tried = [(fila, self._as_new(fila, turn, again=again)) for fila in left]
            known = self.guardados.known(new.referencia for _, new in tried if new.referencia is not None)
            left = []
            for fila, new in tried:
                there = known.get(new.referencia.cuerpo) if new.referencia is not None else None
                asked = fila.solicitud
                if there is not None and asked is not None and asked.clave_idempotencia is None:
                    confirmed = there.estado is Estado.RECHAZADA and asked.otra_visita
                    if again or there.gone or confirmed:
                        left.append(fila)
                        continue
                filas[fila.numero] = new
                if there is not None:
                    conocidas[fila.numero] = there
            turn += 1
        return dict(sorted(filas.items())), dict(sorted(conocidas.items()))

    def _as_new(self, fila: FilaEntendida, turn: int, *, again: bool) -> FilaNueva:
        solicitud = fila.solicitud
        if solicitud is None:
            return _left_out(fila)
        key = solicitud.clave_idempotencia
        if key is None:
            key = f"lote {self._print('fila', str(fila.repeticion), str(turn), content_of(solicitud))}"
            if again and turn:
                solicitud = solicitud.model_copy(update={"otra_visita": True})
        prefijo = self._procedure_of(solicitud).prefijo_referencia
        return FilaNueva(fila.numero, Referencia.of_key(prefijo, key), solicitud)

    def _print(self, *parts: str) -> str:
        return hmac.new(self._key, "\0".join(parts).encode(), hashlib.sha256).hexdigest()


def _confirmed(fila: FilaEntendida) -> FilaEntendida:
    """A row of which a person says that it is another visita than those that there are."""
    if fila.solicitud is None:
        return fila
    return replace(fila, solicitud=fila.solicitud.model_copy(update={"otra_visita": True}))


def elecciones_of(names: Iterable[str]) -> Elecciones:
    """What a person has said, by its names; others are nobody's."""
    return frozenset(one for one in Eleccion if one in set(names))


def _left_out(fila: FilaEntendida) -> FilaNueva:
    return FilaNueva(fila.numero, motivo=" ".join(_in_row(reparo) for reparo in fila.problemas))


def _in_row(reparo: ReparoDeTabla) -> str:
    """A problem of a row whose number stands beside it."""
    return (
        f"«{reparo.titulo}»: {reparo.mensaje}" if reparo.titulo else f"{reparo.mensaje[0].upper()}{reparo.mensaje[1:]}"
    )


def _told(tabla: Tabla) -> list[Problema]:
    """The first problems of a table, and how many there are besides."""
    found = tabla.problemas
    told = [Problema(reparo.donde or "archivo", reparo.mensaje) for reparo in found[:_MOST_TOLD]]
    more = len(found) - len(told)
    return [*told, Problema("archivo", f"y {more} problemas más.")] if more else told
