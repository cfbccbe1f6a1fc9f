"""The Drive folder Programación: which of its files are schedules, and what people should know of those that are not."""

import re
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gspread.exceptions import APIError

from robot.errors import SheetUnusable
from robot.programacion import google
from robot.programacion.calls import SPREADSHEET, Calls
from robot.reading.equality import normalized
from robot.settings import PREFIX, ProgramacionSettings

_FOLDER = "application/vnd.google-apps.folder"
_SHORTCUT = "application/vnd.google-apps.shortcut"
_EXCEL = re.compile(r"application/vnd\.(ms-excel|openxmlformats-officedocument\.spreadsheetml)", re.IGNORECASE)
_COPY = re.compile(r"^(copia|copy|kopie)( \d+)? (de|of)\b|\b(copia|copy|respaldo|backup|borrador)( \d+)?$")
_CARPETA = PREFIX + "PROGRAMACION__CARPETA"
_PLANILLAS = PREFIX + "PROGRAMACION__PLANILLAS"


def is_copy(title: str) -> bool:
    """Whether a title says that a spreadsheet or worksheet is somebody's copy of another."""
    return _COPY.search(normalized(title)) is not None


@dataclass(frozen=True, slots=True)
class Listado:
    """What the folder holds.

    Attributes:
        planillas: titles of the schedules by id.
        avisos: what looks like a schedule and is not used, and what to do, in Spanish.
    """

    planillas: Mapping[str, str]
    avisos: Sequence[str]


@dataclass(slots=True)
class Folder:
    """The folder of the settings. Its listing is remembered for a while: people add, move and throw away files."""

    settings: ProgramacionSettings
    calls: Calls
    _folder_id: str = ""
    _listado: Listado | None = None
    _listed_at: float = field(default=0.0)

    def is_due(self) -> bool:
        return self._listado is None or time.monotonic() - self._listed_at > self.settings.renovar_segundos

    def put_off(self) -> None:
        """Leave the listing for later: Drive does not answer, and what is known may serve on."""
        self._listed_at = time.monotonic()

    def listing(self) -> Listado:
        """Look the folder up.

        Raises:
            SheetUnusable: the folder, or a schedule in it, is not there or not told apart.
        """
        self._folder_id = self._folder_id or self._find_folder()
        files = self.calls.files(f"'{self._folder_id}' in parents")
        if not files:
            self._folder_id = self._find_folder()
        self._listado = self._schedules_among(files)
        self._listed_at = time.monotonic()
        return self._listado

    def _share(self) -> str:
        return f" o compártala con {self.calls.cuenta}" if self.calls.cuenta else ""

    def _find_folder(self) -> str:
        carpeta = self.settings.carpeta
        quoted = carpeta.replace("\\", "\\\\").replace("'", "\\'")
        found = self.calls.files(f"(mimeType = '{_FOLDER}' or mimeType = '{_SHORTCUT}') and name = '{quoted}'")
        ids = {_target(one) for one in found if _kind(one) == _FOLDER}
        if len(ids) > 1:
            raise SheetUnusable(
                f"Hay {len(ids)} carpetas «{carpeta}» en Drive; indique el id de la suya.", campo=_CARPETA
            )
        folder_id = ids.pop() if ids else self._folder_with_id(carpeta)
        if folder_id is None:
            raise SheetUnusable(
                f"No se encontró la carpeta «{carpeta}» en Drive; corrija el nombre{self._share()}.", campo=_CARPETA
            )
        return folder_id

    def _folder_with_id(self, text: str) -> str | None:
        if not re.fullmatch(r"[\w-]{10,}", text, re.ASCII):
            return None
        try:
            found = self.calls.file(text)
        except APIError as refused:
            if google.status_of(refused) not in {403, 404}:
                raise
            return None
        return _target(found) if _kind(found) == _FOLDER else None

    def _is_wanted(self, file: Mapping[str, Any]) -> bool:
        return any(
            pattern in {file["id"], _target(file)} or re.search(pattern, str(file["name"]), re.IGNORECASE)
            for pattern in self.settings.planillas
        )

    def _leads_into_trash(self, file: Mapping[str, Any]) -> bool:
        """Whether a file is a shortcut to one that somebody has thrown away; the shortcut stays where it is."""
        if file.get("mimeType") != _SHORTCUT or _kind(file) != SPREADSHEET:
            return False
        try:
            return bool(self.calls.file(_target(file)).get("trashed"))
        except APIError as refused:
            if google.status_of(refused) != 404:
                raise
            return True

    def _schedules_among(self, files: Sequence[Mapping[str, Any]]) -> Listado:
        wanted = [file for file in files if self._is_wanted(file)]
        wanted = [file for file in wanted if not self._leads_into_trash(file)]
        schedules = {_target(file): str(file["name"]) for file in wanted if _kind(file) == SPREADSHEET}
        copies = [title for title in schedules.values() if is_copy(title)]
        schedules = {one: title for one, title in schedules.items() if not is_copy(title)}
        avisos = [
            f"«{file['name']}» es un archivo de Excel y no se usa: ábralo en Google y guárdelo como hoja de cálculo."
            for file in wanted
            if _EXCEL.match(_kind(file))
        ]
        avisos += [f"«{title}» parece una copia y no se usa; si es la buena, cámbiele el nombre." for title in copies]
        if not schedules:
            raise SheetUnusable(
                f"La carpeta «{self.settings.carpeta}» no tiene planillas de programación visibles para el robot; "
                f"revise la carpeta y el patrón de títulos{self._share()}. {' '.join(avisos)}".strip(),
                campo=_CARPETA,
            )
        repeated = [title for title, times in Counter(schedules.values()).items() if times > 1]
        if repeated:
            raise SheetUnusable(
                f"Hay más de una planilla llamada «{repeated[0]}»; cambie el nombre de una o indique los ids.",
                campo=_PLANILLAS,
            )
        return Listado(schedules, avisos)


def _kind(file: Mapping[str, Any]) -> str:
    """What a file is; of a shortcut, what it leads to."""
    kind = str(file.get("mimeType", ""))
    return str(file.get("shortcutDetails", {}).get("targetMimeType", "")) if kind == _SHORTCUT else kind


def _target(file: Mapping[str, Any]) -> str:
    return str(file.get("shortcutDetails", {}).get("targetId") or file["id"])
