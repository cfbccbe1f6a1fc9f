"""What CONSULTA's results say, whether they stand in a table or in cards."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from robot.errors import ScreenChanged
from robot.models import ZONA_HORARIA, Radicado
from robot.perfil.perfil import Columnas
from robot.perfil.screens import PANTALLAS
from robot.reading.dates import parse_fecha, parse_hora
from robot.reading.equality import drawn_text

_HOUR = re.compile(r"\b\d{1,2}:\d{2}(?::\d{2})?(?:\s*[ap]\.?\s*m\.?)?", re.IGNORECASE)
_DRAWN_WITHIN_MS = 400
_CUT = re.compile(r"(…|\.\.\.)\s*$")
_FIND = files("robot.pages").joinpath("resultados.js").read_text(encoding="utf-8")
ROWS_BELOW = f"header => {{ const {{names, rows}} = ({_FIND})(header); return {{names, rows}}; }}"
"""The names of the columns, and the cells of every row below them that is drawn now, whatever both are made of."""
PARTS_OF_ROWS = f"header => ({_FIND})(header).parts.flat()"
EVERY_ROW = f"""async (header, numero) => {{
  const find = {_FIND};
  const known = new Map();
  let {{names, rows, parts}} = find(header);
  const keep = () => rows.forEach(row => known.set(JSON.stringify(row), row));
  const wanted = () => numero !== null && rows.some(row => row.includes(numero));
  const around = () => {{
    for (let e = parts.at(-1)?.[0]?.parentElement; e && e !== document.body; e = e.parentElement) {{
      if (e.scrollHeight > e.clientHeight + 4 && /auto|scroll/.test(getComputedStyle(e).overflowY)) return e;
    }}
    return null;
  }};
  const changed = before => new Promise(done => {{
    const begun = performance.now();
    const look = () => {{
      ({{names, rows, parts}} = find(header));
      if (JSON.stringify(rows) !== before || performance.now() - begun > {_DRAWN_WITHIN_MS}) done();
      else requestAnimationFrame(look);
    }};
    requestAnimationFrame(look);
  }});
  keep();
  const part = around();
  if (part === null || wanted()) return {{names, rows}};
  const last = parts.at(-1)[0].getBoundingClientRect();
  const end = part.getBoundingClientRect().top - part.scrollTop + part.scrollHeight;
  if (end - last.bottom < 1.5 * last.height) return {{names, rows}};
  while (!wanted() && part.scrollTop + part.clientHeight < part.scrollHeight - 1) {{
    const at = part.scrollTop, before = JSON.stringify(rows);
    part.scrollTop += Math.max(part.clientHeight - 2 * last.height, last.height);
    if (part.scrollTop === at) break;
    await changed(before);
    keep();
  }}
  if (numero === null) {{ part.scrollTop = 0; await changed(JSON.stringify(rows)); }}
  return {{names, rows: [...known.values()]}};
}}"""
"""As `ROWS_BELOW`, with the rows that are drawn only where one scrolls to; given a number, it stays where its row is drawn."""


@dataclass(frozen=True, slots=True)
class TramiteVisto:
    """One row of the results.

    Attributes:
        fecha: the day of it, where the results tell.
        hora: the hour, where they tell.
        causal, suscriptor, situacion: as they show them; blank where they do not.
        celdas: the whole row as it reads.
        observacion: blank where it is not shown.
        entero: its observación is shown, and whole.
    """

    radicado: Radicado
    fecha: dt.date | None
    causal: str
    celdas: tuple[str, ...]
    hora: dt.time | None = None
    suscriptor: str = ""
    situacion: str = ""
    observacion: str = ""
    entero: bool = True


@dataclass(frozen=True, slots=True)
class Pagina:
    """One page of results, which may be empty."""

    tramites: tuple[TramiteVisto, ...]

    @property
    def entera(self) -> bool:
        """Every observación on it could be read whole."""
        return all(one.entero for one in self.tramites)

    @property
    def numeros(self) -> tuple[str, ...]:
        return tuple(one.radicado.numero for one in self.tramites)


def read_page(names: Sequence[str], rows: Iterable[Sequence[str]], columnas: Columnas) -> Pagina:
    """The trámites in rows of cells under these column names.

    Raises:
        ScreenChanged: there is no column Radicado.
    """
    number_at = _column(names, columnas.radicado)
    if number_at is None:
        raise ScreenChanged(
            "Los resultados no tienen la columna Radicado.", pantalla=PANTALLAS["consulta"].titulo, campo="resultados"
        )
    return Pagina(tuple(_tramite(row, number_at, columnas, names) for row in rows if any(cell.strip() for cell in row)))


def read_cards(cards: Iterable[str], columnas: Columnas) -> Pagina:
    """The trámites in the texts of cards, each with labels that go by the names of the columns."""
    every: dict[str, tuple[str, ...]] = columnas.model_dump()
    labels = {
        names[0]: re.compile(rf"(?:{'|'.join(map(re.escape, names))})\s*(?::|$)\s*(.*)", re.IGNORECASE)
        for names in every.values()
    }
    return read_page(list(labels), [_values(text, labels) for text in cards], columnas)


def _values(card: str, labels: Mapping[str, re.Pattern[str]]) -> list[str]:
    """What stands behind each label in the text of a card, on its line or on the next one; blank where it is not there."""
    lines = [line.strip() for line in card.splitlines() if line.strip()]
    found = []
    for pattern in labels.values():
        at, match = next(((at, m) for at, line in enumerate(lines) if (m := pattern.match(line))), (0, None))
        following = lines[at + 1] if at + 1 < len(lines) else ""
        found.append("" if match is None else match[1].strip() or following)
    return found


def _tramite(row: Sequence[str], number_at: int, columnas: Columnas, names: Sequence[str]) -> TramiteVisto:
    def cell(wanted: tuple[str, ...]) -> str:
        at = _column(names, wanted)
        return row[at].strip() if at is not None else ""

    text_at = _column(names, columnas.observacion)
    return TramiteVisto(
        radicado=Radicado(numero=row[number_at]),
        fecha=_day(cell(columnas.fecha)),
        hora=_hour(cell(columnas.fecha)),
        causal=cell(columnas.causal),
        suscriptor=cell(columnas.suscriptor),
        situacion=cell(columnas.estado),
        celdas=tuple(row),
        observacion=cell(columnas.observacion),
        entero=text_at is not None and _CUT.search(row[text_at]) is None,
    )


def _day(text: str) -> dt.date | None:
    """The day in a cell that may tell the hour, too."""
    return parse_fecha(re.split(r"[\sT]", text.strip())[0], dt.datetime.now(ZONA_HORARIA).date())


def _hour(text: str) -> dt.time | None:
    found = _HOUR.search(text)
    return parse_hora(found[0]) if found else None


def _column(names: Sequence[str], wanted: tuple[str, ...]) -> int | None:
    pattern = drawn_text(*wanted)
    return next((at for at, name in enumerate(names) if pattern.match(name)), None)
