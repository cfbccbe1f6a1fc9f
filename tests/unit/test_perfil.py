"""What a perfil may say, and how it is told what it may not."""

import html
import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page

from robot.errors import ConfigurationError
from robot.pages.localizadores import action, field
from robot.pages.palabras import radicado_in
from robot.pages.serviweb import Serviweb
from robot.perfil.patterns import Patrones
from robot.perfil.perfil import Perfil, json_schema
from robot.perfil.screens import PANTALLAS
from robot.reading.equality import option_text, whole_text

ROOT = Path(__file__).resolve().parents[2]
WRONG = """[menu]
tramites = ["PQR"]

[pantallas.tramite.localizadores]
zonna = { css = "#a" }
medio = { css = "#a[name='x'" }
causal = { rol = "combobox", etiqueta = "Causal" }
[pantallas.tramit]
marco = "iframe"
[patrones]
radicado = '(\\d+'
"""


def test_every_problem_is_told_at_once_with_its_line_and_the_nearest_name(tmp_path: Path) -> None:
    archivo = tmp_path / "mal.toml"
    archivo.write_text(WRONG, encoding="utf-8")
    with pytest.raises(ConfigurationError) as refused:
        Perfil.load(archivo)
    told = refused.value.texto
    for words in (
        "línea 2, menu.tramites: no existe; ¿quiso decir «tramite»?",
        "línea 5, pantallas.tramite.localizadores.zonna: no existe; ¿quiso decir «zona»?",
        "línea 6, pantallas.tramite.localizadores.medio.css: al selector le falta cerrar «[»",
        "línea 7, pantallas.tramite.localizadores.causal: indique exactamente una manera",
        "línea 8, pantallas.tramit: no existe; ¿quiso decir «tramite»?",
        "línea 11, patrones.radicado: la expresión regular no compila",
    ):
        assert words in told


def test_what_only_a_browser_can_refuse_is_told_with_its_line(page: Page, tmp_path: Path) -> None:
    archivo = tmp_path / "mal.toml"
    archivo.write_text('[pantallas.tramite.localizadores]\n\nzona = { css = "select:nonsense(2)" }\n', encoding="utf-8")
    perfil = Perfil.load(archivo)
    with pytest.raises(ConfigurationError, match=r"línea 3, pantallas\.tramite\.localizadores\.zona"):
        Serviweb(page, perfil)


@pytest.mark.parametrize("archivo", sorted((ROOT / "perfiles").glob("*.toml")), ids=lambda one: one.stem)
def test_the_perfiles_that_ship_are_good(archivo: Path) -> None:
    Perfil.load(archivo)


def test_the_example_of_the_documentation_is_a_perfil(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "perfiles.md").read_text(encoding="utf-8")
    archivo = tmp_path / "ejemplo.toml"
    archivo.write_text(text.split("```toml\n")[1].split("```")[0], encoding="utf-8")
    perfil = Perfil.load(archivo)
    assert perfil.opcion("medio", "PERSONAL") == "PRESENCIAL"
    assert perfil.direccion("consulta") == "/pqr/consulta.do"


def test_the_schema_for_editors_is_the_one_of_this_version() -> None:
    written = json.loads((ROOT / "docs" / "perfil.schema.json").read_text(encoding="utf-8"))
    assert written == json_schema()
    screens = written["properties"]["pantallas"]["properties"]
    assert set(screens) == set(PANTALLAS)
    assert "zona" in screens["tramite"]["properties"]["localizadores"]["properties"]


@pytest.mark.parametrize(
    ("shown", "so"),
    [
        ("VISITA DOMICILIARIA", True),
        ("19 - VISITA DOMICILIARIA", True),
        ("(19) Visita domiciliaria", True),
        ("VISITA DOMICILIARIA ACUEDUCTO", False),
        ("SOBRE VISITA DOMICILIARIA", False),
    ],
)
def test_an_option_may_have_its_number_before_it_and_nothing_else(shown: str, so: bool) -> None:
    assert (option_text("VISITA DOMICILIARIA").match(shown) is not None) is so


