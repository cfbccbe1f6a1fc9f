"""What a session has learned of the screens of its Serviweb."""

from dataclasses import dataclass, field, replace
from typing import Self

from playwright.sync_api import Locator


@dataclass(slots=True)
class Aprendido:
    """It only saves looking again: where it turns out not to hold, the screens are looked at as if nothing were known.

    Attributes:
        se_abren_con_clic: menu entries that do not open when the mouse rests on them.
        caminos: by screen, the menu entries that have led there and make the server send it; none where they led nowhere once.
        entero: the form of the trámite has been seen whole, with every field on one screen.
        orden_de_campos: its fields in the order in which the page has them, where it is not the procedure's.
        opciones: by field and wanted option, how its list writes it.
        maneras: how the list of each field that the page draws itself was opened last (`robot.pages.lista`), in the order in
            which that was done.
        callados: fields whose choice asks the server for nothing.
        vistas: by screen, when it was last seen whether it is as it was, by the monotonic clock (`robot.pages.recuerdo`).
    """

    se_abren_con_clic: set[str] = field(default_factory=set)
    caminos: dict[str, tuple[Locator, ...]] = field(default_factory=dict)
    entero: bool = False
    orden_de_campos: tuple[str, ...] = ()
    opciones: dict[tuple[str, str], str] = field(default_factory=dict)
    callados: set[str] = field(default_factory=set)
    maneras: dict[str, str] = field(default_factory=dict)
    vistas: dict[str, float] = field(default_factory=dict)

    def elsewhere(self) -> Self:
        """What holds in another page of the same Serviweb, too."""
        return replace(self, caminos={}, vistas={})
