from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pytest

from fixtures.procesos import MockGoogle
from robot.intake import Ventanilla
from robot.receiving.sheet import MiradorDeHoja
from robot.recepcion.report import InformeDeHoja
from robot.recepcion.rows import ColumnaPropia
from robot.settings import HojaSettings, ProcedimientosSettings, RecibirSettings, Settings

PLANILLA = "solicitudes-de-prueba"
TITULOS = [
    "Marca temporal",
    "Código",
    "Cédula",
    "Nombre completo",
    "Celular",
    "Solicitud",
    "Fecha de la visita",
    "Hora",
]
ROSA = ["27/11/2026 8:00", "'001008", "40.765.123", "Rosa Elvira Muñoz", "310 555 0101", "El agua se devuelve.", "", ""]
LUIS = ["27/11/2026 9:00", "'001010", "1.117.500.200", "Luis Mora", "3105550102", "No baja el agua.", "", ""]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Rows are taken at the second look, however soon that is."""
    activos = ("SC-PQRS-PRO-018", "EJ-ALCANTARILLADO-ROTO", "EJ-FUGA-IMPERCEPTIBLE")
    return settings.model_copy(
        update={
            "recibir": RecibirSettings(reposo_segundos=0),
            "procedimientos": ProcedimientosSettings(activos=activos),
        }
    )


@pytest.fixture
def ventanilla(settings: Settings) -> Iterator[Ventanilla]:
    with Ventanilla(settings) as ready:
        yield ready


@dataclass
class HojaDePrueba:
    """A sheet of requests in the mock Google, what people do to it, and the robot that looks at it."""

    google: MockGoogle
    ventanilla: Ventanilla
    ajustes: HojaSettings

    def look(self) -> InformeDeHoja:
        """Once, as a worker that has just started does."""
        return MiradorDeHoja(self.ventanilla, self.ajustes).receive()

    def take(self) -> InformeDeHoja:
        """Two looks, after which what rests is taken."""
        first = self.look()
        assert not first.falla, first.falla
        return self.look()

    def edit(self, accion: str, **what: object) -> None:
        assert self.google.edit(accion=accion, spreadsheet=PLANILLA, **what)

    def type(self, cell: str, value: object) -> None:
        self.edit("type", cell=cell, value=value)

    @property
    def values(self) -> list[list[str]]:
        books = self.google.state()["spreadsheets"]
        values: list[list[str]] = next(one for one in books if one["id"] == PLANILLA)["sheets"][0]["values"]
        return values

    @property
    def marcas(self) -> list[tuple[int, int]]:
        """The id of each tag, and its row from 0."""
        books = self.google.state()["spreadsheets"]
        found = next(one for one in books if one["id"] == PLANILLA)["sheets"][0]["metadata"]
        return [(one["id"], one["row"]) for one in found]

    def answers(self, row: int) -> Mapping[ColumnaPropia, str]:
        """What stands beside a row, by its number as people see it."""
        titles, line = self.values[0], self.values[row - 1]
        return {
            one: line[titles.index(one.value)] if titles.index(one.value) < len(line) else "" for one in ColumnaPropia
        }

    @property
    def handed_in(self) -> list[str]:
        return [one.suscriptor for one in reversed(self.ventanilla.registro.expedientes())]


@pytest.fixture
def hoja(google: MockGoogle, ventanilla: Ventanilla) -> Callable[..., HojaDePrueba]:
    """`hoja(ROSA, LUIS)`: a sheet with these rows typed into it."""

    def make(*rows: list[str], titulos: list[str] = TITULOS, **ajustes: object) -> HojaDePrueba:
        google.edit(accion="add_spreadsheet", id=PLANILLA, value="Llamadas", rows=[titulos, *rows])
        wanted = HojaSettings.model_validate({"planilla": PLANILLA, "hoja": "Hoja 1", "asesor": "ana", **ajustes})
        return HojaDePrueba(google, ventanilla, wanted)

    return make
