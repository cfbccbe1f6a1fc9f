"""Días hábiles in Colombia: festivos by law, and the days on which this utility is closed."""

import datetime as dt
from collections.abc import Iterable

TERMINO_DIAS_HABILES = 15
"""For how long a petition may wait for its answer (Ley 142 de 1994, artículo 158)."""


class Calendario:
    """The working days of one utility.

    Args:
        cierres: days, beside weekends and festivos, on which it does not work.
    """

    def __init__(self, cierres: Iterable[dt.date] = ()) -> None:
        import holidays  # noqa: PLC0415  # slow, and not needed to file a solicitud

        self._festivos = holidays.country_holidays("CO", language="es")
        for cierre in cierres:
            self._festivos[cierre] = "Cierre de la empresa"

    def is_habil(self, dia: dt.date) -> bool:
        return self._festivos.is_working_day(dia)

    def nombre_de(self, dia: dt.date) -> str:
        """Why it is no working day, as people call it; blank on weekends and working days."""
        return str(self._festivos.get(dia, ""))

    def vence(self, desde: dt.date, dias: int = TERMINO_DIAS_HABILES) -> dt.date:
        """The last day of a term that begins on the working day after `desde`."""
        return self._festivos.get_nth_working_day(desde, dias)

    def faltan(self, hasta: dt.date, hoy: dt.date) -> int:
        """Working days from tomorrow to `hasta`, included; negative where it is over."""
        if hasta >= hoy:
            return self._count(hoy, hasta)
        return -self._count(hasta, hoy)

    def habiles(self, desde: dt.date, hasta: dt.date) -> int:
        """Working days after `desde`, up to `hasta`: how long an answer took that came then."""
        return self._count(desde, hasta)

    def _count(self, after: dt.date, until: dt.date) -> int:
        return sum(self.is_habil(after + dt.timedelta(days=n)) for n in range(1, (until - after).days + 1))
