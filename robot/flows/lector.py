"""Reading CONSULTA for conciliación: part by part, each bounded, with a session of its own."""

import datetime as dt
import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from playwright.sync_api import Error as BrowserError
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from robot.conciliacion.sides import TramiteLeido
from robot.errors import TransientFailure
from robot.flows.sesion import Sesion
from robot.pages.consulta import ConsultaPage
from robot.pages.palabras import number_of
from robot.pages.resultados import TramiteVisto
from robot.perfil.perfil import Perfil
from robot.procedure.definition import Procedimiento
from robot.reading.equality import normalized
from robot.referencia import Referencia

_ATTEMPTS = 4
_DAYS_A_PART = 7


@dataclass(frozen=True, slots=True)
class Tramo:
    """Some days of CONSULTA, read in one go.

    Attributes:
        formato: how Serviweb understands days; blank where it cannot be asked for days, so that all is read from the newest on.
    """

    desde: dt.date
    hasta: dt.date
    formato: str

    @property
    def nombre(self) -> str:
        return self.desde.isoformat()


@dataclass(frozen=True, slots=True)
class LecturaDeTramites:
    """What a part holds.

    Attributes:
        completa: every page of it could be read.
        paginas: how many there were.
    """

    tramites: tuple[TramiteLeido, ...]
    completa: bool
    paginas: int


