"""Reports as one file of HTML each, that open anywhere without a network."""

from functools import cache
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup


def estilo() -> Markup:
    """The style sheet that every report carries in itself."""
    return Markup(files(__name__).joinpath("estilo.css").read_text(encoding="utf-8"))  # noqa: S704  # our own file


def ordenar() -> Markup:
    """The script that sorts the tables of a report."""
    return Markup(files(__name__).joinpath("estatico", "ordenar.js").read_text(encoding="utf-8"))  # noqa: S704  # our own file


@cache
def _environment() -> Environment:
    def source(nombre: str) -> str:
        return files(__name__).joinpath(nombre).read_text(encoding="utf-8")

    return Environment(
        loader=FunctionLoader(source), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def as_html(plantilla: str, **datos: object) -> str:
    """A report from its template in this package."""
    return _environment().get_template(plantilla).render(**datos)
