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


def drop_old(carpeta: Path, dias: int, ahora: dt.datetime) -> int:
    """Delete the evidence older than `dias`; how many solicitudes had some."""
    if not carpeta.is_dir():
        return 0
    limit = (ahora - dt.timedelta(days=dias)).timestamp()
    old = [one for one in carpeta.iterdir() if one.is_dir() and one.stat().st_mtime < limit]
    for one in old:
        shutil.rmtree(one)
    return len(old)
