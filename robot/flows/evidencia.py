"""What is kept of a solicitud that failed (or of each, by setting), by referencia, for some days.

What the screen showed with every field and personal datum covered, a Playwright trace, the steps, what failed in the browser,
and a page with it all.
"""

import datetime as dt
import shutil
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Error as PlaywrightError
from pydantic import BaseModel, ConfigDict

from robot.errors import RobotError, somehow_written, struck_out
from robot.flows.sesion import Sesion
from robot.host.private import private_folder, write_private
from robot.informes import as_html, estilo
from robot.models import PasoMedido
from robot.pages.serviweb import Pantalla, Serviweb

INDICE = "index.html"
_TYPED = "input:not([type=button]):not([type=submit]):not([type=image]), textarea"
_DATA = (
    "tr:not(:has(input, select, textarea)) > td, "
    "[role=row]:not(:has(input, select, textarea)) > :is([role=cell], [role=gridcell])"
)
"""A row with nothing to fill shows data, of whoever's trámite it is."""
_SHOWN = (("tramite", "nombre_suscriptor"), ("terceros", "nombre"))
_COVER = "#b9c7cf"


class RegistroDeFalla(BaseModel):
    """One part of a run, as it is kept beside its picture.

    Attributes:
        bien: it did what it was to do.
        trazas: files for Playwright's trace viewer, oldest first.
    """

    model_config = ConfigDict(frozen=True)

    instante: dt.datetime
    paso: str
    mensaje: str
    captura: str
    pasos: tuple[PasoMedido, ...]
    incidentes: tuple[str, ...]
    bien: bool = False
    trazas: tuple[str, ...] = ()


def keep_evidence(
    sesion: Sesion,
    serviweb: Serviweb,
    carpeta: Path,
    error: RobotError | None,
    pasos: Sequence[PasoMedido],
    secretos: Sequence[str],
    instante: dt.datetime,
) -> Path:
    """Keep what can be known now of how a part went; the page that shows this and earlier ones of the same solicitud.

    Args:
        sesion: whose recordings are taken.
        error: why it failed, if it did.
        secretos: words that no file may hold.
    """
    private_folder(carpeta.parent)
    private_folder(carpeta)
    numero, nombre_paso = _where(error, pasos)
    nombre = f"{instante:%Y%m%d-%H%M%S}-paso-{numero:02d}"
    trazas = sesion.recordings(secretos)
    names = tuple(f"{nombre}-traza-{number}.zip" for number in range(1, len(trazas) + 1))
    for name, traza in zip(names, trazas, strict=True):
        write_private(carpeta / name, traza)
    registro = RegistroDeFalla(
        instante=instante,
        paso=nombre_paso,
        mensaje="Terminó bien." if error is None else struck_out(error.texto, secretos),
        captura=_screenshot(serviweb, carpeta / f"{nombre}.png", secretos),
        pasos=tuple(pasos),
        incidentes=tuple(struck_out(linea, secretos) for linea in serviweb.incidentes.lineas),
        bien=error is None,
        trazas=names,
    )
    write_private(carpeta / f"{nombre}.json", registro.model_dump_json(indent=1).encode())
    indice = carpeta / INDICE
    page = as_html("evidencia.html", referencia=carpeta.name, registros=_kept(carpeta), estilo=estilo())
    write_private(indice, page.encode())
    return indice


def folder_of(datos: Path, referencia: str) -> Path:
    """Where the evidence of a solicitud is kept, if any was."""
    return datos / "evidencia" / referencia


def evidence_of(datos: Path, referencia: str) -> list[RegistroDeFalla]:
    """What is kept of a solicitud on this machine, oldest first."""
    return _kept(folder_of(datos, referencia))


def _kept(carpeta: Path) -> list[RegistroDeFalla]:
    return [RegistroDeFalla.model_validate_json(one.read_bytes()) for one in sorted(carpeta.glob("*.json"))]


def _where(error: RobotError | None, pasos: Sequence[PasoMedido]) -> tuple[int, str]:
    if error is not None:
        return (error.paso.numero, error.paso.nombre) if error.paso else (0, "")
    return (pasos[-1].paso, pasos[-1].nombre) if pasos else (0, "")


def _screenshot(serviweb: Serviweb, archivo: Path, secretos: Sequence[str]) -> str:
    """The name of the picture; blank if the browser can no longer give one."""
    ventana = serviweb.ventanas[0]
    masks = []
    for frame in ventana.frames:
        masks += [frame.locator(_TYPED), frame.locator(_DATA)]
        masks += [Pantalla(serviweb, pantalla, frame).find(nombre) for pantalla, nombre in _SHOWN]
        masks += [frame.get_by_text(somehow_written(secreto)) for secreto in secretos if secreto]
    try:
        picture = ventana.screenshot(mask=masks, mask_color=_COVER, timeout=5_000)
    except PlaywrightError:
        return ""
    write_private(archivo, picture)
    return archivo.name


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
