"""A booking that a robot has left half-done."""

import datetime as dt

import pytest

from fixtures.planilla import Place
from fixtures.procesos import MockGoogle
from robot.errors import GoogleUnavailable
from robot.settings import Settings
from robot.sheets import Programacion
from tests.planilla import first_free, row_at


def half_done(settings: Settings, google: MockGoogle) -> Place:
    """Where a robot has died between its write and giving back what it met: 001008 stands over a person's 00777."""
    row = first_free(google)
    early = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=10)
    doomed = Programacion(settings.programacion, settings.google, lambda: early)
    day = doomed.cupos(dt.date.min, dt.date.max)[0].fecha
    typed = [{"accion": "type", **row.cell("D"), "value": "00777", "raw": True}]
    google.faults(
        edicion_antes={"veces": 1, "ruta": ":batchUpdate", "saltar": 1, "ediciones": typed},
        error_antes={"veces": -1, "ruta": "DataFilter", "saltar": 1},
    )
    with pytest.raises(GoogleUnavailable):
        doomed.book(referencia="VD-UNO", suscriptor="001008", ruta="011", asesor="Ana Torres", fecha=day)
    google.faults()
    assert row_at(google, row)[3] == "001008"
    return row
