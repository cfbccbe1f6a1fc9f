"""What becomes of each kind of document, judged by where two renderers see words and marks."""

import datetime as dt
import os
import shutil
import subprocess
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest

from robot.copias.document import read_document
from robot.copias.making import make_copies
from robot.errors import DocumentIncomplete
from robot.models import Cita
from tests.copias.documentos import DOCUMENTOS, IMPRESION, LAID_OUT, Desenlace, Documento, with_table
from tests.copias.juicio import POPPLER, Lamina, judge, seen_by_pdfium, seen_by_poppler
from tests.copias.pagina import Pagina
from tests.procedimientos import VISITA_DOMICILIARIA

CITA = Cita(
    fecha=dt.date(2026, 11, 24),
    hora=dt.time(8),
    planilla="Noviembre",
    hoja="Semana 4",
    cuadrilla="Norte",
    referencia="VD-7K3Q9M",
    suscriptor="001008",
    planilla_id="1",
    hoja_id=1,
    marca=1,
)
LARGAS = os.environ.get("LARGAS") == "si"


def copied(documento: bytes, carpeta: Path) -> tuple[Path, str]:
    """The copies, and what their sheets could not show."""
    hechas = make_copies(
        read_document(documento),
        VISITA_DOMICILIARIA.copias,
        referencia="VD-7K3Q9M",
        radicado="2026-004301",
        cita=CITA,
        carpeta=carpeta,
    )
    return hechas.documento.archivo, hechas.reparo


def seen(pdf: Path) -> list[list[Lamina]]:
    """As each renderer sees it; poppler's pictures, which take their time, only in the long tests."""
    return [seen_by_pdfium(pdf), *([seen_by_poppler(pdf, pictured=LARGAS)] if POPPLER else [])]


def of_outcome(desenlace: Desenlace) -> pytest.MarkDecorator:
    wanted = [one for one in DOCUMENTOS if one.desenlace is desenlace]
    return pytest.mark.parametrize("documento", wanted, ids=str)


@of_outcome(Desenlace.MARCADA)
def test_a_copy_is_the_document_as_people_see_it_with_its_marks(documento: Documento, tmp_path: Path) -> None:
    judge_copies(documento.hecho(), documento.paginas, tmp_path)


@pytest.mark.larga
@pytest.mark.parametrize(
    "rewrite",
    [
        ["qpdf", "--object-streams=generate", "--linearize", "in.pdf", "out.pdf"],
        ["gs", "-q", "-sDEVICE=pdfwrite", "-dAutoRotatePages=/None", "-o", "out.pdf", "in.pdf"],
    ],
    ids=["qpdf", "ghostscript"],
)
def test_it_is_so_whoever_wrote_the_file(rewrite: list[str], tmp_path: Path) -> None:
    if shutil.which(rewrite[0]) is None:
        pytest.skip("it is not on this machine")
    for documento in LAID_OUT:
        (tmp_path / "in.pdf").write_bytes(documento.hecho())
        subprocess.run(rewrite, check=True, cwd=tmp_path)
        judge_copies((tmp_path / "out.pdf").read_bytes(), documento.paginas, tmp_path)


def judge_copies(original: bytes, paginas: Sequence[Pagina], carpeta: Path) -> None:
    pdf, reparo = copied(original, carpeta)
    assert reparo == ""
    last = len(paginas)
    for laminas in seen(pdf):
        assert len(laminas) == 2 * last
        for at, lamina in enumerate(laminas):
            pagina, page = paginas[at % last], at % last + 1
            if min(pagina.ancho, pagina.alto) >= 300:
                assert (lamina.ancho, lamina.alto) == pytest.approx((pagina.ancho, pagina.alto), abs=0.1)
            judge(lamina, pagina, marks(of_customer=at < last, page=page, last=last))
            words = {one.texto for one in lamina.palabras}
            assert ("ARCHIVO" if at < last else "CLIENTE") not in words
            assert ("Cita:" in words, "Firma" in words) == (at < last, page == last)


def marks(*, of_customer: bool, page: int, last: int) -> list[str]:
    """What stands on a sheet beside the document."""
    whose, signs = ("CLIENTE", "asesor") if of_customer else ("ARCHIVO", "usuario")
    every = [f"COPIA PARA EL {whose}", "Radicado 2026-004301", f"VD-7K3Q9M · {page}/{last}"]
    if of_customer:
        every.append("Cita: martes 24 de noviembre de 2026, 08:00 · Cuadrilla Norte")
    return [*every, *([f"Firma del {signs}"] if page == last else [])]


@of_outcome(Desenlace.CARATULA)
def test_what_cannot_be_shown_as_it_is_stays_as_it_came_behind_a_cover_with_the_marks(
    documento: Documento, tmp_path: Path
) -> None:
    original = documento.hecho()
    pdf, reparo = copied(original, tmp_path)
    assert reparo
    laminas = seen_by_pdfium(pdf)
    assert len(laminas) == 2 * (1 + len(documento.paginas))
    for cover, destino, firma in (
        (laminas[0], "CLIENTE", "asesor"),
        (laminas[len(laminas) // 2], "ARCHIVO", "usuario"),
    ):
        text = " ".join(one.texto for one in cover.palabras)
        for word in (f"COPIA PARA EL {destino}", "Radicado 2026-004301", f"Firma del {firma}", reparo):
            assert word in text
    assert _pictures(pdf, 1) == _pictures(pdf, 3) == _pictures(BytesIO(original), 0)


def _pictures(pdf: Path | BytesIO, at: int) -> bytes:
    """A page as a person sees it, with its forms."""
    document = pypdfium2.PdfDocument(pdf)
    document.init_forms()
    picture = document[at].render(grayscale=True).to_pil().tobytes()
    document.close()
    return bytes(picture)


@of_outcome(Desenlace.PENDIENTE)
def test_what_is_no_whole_document_is_told_and_nothing_is_kept(documento: Documento, tmp_path: Path) -> None:
    with pytest.raises(DocumentIncomplete):
        copied(documento.hecho(), tmp_path)
    assert list(tmp_path.glob("VD-*")) == []


def test_the_table_of_documents_is_the_one_of_this_version() -> None:
    written = IMPRESION.read_text(encoding="utf-8")
    assert written == with_table(written)
