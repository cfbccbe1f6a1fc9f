"""A booking lands in the cells of its own cupo, however the worksheet is laid out."""

import datetime as dt

import pytest

from fixtures.procesos import MockGoogle
from robot.models import ZONA_HORARIA, Radicado
from robot.settings import Settings
from robot.sheets import Programacion
from tests.fixtures.cliente import client

VISITA = ["CÓDIGO", "RUTA", "ASESOR", "PQR"]
TITULO = "Programación a su manera"


def worksheets(day: dt.date) -> dict[str, list[list[str]]]:
    """One cupo in each, of one day after the other; `?` is where its código goes."""
    days = [f"{day + dt.timedelta(days=n):%d/%m/%Y}" for n in range(6)]
    return {
        "Al lado": [
            ["", "", "CUADRILLA 1", "", "", "", "CUADRILLA 2"],
            ["FECHA", "HORA", *VISITA, *VISITA],
            [days[0], "8:00 – 9:30", "00123", "01", "Luz", "", "?"],
        ],
        "Semana": [
            ["", days[1], "", "", "", days[1]],
            ["HORA", *VISITA, *VISITA],
            ["7-9 am", "00123", "01", "Luz", "", "NO DISPONIBLE"],
            ["HORA", days[1], "", "", "", days[1]],
            ["08h00", "00124", "01", "Luz", "", "?"],
        ],
        "Líneas": [["HORA", *VISITA], ["", f"FECHA: {days[2]}"], ["8 a 9:30 a. m.", "?"]],
        "Juntas": [["FECHA Y HORA", *VISITA], [f"{days[3]} - 8:00 am", "?"]],
        f"{day + dt.timedelta(days=4):%d-%m-%Y}": [["HORA", "CUADRILLA", *VISITA], ["8:00 hrs", "C1", "?"]],
        "Debajo": [
            ["CUADRILLA 1"],
            ["FECHA", "HORA", *VISITA],
            [days[5], "8:00", "00123", "01", "Luz"],
            ["CUADRILLA 2"],
            [days[5], "8:00", "?"],
        ],
    }


@pytest.mark.calendario
def test_every_layout_is_booked_at_its_own_place(settings: Settings, google: MockGoogle) -> None:
    drawn = worksheets(dt.datetime.now(ZONA_HORARIA).date() + dt.timedelta(days=40))
    book = client(google).create(TITULO, folder_id="carpeta-programacion")
    book.batch_update(
        {"requests": [{"updateSpreadsheetProperties": {"properties": {"locale": "es_CO"}, "fields": "locale"}}]}
    )
    for title, rows in drawn.items():
        blank = [[value.replace("?", "") for value in row] for row in rows]
        book.add_worksheet(title, rows=20, cols=10).update(blank)
    changes = {"planillas": (TITULO,), "domingos_y_festivos": True}
    programacion = Programacion(settings.programacion.model_copy(update=changes), settings.google)
    assert len(programacion.cupos(dt.date.min, dt.date.max)) == len(drawn)
    for number, _ in enumerate(drawn):
        cita = programacion.book(referencia=f"VD-{number}", suscriptor="001008", ruta="007", asesor="Ana Torres")
        programacion.verify(cita)
        programacion.write_radicado(cita, Radicado(numero="2026-7"))
    for title, rows in drawn.items():
        found = book.worksheet(title).get_all_values()
        for row, line in zip(rows, found, strict=False):
            if "?" in row:
                at = row.index("?")
                assert line[at : at + 4] == ["001008", "007", "Ana Torres", "2026-7"], title
            else:
                assert "001008" not in line