@pytest.mark.parametrize(
    ("shown", "so"),
    [
        ("0 registros", True),
        ("No se encontraron trámites.", True),
        ("Total: 0 registros", True),
        ("60 registros - Página 1 de 6", False),
        ("1.200 registros", False),
    ],
)
def test_only_words_that_say_so_mean_that_nothing_was_found(shown: str, so: bool) -> None:
    """A look-up that takes «60 registros» for none would prove that nothing was saved."""
    assert (re.search(Perfil().patrones.sin_resultados, shown, re.IGNORECASE) is not None) is so


@pytest.mark.parametrize(
    ("patron", "words", "number"),
    [
        ("total", "Mostrando 1 a 10 de 12 registros", "12"),
        ("total", "1–10 de 1.256", "1.256"),
        ("total", "Se encontraron 12 registros.", "12"),
        ("total", "12 registros - Página 1 de 2", "12"),
        ("total", "Total de registros: 12", "12"),
        ("total", "Resultados (12)", "12"),
        ("total", "Showing 1 to 10 of 12 entries", "12"),
        ("total", "Mostrar 10 registros", None),
        ("total", "Mostrando 10 registros", None),
        ("total", "10 registros por página", None),
        ("total", "Desde 01/11/2026 Hasta 24/11/2026", None),
        ("total", "Suscriptor 001008", None),
        ("paginas", "Página 1 de 3", "3"),
        ("paginas", "Pág. 2/14", "14"),
        ("paginas", "Página 4", None),
        ("parcial", "Se muestran los primeros 100 registros", "primeros 100 registros"),
        ("parcial", "Hay más de 500 registros: refine la búsqueda", "más de 500 registros"),
        ("parcial", "Se encontraron 12 registros", None),
    ],
)
def test_how_many_results_there_are_is_told_from_other_numbers(patron: str, words: str, number: str | None) -> None:
    found = re.search(getattr(Patrones(), patron), words, re.IGNORECASE)
    told = next((group for group in found.groups() if group), found[0]) if found else None
    assert told == number


NAMES = (
    "PQR / RECLAMOS",
    "Radicado/Número",
    "C.C. / NIT",
    "N.º radicado",
    "Más…",
    "¿Guardar? (sí)",
    'El "otro"',
    "a\\b",
    "[x] + y",
)


def test_a_thing_is_found_by_its_name_whatever_characters_that_has(page: Page) -> None:
    """The selectors of the browser take a regular expression between slashes."""
    for name in NAMES:
        said = html.escape(name)
        page.set_content(
            f"<a href='#'>{said}</a><button title='{said}'>x</button><label>{said} <input></label>"
            f"<table><tr><th scope='col'>{said}</th><td>1</td></tr></table><select><option>{said}</option></select>"
        )
        frame, words = page.main_frame, whole_text(name)
        found = [
            frame.get_by_role("link", name=words),
            frame.get_by_title(words),
            frame.get_by_role("columnheader", name=words),
            frame.locator("option").filter(has_text=option_text(name)),
            field(frame, name).last,
            action(frame, name).first,
        ]
        assert [one.count() for one in found] == [1] * len(found), name


def test_a_pattern_adds_to_the_default_and_stands_in_its_place_where_the_perfil_says_so() -> None:
    added = Perfil.model_validate({"patrones": {"guardado": "archivad[oa] bien", "radicado": r"exp\. (\d+)"}}).patrones
    for said in ("El trámite quedó archivado bien.", "Guardado correctamente."):
        assert re.search(added.whole("guardado"), said, re.IGNORECASE), said
    radicado = re.compile(added.whole("radicado"), re.IGNORECASE)
    assert radicado_in(radicado, "Radicado No. 2026-000007, exp. 88123", typed=()) == "88123", (
        "what was given goes first"
    )
    assert radicado_in(radicado, "Radicado No. 2026-000007", typed=()) == "2026-000007"
    instead = Perfil.model_validate({"patrones": {"guardado": "!archivad[oa] bien"}}).patrones
    assert not re.search(instead.whole("guardado"), "Guardado correctamente.", re.IGNORECASE)
