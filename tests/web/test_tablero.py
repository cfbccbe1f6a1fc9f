"""The first page of a coordinador: what waits, tomorrow's visits, cupos left. Tiles lead to what they count."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from robot.errors import CredentialsRefused, OutcomeUnknown
from robot.flows.rechazos import Rechazos
from robot.models import ZONA_HORARIA, Cita, Cupo, Estado, Radicado, Resultado, Solicitud
from robot.record.database import transaction
from robot.record.tables import solicitudes
from robot.referencia import Referencia
from robot.web.jornada import by_week, next_working_day
from robot.web.servicio import Servicio
from robot.workdays import Calendario
from tests.web.conftest import Ejecucion, Formulario
from tests.web.visitante import Visitante, text_of

New = Callable[..., Solicitud]
Tomar = Callable[[], Ejecucion]


@pytest.fixture
def clara(formulario: Formulario) -> Visitante:
    visitante = Visitante(formulario.url)
    visitante.enter("clara")
    return visitante


def book(ejecucion: Ejecucion, fecha: dt.date, suscriptor: str) -> None:
    """It is RADICADA, with a visit on a day."""
    cita = Cita(
        referencia=ejecucion.referencia, suscriptor=suscriptor, fecha=fecha, hora=dt.time(9), planilla="Programación",
        hoja="Noviembre", cuadrilla="Cuadrilla 2", planilla_id="p", hoja_id=0, marca=1,
    )  # fmt: skip
    ejecucion.constancia.guardado(Radicado(numero="2026-000123"))
    ejecucion.constancia.close(
        Resultado(referencia=ejecucion.referencia, estado=Estado.RADICADA, radicado="2026-000123", cita=cita)
    )


def change(servicio: Servicio, referencia: Referencia, **values: dt.datetime | None) -> None:
    """As if it had come, or been answered, at another time."""
    own = sa.update(solicitudes).where(solicitudes.c.referencia == referencia).values(values)
    transaction(servicio.ventanilla.base, lambda connection: connection.execute(own))


def test_the_first_page_begins_with_what_waits_for_the_coordinador_and_tomorrows_visits(
    clara: Visitante, formulario: Formulario, solicitud: New, tomar: Tomar
) -> None:
    servicio, hoy = formulario.servicio, dt.datetime.now(ZONA_HORARIA).date()
    own = servicio.ventanilla.accept(solicitud(), quien="ana")
    tomar().end(Estado.POR_VERIFICAR, OutcomeUnknown("No llegó respuesta."))
    for suscriptor, fecha in (
        ("001015", next_working_day(servicio.calendario, hoy)),
        ("001022", hoy + dt.timedelta(days=30)),
    ):
        old = servicio.ventanilla.accept(solicitud(suscriptor=suscriptor), quien="ana")
        book(tomar(), fecha, suscriptor)
    long_ago = dt.datetime.now(ZONA_HORARIA) - dt.timedelta(days=40)
    change(servicio, old, creada=long_ago)
    with pytest.raises(CredentialsRefused), Rechazos(servicio.settings.datos).minding(servicio.settings.asesor("luis")):
        raise CredentialsRefused("Clave vencida.")

    page = clara.get("/tablero")
    said = text_of(page)
    assert said.index("1 por verificar") < said.index("Visitas del") < said.index("Tiempo por paso")
    assert f"/solicitudes/{own}" in page.text
    assert "Ninguna máquina está radicando" in said
    assert "rechaza la clave de 1 cuenta" in said
    assert "1 por responder" in said
    visits = said[said.index("Visitas del") : said.index("Cupos libres")]
    assert "suscriptor 001015" in visits
    assert "001022" not in visits


def test_each_tile_leads_to_as_many_as_it_counts(
    clara: Visitante, formulario: Formulario, solicitud: New, tomar: Tomar
) -> None:
    for suscriptor in ("001008", "001015"):
        formulario.servicio.ventanilla.accept(solicitud(suscriptor=suscriptor), quien="ana")
    tomar().end(Estado.POR_VERIFICAR, OutcomeUnknown("No llegó respuesta."))
    hoy = dt.datetime.now(ZONA_HORARIA).date()
    tablero = clara.get("/tablero").text
    for estado, address in (
        ("EN COLA", "estado=EN%20COLA"),
        ("POR VERIFICAR", "estado=POR%20VERIFICAR"),
        ("RADICADA", f"estado=RADICADA&amp;desde={hoy}"),
    ):
        tile = re.search(rf'{re.escape(address)}"><strong>(\d+)</strong>', tablero)
        assert tile is not None, estado
        counted = int(tile[1])
        found = text_of(clara.get(f"/solicitudes?{address.replace('&amp;', '&')}"))
        assert f"{counted} {'solicitud' if counted == 1 else 'solicitudes'}" in found, estado
        assert rows_of(clara.get(f"/solicitudes?{address.replace('&amp;', '&')}").text) == counted


def test_those_to_be_answered_are_listed_as_many_as_the_tile_counts_and_stay_so_when_searched_again(
    clara: Visitante, formulario: Formulario, solicitud: New, tomar: Tomar
) -> None:
    servicio, now = formulario.servicio, dt.datetime.now(ZONA_HORARIA)
    for number in range(8):
        own = servicio.ventanilla.accept(solicitud(suscriptor="001015"), quien="ana", otra=True)
        book(tomar(), now.date() + dt.timedelta(days=30), "001015")
        came = now if number == 7 else now - dt.timedelta(days=40)
        answered = now if number == 6 else None
        change(servicio, own, creada=came, respondida=answered)
    tile = re.search(
        r'href="[^"]*(/solicitudes\?[^"]*)"><strong>(\d+) por responder</strong>', clara.get("/tablero").text
    )
    assert tile is not None
    listed = clara.get(tile[1]).text
    assert int(tile[2]) == rows_of(listed) == 6, "neither the one that came today nor the one that was answered"
    assert 'name="por_responder" value="si" checked' in listed
    again = clara.post("/solicitudes/buscar", por_responder="si", texto="001015").text
    assert rows_of(again) == 6
    assert rows_of(clara.get("/solicitudes").text) == 8


def rows_of(page: str) -> int:
    """How many solicitudes a list shows."""
    return page.count('<td class="estado-de-fila">')


def test_free_cupos_are_told_by_week_and_a_week_without_any_too() -> None:
    saturday = dt.date(2026, 11, 28)

    def cupo(fecha: dt.date) -> Cupo:
        return Cupo(fecha=fecha, hora=dt.time(8), planilla="p", hoja="h")

    weeks = by_week([cupo(dt.date(2026, 12, day)) for day in (1, 4, 6, 15)], saturday)
    assert [(f"{one.lunes:%d/%m}", one.libres) for one in weeks[:4]] == [
        ("23/11", 0), ("30/11", 3), ("07/12", 0), ("14/12", 1)
    ]  # fmt: skip
    assert next_working_day(Calendario(), dt.date(2026, 12, 4)) == dt.date(2026, 12, 7)
    assert next_working_day(Calendario(), dt.date(2026, 12, 7)) == dt.date(2026, 12, 9), "the 8th is a festivo"
