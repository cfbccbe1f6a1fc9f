"""The parts of a run, each done on the thread that owns the browser.

Every part is safe to do again: it looks for what an interrupted attempt of it may have left before it acts.
"""

import datetime as dt
import threading
from functools import partial

from robot.copias.marks import told
from robot.copias.printer import Cola
from robot.errors import (
    OtroNombre,
    OutcomeUnknown,
    PrinterSilent,
    RevisionDevuelta,
    RevisionVencida,
    RobotError,
    ScreenChanged,
    TransientFailure,
    TurnoPerdido,
)
from robot.flows.cita import book_cita, moved_by_hand, note_radicado, require_cupo, unplaced
from robot.flows.constancia import Constancia, Dicho, Etapa
from robot.flows.documento import copies_pending, print_ahead, print_copies
from robot.flows.formulario import NombresDistintos, fill_form, filled_form, read_ruta, sign_in
from robot.flows.guardado import (
    adopt_saved,
    confirm_dicho,
    find_after_all,
    require_no_recent,
    require_none_before,
    require_single,
    save_tramite,
    settle_earlier,
)
from robot.flows.oficina import Oficina
from robot.flows.papel import hand_over
from robot.flows.partes import CitaVigente, FormularioLleno, Guardado, Hecho, Impreso, Previo, parte
from robot.flows.progreso import Aviso, Progreso
from robot.flows.sesion import Sesion
from robot.flows.visita import Trabajo
from robot.models import (
    ZONA_HORARIA,
    Asesor,
    Cita,
    Decision,
    DocumentoCopias,
    EstadoImpresion,
    FormularioVisto,
    Radicado,
)
from robot.procedure import Paso
from robot.reading.equality import share_a_word
from robot.sheets import Programacion

_LOOK_SECONDS = 0.2


