"""Lotes in the form: looked at before anything is filed, filed once, followed by whoever sent it, given back."""

import io
import re
import tempfile
from pathlib import Path

import pytest
from openpyxl import load_workbook

from robot.models import Estado
from tests.engine.test_lotes import rows
from tests.entradas.test_archivos import book, saved, separated
from tests.entradas.test_filas import TITLES
from tests.paciencia import eventually
from tests.web.conftest import Formulario
from tests.web.visitante import Visitante, text_of


@pytest.fixture
def ana(formulario: Formulario) -> Visitante:
    visitante = Visitante(formulario.url)
    visitante.enter("ana")
    return visitante


def key_of(url: str) -> str:
    return url.rpartition("/")[2]


def test_a_file_is_looked_at_filed_and_given_back(formulario: Formulario, ana: Visitante) -> None:
    registro = formulario.servicio.registro
    whole, sheet = book(
        [*TITLES, "Barrio"], *([*row, "Centro"] for row in rows(101, 102)), *rows(101), ["1", *rows(103)[0][1:]]
    )
    sheet["A2"].number_format = "@"
    content = saved(whole)
    seen = ana.send("/lotes/archivo", "Rosa Elvira Muñoz.xlsx", content)
    clave = key_of(seen.url)
    said = text_of(seen)
    assert "Todavía no se radicó nada" in said
    counted = dict(re.findall(r"<dt>([^<]+)</dt><dd>(\d+)", seen.text))
    assert counted == {
        "Filas con datos": "4",
        "Nuevas, sin problemas": "2",
        "Con problemas": "2",
        "Ya entregadas antes": "0",
    }, "each row once, though none can be filed while a column is not known"
    for told in ("F «Barrio»", "Pide lo mismo que la fila 2", "No tiene la forma de un código de suscriptor"):
        assert told in said
    assert "Radicar" not in re.findall(r"<button[^>]*>(\w+)", seen.text)
    assert ana.post("/lotes", clave=clave, que="radicar").status_code == 422
    assert ana.get(f"/lotes/revision/{clave}/problemas.csv").text.count("\r\n") == 4
    assert registro.expedientes() == []

    choices = ["otras_columnas", "repetidas", "solo_buenas"]
    again = ana.post("/lotes", clave=clave, que="revisar", aceptar=choices)
    assert "Radicar 3 solicitudes" in text_of(again)
    filed = ana.post("/lotes", clave=clave, que="radicar", aceptar=choices)
    identidad = key_of(filed.url)
    assert identidad.startswith("L-")
    eventually(lambda: len(registro.expedientes()) == 3)
    assert ana.get(f"/lotes/revision/{clave}").status_code == 404

    page = text_of(ana.get(f"/lotes/{identidad}"))
    assert "3 EN COLA" in page
    assert "1 NO TOMADA" in page
    result = ana.get(f"/lotes/{identidad}/resultado")
    values = [
        [cell.value for cell in row] for row in load_workbook(io.BytesIO(result.content)).worksheets[0].iter_rows()
    ]
    assert values[0] == [*TITLES, "Barrio", "Estado", "Referencia", "Radicado", "Cita", "Motivo"]
    assert [row[0] for row in values[1:]] == ["000101", "000102", "000101", "1"]
    assert [row[6] for row in values[1:]] == [*["EN COLA"] * 3, "NO TOMADA"]

    clave = key_of(ana.send("/lotes/archivo", "otra vez.xlsx", content).url)
    again = ana.post("/lotes", clave=clave, que="revisar", aceptar=choices)
    assert "Ya entregadas antes 3 3 EN COLA" in text_of(again)
    ana.post("/lotes", clave=clave, que="radicar", aceptar=choices)
    eventually(lambda: all(one.entregado for one in formulario.servicio.lotes.guardados.all()))
    assert {one.estado for one in registro.expedientes()} == {Estado.EN_COLA}
    assert len(registro.expedientes()) == 3


def test_a_lote_is_seen_by_whoever_sent_it_and_by_the_coordinador(formulario: Formulario, ana: Visitante) -> None:
    seen = ana.send("/lotes/archivo", "lote.csv", separated([TITLES, *rows(101)]).encode())
    clave = key_of(seen.url)
    luis, clara = Visitante(formulario.url), Visitante(formulario.url)
    luis.enter("luis")
    clara.enter("clara")
    assert luis.get(f"/lotes/revision/{clave}").status_code == 404
    assert luis.post("/lotes", clave=clave, que="radicar").status_code == 404
    identidad = key_of(ana.post("/lotes", clave=clave, que="radicar").url)
    for ruta in (f"/lotes/{identidad}", f"/lotes/{identidad}/resultado"):
        assert (luis.get(ruta).status_code, clara.get(ruta).status_code) == (404, 200)
    assert identidad not in luis.get("/lotes").text
    assert identidad in clara.get("/lotes").text


def test_a_coordinador_says_whose_the_rows_are_and_an_asesor_hands_in_for_nobody_else(
    formulario: Formulario, ana: Visitante
) -> None:
    clara = Visitante(formulario.url)
    clara.enter("clara")
    content = separated([TITLES, *rows(101)]).encode()
    seen = clara.send("/lotes/archivo", "lote.csv", content)
    assert "Falta la columna «Asesor»" in text_of(seen)
    clara.post("/lotes", clave=key_of(seen.url), que="radicar", asesor="luis")
    eventually(lambda: [one.asesor for one in formulario.servicio.registro.expedientes()] == ["luis"])
    others = separated([[*TITLES, "Asesor"], [*rows(102)[0], "luis"]]).encode()
    assert "Solo puede radicar a su nombre" in text_of(ana.send("/lotes/archivo", "lote.csv", others))


def test_what_is_no_file_of_solicitudes_or_too_large_is_told(formulario: Formulario, ana: Visitante) -> None:
    assert "Elija un archivo" in text_of(ana.send("/lotes/archivo", "lote.csv", b""))
    assert "antiguo (.xls)" in text_of(ana.send("/lotes/archivo", "lote.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))
    assert "No se encontró la fila con los títulos" in text_of(ana.send("/lotes/archivo", "lote.csv", b"hola;mundo"))
    assert ana.send("/lotes/archivo", "lote.csv", b"x" * 6_000_000).status_code == 413
    assert Visitante(formulario.url).post("/lotes/archivo").status_code in {400, 401}


def test_a_file_is_never_in_a_temporary_folder(
    formulario: Formulario, ana: Visitante, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that cannot be written to would be told."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "no-hay"))
    content = separated([TITLES, *([*row[:4], "x" * 2000] for row in rows(*range(100, 1100)))]).encode()
    assert len(content) > 2_000_000
    assert "Revisar el lote" in text_of(ana.send("/lotes/archivo", "lote.csv", content))


def test_a_template_has_the_columns_and_is_read_as_a_file_without_rows(formulario: Formulario, ana: Visitante) -> None:
    for formato in ("csv", "xlsx"):
        template = ana.get(f"/lotes/plantilla.{formato}")
        assert template.headers["content-disposition"].endswith(f'.{formato}"')
        tabla = formulario.servicio.lotes.read(template.content, asesor="ana").tabla
        assert [one.texto for one in tabla.problemas] == []
        titles = [columna.titulo for columna in tabla.encabezado.campos]
        assert titles[:2] == ["Código de suscriptor", "Tipo de documento"]
    assert ana.get("/lotes/plantilla.exe").status_code == 404