class Lector:
    """Reads the trámites of the procedures' causales. Everything here changes nothing and may be done again.

    Args:
        intentos: how often each reading is tried in all.

    Raises (everywhere):
        ScreenChanged, ConfigurationError; TransientFailure after the last attempt.
    """

    def __init__(
        self, sesion: Sesion, perfil: Perfil, procedimientos: Sequence[Procedimiento], *, intentos: int = _ATTEMPTS
    ) -> None:
        self._sesion = sesion
        self._intentos = intentos
        self._perfil = perfil
        causales = [causal for one in procedimientos for causal in one.causales]
        self._causales = {normalized(perfil.opcion("causal", causal)): causal for causal in causales}
        prefijos = "|".join(sorted({one.prefijo_referencia for one in procedimientos}))
        self._referencia = re.compile(rf"\b(?:{prefijos})-[0-9A-Z]+\b")

    def parts(self, desde: dt.date, hasta: dt.date) -> list[Tramo]:
        """How the days from `desde` to `hasta` are best read: by weeks where Serviweb can be asked for days."""
        formato = self._again()(self._date_format, desde, hasta)
        if not formato:
            return [Tramo(desde, hasta, "")]
        weeks = range((hasta - desde).days // _DAYS_A_PART + 1)
        starts = [desde + dt.timedelta(days=_DAYS_A_PART * week) for week in weeks]
        return [Tramo(one, min(hasta, one + dt.timedelta(days=_DAYS_A_PART - 1)), formato) for one in starts]

    def read(self, parte: Tramo, *, paginas: int) -> LecturaDeTramites:
        """The trámites of a part, from at most so many pages."""
        return self._again()(self._read, parte, paginas)

    def of_suscriptor(self, suscriptor: str) -> LecturaDeTramites:
        """Every trámite of the causales that a suscriptor has."""

        def look() -> LecturaDeTramites:
            consulta = self._consulta()
            pages = list(consulta.of(suscriptor))
            found = [self._understood(one, suscriptor) for page in pages for one in page.tramites]
            return LecturaDeTramites(tuple(one for one in found if one), not consulta.falta, len(pages))

        return self._again()(look)

    def latest_of(
        self, suscriptor: str, *, desde: dt.date, cuantos: int, consulta: ConsultaPage | None = None
    ) -> tuple[TramiteLeido, ...]:
        """Trámites of the causales that a suscriptor has, to be shown: all, or no more than the last ones where they come first.

        Args:
            desde, cuantos: how old, and how many, they are of interest.
            consulta: one that is open; nothing has been searched in it. Without one, another one is opened.
        """
        found: list[TramiteLeido] = []
        last, newest_first = dt.date.max, True
        for page in (consulta or self._consulta()).of(suscriptor):
            found += [read for one in page.tramites if (read := self._understood(one, suscriptor)) is not None]
            days = [one.fecha for one in page.tramites if one.fecha is not None]
            newest_first = newest_first and len(days) == len(page.tramites) and _falling([last, *days])
            last = days[-1] if days else last
            if newest_first and days and days[0] > last and (last < desde or len(found) >= cuantos):
                break
        return tuple(found)

    def _again(self) -> Retrying:
        return Retrying(
            retry=retry_if_exception_type((TransientFailure, BrowserError)),
            stop=stop_after_attempt(self._intentos),
            wait=wait_random_exponential(multiplier=0.5, max=10),
            before_sleep=lambda _: self._sesion.renew(),
            reraise=True,
        )

    def _consulta(self) -> ConsultaPage:
        self._sesion.menu().open("consulta")
        return ConsultaPage(self._sesion.serviweb)

    def _date_format(self, desde: dt.date, hasta: dt.date) -> str:
        """The first way to write days that Serviweb answers with trámites of those days only.

        One that it does not understand brings everything, of which the newest comes first, or nothing. So the last days are
        left out at first; where nothing comes at all, there is nothing to be told apart, and all is read.
        """
        for until in (hasta - dt.timedelta(days=_DAYS_A_PART), hasta):
            for formato in self._perfil.formatos_fecha:
                consulta = self._consulta()
                if not consulta.takes_dates:
                    return ""
                first = next(consulta.between(desde, until, formato), None)
                days = [one.fecha for one in first.tramites] if first else []
                if days and all(day is not None and desde <= day <= until for day in days):
                    return formato
        return ""

    def _read(self, parte: Tramo, most: int) -> LecturaDeTramites:
        consulta = self._consulta()
        pages = consulta.between(parte.desde, parte.hasta, parte.formato) if parte.formato else consulta.everything()
        found: list[TramiteLeido] = []
        count, whole = 0, True
        last: dt.date | None = None
        newest_first = True
        for page in pages:
            count += 1
            found += [read for one in page.tramites if (read := self._understood(one, "")) is not None]
            days = [one.fecha for one in page.tramites if one.fecha is not None]
            newest_first = newest_first and _falling([*([last] if last else []), *days])
            last = days[-1] if days else last
            if not parte.formato and newest_first and days and days[0] < parte.desde:
                break
            if count == most:
                whole = False
                break
        else:
            whole = not consulta.falta
        wanted = tuple(one for one in found if one.fecha is None or parte.desde <= one.fecha <= parte.hasta)
        if parte.formato and len(wanted) < len(found):  # it answered for other days than it was asked for
            whole = False
        return LecturaDeTramites(wanted, whole, count)

    def _understood(self, one: TramiteVisto, suscriptor: str) -> TramiteLeido | None:
        """The trámite without what it says of people; nothing if it is of another causal."""
        if one.causal and normalized(one.causal) not in self._causales:
            return None
        text = " ".join(one.celdas)
        codigo = self._pattern("codigo").search(text)
        anulado = self._pattern("anulado").search(one.situacion) is not None
        answered = self._pattern("respondido").search(one.situacion) is not None
        return TramiteLeido(
            radicado=one.radicado.numero,
            suscriptor=suscriptor or one.suscriptor or (codigo[number_of(codigo)] if codigo else ""),
            fecha=one.fecha,
            hora=one.hora,
            referencia=self._referencia_in(text),
            entero=one.entero,
            abierto=not (anulado or answered),
            anulado=anulado,
            causal=self._causales.get(normalized(one.causal), "") if one.causal else "",
        )

    def _pattern(self, nombre: str) -> re.Pattern[str]:
        return self._sesion.serviweb.pattern(nombre)

    def _referencia_in(self, text: str) -> str:
        """The last one: ours closes the observación, and people may quote another one before it."""
        for found in reversed(self._referencia.findall(text)):
            try:
                return Referencia(found)
            except ValueError:
                continue
        return ""


def _falling(days: Sequence[dt.date]) -> bool:
    return all(one >= other for one, other in itertools.pairwise(days))


def together(readings: Iterable[LecturaDeTramites]) -> LecturaDeTramites:
    """Several readings as one; a trámite that came twice counts once."""
    tramites: dict[str, TramiteLeido] = {}
    whole, pages = True, 0
    for one in readings:
        tramites.update({tramite.radicado: tramite for tramite in one.tramites})
        whole, pages = whole and one.completa, pages + one.paginas
    return LecturaDeTramites(tuple(tramites.values()), whole, pages)
