"""A solicitud from request to copies: the parts of the run in order, and what is undone when one fails.

The same flow runs durably, each part once whatever happens to the process (`robot.engine`), or straight through.
"""

from collections import Counter

from robot.errors import (
    BusinessRejection,
    Cancelada,
    ConfigurationError,
    DocumentoAjeno,
    ImprevistoError,
    ObservacionLost,
    RadicadoDistinto,
    RobotError,
    ScreenChanged,
    TransientFailure,
)
from robot.flows.constancia import ConstanciaEnMemoria, Etapa
from robot.flows.documento import copies_pending
from robot.flows.etapas import Etapas
from robot.flows.oficina import Oficina
from robot.flows.partes import (
    CitaVigente,
    Corredor,
    Desenlace,
    FormularioLleno,
    Llamada,
    P,
    Parte,
    Previo,
    Stretch,
    T,
    each_by_itself,
)
from robot.flows.progreso import Aviso, silent
from robot.flows.una_parte import run_part
from robot.flows.visita import Trabajo
from robot.models import (
    Cita,
    DocumentoCopias,
    Estado,
    FallaInformada,
    PasoMedido,
    Radicado,
    Resultado,
    Solicitud,
    add_up,
)
from robot.procedure import Paso
from robot.referencia import Referencia

_ENVIOS = 2
_NOTHING_LEFT = (BusinessRejection, Cancelada, ConfigurationError, TransientFailure, ScreenChanged)


def radicar(oficina: Oficina, solicitud: Solicitud, aviso: Aviso = silent) -> Resultado:
    """File one solicitud straight through, on this thread. Errors of ours are in the result, never raised.

    With a `clave_idempotencia` the same key always means the same solicitud: what an earlier run left in Serviweb and
    Programación is found and finished, not done again. What a crash leaves behind is found only so.
    """
    clave = solicitud.clave_idempotencia
    solicitud = solicitud.settled(oficina.catalogo.activos)
    procedimiento = oficina.catalogo.get(solicitud.procedimiento or "")
    prefijo = procedimiento.prefijo_referencia
    trabajo = Trabajo.of(
        procedimiento,
        solicitud,
        Referencia.of_key(prefijo, clave) if clave else Referencia.new(prefijo),
        primer_intento=clave is None,
    )
    constancia = ConstanciaEnMemoria()

    def straight(llamada: Llamada[T]) -> Desenlace[T]:
        return run_part(oficina, trabajo, constancia, llamada, aviso)

    try:
        return constancia.close(Radicacion(trabajo, straight, impresora=oficina.settings.impresion.impresora).run())
    finally:
        oficina.record_nothing()


