"""The perfil: how one utility's Serviweb differs from what the page objects expect by default.

A page object asks for a thing by its name (`zona`, `guardar`…; `robot.perfil.screens` has them all). Where the perfil says
nothing, the default by role and Spanish label holds; where it does, its locator is taken instead. So a Serviweb nobody has
seen needs a TOML file, no code.
"""

import datetime as dt
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PrivateAttr, ValidationError, model_validator

from robot.errors import ConfigurationError
from robot.models import spanish_problems
from robot.perfil.patterns import Patron, Patrones
from robot.perfil.screens import CATALOGOS, DESTINOS, PANTALLAS
from robot.perfil.toml_lines import Hallado, not_among, told_by_line
from robot.reading.documents import FormatoNit, Identificacion, TipoDocumento

_CAMPO = "serviweb.perfil"
_PAIRS = {")": "(", "]": "[", "}": "{"}


def _balanced(selector: str) -> str:
    """What no browser can parse is refused here, with its line; the rest when a browser is there to ask."""
    opened: list[str] = []
    quote = ""
    for character in re.sub(r"\\.", "", selector):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character in "([{":
            opened.append(character)
        elif character in _PAIRS and (not opened or opened.pop() != _PAIRS[character]):
            raise ValueError(f"sobra «{character}» en el selector")
    if quote or opened:
        raise ValueError(f"al selector le falta cerrar «{quote or opened[-1]}»")
    if not selector.strip():
        raise ValueError("el selector está vacío")
    return selector


def _tells_the_day(formato: str) -> str:
    day = dt.date(2026, 11, 24)
    try:
        same = dt.datetime.strptime(day.strftime(formato), formato).date() == day  # noqa: DTZ007  # a day has no zone
    except ValueError:
        same = False
    if not same:
        raise ValueError("escriba día, mes y año, por ejemplo %d/%m/%Y")
    return formato


def _tells_the_radicado(direccion: str) -> str:
    try:
        told = "2026-1" in direccion.format(radicado="2026-1")
    except (LookupError, ValueError):
        told = False
    if not told:
        raise ValueError("escriba {radicado} donde va el número, y ninguna otra llave")
    return direccion


Selector = Annotated[str, AfterValidator(_balanced)]
Marco = Annotated[tuple[Selector, ...], Field(min_length=1)]


def _way(marco: tuple[str, ...] | str | None) -> tuple[str, ...]:
    return () if marco is None else (marco,) if isinstance(marco, str) else marco


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Localizador(_Frozen):
    """One way to find one thing on a screen; exactly one of the ways is given.

    Attributes:
        rol, nombre: accessible role and name (`button`, `Guardar`).
        etiqueta: label of a field.
        marcador: what stands in an empty field.
        titulo: what shows when the mouse rests on it.
        texto: visible text.
        prueba: test id (`data-testid`).
        css, xpath: selectors, where the screen offers nothing better.
        cerca_de: of several, only those right beside this text.
        indice: which one of several, from 0; -1 is the last.
        marco: CSS of the frame it lives in, or of each frame on the way, where that is another than its screen's.
    """

    rol: str | None = None
    nombre: str | None = None
    etiqueta: str | None = None
    marcador: str | None = None
    titulo: str | None = None
    texto: str | None = None
    prueba: str | None = None
    css: Selector | None = None
    xpath: Selector | None = None
    cerca_de: str | None = None
    indice: int | None = None
    marco: Marco | Selector | None = None

    @property
    def marcos(self) -> tuple[str, ...]:
        """The frames on the way to it, from the outermost; none where it is in its screen's."""
        return _way(self.marco)

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        given = (self.rol, self.etiqueta, self.marcador, self.titulo, self.texto, self.prueba, self.css, self.xpath)
        if sum(way is not None for way in given) != 1:
            raise ValueError(
                "indique exactamente una manera: rol, etiqueta, marcador, titulo, texto, prueba, css o xpath"
            )
        if self.nombre is not None and self.rol is None:
            raise ValueError("«nombre» acompaña a «rol»")
        return self


