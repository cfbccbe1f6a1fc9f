"""A chaos run: solicitudes come in, people type, systems fail, and somebody keeps killing whatever works."""

import contextlib
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from robot.intake import Ventanilla
from robot.models import Solicitud
from robot.referencia import Referencia
from tests.chaos.juicio import Juicio, judge
from tests.chaos.mundo import (
    ASESORES,
    GOOGLE_FAULTS,
    HABITOS,
    LOST,
    SERVIWEB_FAULTS,
    Mundo,
    Persona,
    Victima,
    background,
    browsers_of,
    mundo,
)

_HABIT_IS_ON = 0.4


@dataclass(frozen=True)
class Plan:
    """What a run does.

    Attributes:
        golpes: how many times something is killed or frozen.
        base_de_datos: URL of a Postgres; a SQLite file where blank.
        skin: which face Serviweb has.
        pausa: seconds between two blows, from and to.
        en_cola: how many solicitudes are kept waiting or being done.
    """

    semilla: int
    golpes: int
    base_de_datos: str = ""
    skin: str = "classic"
    pausa: tuple[float, float] = (0.8, 5.0)
    en_cola: int = 4
    plazo_final: float = 240.0


@dataclass
class Carrera:
    """What happened."""

    juicio: Juicio
    golpes: Counter[str] = field(default_factory=Counter)
    fallas: int = 0
    segundos: float = 0.0


def run(plan: Plan, carpeta: Path, say: Callable[[str], None] = lambda _: None) -> Carrera:
    """Do it, wait until everything has ended, and judge."""
    azar = random.Random(plan.semilla)
    begun = time.monotonic()
    follows = azar.random() < 0.5
    with mundo(carpeta, skin=plan.skin, base_de_datos=plan.base_de_datos, metadata_follows=follows) as world:
        names = ["uno", "dos"] if plan.base_de_datos else ["uno"]
        for name in names:
            world.worker(name)
        persona = Persona(world.google, random.Random(azar.random()))
        with Ventanilla(world.settings()) as ventanilla:
            entrada = _Entrada(world, ventanilla, random.Random(azar.random()), plan.en_cola)
            fallas = Fallas(world, random.Random(azar.random()))
            verdugo = Verdugo(world, azar, lost_for_good=bool(plan.base_de_datos))
            with (
                background(persona.act, random.Random(azar.random()), (0.3, 1.5)),
                background(entrada.act, random.Random(azar.random()), (0.1, 0.4)),
                background(fallas.act, random.Random(azar.random()), (1.0, 4.0)),
            ):
                for number in range(plan.golpes):
                    threading.Event().wait(azar.uniform(*plan.pausa))
                    verdugo.strike(number, plan.golpes)
                    if number % 20 == 19:
                        say(f"{number + 1} golpes, {len(entrada.accepted)} solicitudes")
            calm(world)
            _await_end(ventanilla, entrada, plan.plazo_final)
            juicio = judge(world.serviweb, world.google, ventanilla.registro, entrada.accepted, persona.typed)
            for worker in world.trabajadores:
                worker.stop()
    return Carrera(juicio, verdugo.blows, fallas.put, time.monotonic() - begun)