class Radicacion:
    """One run: what has been reached so far, and what must be undone if it goes no further.

    Args:
        corredor: does a part and gives its outcome; when the run is taken up again, the outcome that was recorded.
        tramo: does the parts that may be done again together.
        impresora: the printer that the copies go to, or nothing.
    """

    def __init__(
        self, trabajo: Trabajo, corredor: Corredor, *, impresora: str, tramo: Stretch = each_by_itself
    ) -> None:
        self.trabajo = trabajo
        self._corredor = corredor
        self._tramo = tramo
        self._impresora = impresora
        self._avisos: list[str] = []
        self._pasos: list[PasoMedido] = []
        self._peticiones: Counter[str] = Counter()
        self._cita: Cita | None = None
        self._radicado: Radicado | None = None
        self._documento: DocumentoCopias | None = None
        self._ruta = trabajo.solicitud.ruta or ""
        self._envios = 0
        self._decidido = False
        self._lleva_cita = trabajo.procedimiento.lleva_cita
        self._may_hold_cupo = self._lleva_cita and not trabajo.primer_intento

    def run(self) -> Resultado:
        """Steps 2–12. Errors of ours are in the result."""
        error: RobotError | None = None
        try:
            self._file()
        except RobotError as raised:
            error = raised
            self._undo(error)
        return Resultado(
            referencia=self.trabajo.referencia,
            estado=self._estado(error),
            radicado=self._radicado.numero if self._radicado else None,
            cita=self._cita,
            copias=self._documento.archivo if self._documento else None,
            documento=self._documento,
            avisos=tuple(dict.fromkeys(self._avisos)),
            pasos=add_up(self._pasos),
            peticiones=self._peticiones,
            error=FallaInformada.of(error) if error else None,
            sin_copias=not self.trabajo.procedimiento.imprime,
        )

    def _file(self) -> None:
        """The parts in the order of the procedure."""
        radicado, cita = self._reach_saved()
        imprime = self.trabajo.procedimiento.imprime
        first = Etapa.RADICADO if cita is not None else Etapa.COPIAS if imprime else Etapa.VERIFICACION
        self._tramo(first, lambda: self._tell(radicado, cita))
        if self._documento is not None:
            self._print(self._documento)

    def _tell(self, radicado: Radicado, cita: Cita | None) -> None:
        """What is saved is certain: the sheet, the copies, and once more whether all of it stands."""
        if cita is not None:
            cita = self._keep(self._do(Etapas.anotar, cita, radicado, self._ruta))
        if self.trabajo.procedimiento.imprime:
            self._copy(radicado, cita)
        if cita is not None:
            self._verify(cita, radicado)
        else:
            self._do(Etapas.comprobar, radicado)

    def _reach_saved(self) -> tuple[Radicado, Cita | None]:
        """Up to a radicado, with a cita where the procedure has one."""
        previo, formulario = self._tramo(Etapa.PREPARACION, self._until_filled)
        if previo.radicado is not None:
            self._radicado = previo.radicado
            self._avisos.append("La solicitud ya estaba radicada; no se guardó de nuevo.")
            self._cita = self._do(Etapas.recuperar) if self._lleva_cita else None
            return self._radicado, self._cita
        while self._envios < _ENVIOS:
            formulario = formulario if formulario is not None and not self._envios else self._do(Etapas.llenar)
            self._ruta = formulario.ruta
            self._avisos += formulario.avisos
            cita = self._cita or (self._book() if self._lleva_cita else None)
            if self.trabajo.solicitud.revisar_antes and not self._envios:
                self._do(Etapas.revisar, cita)
            self._envios += 1
            guardado = self._do(Etapas.guardar)
            self._radicado = guardado.radicado
            self._avisos += guardado.avisos
            if self._radicado is not None:
                return self._radicado, cita
        raise TransientFailure("Serviweb falló al guardar y se comprobó que no guardó nada.", paso=Paso.GUARDAR)

    def _until_filled(self) -> tuple[Previo, FormularioLleno | None]:
        """Nothing is taken yet that would have to be given back."""
        previo = self._do(Etapas.preparar)
        self._avisos += previo.avisos
        self._decidido = previo.decidido
        if previo.radicado is not None:
            return previo, None
        self._do(Etapas.ingresar)
        return previo, self._do(Etapas.llenar)

    def _book(self) -> Cita:
        self._may_hold_cupo = True
        self._cita = self._do(Etapas.apartar, self._ruta)
        return self._cita

    def _copy(self, radicado: Radicado, cita: Cita | None) -> None:
        """The copies; where they cannot be had, the trámite is none the less certain, and they are told as pending.

        Unless what the document says puts the trámite itself in doubt, and no person has said that it is this one.
        """
        try:
            self._documento = self._do(Etapas.copiar, radicado, cita)
        except (TransientFailure, ScreenChanged) as hindered:
            self._avisos.append(copies_pending(hindered))
        except (ObservacionLost, DocumentoAjeno, RadicadoDistinto) as hindered:
            if not self._decidido:
                raise
            self._avisos.append(copies_pending(hindered))

    def _verify(self, cita: Cita, radicado: Radicado) -> None:
        verified = self._do(Etapas.verificar, cita, radicado, self._ruta, copiada=self._documento is not None)
        self._keep(verified)
        if verified.copias_vencidas:
            self._documento = None
        elif verified.documento is not None:
            self._documento = verified.documento

    def _keep(self, vigente: CitaVigente) -> Cita:
        self._cita = vigente.cita
        self._avisos += vigente.avisos
        return vigente.cita

    def _print(self, documento: DocumentoCopias) -> None:
        if not self._impresora:
            return
        impreso = self._do(Etapas.al_papel, documento, self._impresora)
        self._documento = impreso.documento
        if impreso.aviso:
            self._avisos.append(impreso.aviso)

    def _undo(self, error: RobotError) -> None:
        """Nothing was saved: the cupo is free again. If that fails too, the error says what was left behind."""
        if not self._may_hold_cupo or self._radicado is not None or not isinstance(error, _NOTHING_LEFT):
            return
        try:
            self._do(Etapas.liberar, self._cita)
        except RobotError:
            cita = self._cita
            held = f"El cupo del {cita.fecha:%d/%m/%Y} a las {cita.hora:%H:%M}" if cita else "Un cupo"
            error.quedo = f"{held} pudo quedar apartado en Programación: revíselo y libérelo a mano."
            return
        self._cita, self._may_hold_cupo = None, False

    def _estado(self, error: RobotError | None) -> Estado:
        if error is None:
            return Estado.RADICADA
        if self._radicado is None and not self._may_hold_cupo and isinstance(error, _NOTHING_LEFT):
            return Estado.CANCELADA if isinstance(error, Cancelada) else Estado.RECHAZADA
        return Estado.POR_VERIFICAR

    def _do(self, parte: Parte[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        desenlace = self._corredor(parte.with_arguments(*args, **kwargs))
        self._pasos += desenlace.pasos
        self._peticiones.update(desenlace.peticiones)
        self._avisos += desenlace.avisos
        if desenlace.falla is not None or desenlace.valor is None:
            raise RobotError.from_data(desenlace.falla) if desenlace.falla else ImprevistoError()
        return desenlace.valor
