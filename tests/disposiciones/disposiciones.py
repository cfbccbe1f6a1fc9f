"""The layouts that offices keep: each draws a truth onto a `Lienzo`."""

import datetime as dt
from collections.abc import Callable, Sequence
from itertools import groupby

from babel.dates import format_date

from robot.planilla.cells import Valor
from tests.disposiciones.lienzo import ENCABEZADO, Lienzo, Visita, serial, written_day, written_hour

Disposicion = Callable[[Lienzo, Sequence[Visita]], None]


def _by_day(verdad: Sequence[Visita]) -> list[tuple[dt.date, list[Visita]]]:
    return [(day, list(visits)) for day, visits in groupby(verdad, key=lambda visita: visita.fecha)]


def _crews(verdad: Sequence[Visita]) -> list[str]:
    return sorted({visita.cuadrilla for visita in verdad})


def _slots(verdad: Sequence[Visita]) -> list[tuple[tuple[dt.date, dt.time], dict[str, Visita]]]:
    """The visits of each day and hour, by crew."""
    slots: dict[tuple[dt.date, dt.time], dict[str, Visita]] = {}
    for visita in verdad:
        slots.setdefault((visita.fecha, visita.hora), {})[visita.cuadrilla] = visita
    return sorted(slots.items(), key=lambda slot: slot[0])


def tabla(lienzo: Lienzo, verdad: Sequence[Visita]) -> None:
    """A row for each visit; the day on every row, on the first of its rows, or merged over them."""
    how = lienzo.azar.choice(("each", "first", "merged"))
    weekdays = lienzo.whim()
    lienzo.title()
    lienzo.line("N°", "FECHA", *(["DÍA"] if weekdays else []), "HORA", "CUADRILLA", *ENCABEZADO, "OBSERVACIONES")
    number = 0
    for day, visits in _by_day(verdad):
        if how == "first":
            lienzo.noise()
        first = len(lienzo.filas)
        for visita in visits:
            told = written_day(lienzo.azar, day) if how == "each" or visita is visits[0] else None
            number += 1
            weekday = [format_date(day, lienzo.azar.choice(("EEEE", "EEE")), locale="es_CO")] if weekdays else []
            hour = written_hour(lienzo.azar, visita.hora)
            row = lienzo.line(number, told, *weekday, hour, visita.cuadrilla)
            lienzo.visit(visita, row, 4 + weekdays)
            if how == "first":
                lienzo.noise(0.05)
        if how == "merged" and len(visits) > 1:
            lienzo.merge(first, 1, len(lienzo.filas), 2)


def fecha_y_hora(lienzo: Lienzo, verdad: Sequence[Visita]) -> None:
    """The day and the hour in one cell."""
    lienzo.title()
    lienzo.line("FECHA Y HORA", "CUADRILLA", *ENCABEZADO)
    for visita in verdad:
        lienzo.noise()
        day = written_day(lienzo.azar, visita.fecha)
        told: Valor
        if isinstance(day, str):
            told = f"{day}{lienzo.azar.choice((' ', ', ', ' - '))}{written_hour(lienzo.azar, visita.hora, lone=False)}"
        else:
            told = serial(visita.fecha) + (visita.hora.hour * 60 + visita.hora.minute) / 1440
        lienzo.visit(visita, lienzo.line(told, visita.cuadrilla), 2)


def cuadrillas_al_lado(lienzo: Lienzo, verdad: Sequence[Visita]) -> None:
    """Crews side by side that share day and hour, or have their own; whose columns they are stands above."""
    shared, crews = lienzo.whim(), _crews(verdad)
    lienzo.title()
    lead = 2 if shared else 0
    width = len(ENCABEZADO) + (0 if shared else 2)
    above: list[Valor] = [None] * (lead + width * len(crews))
    for number, crew in enumerate(crews):
        above[lead + number * width] = crew
    row = lienzo.line(*above)
    for number in range(len(crews)):
        if lienzo.whim():
            lienzo.merge(row, lead + number * width, row + 1, lead + (number + 1) * width)
    own = ENCABEZADO if shared else ("FECHA", "HORA", *ENCABEZADO)
    lienzo.line(*(("FECHA", "HORA") if shared else ()), *own * len(crews))
    for (day, hour), by_crew in _slots(verdad):
        lienzo.noise()
        row = lienzo.line(*([written_day(lienzo.azar, day), written_hour(lienzo.azar, hour)] if shared else []))
        for number, crew in enumerate(crews):
            at = lead + number * width
            fila = lienzo.filas[row]
            fila += [None] * (at - len(fila))
            visita = by_crew.get(crew)
            if visita is None and not shared:
                fila += [None] * width
                continue
            if not shared:
                fila += [written_day(lienzo.azar, day), written_hour(lienzo.azar, hour)]
            if visita is not None:
                lienzo.visit(visita, row, at + width - len(ENCABEZADO))
            else:
                fila += ["NO DISPONIBLE", None, None, None]