@dataclass
class _Entrada:
    """Keeps the queue filled, hands some solicitudes in twice, cancels a few."""

    mundo: Mundo
    ventanilla: Ventanilla
    azar: random.Random
    en_cola: int
    accepted: dict[Referencia, Solicitud] = field(default_factory=dict)
    suscriptores: list[str] = field(default_factory=list)

    def act(self) -> None:
        if not self.suscriptores:
            everyone = self.mundo.serviweb.state()["suscriptores"]
            self.suscriptores = [one["codigo"] for one in everyone if one["estado"] == "ACTIVO"]
        open_ones = [one for one in self.accepted if not self.ventanilla.registro.expediente(one).estado.terminado]
        if len(open_ones) < self.en_cola:
            self._hand_in(len(self.accepted) + 1)
        elif self.azar.random() < 0.004:
            with contextlib.suppress(Exception):
                self.ventanilla.cancel(self.azar.choice(open_ones), quien="caos", motivo="")

    def _hand_in(self, number: int) -> None:
        solicitud = Solicitud.parse(
            {
                "suscriptor": self.azar.choice(self.suscriptores),
                "cedula": str(40_000_000 + number % 40),
                "nombre": "Rosa Elvira Muñoz",
                "celular": "310 555 0101",
                "solicitud": f"Solicitud {number} de la prueba de caos.",
                "asesor": self.azar.choice(sorted(ASESORES)),
                "clave_idempotencia": f"caos-{number}" if self.azar.random() < 0.5 else None,
            },
            self.ventanilla.settings.reglas_de_solicitud,
        )
        referencia = self.ventanilla.accept(solicitud, quien="caos")
        self.accepted[referencia] = solicitud
        if solicitud.clave_idempotencia and self.azar.random() < 0.3:
            assert self.ventanilla.accept(solicitud, quien="caos") == referencia


@dataclass
class Fallas:
    """Switches faults of both systems on and off."""

    mundo: Mundo
    azar: random.Random
    put: int = 0

    def act(self) -> None:
        habits = {one: -1 for one in HABITOS if self.azar.random() < _HABIT_IS_ON}
        failing = self.azar.choice(SERVIWEB_FAULTS) if self.azar.random() < 0.6 else {}
        self.mundo.serviweb.faults(**habits, **failing)
        self.mundo.google.faults(**(self.azar.choice(GOOGLE_FAULTS) if self.azar.random() < 0.5 else {}))
        self.put += 1


@dataclass
class Verdugo:
    """Kills with kill -9 what it finds, and starts it again."""

    mundo: Mundo
    azar: random.Random
    lost_for_good: bool
    blows: Counter[str] = field(default_factory=Counter)

    def strike(self, number: int, of: int) -> None:
        """One blow. Half-way through, one of two workers is lost for good."""
        if self.lost_for_good and number == of // 2:
            self.mundo.trabajadores.pop(0).kill()
            self.blows["trabajador perdido"] += 1
            self.mundo.worker("tres")
            return
        worker = self.azar.choice(self.mundo.trabajadores)
        what = self.azar.random()
        if what < 0.72:
            worker.kill()
            worker.start()
            self.blows["trabajador"] += 1
        elif what < 0.84:
            self._freeze(worker)
        elif what < 0.92:
            for pid in browsers_of(worker.process.pid) if worker.process is not None else ():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self.blows["navegador"] += 1
        else:
            mock = self.azar.choice([self.mundo.serviweb_process, self.mundo.google_process])
            mock.restart()
            self.blows["serviweb o google"] += 1

    def _freeze(self, worker: Victima) -> None:
        """Long enough for another worker to take over, where there is one."""
        worker.send(signal.SIGSTOP)
        threading.Event().wait(self.azar.uniform(6, 9) if self.lost_for_good else self.azar.uniform(0.5, 3))
        worker.send(signal.SIGCONT)
        self.blows["congelado"] += 1


def calm(world: Mundo) -> None:
    """Nothing fails any more."""
    for mock in (world.serviweb, world.google):
        with contextlib.suppress(*LOST):
            mock.faults()
    start_the_ended(world)


def _await_end(ventanilla: Ventanilla, entrada: _Entrada, plazo: float) -> None:
    deadline = time.monotonic() + plazo
    while time.monotonic() < deadline:
        start_the_ended(entrada.mundo)
        if all(ventanilla.registro.expediente(one).estado.terminado for one in entrada.accepted):
            return
        threading.Event().wait(0.5)


def start_the_ended(world: Mundo) -> None:
    """A worker that ended by itself is started again, as a service manager does."""
    for worker in world.trabajadores:
        if not worker.alive:
            worker.start()
