"""The procedures in force in an office: those that its settings switch on, read again when a file of its folder changes."""

import functools
import logging
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

from robot.errors import BadInput, ConfigurationError, Problema
from robot.procedimientos.archivo import CARPETA, Archivo, procedures_in, shipped
from robot.procedure.definition import Procedimiento

TODOS = "*"
"""Among the active ones: every one of the office's own folder."""
_ACTIVOS = "SERVIWEB_ROBOT_PROCEDIMIENTOS__ACTIVOS"
_Firma = tuple[tuple[str, int, int], ...]

_log = logging.getLogger(__name__)


@functools.cache
def catalogue(carpeta: Path | None, activos: tuple[str, ...]) -> "Catalogo":
    """The one catalogue of this process for a folder and what is switched on."""
    return Catalogo(carpeta, activos)


class Catalogo:
    """What is in force now. A file that breaks is told, and what stood in it before stays in force beside the others.

    Args:
        carpeta: the office's own files; they go before shipped ones of the same código.
        activos: the códigos that are switched on, the first one for whoever names none.

    Raises (everywhere, until it has been read whole once):
        ConfigurationError: one that is switched on is nowhere, or two have one prefix.
    """

    def __init__(self, carpeta: Path | None, activos: Sequence[str]) -> None:
        self._carpeta = carpeta
        self._codigos = tuple(activos)
        self._turn = threading.Lock()
        self._firma: _Firma | None = None
        self._archivos: Mapping[str, Archivo] = {}
        self._activos: tuple[Procedimiento, ...] = ()
        self._fallas: tuple[str, ...] = ()

    @property
    def activos(self) -> tuple[Procedimiento, ...]:
        with self._turn:
            self._keep_up()
            return self._activos

    def require(self) -> None:
        """See that everything that is switched on can be relied on.

        Raises:
            ConfigurationError: it cannot.
        """
        with self._turn:
            self._keep_up()

    @property
    def primero(self) -> Procedimiento:
        """The one that is meant where none is named."""
        return self.activos[0]

    @property
    def fallas(self) -> tuple[str, ...]:
        """What is wrong by now, and does not hold."""
        with self._turn:
            self._keep_up()
            return self._fallas

    def get(self, codigo: str) -> Procedimiento:
        """An active one.

        Raises:
            BadInput: it is none.
        """
        activos = {one.codigo: one for one in self.activos}
        if codigo not in activos:
            raise BadInput([Problema("procedimiento", f"«{codigo}» no está activo en esta oficina.")])
        return activos[codigo]

    def archivos(self) -> list[Archivo]:
        """Every file, of the office and of the robot; of one código, the office's before the robot's."""
        with self._turn:
            self._keep_up()
            own = list(self._archivos.values())
        return [*own, *shipped().values()]

    def _keep_up(self) -> None:
        firma = self._now()
        if firma == self._firma:
            return
        archivos = {str(one.ruta): self._looked_at(one) for one in self._own()}
        activos, fallas = self._switched_on(archivos)
        if self._firma is None and (hindering := self._hindering(archivos, fallas)):
            raise ConfigurationError(" ".join(hindering), campo=_ACTIVOS)
        for falla in sorted(set(fallas) - set(self._fallas)):
            _log.error("un procedimiento tiene errores y no rige así", extra={"motivo": falla})
        self._firma, self._archivos, self._activos, self._fallas = firma, archivos, activos, fallas

    def _hindering(self, archivos: Mapping[str, Archivo], fallas: Sequence[str]) -> list[str]:
        """What nothing may be filed with at a start; a file that certainly is of none that is switched on hinders nobody."""
        wanted = self._wanted(archivos)
        harmless = {one.falla for one in archivos.values() if one.codigo and one.codigo not in wanted}
        return [one for one in fallas if one not in harmless]

    def _now(self) -> _Firma:
        """What tells whether a file has come, gone or changed."""
        if self._carpeta is None:
            return ()
        if not self._carpeta.is_dir():
            if self._firma is not None:  # unmounted, or being replaced: what was read stays
                return self._firma
            raise ConfigurationError(f"La carpeta de procedimientos {self._carpeta} no existe.", campo=CARPETA)
        stamps = (_stamp(one) for one in sorted(self._carpeta.glob("*.toml")))
        return tuple(one for one in stamps if one is not None)

    def _own(self) -> list[Archivo]:
        if self._carpeta is None or not self._carpeta.is_dir():
            return []
        return procedures_in(self._carpeta, propio=True)

    def _looked_at(self, archivo: Archivo) -> Archivo:
        """A file with what stays in force of it: what it says, or said last."""
        before = self._archivos.get(str(archivo.ruta))
        last = before.procedimiento if before is not None else None
        now = archivo.procedimiento
        if last is None:
            return archivo
        if now is None:
            return replace(archivo, codigo=archivo.codigo or last.codigo, procedimiento=last)
        if (now.codigo, now.version) == (last.codigo, last.version) and now.sha256 != last.sha256:
            falla = (
                f"El procedimiento {archivo.ruta.name} cambió sin cambiar de versión: suba la versión {now.version}."
            )
            return replace(archivo, procedimiento=last, falla=falla)
        return archivo

    def _wanted(self, archivos: Mapping[str, Archivo]) -> list[str]:
        own = [one.codigo for one in archivos.values() if one.codigo]
        wanted = [codigo for one in self._codigos for codigo in (own if one == TODOS else [one.strip().upper()])]
        return list(dict.fromkeys(wanted))

    def _switched_on(self, archivos: Mapping[str, Archivo]) -> tuple[tuple[Procedimiento, ...], tuple[str, ...]]:
        known, twice = _by_code(archivos.values())
        fallas = [*(one.falla for one in archivos.values() if one.falla), *twice]
        wanted = self._wanted(archivos)
        for gone in self._gone(archivos):
            wanted.append(gone.codigo)
            known[gone.codigo] = gone
            fallas.append(f"El archivo del procedimiento {gone.codigo} ya no está; rige lo que decía.")
        chosen: list[Procedimiento] = []
        for codigo in dict.fromkeys(wanted):
            found = known.get(codigo)
            if found is None:
                fallas += (
                    [_nowhere(codigo, known)] if not any(one.codigo == codigo for one in archivos.values()) else []
                )
                continue
            same = next((one for one in chosen if one.prefijo_referencia == found.prefijo_referencia), None)
            if same is None:
                chosen.append(found)
            else:
                fallas.append(
                    f"Los procedimientos {same.codigo} y {codigo} tienen el mismo prefijo_referencia, "
                    f"{found.prefijo_referencia}; cambie uno."
                )
        if not chosen and not fallas:
            fallas.append("Ningún procedimiento está activo.")
        return tuple(chosen) or self._activos, tuple(dict.fromkeys(fallas))

    def _gone(self, archivos: Mapping[str, Archivo]) -> list[Procedimiento]:
        """Those in force whose own file is there no more: somebody may just be replacing it."""
        now = {one.codigo for one in archivos.values()}
        were = {one.codigo for one in self._archivos.values()}
        return [one for one in self._activos if one.codigo in were - now]