def semana(lienzo: Lienzo, verdad: Sequence[Visita]) -> None:
    """Hours down, days across, and the columns of a visit under each; every week below the one before, with its header or not."""
    days = _by_day(verdad)
    per_week = lienzo.azar.randint(2, 3)
    again = lienzo.whim()
    across = per_week if len(days) >= per_week else len(days)
    lienzo.title()
    for first in range(0, len(days), per_week):
        week = days[first : first + per_week]
        if again:
            across = len(week)
        if across < 2:
            return
        _days_across(lienzo, [day for day, _ in week], across)
        if again or not first:
            lienzo.line("HORA", *ENCABEZADO * across)
        for hour in sorted({visita.hora for _, visits in week for visita in visits}):
            _an_hour_across(
                lienzo, hour, [next((v for v in visits if v.hora == hour), None) for _, visits in week], across
            )
            lienzo.noise(0.1)


def _days_across(lienzo: Lienzo, days: Sequence[dt.date], across: int) -> None:
    width = len(ENCABEZADO)
    dates: list[Valor] = [None] * (1 + width * across)
    weekdays = list(dates)
    for at, day in zip(range(1, 1 + width * across, width), days, strict=False):
        dates[at], weekdays[at] = written_day(lienzo.azar, day), format_date(day, "EEEE", locale="es_CO")
    if lienzo.whim(0.3):
        lienzo.line(*weekdays)
    row = lienzo.line(*dates)
    for number in range(len(days)):
        if lienzo.whim():
            lienzo.merge(row, 1 + number * width, row + 1, 1 + (number + 1) * width)


def _an_hour_across(lienzo: Lienzo, hour: dt.time, visits: Sequence[Visita | None], across: int) -> None:
    row = lienzo.line(written_hour(lienzo.azar, hour))
    for number in range(across):
        at = 1 + number * len(ENCABEZADO)
        visita = visits[number] if number < len(visits) else None
        if visita is not None:
            lienzo.visit(visita, row, at)
        else:
            lienzo.filas[row] += [None] * (at - len(lienzo.filas[row])) + ["CERRADO"]


def linea_de_dia(lienzo: Lienzo, verdad: Sequence[Visita]) -> None:
    """A line for each day, in any column, and its visits below; the header once, above the first day or below it."""
    lienzo.title()
    below = lienzo.whim()
    header = ("HORA", "CUADRILLA", *ENCABEZADO)
    if not below:
        lienzo.line(*header)
    for day, visits in _by_day(verdad):
        lienzo.noise()
        label = lienzo.azar.choice(("", "Fecha: ", "DÍA "))
        told = written_day(lienzo.azar, day)
        at = lienzo.azar.randrange(4)
        row = lienzo.line(*[None] * at, f"{label}{told}" if isinstance(told, str) else told)
        if lienzo.whim() or (at > 1 and not isinstance(told, str)):  # a number alone under CÓDIGO is a código
            lienzo.merge(row, at, row + 1, 6)
        if below:
            lienzo.line(*header)
            below = lienzo.whim()  # the header again under the next one, or only once
        for visita in visits:
            lienzo.visit(visita, lienzo.line(written_hour(lienzo.azar, visita.hora), visita.cuadrilla), 2)
            lienzo.noise(0.05)