class PantallaDePerfil(_Frozen):
    """What a perfil says of one screen.

    Attributes:
        ventana: part of the title or address of the window it lives in; found by looking into every window where absent.
        marco: CSS of the frame it lives in, or of each frame on the way; found by looking into every frame where absent.
        contenedor: the part of the page that is this screen, where several are shown at once.
        ancla: the name of what tells that the screen is there, if it is another than usual.
        localizadores: the named things that are found in another way than usual.
    """

    ventana: Patron | None = None
    marco: Marco | Selector | None = None
    contenedor: Localizador | None = None
    ancla: str | None = None
    localizadores: Mapping[str, Localizador] = {}

    @property
    def marcos(self) -> tuple[str, ...]:
        """The frames on the way, from the outermost."""
        return _way(self.marco)


class Columnas(_Frozen):
    """What the columns of CONSULTA's results are called."""

    radicado: tuple[str, ...] = ("Radicado", "No. radicado", "Número de radicado", "Número radicado", "Nro. radicado")
    observacion: tuple[str, ...] = ("Observación", "Observaciones", "Descripción", "Detalle")
    fecha: tuple[str, ...] = ("Fecha", "Fecha de radicación", "Fecha radicación", "Fecha de registro")
    causal: tuple[str, ...] = ("Causal", "Causales", "Motivo")
    suscriptor: tuple[str, ...] = (
        "Suscriptor",
        "Código",
        "Código de suscriptor",
        "Código suscriptor",
        "No. suscriptor",
    )
    estado: tuple[str, ...] = ("Estado", "Estado del trámite", "Situación")


class Paginas(StrEnum):
    """How CONSULTA's results come."""

    NINGUNA = "ninguna"
    """All of them at once, always."""


class Consulta(_Frozen):
    """What cannot be seen of CONSULTA.

    Attributes:
        paginas: `ninguna` where its results never come in pages; without it, the robot takes results for all there are only
            where the screen shows that they are.
    """

    paginas: Paginas | None = None


class OtraSesion(StrEnum):
    """What becomes of another session that the same user has in Serviweb."""

    PROPIA = "propia"
    """Ended where the robot left it open a moment ago; anybody else's is left alone."""
    TERMINAR = "terminar"
    """Ended, and told in an aviso."""
    RESPETAR = "respetar"
    """Left alone."""


class Ingreso(_Frozen):
    """What Serviweb asks for at the sign-in besides user and password.

    Attributes:
        sede: the sede to sign in with, as its list shows it.
        otra_sesion: what becomes of another session of the same user, where Serviweb asks: `propia` ends one that the robot left
            open, `terminar` every one, `respetar` none.
    """

    sede: str = ""
    otra_sesion: OtraSesion = OtraSesion.PROPIA


class Terceros(_Frozen):
    """How this Serviweb keeps people and companies.

    Attributes:
        nit: how it wants a NIT: `sin_dv` the number alone, `con_dv` the check digit right behind it, `con_guion` with a hyphen
            between them.
        sin_telefono: what the office types for somebody without a telephone; the field stays empty where blank.
    """

    nit: FormatoNit = FormatoNit.SIN_DV
    sin_telefono: str = ""

    def typed(self, cedula: str) -> str:
        """A document that a solicitud keeps, as it is typed here."""
        return Identificacion.of(cedula).typed(self.nit)


