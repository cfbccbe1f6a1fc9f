"""What is asked for in a chaos run of the ways in, and what must come of it by the TOML file of its procedure alone."""

import functools
import random
import string
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import robot.procedimientos

CODIGOS = (
    "SC-PQRS-PRO-018",
    "EJ-ALTO-CONSUMO",
    "EJ-FUGA-IMPERCEPTIBLE",
    "EJ-FUGA-PERCEPTIBLE",
    "EJ-ALCANTARILLADO-ROTO",
    "EJ-TAPONAMIENTO",
)
"""Every procedure that the robot ships: with a cita and without one, with a choice of medio or causal, without copies."""
_FILED_AS_ONE = {"EJ-ALCANTARILLADO-ROTO": "EJ-TAPONAMIENTO"}
"""A trámite of the one is a duplicate of the other."""
TITULOS: Mapping[str, str] = {
    "suscriptor": "Código de suscriptor",
    "cedula": "Cédula",
    "nombre": "Nombre completo",
    "celular": "Celular",
    "solicitud": "Solicitud",
    "asesor": "Asesor",
    "procedimiento": "Procedimiento",
    "medio": "Medio",
    "causal": "Causal",
}
"""What a column of a lote or a sheet of requests is called; questions have columns of their own, `questions`."""
_ANSWERS: Mapping[str, Sequence[str]] = {
    "consumo": ("61", "48", "105"),
    "promedio": ("22", "41"),
    "lectura": ("", "1308"),
    "factura": ("", "A-70012"),
    "llave": ("SÍ", "NO", "NO TIENE"),
    "desde": ("", "2026-10-02"),
    "donde": ("MEDIDOR", "ACOMETIDA", "VÍA PÚBLICA", "INSTALACIÓN INTERNA"),
    "lugar": ("Calle 15 frente al parque", "Carrera 11 con 4"),
    "vecinos": ("", "3"),
}


class Falta(StrEnum):
    """What is wrong with a pedido on purpose."""

    SUSCRIPTOR = "suscriptor que no existe"
    RESPUESTA = "falta una respuesta obligatoria"


@functools.cache
def definition(codigo: str) -> Mapping[str, Any]:
    """The file of a shipped procedure, as it is written."""
    folder = Path(robot.procedimientos.__file__).parent
    every = (tomllib.loads(one.read_text()) for one in folder.rglob("*.toml"))
    return next(one for one in every if one["codigo"] == codigo)


def questions() -> dict[str, str]:
    """The own questions of every procedure: what each is called, and its title."""
    return {one["nombre"]: one["etiqueta"] for codigo in CODIGOS for one in definition(codigo).get("preguntas", ())}


def titles() -> list[str]:
    """The titles of a table of pedidos."""
    return [*TITULOS.values(), *questions().values()]


@dataclass
class Pedido:
    """One thing that somebody asks for, by one way in or by two.

    Attributes:
        textos: what it has been written as, the newest last; each begins with its `marca`.
        falta: what is wrong with it; nothing once somebody has mended it.
        vias: the ways it comes by. Where there are two, one of them finds it there already.
    """

    numero: int
    codigo: str
    suscriptor: str
    cedula: str
    asesor: str
    medio: str
    causal: str
    respuestas: dict[str, str]
    textos: list[str]
    falta: Falta | None
    vias: tuple[str, ...]

    @property
    def marca(self) -> str:
        """What only its own trámite, rows and answers say."""
        return f"Pedido {self.numero:04d}:"

    @property
    def definicion(self) -> Mapping[str, Any]:
        return definition(self.codigo)

    def fields(self) -> dict[str, str]:
        """It as flat columns of text, without its answers."""
        return {
            "suscriptor": self.suscriptor,
            "cedula": self.cedula,
            "nombre": "Rosa Elvira Muñoz",
            "celular": "310 555 0101",
            "solicitud": self.textos[-1],
            "asesor": self.asesor,
            "procedimiento": self.codigo,
            "medio": self.medio,
            "causal": self.causal,
        }

    def as_json(self) -> dict[str, Any]:
        """It as a program sends it."""
        return {**self.fields(), "respuestas": dict(self.respuestas), "revisar_duplicados": True}

    def as_row(self) -> list[str]:
        """It as a line of a table under `titles`."""
        fields = self.fields()
        return [*(fields[name] for name in TITULOS), *(self.respuestas.get(name, "") for name in questions())]

    def observaciones(self, ruta: str, referencia: str) -> list[str]:
        """What its trámite may say: the parts whose questions are answered, with each text that it has been written as."""
        return [self._observacion(texto, ruta, referencia) for texto in self.textos]

    def _observacion(self, texto: str, ruta: str, referencia: str) -> str:
        told = {name: answer for name, answer in self.respuestas.items() if answer}
        said = {"suscriptor": self.suscriptor, "celular": "3105550101", "ruta": ruta, "referencia": referencia}
        values = {**told, **said, "solicitud": texto}
        parts = self.definicion.get("observacion", ())
        names = {part: {name for _, name, _, _ in string.Formatter().parse(part) if name} for part in parts}
        return " ".join(part.format(**values) for part in parts if names[part] <= values.keys())


