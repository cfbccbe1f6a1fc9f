"""The paper that the settings ask for is what the printer is told, and `diagnostico` sees a queue that cannot print."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pypdf import PdfReader
from reportlab.lib.units import mm

from robot.commands.checkup import Comprobacion, look_at_printer
from robot.copias.printer import Cola
from robot.settings import ImpresionSettings, Medio
from tests.copias.juicio import seen_by_pdfium
from tests.cups import IMPRESORA, Cups, Papel
from tests.paciencia import eventually
from tests.papel.mostrador import two_sheets


@pytest.fixture
def printed(cups: Cups, tmp_path: Path) -> Callable[..., Papel]:
    """Print two sheets of a size on a paper; what came out."""

    def send(papel: Medio, size: tuple[float, float], *, second: float = 0) -> Papel:
        impresion = ImpresionSettings(servidor=cups.servidor, papel=papel)
        cola, before = Cola(IMPRESORA, impresion), len(cups.papeles)
        archivo = two_sheets(tmp_path / f"{before}.pdf", size, second=second).archivo
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
    on_legal = printed(Medio.LEGAL, (612, 936))
    assert _size(on_legal) == (612, 1008)
    assert "x-dimension=21590 y-dimension=35560" in on_legal.dicho["IPP_MEDIA_COL"]


@pytest.mark.parametrize("cups", [("oem_a_216x356mm", "oem_b_216x330mm")], indirect=True)
def test_oficio_is_the_one_of_colombia_and_no_legal(printed: Callable[..., Papel]) -> None:
    on_oficio = printed(Medio.OFICIO, (396, 612))
    assert "x-dimension=21600 y-dimension=33000" in on_oficio.dicho["IPP_MEDIA_COL"]


def _widths(archivo: Path) -> dict[str, int]:
    """Of the words on all sheets, in points."""
    return {word.texto: round(word.derecha - word.x) for sheet in seen_by_pdfium(archivo) for word in sheet.palabras}


@pytest.mark.parametrize(
    ("cups", "alto"),
    [
        (("oem_a_80x200mm", "custom_min_50x50mm", "custom_max_100x3000mm"), 318),
        (("oem_a_80x200mm", "custom_min_50x50mm", "custom_max_100x250mm"), 250),
        (("oem_a_80x200mm", "oem_b_80x297mm", "oem_c_80x400mm"), 400),
    ],
    ids=["any length", "not so long", "some lengths"],
    indirect=["cups"],
)
def test_a_roll_is_cut_to_its_longest_sheet_as_far_as_the_queue_cuts(
    printed: Callable[..., Papel], cups: Cups, tmp_path: Path, alto: int
) -> None:
    out = printed(Medio.ROLLO, (80 * mm, 200 * mm), second=318 * mm)
    assert f"x-dimension=8000 y-dimension={alto}00" in out.dicho["IPP_MEDIA_COL"]
    assert len(PdfReader(out.archivo).pages) == 2
    assert _widths(out.archivo)["CLIENTE"] == _widths(tmp_path / "0.pdf")["CLIENTE"]
    whole = _widths(out.archivo) == _widths(tmp_path / "0.pdf")
    assert whole == (alto >= 318)
    assert [one.trabajo for one in cups.papeles] == ["VD-PRUEBA-0"]


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