def _stamp(archivo: Path) -> tuple[str, int, int] | None:
    """When a file was written and how long it is; None where it has gone meanwhile."""
    try:
        seen = archivo.stat()
    except FileNotFoundError:
        return None
    return str(archivo), seen.st_mtime_ns, seen.st_size


def _by_code(own: Iterable[Archivo]) -> tuple[dict[str, Procedimiento], list[str]]:
    """What there is, by código, and the files of a folder that have one that another one has."""
    known = {codigo: one.procedimiento for codigo, one in shipped().items() if one.procedimiento is not None}
    fallas = []
    seen: dict[str, str] = {}
    for archivo in own:
        if (procedimiento := archivo.procedimiento) is None:
            continue
        if procedimiento.codigo in seen:
            first = seen[procedimiento.codigo]
            fallas.append(f"{archivo.ruta.name} tiene el mismo código que {first}, {procedimiento.codigo}; deje uno.")
            continue
        seen[procedimiento.codigo] = archivo.ruta.name
        known[procedimiento.codigo] = procedimiento
    return known, fallas


def _nowhere(codigo: str, known: Mapping[str, Procedimiento]) -> str:
    near = get_close_matches(codigo, known, n=1, cutoff=0.6)
    hint = f"¿quiso decir «{near[0]}»?" if near else f"hay: {', '.join(known)}."
    return f"El procedimiento «{codigo}» está activo y ningún archivo lo tiene; {hint}"