@dataclass
class Pedidos:
    """Makes them: each of a suscriptor who asks for nothing else that is filed as the same, so that none refuses another.

    Args:
        suscriptores: those who may ask.
        vias: the ways in.
    """

    azar: random.Random
    suscriptores: Sequence[str]
    vias: Sequence[str]
    hechos: list[Pedido] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._turns = {codigo: self._shuffled() for codigo in CODIGOS if codigo not in _FILED_AS_ONE}
        self._wrong_turn = 0

    def _shuffled(self) -> Iterator[str]:
        return iter(self.azar.sample(self.suscriptores, len(self.suscriptores)))

    def make(self) -> Pedido | None:
        """The next one, its procedure and its way in the next of their turn; None once every suscriptor has asked."""
        numero = len(self.hechos) + 1
        codigo = CODIGOS[numero % len(CODIGOS)]
        suscriptor = next(self._turns[_FILED_AS_ONE.get(codigo, codigo)], None)
        if suscriptor is None:
            return None
        written = definition(codigo)
        questions = written.get("preguntas", ())
        answers = {one["nombre"]: self.azar.choice(_ANSWERS[one["nombre"]]) for one in questions}
        pedido = Pedido(
            numero=numero,
            codigo=codigo,
            suscriptor=suscriptor,
            cedula=str(40_000_000 + numero % 40),
            asesor=self.azar.choice(("ana", "beto", "carla", "dario")),
            medio=self._chosen(written["medio"]),
            causal=self._chosen(written["causal"]),
            respuestas=answers,
            textos=[],
            falta=None,
            vias=self._ways(),
        )
        pedido.textos.append(f"{pedido.marca} el agua se devuelve.")
        self._spoil(pedido)
        self.hechos.append(pedido)
        return pedido

    def _chosen(self, offered: str | list[str]) -> str:
        return "" if isinstance(offered, str) else self.azar.choice(offered)

    def _ways(self) -> tuple[str, ...]:
        first = self.vias[(len(self.hechos) // len(CODIGOS) + len(self.hechos)) % len(self.vias)]
        others = [one for one in self.vias if one != first]
        return (first, self.azar.choice(others)) if self.azar.random() < 0.2 else (first,)

    def _spoil(self, pedido: Pedido) -> None:
        """Every eighth or so is bad on purpose, the one way and the other in turn."""
        if len(pedido.vias) > 1 or self.azar.random() > 0.2:
            return
        needed = [one["nombre"] for one in pedido.definicion.get("preguntas", ()) if one.get("obligatoria", True)]
        self._wrong_turn += 1
        if needed and self._wrong_turn % 2:
            pedido.falta = Falta.RESPUESTA
            pedido.respuestas[needed[0]] = ""
        else:
            pedido.falta = Falta.SUSCRIPTOR
            pedido.suscriptor = f"9{pedido.numero:05d}"

    def mend(self, pedido: Pedido) -> bool:
        """Correct what is wrong with it; whether that can be."""
        if pedido.falta is Falta.RESPUESTA:
            wrong = next(one for one, answer in pedido.respuestas.items() if not answer)
            pedido.respuestas[wrong] = _ANSWERS[wrong][0]
        elif pedido.falta is Falta.SUSCRIPTOR:
            fresh = next(self._turns[_FILED_AS_ONE.get(pedido.codigo, pedido.codigo)], None)
            if fresh is None:
                return False
            pedido.suscriptor = fresh
        pedido.falta = None
        return True
