"""The perfil: how one utility's Serviweb differs from what the page objects expect by default.

A page object asks for a field by its name (`zona`, `guardar`…). Where the perfil says nothing, the default by role and
Spanish label holds; where it does, its locator is taken instead. So a Serviweb nobody has seen needs a TOML file, no code.
"""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError, model_validator

from robot.errors import ConfigurationError
from robot.models import spanish_problems


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as broken:
        raise ValueError(f"la expresión regular no compila: {broken}") from None
    return pattern


Patron = Annotated[str, AfterValidator(_compiles)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Localizador(_Frozen):
    """One way to find one thing on a screen; exactly one of the ways is given.

    Attributes:
        rol, nombre: accessible role and name (`button`, `Guardar`).
        etiqueta: label of a field.
        texto: visible text.
        css, xpath: selectors, where the screen offers nothing better.
        indice: which one of several, from 0.
    """

    rol: str | None = None
    nombre: str | None = None
    etiqueta: str | None = None
    texto: str | None = None
    css: str | None = None
    xpath: str | None = None
    indice: int | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = [way for way in (self.rol, self.etiqueta, self.texto, self.css, self.xpath) if way is not None]
        if len(ways) != 1:
            raise ValueError("indique exactamente una manera: rol, etiqueta, texto, css o xpath")
        if self.nombre is not None and self.rol is None:
            raise ValueError("«nombre» acompaña a «rol»")
        return self


class Pantalla(_Frozen):
    """What a perfil says of one screen.

    Attributes:
        marco: CSS of the frame the screen lives in; found by looking into every frame where absent.
        localizadores: the named locators that differ from the default.
    """

    marco: str | None = None
    localizadores: Mapping[str, Localizador] = {}


class Patrones(_Frozen):
    """How the texts read that the robot takes off screens; regular expressions, case does not matter.

    Attributes:
        radicado: finds the number in Serviweb's confirmation; its first group is the number.
        guardado: Serviweb's own words that a trámite was saved.
        no_existe: the suscriptor or tercero is unknown.
        retirado: the estado of a suscriptor who is no longer served.
        clave_errada: user and password were refused.
        sesion_expirada: the session ended, or another one took its place.
        sin_resultados: CONSULTA found nothing.
        error_servidor: a page of the server's own failure.
    """

    radicado: Patron = r"radicad[oa][^0-9]{0,40}?(?<![\w-])((?:[A-Z]{1,6}-?)?\d[\d-]{3,})"
    guardado: Patron = (
        r"(guardad|registrad|grabad|radicad)[oa]\s+(correctamente|con\s+[eé]xito|exitosamente|satisfactoriamente)"
    )
    no_existe: Patron = r"no\s+(se\s+)?(existe|encuentra|encontr[oó]|est[aá]\s+registrad[oa]|registra)"
    retirado: Patron = r"retirad[oa]"
    clave_errada: Patron = (
        r"(usuario|contrase[nñ]a|clave|credencial(es)?)\b.{0,40}?\b(incorrect|errad|inv[aá]lid|no\s+v[aá]lid|bloquead)"
    )
    sesion_expirada: Patron = r"sesi[oó]n.{0,40}?(expir|caduc|venci|finaliz|termin|cerrad|inici[oó]\s+en\s+otro)"
    sin_resultados: Patron = (
        r"(no\s+se\s+encontraron|sin\s+resultados|0\s+registros|no\s+hay\s+(registros|tr[aá]mites))"
    )
    error_servidor: Patron = (
        r"(http\s+status\s+5\d\d|error\s+(interno|5\d\d)|internal\s+(server\s+)?error|service\s+unavailable|bad\s+gateway"
        r"|gateway\s+time-?out|en\s+mantenimiento|exception\s+report)"
    )


class Perfil(_Frozen):
    """Everything the robot must know of one Serviweb; all of it has a default.

    Attributes:
        menu: the entries to open, from the top, for each screen.
        pantallas: what differs, by screen.
        patrones: how its texts read.
    """

    menu: Mapping[str, tuple[str, ...]] = {"tramite": ("PQR", "TRÁMITE"), "consulta": ("PQR", "CONSULTA")}
    pantallas: Mapping[str, Pantalla] = {}
    patrones: Patrones = Patrones()

    def pantalla(self, nombre: str) -> Pantalla:
        return self.pantallas.get(nombre, Pantalla())

    @classmethod
    def load(cls, archivo: Path | None) -> Self:
        """The perfil in a TOML file, or all defaults where there is no file.

        Raises:
            ConfigurationError: the file cannot be read, is not TOML, or says something that is not part of a perfil.
        """
        if archivo is None:
            return cls()
        try:
            data = tomllib.loads(archivo.read_text(encoding="utf-8"))
            return cls.model_validate(data)
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as unreadable:
            raise ConfigurationError(
                f"El perfil {archivo.name} no se puede leer: {unreadable}.", campo="serviweb.perfil"
            ) from None
        except ValidationError as invalid:
            problems = "; ".join(
                f"{problem.campo}: {problem.mensaje}" for problem in spanish_problems(invalid, whole="perfil")
            )
            raise ConfigurationError(
                f"El perfil {archivo.name} tiene errores: {problems}", campo="serviweb.perfil"
            ) from None
