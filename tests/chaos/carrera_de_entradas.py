"""A chaos run of the ways in: every procedure at once, by four ways in, while somebody kills who works and who hands in."""

import contextlib
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from robot.intake import Ventanilla
from robot.models import Estado, Solicitud
from robot.record.dossier import Expediente
from robot.referencia import Referencia
from tests.buzon import running_mailbox
from tests.chaos.carrera import Fallas, Plan, Verdugo, calm, start_the_ended
from tests.chaos.correo import PorCorreo, ajustes_of
from tests.chaos.entradas import Golpeable, PorApi, PorFormulario, PorLote, Via
from tests.chaos.hoja import AJUSTES, HOJA, PLANILLA, PorHoja
from tests.chaos.juicio import judge
from tests.chaos.juicio_de_entradas import JuicioDeEntradas, judge_entries, judge_hidden, judge_mail
from tests.chaos.mundo import LOST, Mundo, Persona, background, mundo
from tests.chaos.pedidos import CODIGOS, Pedido, Pedidos
from tests.paciencia import patience, slowness

_OF_WHO_HANDS_IN = 0.35
_STANDSTILL_SECONDS = 60
_WAYS = ("formulario", "API", "lote", "hoja")


@dataclass
class CarreraDeEntradas:
    """What happened."""

    juicio: JuicioDeEntradas
    golpes: Counter[str]
    repetidos: Mapping[str, int]
    ediciones: int
    correo: Mapping[str, int]
    anuncios: int
    fallas: int
    segundos: float


@dataclass
class _Entradas:
    """The ways in, and what is handed in by them."""

    pedidos: Pedidos
    vias: Mapping[str, Via]
    ventanilla: Ventanilla
    plan: Plan
    cuantos: int
    _second: list[tuple[float, Pedido]] = field(default_factory=list)

    def act(self) -> None:
        """Keep some on their way; the second time, by another way, comes a while after the first."""
        now = time.monotonic()
        due = [one for one in self._second if one[0] <= now]
        for one in due:
            self._second.remove(one)
            self.vias[one[1].vias[1]].cola.append(one[1])
        waiting = sum(len(one.cola) for one in self.vias.values())
        under_way = len(self.ventanilla.registro.expedientes([Estado.EN_COLA, Estado.EN_CURSO], limite=100))
        if waiting + under_way < self.plan.en_cola and len(self.pedidos.hechos) < self.cuantos:
            pedido = self.pedidos.make()
            if pedido is not None:
                self.vias[pedido.vias[0]].cola.append(pedido)
                if len(pedido.vias) > 1:
                    self._second.append((now + self.pedidos.azar.uniform(0, 20), pedido))

    def wait_for(self, made: int) -> None:
        """Until so many have been handed in, so that the blows fall all the while; not for ever where nothing goes on."""
        deadline = time.monotonic() + _STANDSTILL_SECONDS
        while len(self.pedidos.hechos) < made and time.monotonic() < deadline:
            threading.Event().wait(0.2)

    @property
    def all_sent(self) -> bool:
        lote = self.vias["lote"]
        assert isinstance(lote, PorLote)
        return not (self._second or lote.waiting or any(one.cola for one in self.vias.values()))


@dataclass
class _VerdugoDeEntradas:
    """Hits who hands in now and then, and else who works."""

    verdugo: Verdugo
    vias: Sequence[Golpeable]
    azar: random.Random

    def strike(self, number: int, of: int) -> None:
        via = self.azar.choice(self.vias)
        turn_of_a_worker = number == of // 2
        if not turn_of_a_worker and self.azar.random() < _OF_WHO_HANDS_IN and via.hit():
            self.verdugo.blows[f"quien entrega: {via.nombre}"] += 1
        else:
            self.verdugo.strike(number, of)


