"""What is kept of a failure: a screenshot with every field and personal datum masked, by referencia, for some days."""

import datetime as dt
import shutil
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Error as PlaywrightError

from robot.pages.serviweb import Serviweb

_MASKED = "input, textarea, td, select"


def keep_screenshot(serviweb: Serviweb, carpeta: Path, nombre: str, secretos: Sequence[str]) -> Path | None:
    """A screenshot of what is on screen, or nothing if the browser can no longer give one."""
    masks = []
    for frame in serviweb.page.frames:
        masks.append(frame.locator(_MASKED))
        masks += [frame.get_by_text(secreto) for secreto in secretos if secreto]
    archivo = carpeta / f"{nombre}.png"
    carpeta.mkdir(parents=True, exist_ok=True)
    try:
        serviweb.page.screenshot(path=archivo, mask=masks, timeout=5_000)
    except PlaywrightError:
        return None
    return archivo


def drop_old(datos: Path, dias: int, ahora: dt.datetime) -> int:
    """Delete the screenshots and copies in the data folder that are older than `dias`; how many solicitudes had some."""
    limit = (ahora - dt.timedelta(days=dias)).timestamp()
    old = {one for one in _kept_in(datos) if one.stat().st_mtime < limit}
    for one in old:
        _delete(one)
    return len({one.stem for one in old})


def drop_files(datos: Path, referencia: str) -> None:
    """Delete the screenshots and copies of one solicitud."""
    for one in _kept_in(datos):
        if one.stem == referencia:
            _delete(one)


def _kept_in(datos: Path) -> list[Path]:
    return [one for name in ("evidencia", "copias") if (datos / name).is_dir() for one in (datos / name).iterdir()]


def _delete(one: Path) -> None:
    if one.is_dir():
        shutil.rmtree(one)
    else:
        one.unlink(missing_ok=True)
