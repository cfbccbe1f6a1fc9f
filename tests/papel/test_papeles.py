"""The paper that the settings ask for is what the printer is told, and `diagnostico` sees a queue that cannot print."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pypdf import PdfReader

from robot.commands.checkup import Comprobacion, look_at_printer
from robot.copias.printer import Cola
from robot.settings import ImpresionSettings, Medio
from tests.cups import IMPRESORA, Cups, Papel
from tests.paciencia import eventually
from tests.papel.mostrador import two_sheets


@pytest.fixture
def printed(cups: Cups, tmp_path: Path) -> Callable[..., Papel]:
    """Print two sheets of a size on a paper; what came out."""

    def send(papel: Medio, size: tuple[float, float], **how: bool) -> Papel:
        impresion = ImpresionSettings(servidor=cups.servidor, papel=papel, **how)
        cola, before = Cola(IMPRESORA, impresion), len(cups.papeles)
        archivo = two_sheets(tmp_path / f"{before}.pdf", size).archivo
        cola.send(cola.create(f"VD-PRUEBA-{before}", archivo), archivo)
        eventually(lambda: len(cups.papeles) > before, pause=0.1)
        return cups.papeles[-1]

    return send


def _size(papel: Papel) -> tuple[int, int]:
    sheet = PdfReader(papel.archivo).pages[0].mediabox
    return round(sheet.width), round(sheet.height)


def test_the_printer_is_told_the_paper_and_that_each_sheet_has_one_face(printed: Callable[..., Papel]) -> None:
    on_letter = printed(Medio.CARTA, (612, 936))
    assert _size(on_letter) == (612, 792)
    assert "x-dimension=21590 y-dimension=27940" in on_letter.dicho["IPP_MEDIA_COL"]
    assert on_letter.dicho["IPP_SIDES"] == "one-sided"
    on_a4 = printed(Medio.A4, (612, 792))
    assert _size(on_a4) == (595, 842)
    assert "x-dimension=21000 y-dimension=29700" in on_a4.dicho["IPP_MEDIA_COL"]


def test_diagnostico_tells_a_printer_that_cannot_print(cups: Cups) -> None:
    def told(impresora: str = IMPRESORA, papel: Medio = Medio.COLA) -> Comprobacion:
        return look_at_printer(ImpresionSettings(impresora=impresora, servidor=cups.servidor, papel=papel))

    assert told().bien
    assert told(papel=Medio.CARTA).bien
    assert "no tiene papel de tamaño oficio" in told(papel=Medio.OFICIO).detalle
    assert "ninguna impresora con ese nombre" in told("otra").detalle
    cups.admin("cupsdisable", IMPRESORA)
    assert "está en pausa" in told().detalle
    cups.admin("cupsenable", IMPRESORA)
    cups.admin("cupsreject", IMPRESORA)
    assert "rechaza trabajos" in told().detalle
    cups.admin("cupsaccept", IMPRESORA)
    cups.turn_off()
    assert "no responde" in told().detalle
    cups.kill()
    assert "CUPS no atiende" in told().detalle
    assert not any(one.bien for one in (told(), told("otra")))