def run_entries(
    plan: Plan, cuantos: int, carpeta: Path, say: Callable[[str], None] = lambda _: None
) -> CarreraDeEntradas:
    """Hand so many pedidos in, wait until everything has ended and every origin knows, and judge."""
    azar = random.Random(plan.semilla)
    begun = time.monotonic()
    ajustes = {
        **AJUSTES,
        "PROCEDIMIENTOS__ACTIVOS": json.dumps(CODIGOS),
        "API__ANUNCIO_ESPERA_SEGUNDOS": "0.3",
        "SERVIWEB__ESPERA_SEGUNDOS": f"{patience(4):.0f}",
    }
    with ExitStack() as stack:
        buzon = stack.enter_context(running_mailbox())
        follows = azar.random() < 0.5
        world = stack.enter_context(
            mundo(
                carpeta,
                skin=plan.skin,
                base_de_datos=plan.base_de_datos,
                metadata_follows=follows,
                ajustes={**ajustes, **ajustes_of(buzon)},
            )
        )
        ventanilla = stack.enter_context(Ventanilla(world.settings()))
        everyone = world.serviweb.state()["suscriptores"]
        active = [one["codigo"] for one in everyone if one["estado"] == "ACTIVO"]
        pedidos = Pedidos(random.Random(azar.random()), active, _WAYS)
        formulario = PorFormulario(world, ventanilla, random.Random(azar.random()))
        api = PorApi(world, ventanilla, random.Random(azar.random()))
        lote = PorLote(world, ventanilla, random.Random(azar.random()))
        hoja = PorHoja(world, random.Random(azar.random()), pedidos)
        correo = PorCorreo(buzon, ventanilla, random.Random(azar.random()), cuantos)
        vias: dict[str, Via] = {one.nombre: one for one in (formulario, api, lote, hoja)}
        entradas = _Entradas(pedidos, vias, ventanilla, plan, cuantos)
        stack.enter_context(api.open())
        stack.callback(formulario.hit)
        for name in ["uno", "dos"] if plan.base_de_datos else ["uno"]:
            world.worker(name)
        persona = Persona(world.google, random.Random(azar.random()))
        fallas = Fallas(world, random.Random(azar.random()))
        verdugo = _VerdugoDeEntradas(
            Verdugo(world, azar, lost_for_good=bool(plan.base_de_datos)), [formulario, api, lote, correo], azar
        )
        look = _Mirar(ventanilla)
        with ExitStack() as handing_in:
            for via in vias.values():
                handing_in.enter_context(background(via.act, random.Random(azar.random()), (0.2, 1.0)))
            handing_in.enter_context(background(correo.act, random.Random(azar.random()), (0.5, 2.0)))
            handing_in.enter_context(background(look.act, random.Random(azar.random()), (1.0, 3.0)))
            with ExitStack() as meanwhile:
                meanwhile.enter_context(background(persona.act, random.Random(azar.random()), (0.3, 1.5)))
                meanwhile.enter_context(background(hoja.work, random.Random(azar.random()), (0.5, 2.0)))
                meanwhile.enter_context(background(entradas.act, random.Random(azar.random()), (0.1, 0.5)))
                meanwhile.enter_context(background(fallas.act, random.Random(azar.random()), (1.0, 4.0)))
                for number in range(plan.golpes):
                    threading.Event().wait(azar.uniform(*plan.pausa) * slowness())
                    entradas.wait_for(cuantos * number // plan.golpes)
                    verdugo.strike(number, plan.golpes)
                    if number % 20 == 19:
                        say(f"{number + 1} golpes, {len(pedidos.hechos)} pedidos")
            calm(world)
            say(f"en calma, {len(pedidos.hechos)} pedidos")
            _await_end(entradas, correo, world, plan.plazo_final)
        juicio = _judged(entradas, correo, world, persona)
        for worker in world.trabajadores:
            worker.stop()
        repeated = {one.nombre: one.repetidos for one in (formulario, api, lote)}
        copies = {"filas copiadas": len(hoja.copiados)}
        return CarreraDeEntradas(
            juicio,
            verdugo.verdugo.blows,
            {**repeated, **copies},
            hoja.hechas,
            {"repetidos": correo.repetidos, "sin su marca": correo.sin_marca},
            api.announced,
            fallas.put,
            time.monotonic() - begun,
        )


def _judged(entradas: _Entradas, correo: PorCorreo, world: Mundo, persona: Persona) -> JuicioDeEntradas:
    """By what both mocks, the record, the mailbox and every origin say in the end."""
    ventanilla, api, hoja = entradas.ventanilla, entradas.vias["API"], entradas.vias["hoja"]
    assert isinstance(api, PorApi)
    assert isinstance(hoja, PorHoja)
    answers = [answer for via in entradas.vias.values() for answer in via.answers()]
    accepted = _accepted(ventanilla)
    comun = judge(world.serviweb, world.google, ventanilla.registro, accepted, persona.typed)
    juicio = judge_entries(comun, world, entradas.pedidos.hechos, answers, hoja)
    juicio.anuncios_faltantes += api.untold()
    judge_hidden(juicio, hoja.answers(), _others_cells(ventanilla))
    filed = [one["observacion"] for one in world.serviweb.state()["tramites"]]
    judge_mail(juicio, correo.llegados, correo.drafts(), [*filed, *(one.solicitud for one in accepted.values())])
    juicio.correos_sin_borrador += correo.waiting()
    return juicio


@dataclass
class _Mirar:
    """Has the sheet of requests looked at more often than each minute."""

    ventanilla: Ventanilla

    def act(self) -> None:
        if not self.ventanilla.recepciones.is_waiting():
            self.ventanilla.rondas.recibir(quien="caos")


def _accepted(ventanilla: Ventanilla) -> dict[Referencia, Solicitud]:
    registro = ventanilla.registro
    found = {one.referencia: registro.solicitud(one.referencia) for one in registro.expedientes(limite=10_000)}
    return {referencia: solicitud for referencia, solicitud in found.items() if solicitud is not None}


def _others_cells(ventanilla: Ventanilla) -> int:
    """How many cells in the robot's columns are said to be somebody else's at the last look at the sheet."""
    informe = ventanilla.recepciones.sheet(PLANILLA, HOJA).informe
    return informe.ajenas if informe is not None else 0


def _await_end(entradas: _Entradas, correo: PorCorreo, world: Mundo, plazo: float) -> None:
    """Until everything has ended and is told; what a failure has refused is asked for again where it came from."""
    deadline = time.monotonic() + plazo
    while time.monotonic() < deadline:
        start_the_ended(world)
        with contextlib.suppress(*LOST):
            entradas.act()
            every = entradas.ventanilla.registro.expedientes(limite=10_000)
            if entradas.all_sent and correo.all_sent and all(one.estado.terminado for one in every):
                if not _ask_again(entradas, every) and _all_told(entradas) and not correo.waiting():
                    return
                threading.Event().wait(4)
        threading.Event().wait(0.5)


def _ask_again(entradas: _Entradas, every: Sequence[Expediente]) -> bool:
    """Send again what nothing was wrong with but the systems; whether there is any."""
    refused = {
        str(one.suscriptor)
        for one in every
        if one.estado is Estado.RECHAZADA
        and one.resultado is not None
        and one.resultado.error is not None
        and one.resultado.error.tipo == "TransientFailure"
    }
    answers = [answer for via in entradas.vias.values() for answer in via.answers()]
    filed = {one.numero for one in answers if one.estado in {Estado.RADICADA, Estado.POR_VERIFICAR}}
    left = [
        one
        for one in entradas.pedidos.hechos
        if one.numero not in filed and one.suscriptor in refused and not one.falta
    ]
    for pedido in left:
        for nombre in {one.via for one in answers if one.numero == pedido.numero and one.estado == Estado.RECHAZADA}:
            via = entradas.vias[nombre]
            if isinstance(via, PorHoja):
                via.again(pedido)
            else:
                via.cola.append(pedido)
            break
    return bool(left)


def _all_told(entradas: _Entradas) -> bool:
    api, hoja = entradas.vias["API"], entradas.vias["hoja"]
    assert isinstance(api, PorApi)
    assert isinstance(hoja, PorHoja)
    return not hoja.unanswered() and not api.untold()