class Etapas:
    """The parts for one solicitud. Lives for one part, on the thread of its oficina."""

    def __init__(self, oficina: Oficina, trabajo: Trabajo, constancia: Constancia, aviso: Aviso) -> None:
        self.oficina = oficina
        self.trabajo = trabajo
        self.constancia = constancia
        self.progreso = Progreso(aviso)
        self.primera_vez = True

    @property
    def asesor(self) -> Asesor:
        return self.oficina.settings.asesor(self.trabajo.solicitud.asesor)

    @property
    def sesion(self) -> Sesion:
        return self.oficina.sesion(self.asesor)

    @property
    def programacion(self) -> Programacion:
        """Where the citas of its procedure are booked."""
        return self.oficina.programacion_of(self.trabajo.procedimiento)

    @property
    def _plazo(self) -> float:
        return self.oficina.settings.serviweb.plazo_confirmacion_segundos

    @property
    def _decidido(self) -> bool:
        """Whether a person said which trámite it is."""
        dicho = self.constancia.dicho
        return dicho is not None and dicho.radicado

    @parte(Etapa.PREPARACION)
    def preparar(self) -> Previo:
        """Look for the trámite of an earlier run. What a person said of it holds, whatever can be seen."""
        trabajo, constancia = self.trabajo, self.constancia
        if (dicho := constancia.radicado_dicho) is not None:
            sin_referencia = constancia.dicho is Dicho.SIN_REFERENCIA
            avisos = confirm_dicho(self.sesion, trabajo, dicho, sin_referencia=sin_referencia)
            constancia.guardado(dicho)
            return Previo(radicado=dicho, avisos=avisos, decidido=True)
        if constancia.radicado is not None:
            return Previo(radicado=constancia.radicado, decidido=self._decidido)
        if constancia.envio is not None:
            return Previo(radicado=self._settle_earlier())
        if constancia.dicho is Dicho.NO_GUARDADO:
            return self._adopted(find_after_all(self.sesion, trabajo))
        previo = Previo() if trabajo.primer_intento else self._adopted(adopt_saved(self.sesion, trabajo))
        if previo.radicado is None and not constancia.envios:
            self._require_only_one()
        return previo

    def _require_only_one(self) -> None:
        """See that nothing else that may be the same is filed or on its way, before the form was ever sent.

        Of those on their way whoever was queued first goes on. They are looked for first: those that end meanwhile are in
        CONSULTA by then.

        Raises:
            PosibleDuplicado: there is such a one.
        """
        own, solicitud = self.trabajo.procedimiento.duplicados.dias, self.trabajo.solicitud
        dias = self.oficina.settings.reglas.dias_duplicado if own is None else own
        if not solicitud.revisar_duplicados or solicitud.otra_visita or not dias:
            return
        desde = dt.datetime.now(ZONA_HORARIA) - dt.timedelta(days=dias)
        require_none_before(self.trabajo, self.constancia.en_cola_antes(desde))
        require_no_recent(self.sesion, self.trabajo, dias, self.progreso)

    def _adopted(self, found: Radicado | None) -> Previo:
        if found is not None:
            self.constancia.guardado(found)
        return Previo(radicado=found)

    def _settle_earlier(self) -> Radicado | None:
        """Whatever keeps us from looking, what was sent stays in doubt."""
        try:
            return settle_earlier(
                self.sesion, self.trabajo, self.constancia, plazo_segundos=self._plazo, progreso=self.progreso
            )
        except OutcomeUnknown:
            raise
        except RobotError as hindered:
            raise OutcomeUnknown(hindered.texto, quedo="Un envío anterior sigue sin aclararse.") from None

    @parte(Etapa.SESION)
    def ingresar(self) -> Hecho:
        """Step 2."""
        sign_in(self.sesion, self.progreso)
        return Hecho()

    @parte(Etapa.FORMULARIO)
    def llenar(self) -> FormularioLleno:
        """Steps 3–9; meanwhile it is seen whether there is a cupo to take, before anything is changed in Serviweb.

        Raises:
            OtroNombre: somebody must say that the person is the one whom Serviweb knows.
        """
        programacion, trabajo, progreso = self.programacion, self.trabajo, self.progreso
        if not trabajo.procedimiento.lleva_cita or not trabajo.primer_intento or self.constancia.comenzada(Etapa.CITA):
            formulario = fill_form(self.sesion, trabajo, progreso)
        else:
            look = partial(require_cupo, programacion, trabajo, progreso)
            with self.oficina.meanwhile(look) as there_is_one:
                formulario = fill_form(self.sesion, trabajo, progreso, antes_de_agregar=there_is_one)
        otro = formulario.otro_nombre
        about_name = () if otro is None else (self._told_of(otro),)
        return FormularioLleno(ruta=formulario.ruta, avisos=(*formulario.avisos, *about_name))

    def _told_of(self, otro: NombresDistintos) -> str:
        """Both names, for the asesor alone."""
        reserve = self.constancia.reserve
        both = f"Serviweb tiene «{reserve(otro.serviweb)}» y la solicitud dice «{reserve(otro.solicitud)}»."
        known = self.trabajo.solicitud.nombre_confirmado or share_a_word(otro.serviweb, otro.solicitud)
        if not known and self.oficina.settings.reglas.otro_nombre == "confirmar":
            raise OtroNombre(both, paso=Paso.TERCEROS, campo="nombre")
        return f"El documento tiene otro nombre en Serviweb, y se conservó ese: {both}"

    @parte(Etapa.CITA)
    def apartar(self, ruta: str) -> Cita:
        """Step 10, first half."""
        return book_cita(
            self.programacion,
            self.trabajo,
            ruta=ruta,
            asesor=self.asesor.nombre,
            first_attempt=self.primera_vez and self.trabajo.primer_intento,
            progreso=self.progreso,
        )

    @parte(Etapa.CITA, insistir=True)
    def recuperar(self) -> Cita:
        """The cita of a trámite that an earlier run saved: the one it took, where a person has moved that, or another."""
        trabajo, programacion = self.trabajo, self.programacion
        found = programacion.find(trabajo.referencia, trabajo.solicitud.suscriptor)
        if found is None and self.constancia.radicado is not None:
            nowhere = unplaced(trabajo.referencia, trabajo.solicitud.suscriptor)
            found = moved_by_hand(programacion, nowhere, self.constancia.radicado)
        return found or self.apartar(trabajo.solicitud.ruta or read_ruta(self.sesion, trabajo))

    @parte(Etapa.REVISION)
    def revisar(self, cita: Cita | None) -> Hecho:
        """Before step 11: the asesor looks at what Serviweb's form holds, and says whether to save it.

        Raises:
            RevisionDevuelta, RevisionVencida, Cancelada.
        """
        formulario = filled_form(self.sesion, self.trabajo, self.progreso)
        visto = FormularioVisto(
            valores=formulario.tramite.contents(),
            captura=formulario.tramite.picture(),
            suscriptor=formulario.suscriptor,
            persona=formulario.tercero.nombre if formulario.tercero is not None else "",
            cita=cita,
        )
        plazo = dt.timedelta(minutes=self.oficina.settings.web.revision_minutos)
        vence = self.constancia.show_before_saving(visto, plazo)
        pause = threading.Event()
        while (decision := self.constancia.decision) is Decision.PEDIDA:
            if dt.datetime.now(ZONA_HORARIA) > vence:
                raise RevisionVencida
            pause.wait(_LOOK_SECONDS)
        if decision is Decision.DEVUELTA:
            raise RevisionDevuelta
        return Hecho()

    @parte(Etapa.GUARDAR)
    def guardar(self) -> Guardado:
        """Step 11. What an interrupted attempt sent is settled first; only then is anything sent."""
        constancia = self.constancia
        if constancia.radicado is not None:
            return Guardado(radicado=constancia.radicado)
        if constancia.envio is not None and (settled := self._settle_earlier()) is not None:
            return Guardado(radicado=settled)
        formulario = filled_form(self.sesion, self.trabajo, self.progreso)
        intento = save_tramite(
            self.sesion, formulario, self.trabajo, constancia, plazo_segundos=self._plazo, progreso=self.progreso
        )
        return Guardado(radicado=intento.radicado, avisos=intento.avisos)

    @parte(Etapa.RADICADO, insistir=True)
    def anotar(self, cita: Cita, radicado: Radicado, ruta: str) -> CitaVigente:
        """Step 10, second half; meanwhile Serviweb prints what the copies are made of."""
        note = partial(
            note_radicado,
            self.programacion,
            self.trabajo,
            cita,
            radicado,
            ruta=ruta,
            asesor=self.asesor.nombre,
            decidido=self._decidido,
            corregido=self.constancia.corregido,
            progreso=self.progreso,
        )
        with self.oficina.meanwhile(note) as noted:
            print_ahead(self.sesion, self.trabajo, radicado)
            kept, avisos = noted()
        return CitaVigente(cita=kept, avisos=avisos)

    @parte(Etapa.COPIAS, insistir=True)
    def copiar(self, radicado: Radicado, cita: Cita | None) -> DocumentoCopias:
        """Step 12: the PDF."""
        carpeta = self.oficina.settings.datos / "copias"
        documento = print_copies(self.sesion, self.trabajo, radicado, cita, carpeta, self.progreso)
        self.constancia.copias_hechas(documento)
        return documento

    @parte(Etapa.VERIFICACION, insistir=True)
    def verificar(self, cita: Cita, radicado: Radicado, ruta: str, *, copiada: bool) -> CitaVigente:
        """Once more at the end: a person who was typing into the row while we wrote has finished by now.

        Where the form was sent more than once, a trámite that was saved late shows now, too.

        Args:
            copiada: there are copies, and they tell this cita.
        """
        self._require_single(radicado)
        with self.progreso.paso(Paso.PROGRAMACION):
            if self.programacion.holds(cita):
                return CitaVigente(cita=cita)
        vigente = self.anotar(cita, radicado, ruta)
        return self._copied_again(vigente, radicado) if copiada and told(vigente.cita) != told(cita) else vigente

    @parte(Etapa.VERIFICACION, insistir=True)
    def comprobar(self, radicado: Radicado) -> Hecho:
        """Once more at the end, where there is no cita: where the form was sent more than once, a trámite that was saved late
        shows now.
        """
        self._require_single(radicado)
        return Hecho()

    def _require_single(self, radicado: Radicado) -> None:
        if self.constancia.envios > 1 and not self._decidido:
            require_single(self.sesion, self.trabajo, radicado)

    def _copied_again(self, vigente: CitaVigente, radicado: Radicado) -> CitaVigente:
        """Nobody is handed a copy that tells a cita that is none any more."""
        try:
            return vigente.model_copy(update={"documento": self.copiar(radicado, vigente.cita)})
        except (TransientFailure, ScreenChanged) as hindered:
            avisos = (*vigente.avisos, copies_pending(hindered))
            return vigente.model_copy(update={"avisos": avisos, "copias_vencidas": True})

    @parte(Etapa.PAPEL)
    def al_papel(self, documento: DocumentoCopias, impresora: str) -> Impreso:
        """Step 12: paper, at most once. What comes of it is followed elsewhere (`robot.paper`); nobody waits for it here."""
        return print_on_paper(documento, Cola(impresora, self.oficina.settings.impresion), self.constancia)

    @parte(Etapa.LIBERACION, insistir=True)
    def liberar(self, cita: Cita | None) -> Hecho:
        """Nothing was saved: the cupo is free again, also one that an interrupted attempt took unknown to the flow."""
        programacion = self.programacion
        held = cita
        if held is None and self.constancia.comenzada(Etapa.CITA):
            held = programacion.find(self.trabajo.referencia, self.trabajo.solicitud.suscriptor)
        if held is not None:
            programacion.release(held, corregido=self.constancia.corregido)
        return Hecho()


def print_on_paper(documento: DocumentoCopias, cola: Cola, constancia: Constancia) -> Impreso:
    """Hand the copies to a printer unless they went there already; what keeps them from it is only told.

    A turn that was taken, from a robot that a suspended machine or a jump of its clock made look dead, is asked for again: the
    run is to end.

    Raises:
        EjecucionAbandonada: the run is another execution's.
    """
    turno = constancia.por_imprimir(documento, cola.impresora, cola.servidor)
    if isinstance(turno, EstadoImpresion):
        hindered: RobotError | None = PrinterSilent() if turno is EstadoImpresion.NO_SE_SABE else None
    else:
        try:
            hindered = hand_over(cola, documento.archivo, turno)
        except TurnoPerdido:
            return print_on_paper(documento, cola, constancia)
    if hindered is not None:
        return Impreso(documento=documento, aviso=hindered.texto)
    return Impreso(documento=documento.model_copy(update={"impresora": cola.impresora}))