class Perfil(_Frozen):
    """Everything the robot must know of one Serviweb; all of it has a default.

    Attributes:
        menu: the entries to open, from the top, for each screen; or the address of the screen, if it has its own.
        pantallas: what differs, by screen.
        catalogo: what this Serviweb calls an option of a catalogue, by catalogue and by the procedure's word for it.
        columnas: the columns of CONSULTA's results.
        consulta: what cannot be seen of CONSULTA.
        ingreso: what is asked for at the sign-in besides user and password.
        terceros: how it keeps people and companies.
        documento: the address of the solicitud de trámite of a radicado, with `{radicado}` in its place; for a trámite that
            is not on screen any more and cannot be opened from CONSULTA.
        patrones: how its texts read.
        codificacion: how its server reads what is typed, if the page does not tell.
        observacion_maxima: how many characters its server keeps of an observación, if the field does not tell; a line break
            counts as two.
        formatos_fecha: how days are typed into CONSULTA, as strftime takes them; the first that Serviweb understands is used.
    """

    menu: Mapping[str, tuple[str, ...] | str] = {"tramite": ("PQR", "TRÁMITE"), "consulta": ("PQR", "CONSULTA")}
    pantallas: Mapping[str, PantallaDePerfil] = {}
    catalogo: Mapping[str, Mapping[str, str]] = {}
    columnas: Columnas = Columnas()
    consulta: Consulta = Consulta()
    ingreso: Ingreso = Ingreso()
    terceros: Terceros = Terceros()
    documento: Annotated[str, AfterValidator(_tells_the_radicado)] | None = None
    patrones: Patrones = Patrones()
    codificacion: str | None = None
    observacion_maxima: Annotated[int, Field(gt=0)] | None = None
    formatos_fecha: tuple[Annotated[str, AfterValidator(_tells_the_day)], ...] = ("%d/%m/%Y", "%Y-%m-%d")

    _texto: str = PrivateAttr("")
    _archivo: str = PrivateAttr("")

    def pantalla(self, nombre: str) -> PantallaDePerfil:
        return self.pantallas.get(nombre, PantallaDePerfil())

    def entradas(self, destino: str) -> tuple[str, ...]:
        """The menu entries on the way to a screen, from the top; none where it has an address of its own."""
        way = self.menu.get(destino, Perfil().menu[destino])
        return () if isinstance(way, str) else way

    def direccion(self, destino: str) -> str | None:
        """The address of a screen, if the perfil gives one."""
        way = self.menu.get(destino)
        return way if isinstance(way, str) else None

    def opcion(self, catalogo: str, opcion: str) -> str:
        """What this Serviweb calls an option of the procedure."""
        return self.catalogo.get(catalogo, {}).get(opcion, opcion)

    def refused(self, path: Sequence[str], mensaje: str) -> ConfigurationError:
        """The error that says what is wrong with one thing of this perfil, and where it stands."""
        return _refused(self._archivo, self._texto, [(tuple(path), mensaje)])

    @classmethod
    def load(cls, archivo: Path | None) -> Self:
        """The perfil in a TOML file, or all defaults where there is no file.

        Raises:
            ConfigurationError: the file cannot be read, is not TOML, or says something that is not part of a perfil; all
                problems at once, each with its line.
        """
        if archivo is None:
            return cls()
        try:
            texto = archivo.read_text(encoding="utf-8")
            data = tomllib.loads(texto)
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as unreadable:
            raise ConfigurationError(
                f"El perfil {archivo.name} no se puede leer: {unreadable}.", campo=_CAMPO
            ) from None
        problems = list(_unknown_names(data))
        try:
            perfil = cls.model_validate(data)
        except ValidationError as invalid:
            found = zip(spanish_problems(invalid, whole="perfil"), invalid.errors(include_url=False), strict=True)
            for problem, error in found:
                path = tuple(str(part) for part in error["loc"] if not _is_choice(part))
                if error["type"] != "extra_forbidden":
                    own = error.get("ctx", {}).get("error") if error["type"] == "value_error" else None
                    problems.append((path, str(own) if own is not None else problem.mensaje))
        if problems:
            raise _refused(archivo.name, texto, problems)
        perfil._texto, perfil._archivo = texto, archivo.name
        return perfil


def _is_choice(part: int | str) -> bool:
    """Pydantic names the alternative it tried; people have no use for it."""
    return isinstance(part, int) or part in {"str", "tuple[str, ...]"} or part.startswith(("function-", "tuple["))


