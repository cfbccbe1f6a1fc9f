"""What somebody was about to send when their session was over: it waits behind the sign-in, hidden in its form."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from fastapi import Request
from fastapi.responses import Response

from robot.record.accounts import Cuenta
from robot.web.guardia import one
from robot.web.nueva import show_form
from robot.web.servicio import Servicio
from robot.web.vistas import page, see_other

_TYPED = "escrito."
_ACTO = "acto"
_ACT = re.compile(
    r"(/solicitudes/[A-Z0-9-]{4,40})/(revision|imprimir|reintentar|cancelar|resolver|respondida|mover|cancelar-cita)"
)
_BOTONES = {
    "confirmar": "Confirmar y guardar",
    "imprimir": "Imprimir",
    "reintentar": "Reintentar",
    "cancelar": "Cancelar la solicitud",
    "resolver": "Enviar la decisión",
    "revision": "Devolver para corregir",
    "respondida": "Anotar la respuesta",
    "mover": "Mover la cita",
    "cancelar-cita": "Cancelar la cita",
}


@dataclass(frozen=True)
class Pendiente:
    """The fields of a form that came too late.

    Attributes:
        acto: where it was sent, if it decides something about a solicitud; else it was a new one.
    """

    escrito: Mapping[str, str] = field(default_factory=dict)
    acto: str = ""

    @classmethod
    def of(cls, fields: Mapping[str, Sequence[str]]) -> Self:
        """What came with a sign-in."""
        typed = {name.removeprefix(_TYPED): values[-1] for name, values in fields.items() if name.startswith(_TYPED)}
        return cls(typed, one(fields, _ACTO))

    @property
    def hidden(self) -> dict[str, str]:
        """As fields of the sign-in."""
        fields = {_TYPED + name: value for name, value in self.escrito.items()}
        return fields | {_ACTO: self.acto} if self.acto else fields

    def take_up(self, request: Request, con: Servicio, cuenta: Cuenta) -> Response:
        """The page that goes on with it, once somebody has signed in. What decides something is asked once more."""
        if found := _ACT.fullmatch(self.acto):
            return self._asking(request, cuenta, solicitud=found[1], what=found[2])
        return show_form(request, con, cuenta, self.escrito) if self.escrito else see_other(request, "/")

    def _asking(self, request: Request, cuenta: Cuenta, *, solicitud: str, what: str) -> Response:
        boton = _BOTONES["confirmar" if self.escrito.get("decision") == "confirmar" else what]
        told = {
            "titulo": "Falta un paso",
            "texto": f"Su sesión terminó antes de «{boton}», y no se hizo. ¿Lo hace ahora?",
            "acto": self.acto,
            "boton": boton,
            "solicitud": solicitud,
            "otra_vez": {name: [value] for name, value in self.escrito.items()},
        }
        return page(request, "problema.html", cuenta, told)


NADA = Pendiente()


def is_act(ruta: str) -> bool:
    """Whether a form that was sent there decides something about a solicitud."""
    return _ACT.fullmatch(ruta) is not None
