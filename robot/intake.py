"""Where solicitudes are handed in and people decide about them. Runs nothing: a worker, here or elsewhere, does.

Every act is one transaction of record and queue, so a solicitud that was accepted is queued, and a queued one accepted.
"""

import contextlib
import copy
import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Self

import sqlalchemy as sa

from robot.cipher import load_cipher
from robot.errors import ActoImposible, BadInput, Problema, RegistroUnavailable, RobotError
from robot.flows.constancia import Resolucion
from robot.flows.rechazos import Rechazos
from robot.flows.traslado import ClaseDeTraslado
from robot.models import ZONA_HORARIA, DocumentoCopias, Estado, Reglas, Solicitud
from robot.paper import Papel
from robot.procedure.definition import Procedimiento
from robot.queueing.names import APARTE, DE_SOLICITUDES, FLUJOS, VERSION_DEL_FLUJO, flow_of, solicitud_of_run
from robot.queueing.queue import Queue
from robot.queueing.rounds import RoundsAsked
from robot.record.accepting import Aceptaciones, PorAceptar, ReferenciaAjena
from robot.record.adjustments import Ajustes
from robot.record.announcements import Anuncios
from robot.record.database import open_database, with_patience
from robot.record.dossier import Aceptada, Expediente
from robot.record.finding import Indice
from robot.record.handover import Entregas
from robot.record.messages import Correos
from robot.record.moves import Traslados
from robot.record.receptions import Recepciones
from robot.record.reconciliations import Conciliaciones
from robot.record.repeats import Huella
from robot.record.reviews import Revisiones
from robot.record.solicitudes import Registro
from robot.referencia import Referencia
from robot.settings import Settings
from robot.waking import QUIET_SECONDS

_PEOPLE_WAIT_SECONDS = 8.0
_REABRIBLES = (Estado.RECHAZADA, Estado.CANCELADA, Estado.POR_VERIFICAR)