def _refused(archivo: str, texto: str, problems: Iterable[Hallado]) -> ConfigurationError:
    return ConfigurationError(f"El perfil {archivo} tiene errores: {told_by_line(texto, problems)}.", campo=_CAMPO)


def _unknown_names(data: Mapping[str, Any]) -> Iterator[Hallado]:
    """Every name that is none, with the nearest that is one."""
    yield from not_among(data, Perfil.model_fields, ())
    yield from not_among(_table(data, "menu"), DESTINOS, ("menu",))
    yield from not_among(_table(data, "patrones"), Patrones.model_fields, ("patrones",))
    yield from not_among(_table(data, "columnas"), Columnas.model_fields, ("columnas",))
    yield from not_among(_table(data, "catalogo"), CATALOGOS, ("catalogo",))
    yield from not_among(_table(data, "consulta"), Consulta.model_fields, ("consulta",))
    yield from not_among(_table(data, "ingreso"), Ingreso.model_fields, ("ingreso",))
    yield from not_among(_table(data, "terceros"), Terceros.model_fields, ("terceros",))
    tipos = ("catalogo", "tipo_documento")
    yield from not_among(_table(_table(data, "catalogo"), "tipo_documento"), list(TipoDocumento), tipos)
    screens = _table(data, "pantallas")
    yield from not_among(screens, PANTALLAS, ("pantallas",))
    for nombre, screen in screens.items():
        at = ("pantallas", nombre)
        if nombre not in PANTALLAS or not isinstance(screen, Mapping):
            continue
        yield from not_among(screen, PantallaDePerfil.model_fields, at)
        known = _names_on(nombre, data)
        ancla = screen.get("ancla")
        if ancla is not None:
            yield from not_among({str(ancla): 0}, known, at, as_value="ancla")
        named = _table(screen, "localizadores")
        yield from not_among(named, known, (*at, "localizadores"))
        for thing, locator in {**named, "contenedor": screen.get("contenedor")}.items():
            if isinstance(locator, Mapping):
                path = (*at, "contenedor") if thing == "contenedor" else (*at, "localizadores", thing)
                yield from not_among(locator, Localizador.model_fields, path)


def _names_on(pantalla: str, data: Mapping[str, Any]) -> tuple[str, ...]:
    names = tuple(PANTALLAS[pantalla].elementos)
    if pantalla != "menu":
        return names
    ways = [*_table(data, "menu").values(), *Perfil().menu.values()]
    return names + tuple(f"menu.{entry}" for way in ways if isinstance(way, list | tuple) for entry in way)


def _table(data: Mapping[str, Any], nombre: str) -> Mapping[str, Any]:
    table = data.get(nombre)
    return table if isinstance(table, Mapping) else {}


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a perfil, with the names of every screen, for editors."""
    schema = Perfil.model_json_schema()
    properties, shared = schema["properties"], schema["$defs"]
    by_name = {}
    for nombre, definicion in PANTALLAS.items():
        own: dict[str, Any] = {**shared["PantallaDePerfil"], "title": definicion.titulo}
        names = {
            name: {"$ref": "#/$defs/Localizador", "description": one.que_es}
            for name, one in definicion.elementos.items()
        }
        entries = {"patternProperties": {"^menu\\.": {"$ref": "#/$defs/Localizador"}}} if nombre == "menu" else {}
        named = {"type": "object", "properties": names, "additionalProperties": False, **entries}
        own["properties"] = {
            **own["properties"],
            "localizadores": named,
            "ancla": {"enum": list(definicion.elementos)},
        }
        by_name[nombre] = own
    properties["pantallas"] = {"type": "object", "properties": by_name, "additionalProperties": False}
    properties["menu"] |= {"propertyNames": {"enum": list(DESTINOS)}}
    properties["catalogo"] |= {"propertyNames": {"enum": list(CATALOGOS)}}
    del shared["PantallaDePerfil"]
    return schema