def numero_de_dia(lienzo: Lienzo, verdad: Sequence[Visita]) -> None:
    """FECHA is a number; the month stands in the title of the tab or of the spreadsheet, or in a line, which is repeated."""
    where = lienzo.azar.choice(("tab", "spreadsheet", "line"))
    months = [(month, list(visits)) for month, visits in groupby(verdad, key=lambda one: one.fecha.replace(day=1))]
    if where != "line":
        months = months[:1]
        name = format_date(months[0][0], lienzo.azar.choice(("MMMM yyyy", "MMMM 'de' yyyy")), locale="es_CO")
        lienzo.hoja, lienzo.planilla = (name, "Programación") if where == "tab" else ("Hoja 1", f"Programación {name}")
    lienzo.title()
    if where == "line":
        lienzo.line(format_date(months[0][0], "MMMM yyyy", locale="es_CO").upper())
    lienzo.line("FECHA", "HORA", "CUADRILLA", *ENCABEZADO)
    each = lienzo.whim()
    for number, (month, visits) in enumerate(months):
        if number:
            lienzo.line(None, format_date(month, "MMMM yyyy", locale="es_CO"))
        for day, of_day in _by_day(visits):
            weekday = format_date(day, "EEE", locale="es_CO")
            told = lienzo.azar.choice((day.day, str(day.day), f"{weekday} {day.day}", f"{day.day:02d}"))
            for visita in of_day:
                own = told if visita is of_day[0] or each else None
                row = lienzo.line(own, written_hour(lienzo.azar, visita.hora), visita.cuadrilla)
                lienzo.visit(visita, row, 3)
            lienzo.noise()


def pestana_de_dia(lienzo: Lienzo, verdad: Sequence[Visita]) -> None:
    """One day, which the tab's title tells."""
    day, visits = _by_day(verdad)[0]
    told = lienzo.azar.choice(("EEEE d 'de' MMMM", "d MMM", "dd-MM-yyyy", "d MMMM yyyy", "EEE d/M"))
    lienzo.hoja = format_date(day, told, locale="es_CO")
    lienzo.title()
    lienzo.line("HORA", "CUADRILLA", *ENCABEZADO)
    for visita in visits:
        lienzo.noise()
        lienzo.visit(visita, lienzo.line(written_hour(lienzo.azar, visita.hora), visita.cuadrilla), 2)


def pestana_de_cuadrilla(lienzo: Lienzo, verdad: Sequence[Visita]) -> None:
    """One crew, which the tab's title tells."""
    crew = _crews(verdad)[0]
    lienzo.hoja = crew
    lienzo.title()
    lienzo.line("FECHA", "HORA", *ENCABEZADO)
    for visita in verdad:
        if visita.cuadrilla == crew:
            row = lienzo.line(written_day(lienzo.azar, visita.fecha), written_hour(lienzo.azar, visita.hora))
            lienzo.visit(visita, row, 2)
            lienzo.noise()


def cuadrillas_debajo(lienzo: Lienzo, verdad: Sequence[Visita]) -> None:
    """Crews one below the other, each under a line with its name; the header again under each, or only once."""
    again = lienzo.whim()
    lienzo.title()
    for number, crew in enumerate(_crews(verdad)):
        if number and lienzo.whim():
            lienzo.line()
        header = ("FECHA", "HORA", *ENCABEZADO)
        if number and not again:
            lienzo.line(*[None] * lienzo.azar.randrange(2), crew)
        else:
            lines = [(crew,), header] if number or lienzo.whim() else [header, (crew,)]
            for line in lines:
                lienzo.line(*line)
        for day, visits in _by_day([one for one in verdad if one.cuadrilla == crew]):
            for visita in visits:
                told = written_day(lienzo.azar, day) if visita is visits[0] else None
                lienzo.visit(visita, lienzo.line(told, written_hour(lienzo.azar, visita.hora)), 2)
                lienzo.noise(0.05)


def una_celda(lienzo: Lienzo, verdad: Sequence[Visita]) -> None:
    """Hours down, days across, and all of a visit as text in one cell. It is not to be read."""
    days = _by_day(verdad)
    lienzo.title()
    lienzo.line("HORA", *(written_day(lienzo.azar, day) for day, _ in days))
    for hour in sorted({visita.hora for visita in verdad}):
        cells = [next((one for one in visits if one.hora == hour), None) for _, visits in days]
        texts = ["\n".join(map(str, one.valores)) if one is not None and one.valores else "" for one in cells]
        lienzo.line(written_hour(lienzo.azar, hour), *texts)


LEIDAS: Sequence[Disposicion] = (
    tabla,
    fecha_y_hora,
    cuadrillas_al_lado,
    semana,
    linea_de_dia,
    numero_de_dia,
    pestana_de_dia,
    pestana_de_cuadrilla,
    cuadrillas_debajo,
)
