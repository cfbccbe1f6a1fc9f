"""What one click on Guardar came to (step 11), as far as the screens tell."""

from dataclasses import dataclass

from robot.errors import OutcomeUnknown, PosibleDuplicado, TramiteRefused, UnexpectedDialog
from robot.models import Radicado


@dataclass(frozen=True, slots=True)
class Confirmado:
    """Serviweb says that it has saved the trámite; `radicado` is None where it does not tell which number it gave it."""

    radicado: Radicado | None


@dataclass(frozen=True, slots=True)
class Rechazado:
    """Serviweb refused the form, or asked what it was told no to. Only a look-up proves that it saved nothing."""

    motivo: TramiteRefused | PosibleDuplicado | UnexpectedDialog


@dataclass(frozen=True, slots=True)
class EnDuda:
    """Serviweb gave no answer, or none that can be understood: it may have saved, or save yet."""

    motivo: OutcomeUnknown


Veredicto = Confirmado | Rechazado | EnDuda


def confirmed(veredicto: Veredicto) -> Radicado | None:
    """The radicado of a confirmed save, or None where Serviweb does not tell it; for those who take nothing else.

    Raises:
        TramiteRefused, PosibleDuplicado, UnexpectedDialog, OutcomeUnknown: it is not confirmed.
    """
    match veredicto:
        case Confirmado(radicado):
            return radicado
        case Rechazado(motivo) | EnDuda(motivo):
            raise motivo