class Ventanilla:
    """Record and queue, from outside of any worker; `with` gives the connections back.

    Raises (on construction):
        RegistroUnavailable, ConfigurationError: the database cannot be opened.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.catalogo = settings.catalogo
        base = open_database(settings)
        self._cifra = load_cipher(settings)
        self._indice = Indice.of(settings)
        self.queue = Queue(settings, base)
        self._use(base)
        self.registro.fill_index()

    def _use(self, base: sa.Engine) -> None:
        self.base = base
        self.registro = Registro(base, self._cifra, self._indice)
        self.papel = Papel(self.registro.papel, self.settings.impresion)
        self.conciliaciones = Conciliaciones(base, self._cifra)
        self.revisiones = Revisiones(self.registro)
        self.traslados = Traslados(self.registro)
        self.entregas = Entregas(self.registro)
        self.ajustes = Ajustes(base)
        self.anuncios = Anuncios(self.registro)
        self._aceptaciones = Aceptaciones(self.registro)
        self.recepciones = Recepciones(self.registro)
        self.correos = Correos(self.registro)
        self.rondas = RoundsAsked(self.settings, self.queue, self.conciliaciones, self.recepciones)

    @property
    def procedimiento(self) -> Procedimiento:
        """The one that is meant where none is named."""
        return self.catalogo.primero

    def procedimientos(self) -> list[Procedimiento]:
        """The procedures in use, and those ever used, each version of them."""
        every = {one.sha256: one for one in (*self.catalogo.activos, *self.registro.definiciones.used())}
        return list(every.values())

    def of_people(self) -> Self:
        """The same for people who wait before a screen: it tells them soon that the database does not answer."""
        other = copy.copy(self)
        other._use(with_patience(self.base, _PEOPLE_WAIT_SECONDS))
        return other

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.queue.close()
        self.base.dispose()

    def settle_pace(self) -> None:
        """Have the workers look at the queue often while solicitudes come, and rarely when none has for two minutes."""
        self.queue.settle_pace(self._is_busy)

    def _is_busy(self) -> bool:
        newest = self.registro.expedientes(limite=1)
        recent = dt.datetime.now(ZONA_HORARIA) - dt.timedelta(seconds=QUIET_SECONDS)
        return any(one.cambiada > recent for one in newest) or bool(
            self.registro.expedientes([Estado.EN_COLA, Estado.EN_CURSO], limite=1)
        )

    def of_form(self, formulario: str) -> Referencia | None:
        """The solicitud that was accepted from a form, by the form's own number; nothing if none was."""
        return self.registro.of_body(_of_form(self.procedimiento, formulario))

    def of_program(self, programa: str, clave: str) -> Referencia | None:
        """The solicitud that a program has handed in with a key; nothing if there is none."""
        return self.registro.of_body(_of_program(self.procedimiento, programa, clave))

    def of_key(self, clave: str) -> Referencia | None:
        """The solicitud that was handed in with a key, by nobody's form and no program; nothing if there is none."""
        return self.registro.of_body(Referencia.of_key(self.procedimiento.prefijo_referencia, clave))

    def rules_of_then(self, referencia: Referencia) -> Reglas:
        """What a solicitud had to follow when it was accepted: its instant, its own procedure.

        What was right when it came first is right when it comes again: its day may be over, and other procedures in use.

        Raises:
            ProcedimientoIlegible.
        """
        creada = self.registro.expediente(referencia).creada
        own = (self.registro.procedimiento(referencia),)
        return replace(self.settings.reglas_de_solicitud, ahora=creada, procedimientos=own)

    def accept(
        self, solicitud: Solicitud, *, quien: str, formulario: str | None = None, otra: bool = False
    ) -> Referencia:
        """As `hand_in`, for whom it is all one whether it was there already."""
        return self.hand_in(solicitud, quien=quien, formulario=formulario, otra=otra).referencia

    def hand_in(
        self,
        solicitud: Solicitud,
        *,
        quien: str,
        formulario: str | None = None,
        otra: bool = False,
        programa: str | None = None,
    ) -> Aceptada:
        """Take a solicitud in and queue it; with the key of an earlier one, that one, which is tried again if it failed.

        What has no key and asks for the same as another one a while ago is that one, too: its answer may have been lost.

        Args:
            formulario: the number of the form that it was typed into; the same form never gives a second solicitud.
            otra: it is another one, however alike.
            programa: the program that hands it in; its keys are its own, and never those of another one.

        Raises:
            ConfigurationError: its asesor is not configured, or its procedure is not what its version was.
            BadInput: its key belongs to a solicitud with other content; or its procedure is not in use, or does not take it.
        """
        nueva = self._to_accept(solicitud, quien=quien, formulario=formulario, otra=otra, programa=programa)
        aceptada = self._accepted(nueva)
        if aceptada.nueva:
            self.queue.expect()
        else:
            self._sent_again(aceptada.referencia, quien=quien)
        return aceptada

    def hand_in_again(self, referencia: Referencia, solicitud: Solicitud, *, quien: str) -> bool:
        """As `hand_in` what came as this solicitud before, whatever is in use by now; whether it asks for the same."""
        known = self.registro.solicitud(referencia)
        if known is None or not known.is_same(solicitud):
            return False
        self._sent_again(referencia, quien=quien)
        return True

    def _sent_again(self, referencia: Referencia, *, quien: str) -> None:
        if self.registro.expediente(referencia).estado in _REABRIBLES:
            # Else somebody was faster, or its data are gone: it is as it is.
            with contextlib.suppress(ActoImposible):
                self.retry(referencia, quien=quien, motivo="Enviada de nuevo.")

    def _accepted(self, nueva: PorAceptar) -> Aceptada:
        """Accept it; under the next referencia of its key where somebody else's has the first, the same one each time."""
        try:
            return self._aceptaciones.accept(nueva, self.queue.enqueue_new)
        except ReferenciaAjena:
            again = Referencia.of_key(nueva.procedimiento.prefijo_referencia, f"otra que {nueva.referencia.cuerpo}")
            return self._accepted(replace(nueva, referencia=again))

    def hand_in_together(self, asked: Sequence[Solicitud], *, quien: str, programa: str) -> list[Aceptada | RobotError]:
        """As `hand_in` each of those that a program sends at once, in one transaction where none of them is there already.

        What came of each, in their order; one that is refused keeps none of the others from being accepted.

        Raises:
            RegistroUnavailable: some may have been accepted all the same.
        """
        told: dict[int, Aceptada | RobotError] = {}
        fresh: dict[int, PorAceptar] = {}
        for at, one in enumerate(asked):
            try:
                fresh[at] = self._to_accept(one, quien=quien, programa=programa)
            except RobotError as refused:
                told[at] = refused
        nuevas = list(fresh.values())
        if len(nuevas) > 1 and self._aceptaciones.accept_together(nuevas, self.queue.enqueue_new):
            self.queue.expect()
            told |= {at: Aceptada(one.referencia, nueva=True) for at, one in fresh.items()}
        else:
            told |= {at: self._each(asked[at], quien=quien, programa=programa) for at in fresh}
        return [told[at] for at in range(len(asked))]

    def _each(self, solicitud: Solicitud, *, quien: str, programa: str) -> Aceptada | RobotError:
        try:
            return self.hand_in(solicitud, quien=quien, programa=programa)
        except RegistroUnavailable:
            raise
        except RobotError as refused:
            return refused

    def _to_accept(
        self,
        solicitud: Solicitud,
        *,
        quien: str,
        formulario: str | None = None,
        otra: bool = False,
        programa: str | None = None,
    ) -> PorAceptar:
        """Raises: as `hand_in`."""
        usuario = self.settings.asesor(solicitud.asesor).usuario
        solicitud = solicitud.settled(self.catalogo.activos)
        procedimiento = self.catalogo.get(solicitud.procedimiento or "")
        prefijo, clave = procedimiento.prefijo_referencia, solicitud.clave_idempotencia
        referencia = Referencia.of_key(prefijo, clave) if clave else Referencia.new(prefijo)
        if formulario:
            referencia = _of_form(procedimiento, formulario)
        elif programa is not None and clave:
            referencia = _of_program(procedimiento, programa, clave)
        huella = None if clave or otra else Huella.of(solicitud, self.settings)
        return PorAceptar(referencia, solicitud, procedimiento, usuario, quien, huella, programa)

    def keep_procedures(self) -> None:
        """Have the record hold the procedures in force, so that solicitudes by them may be taken in (`hand_in_within`).

        Raises:
            ProcedimientoCambiado: one is not what its código and version were before.
        """
        for procedimiento in self.catalogo.activos:
            self.registro.definiciones.keep(procedimiento)

    def hand_in_within(
        self, connection: sa.Connection, referencia: Referencia, solicitud: Solicitud, *, quien: str
    ) -> None:
        """Take in and queue a solicitud that is not there yet, as a part of a transaction that does more.

        Raises:
            ConfigurationError: its asesor is not configured.
            BadInput: its procedure is not in use, or does not take it.
        """
        nueva = self._to_accept(solicitud, quien=quien, otra=True)
        self._aceptaciones.admit(connection, [replace(nueva, referencia=referencia)], self.queue.enqueue_new)

    def handed_in_lately(self, solicitud: Solicitud, *, quien: str) -> Referencia | None:
        """The solicitud in which the same was asked for a while ago without a key, or nothing."""
        huella = Huella.of(solicitud.settled(self.catalogo.activos), self.settings)
        return self.registro.lately(huella, quien=quien) if huella is not None else None

    def retry(self, referencia: Referencia, *, quien: str, motivo: str = "", probar_clave: bool = False) -> None:
        """Have another run take up a solicitud that did not end RADICADA. It does nothing twice.

        Args:
            probar_clave: the password that Serviweb refused is tried once more, if it is still the same.

        Raises:
            ActoImposible, BadInput.
        """
        again = ""
        if probar_clave:
            Rechazos(self.settings.datos).lift(self.registro.expediente(referencia).usuario)
            again = "Se prueba otra vez la misma clave de Serviweb. "
        self._reopen(referencia, quien=quien, detalle=f"Reintento. {again}{motivo}".strip(), desde=_REABRIBLES)

    def resolve(self, referencia: Referencia, resolucion: Resolucion, *, quien: str, motivo: str = "") -> None:
        """Keep what a person found in Serviweb for a solicitud POR VERIFICAR, and queue a run that goes on from there.

        That run first sees whether anything in CONSULTA speaks against it. What a person told before can be corrected, also
        where the solicitud is RADICADA by it.

        Raises:
            ActoImposible, BadInput.
        """
        expediente = self.registro.expediente(referencia)
        self._reopen(
            referencia,
            quien=quien,
            detalle=f"{_told(expediente, resolucion)} {motivo}".strip(),
            desde=[Estado.POR_VERIFICAR, *([Estado.RADICADA] if expediente.corregible else [])],
            resolucion=resolucion,
            cancelar=resolucion.cancelar,
        )

    def _reopen(
        self,
        referencia: Referencia,
        *,
        quien: str,
        detalle: str,
        desde: Sequence[Estado],
        resolucion: Resolucion | None = None,
        cancelar: bool = False,
    ) -> None:
        expediente = self.registro.expediente(referencia)
        usuario, flujo = expediente.usuario, flow_of(expediente.procedimiento, expediente.version)
        self.registro.reopen(
            referencia,
            quien=quien,
            detalle=detalle,
            desde=desde,
            encolar=lambda connection, corrida: self.queue.enqueue(connection, flujo, referencia, corrida, usuario),
            resolucion=resolucion,
            cancelar=cancelar,
        )

    def cancel(self, referencia: Referencia, *, quien: str, motivo: str) -> Estado:
        """Cancel what has not been sent to be saved; the estado after it, EN CURSO until the robot has freed the cupo.

        What ended POR VERIFICAR before anything was sent is taken up once more for that, EN COLA.

        Raises:
            ActoImposible, BadInput.
        """
        expediente = self.registro.expediente(referencia)
        if expediente.estado is Estado.POR_VERIFICAR and expediente.envio is None and expediente.radicado is None:
            detalle = f"Pidió cancelar. {motivo}".strip()
            self._reopen(referencia, quien=quien, detalle=detalle, desde=[Estado.POR_VERIFICAR], cancelar=True)
            return Estado.EN_COLA
        return self.registro.cancel(referencia, quien=quien, motivo=motivo)

    def move(
        self, referencia: Referencia, *, fecha: dt.date | None, hora: dt.time | None, quien: str, motivo: str = ""
    ) -> str:
        """Have the cita of a RADICADA moved to another cupo, or given one where it was cancelled; the name of that change.

        Args:
            fecha, hora: the wished cupo; the first that is free where nothing is wished.

        Raises:
            ActoImposible, BadInput.
        """
        now = dt.datetime.now(ZONA_HORARIA)
        if fecha is not None and dt.datetime.combine(fecha, hora or dt.time.max, ZONA_HORARIA) < now:
            raise BadInput([Problema("fecha", "ese día y hora ya pasaron.")])
        cita = self.registro.expediente(referencia).cita
        if cita is not None and (cita.fecha, cita.hora) == (fecha, hora):
            raise ActoImposible(f"La cita ya es el {cita.fecha:%d/%m/%Y} a las {cita.hora:%H:%M}.")
        return self._change_cita(referencia, ClaseDeTraslado.MOVER, quien=quien, motivo=motivo, fecha=fecha, hora=hora)

    def cancel_cita(self, referencia: Referencia, *, quien: str, motivo: str = "") -> str:
        """Have the cupo of a RADICADA given back; its trámite stays. The name of that change.

        Raises:
            ActoImposible, BadInput.
        """
        return self._change_cita(referencia, ClaseDeTraslado.CANCELAR, quien=quien, motivo=motivo)

    def follow_cita(self, referencia: Referencia, *, quien: str) -> None:
        """Have a cita looked for that a person seems to have moved to another row; nothing where that cannot be now."""
        with contextlib.suppress(ActoImposible):
            self._change_cita(referencia, ClaseDeTraslado.SEGUIR, quien=quien)

    def _change_cita(
        self,
        referencia: Referencia,
        clase: ClaseDeTraslado,
        *,
        quien: str,
        motivo: str = "",
        fecha: dt.date | None = None,
        hora: dt.time | None = None,
    ) -> str:
        if not self.registro.procedimiento(referencia).lleva_cita:
            raise ActoImposible("Su procedimiento no lleva cita.")
        identidad = self.traslados.ask(
            referencia, clase, quien=quien, motivo=motivo, fecha=fecha, hora=hora, encolar=self.queue.enqueue_move
        )
        self.queue.expect()
        return identidad

    def make_copies(self, referencia: Referencia, *, quien: str) -> bool:
        """Have the pending copies of a solicitud made, by another run that does nothing else; whether they were pending.

        Raises:
            BadInput, ActoImposible.
        """
        resultado = self.registro.expediente(referencia).resultado
        if resultado is None or not resultado.copias_pendientes:
            return False
        self._reopen(referencia, quien=quien, detalle="Pidió las copias pendientes.", desde=[Estado.RADICADA])
        return True

    def print_again(
        self, referencia: Referencia, *, impresora: str, quien: str, vista: int | None = None
    ) -> DocumentoCopias:
        """Send the copies that were made to paper once more, because a person asks; Serviweb is not touched.

        Raises:
            ActoImposible: there are no copies (any more).
            As `Papel.print_again`.
        """
        resultado = self.registro.expediente(referencia).resultado
        documento = resultado.documento if resultado is not None else None
        if documento is None or not documento.archivo.is_file():
            raise ActoImposible("No hay copias guardadas en esta máquina; imprímalas desde Serviweb.")
        self.papel.print_again(referencia, documento, impresora=impresora, quien=quien, vista=vista)
        return documento

    def of_another_version(self) -> list[str]:
        """What the runs that no worker of this version can do would do, one name a run."""
        waiting = self.queue.waiting()
        unknown = [run.name for run in waiting if run.name not in FLUJOS or run.app_version != VERSION_DEL_FLUJO]
        aside = [run.workflow_id for run in waiting if run.name in DE_SOLICITUDES and run.queue_name == APARTE]
        return [*unknown, *(self._procedure_of(run) for run in aside if self.is_beyond(run))]

    def is_beyond(self, run: str) -> bool:
        """Whether this version of the robot does not understand the procedure by which a run files."""
        return not self.registro.is_readable(solicitud_of_run(run))

    def _procedure_of(self, run: str) -> str:
        expediente = self.registro.expediente(solicitud_of_run(run))
        return f"{expediente.procedimiento}, versión {expediente.version}"

    def left_behind(self, trabajadores: Collection[str]) -> list[str]:
        """The executors that have runs to do and are none of the workers in service."""
        return sorted(self.queue.given() - {*trabajadores})


def _of_form(procedimiento: Procedimiento, formulario: str) -> Referencia:
    return Referencia.of_key(procedimiento.prefijo_referencia, f"formulario {formulario}")


def _of_program(procedimiento: Procedimiento, programa: str, clave: str) -> Referencia:
    return Referencia.of_key(procedimiento.prefijo_referencia, f"programa {programa} {clave}")


def _told(expediente: Expediente, resolucion: Resolucion) -> str:
    """A resolution as the history tells it."""
    found = f"está radicada con el número {resolucion.radicado}" if resolucion.radicado else "no se guardó"
    beside = ", aunque no se vea la referencia" if resolucion.sin_referencia else ""
    end = " Pidió cancelar." if resolucion.cancelar else ""
    corrected = f"Corrige el radicado {expediente.radicado}: " if expediente.corregible else "Resuelta: "
    return f"{corrected}{found}{beside}.{end}"
