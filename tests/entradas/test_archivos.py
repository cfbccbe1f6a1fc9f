"""Files as offices make them: what was written is read back, whatever the program, and what cannot be is told in words."""

import csv
import datetime as dt
import io
import time
import zipfile
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from robot.entradas.archivos import FormatoDeArchivo, looks_like_a_table, read_file
from robot.entradas.columnas import ColumnasPosibles
from robot.entradas.filas import NINGUNA, Eleccion, Elecciones, Tabla, read_table
from robot.errors import BadInput
from robot.models import Reglas
from tests.entradas.test_filas import GOOD, NOW, TITLES
from tests.paciencia import slowness

CATALOGO = ColumnasPosibles(fijos=["asesor"])


def is_number(text: str) -> bool:
    """Whether a text is nothing but a number, such as 1E+11, which a program for spreadsheets may have abbreviated."""
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True


TEXTS = st.text(
    st.characters(codec="cp1252", exclude_categories=["Cc", "Cf", "So"]) | st.sampled_from(';,\t"|\n'), min_size=1
).filter(lambda text: any(map(str.isalnum, text)) and not text.startswith(("'", "=")) and not is_number(text))


def read(content: bytes, elecciones: Elecciones = NINGUNA) -> Tabla:
    hoja = read_file(content, CATALOGO).hoja
    return read_table(hoja, CATALOGO, Reglas(ahora=NOW), fijos={"asesor": "ana"}, elecciones=elecciones)


def separated(rows: Sequence[Sequence[object]], separator: str = ";") -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator).writerows(rows)
    return out.getvalue()


def book(*rows: Sequence[object]) -> tuple[Workbook, Worksheet]:
    whole = Workbook()
    sheet = whole.active
    assert isinstance(sheet, Worksheet)
    for row in rows:
        sheet.append(list(row))
    return whole, sheet


def saved(whole: Workbook) -> bytes:
    out = io.BytesIO()
    whole.save(out)
    return out.getvalue()


def told(tabla: Tabla) -> list[str]:
    return [problem.texto for problem in tabla.problemas]


def refusal(content: bytes) -> str:
    with pytest.raises(BadInput) as refused:
        read(content)
    return str(refused.value)


@given(
    requests=st.lists(TEXTS, min_size=1, max_size=4, unique_by=lambda text: " ".join(text.split())),
    order=st.permutations(range(len(TITLES))),
    separator=st.sampled_from(";,\t|"),
    coding=st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]),
    told_first=st.booleans(),
    upper=st.booleans(),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_was_written_is_read_back(
    requests: list[str], order: list[int], separator: str, coding: str, told_first: bool, upper: bool
) -> None:
    rows = [[title.upper() if upper else title for title in TITLES], *([*GOOD[:4], request] for request in requests)]
    text = separated([[row[place] for place in order] for row in rows], separator)
    if told_first:
        text = f"sep={separator}\n{text}"
    tabla = read(text.encode(coding))
    assert told(tabla) == []
    asked = [row.solicitud.solicitud for row in tabla.filas if row.solicitud is not None]
    assert [one.split() for one in asked] == [one.split() for one in requests]
    assert [row.numero for row in tabla.filas] == list(range(2, len(requests) + 2))


