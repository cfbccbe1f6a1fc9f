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
        self._idos: Sequence[Archivo] = ()
        self._rutas: Mapping[str, Path] = {}
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
            own = [*self._archivos.values(), *self._idos]
        return [*own, *shipped().values()]

    def _keep_up(self) -> None:
        firma = self._now()
        if firma == self._firma:
            return
        archivos = {str(one.ruta): self._looked_at(one) for one in self._own()}
        idos = self._gone(archivos)
        own = [*sorted(archivos.values(), key=lambda one: self._rutas.get(one.codigo) != one.ruta), *idos]
        activos, fallas = self._switched_on(archivos, own)
        if self._firma is None and (hindering := self._hindering(archivos, fallas)):
            raise ConfigurationError(" ".join(hindering), campo=_ACTIVOS)
        for falla in sorted(set(fallas) - set(self._fallas)):
            _log.error("un procedimiento tiene errores y no rige así", extra={"motivo": falla})
        self._firma, self._archivos, self._idos, self._activos, self._fallas = firma, archivos, idos, activos, fallas
        self._rutas = {one.codigo: one.ruta for one in reversed(own) if one.procedimiento is not None}

    def _hindering(self, archivos: Mapping[str, Archivo], fallas: Sequence[str]) -> list[str]:
        """What nothing may be filed with at a start; a file that certainly is of none that is switched on hinders nobody."""
        wanted = self._wanted(archivos.values())
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

    def _wanted(self, own: Iterable[Archivo]) -> list[str]:
        """The códigos that are switched on; of a folder, those in force before those that have come since."""
        place = {one.codigo: at for at, one in enumerate(self._activos)}
        codes = sorted((one.codigo for one in own if one.codigo), key=lambda codigo: place.get(codigo, len(place)))
        wanted = [codigo for one in self._codigos for codigo in (codes if one == TODOS else [one.strip().upper()])]
        return list(dict.fromkeys(wanted))

    def _switched_on(
        self, archivos: Mapping[str, Archivo], own: Sequence[Archivo]
    ) -> tuple[tuple[Procedimiento, ...], tuple[str, ...]]:
        """What is in force by these files, the first of one código counting; and what is wrong."""
        known, twice = _by_code(own)
        fallas = [*(one.falla for one in own if one.falla), *twice]
        found: list[Procedimiento] = []
        for codigo in self._wanted(own):
            if codigo in known:
                found.append(known[codigo])
            elif not any(one.codigo == codigo for one in archivos.values()):
                fallas.append(_nowhere(codigo, known))
        chosen, same = self._with_own_letters(found)
        fallas += same
        if not chosen and not fallas:
            fallas.append("Ningún procedimiento está activo.")
        return tuple(chosen) or self._activos, tuple(dict.fromkeys(fallas))

    def _with_own_letters(self, found: Sequence[Procedimiento]) -> tuple[list[Procedimiento], list[str]]:
        """Those that have letters that no other one has; where two have the same, what is in force as it is keeps them."""
        before = {one.codigo: one for one in self._activos}
        letters: dict[str, str] = {}
        for one in sorted(found, key=lambda one: before.get(one.codigo) != one):
            letters.setdefault(one.prefijo_referencia, one.codigo)
        chosen, fallas = [], []
        for one in found:
            owner = letters[one.prefijo_referencia]
            if owner == one.codigo:
                chosen.append(one)
                continue
            fallas.append(
                f"Los procedimientos {owner} y {one.codigo} tienen el mismo prefijo_referencia, "
                f"{one.prefijo_referencia}; cambie uno."
            )
            if (last := before.get(one.codigo)) is not None and letters.get(last.prefijo_referencia) is None:
                chosen.append(last)
        return chosen, fallas

    def _gone(self, archivos: Mapping[str, Archivo]) -> list[Archivo]:
        """What is in force though its own file is there no more: somebody may just be replacing it."""
        now = {one.codigo for one in archivos.values()}
        were = [one for one in (*self._archivos.values(), *self._idos) if one.procedimiento in self._activos]
        return [
            replace(one, falla=f"El archivo del procedimiento {one.codigo} ya no está; rige lo que decía.")
            for one in were
            if one.codigo not in now
        ]


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