def test_a_row_with_line_breaks_in_quotes_counts_as_one() -> None:
    tabla = read(separated([TITLES, [*GOOD[:4], "Uno\r\ndos\ntres"], ["1", *GOOD[1:]]]).encode())
    assert [problem.fila for problem in tabla.problemas] == [3]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "antiguo (.xls)"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "tiene contraseña"),
        (b"PK\x03\x04 and then nothing", "no se puede abrir"),
        (b"\x81\x00\x02", "no es un texto"),
        ('Cédula;Nombre completo\n1;"Ana\n2;Eva\n'.encode(), "unas comillas que no cierran, desde la fila 2"),
        (b"a" * (5 * 1024 * 1024 + 1), "más de 5 MB"),
        (b"x\n" * 10_002, "más de 10.000 filas"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_and_what_to_do(content: bytes, why: str) -> None:
    assert why in refusal(content)


def test_a_book_that_unpacks_to_more_than_any_office_writes_is_not_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/workbook.xml", "<workbook/>")
        parts.writestr("xl/worksheets/sheet1.xml", b" " * 30_000_000)
    assert len(out.getvalue()) < 100_000
    assert "demasiado grande por dentro" in refusal(out.getvalue())


def test_a_book_of_another_program_is_told() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as parts:
        parts.writestr("content.xml", "<office/>")
    assert "no es un libro .xlsx" in refusal(out.getvalue())


def test_a_code_keeps_the_zeros_that_its_format_shows() -> None:
    whole, sheet = book(TITLES, [1008, 40765123.0, *GOOD[2:]], [1009, 4.0765123e7, *GOOD[2:]])
    sheet["A2"].number_format = "000000"
    tabla = read(saved(whole))
    assert [row.solicitud and row.solicitud.suscriptor for row in tabla.buenas] == ["001008"]
    assert [(problem.fila, problem.eleccion) for problem in tabla.problemas] == [(3, Eleccion.SIN_CEROS)]
    sure = read(saved(whole), frozenset({Eleccion.SIN_CEROS}))
    asked = [row.solicitud for row in sure.buenas if row.solicitud is not None]
    assert [(one.suscriptor, one.cedula) for one in asked] == [("001008", "40765123"), ("1009", "40765123")]


def test_dates_hours_percents_errors_and_formulas_of_a_book_are_read_or_told() -> None:
    day, hour = dt.date(2026, 11, 24), dt.time(14, 0)
    titles = [*TITLES, "Fecha", "Hora", "Otra visita"]
    whole, sheet = book(
        titles,
        [*GOOD, day, hour, "sí"],
        [*GOOD[:3], 0.25, "b", day, hour, True],
        ["#REF!", *GOOD[1:4], "c"],
        ["001008", *GOOD[1:4], '=CONCATENATE("a","b")'],
    )
    sheet["D3"].number_format = "0%"
    sheet["A4"].data_type = "e"
    tabla = read(saved(whole))
    first = tabla.filas[0].solicitud
    assert first is not None
    assert (first.fecha, first.hora, first.otra_visita) == (day, hour, True)
    assert told(tabla) == [
        "Fila 3, columna D «Celular»: trae un porcentaje, no un texto.",
        "Fila 4, columna A «Código de suscriptor»: tiene un error de fórmula.",
        "Fila 5, columna E «Solicitud»: tiene una fórmula sin su resultado: ábralo en Excel y guárdelo de nuevo, "
        "o escriba el dato.",
    ]


def test_what_is_hidden_or_merged_in_a_book_is_told() -> None:
    whole, sheet = book(
        [*TITLES, "Ruta"], [*GOOD, "0101"], ["001009", *GOOD[1:], "0102"], ["001010", *GOOD[1:], "0103"]
    )
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["F"].hidden = True
    sheet.merge_cells("E2:E4")
    assert told(read(saved(whole))) == [
        "Columna F «Ruta»: está oculta: muéstrela o bórrela.",
        "Fila 3: está oculta: muéstrela o bórrela.",
        "Fila 3, columna E «Solicitud»: está combinada con la celda de otra fila: sepárelas.",
        "Fila 4, columna E «Solicitud»: está combinada con la celda de otra fila: sepárelas.",
    ]


def test_titles_over_two_merged_rows_of_a_book_are_read() -> None:
    whole, sheet = book(
        ["Código de suscriptor", "Quien pide", None, None, "Solicitud"], [None, "Cédula", "Nombre", "Tel.", None], GOOD
    )
    sheet.merge_cells("A1:A2")
    sheet.merge_cells("B1:D1")
    sheet.merge_cells("E1:E2")
    tabla = read(saved(whole))
    assert (told(tabla), len(tabla.buenas)) == ([], 1)


def test_the_one_sheet_with_titles_is_read_and_several_are_told() -> None:
    whole, _ = book(TITLES, GOOD)
    whole.create_sheet("Instrucciones").append(["Llene la primera hoja."])
    hidden = whole.create_sheet("Vieja")
    hidden.append(list(TITLES))
    hidden.sheet_state = Worksheet.SHEETSTATE_HIDDEN
    found = read_file(saved(whole), CATALOGO)
    assert (found.formato, found.como) == (
        FormatoDeArchivo.EXCEL,
        "Libro de Excel, hoja «Sheet»; las otras hojas (1) no se leen",
    )
    hidden.sheet_state = Worksheet.SHEETSTATE_VISIBLE
    assert "en varias hojas («Sheet», «Vieja»)" in refusal(saved(whole))


def test_what_a_file_is_is_seen_by_what_it_holds() -> None:
    assert looks_like_a_table("-", saved(book(TITLES)[0]))
    assert looks_like_a_table("lote.CSV", b"Cedula;Nombre")
    assert not looks_like_a_table("una.json", b'{"suscriptor": "001008"}')
    assert not looks_like_a_table("lote.csv", b'\xef\xbb\xbf {"suscriptor": "001008"}')


def test_ten_thousand_rows_with_problems_in_each_are_told_in_seconds() -> None:
    rows = [TITLES, *([str(n % 90), "12", "", "99", ""] for n in range(9_999))]
    begun = time.process_time()
    tabla = read(separated(rows).encode())
    spent = time.process_time() - begun
    assert (len(tabla.filas), len(tabla.problemas)) == (9_999, 5 * 9_999)
    assert spent < 10 * slowness()
