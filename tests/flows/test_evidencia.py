"""What is kept of how a solicitud went tells what happened and nobody's data."""

import io
import json
import urllib.parse
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from fixtures.procesos import Mock, MockGoogle
from robot.flows.oficina import Oficina
from robot.flows.radicacion import radicar
from robot.models import Estado, Resultado, Solicitud
from robot.procedure import Paso
from robot.settings import PREFIX, Cuales, EvidenciaSettings, Settings, Traza

New = Callable[..., Solicitud]


def kept(settings: Settings, resultado: Resultado) -> dict[str, bytes]:
    """Every file of the evidence, those inside archives too."""
    carpeta = settings.datos / "evidencia" / str(resultado.referencia)
    return dict(_files(carpeta)) if carpeta.is_dir() else {}


def _files(carpeta: Path) -> Iterator[tuple[str, bytes]]:
    for one in carpeta.iterdir():
        yield one.name, one.read_bytes()
        if one.suffix == ".zip":
            with zipfile.ZipFile(io.BytesIO(one.read_bytes())) as archive:
                for name in archive.namelist():
                    yield f"{one.name}/{name}", archive.read(name)


def as_any_writing(word: str) -> Iterator[bytes]:
    """A word as pages, forms and JSON write it."""
    for one in (word, word.upper()):
        yield from (one.encode(), one.encode("latin-1"), json.dumps(one)[1:-1].encode())
        yield from (urllib.parse.quote_plus(one).encode(), urllib.parse.quote_plus(one, encoding="latin-1").encode())


def traitors(files: dict[str, bytes], words: list[str]) -> list[tuple[str, str]]:
    return [
        (name, word) for name, data in files.items() for word in words if any(w in data for w in as_any_writing(word))
    ]


def personal(asked: Solicitud, settings: Settings) -> list[str]:
    return [*asked.secretos, asked.solicitud, settings.asesores["ana"].clave.get_secret_value()]


def events(files: dict[str, bytes]) -> list[dict[str, object]]:
    traces = [data for name, data in sorted(files.items()) if name.endswith(".trace")]
    return [json.loads(line) for data in traces for line in data.splitlines()]


@pytest.fixture
def environment(environment: Mapping[str, str]) -> Mapping[str, str]:
    """With traces, as a robot has them; other tests go without, to be faster."""
    return {**environment, PREFIX + "EVIDENCIA__TRAZA": "acciones"}


def test_a_failure_keeps_picture_trace_and_steps_and_no_personal_data_in_any_byte(
    oficina: Oficina, solicitud: New, serviweb: Mock, settings: Settings
) -> None:
    asked = solicitud()
    serviweb.faults(alerta_inesperada={"veces": -1, "texto": "Hola 40765123"})
    resultado = radicar(oficina, asked)
    assert resultado.estado is Estado.RECHAZADA
    files = kept(settings, resultado)
    assert {Path(name).suffix for name in files} >= {".html", ".json", ".png", ".zip"}
    assert resultado.con_evidencia
    assert not any(str(settings.datos) in aviso for aviso in resultado.avisos)
    page = files["index.html"].decode()
    assert "Hola •••" in page
    assert resultado.error is not None
    assert next(paso.nombre for paso in Paso if paso.numero == resultado.error.paso) in page
    assert "-traza-1.zip" in page
    assert traitors({**files, "": resultado.model_dump_json().encode()}, personal(asked, settings)) == []


@pytest.mark.larga
def test_a_trace_of_an_uncertain_save_shows_the_click_and_what_came_after(
    oficina: Oficina, solicitud: New, serviweb: Mock, settings: Settings
) -> None:
    serviweb.faults(corte_antes={"veces": 1, "ruta": "guardar"})
    resultado = radicar(oficina, solicitud())
    assert resultado.estado is Estado.POR_VERIFICAR
    recorded = [str(event) for event in events(kept(settings, resultado)) if event["type"] == "before"]
    clicked = next(number for number, event in enumerate(recorded) if "'click'" in event and "gr[" in event)
    assert any("evalOnSelectorAll" in event for event in recorded[clicked:])


@pytest.mark.larga
@pytest.mark.cada_skin
def test_whole_screens_are_recorded_without_anybody_s_data(
    settings: Settings, browser: Browser, solicitud: New, serviweb: Mock, google: MockGoogle
) -> None:
    every = EvidenciaSettings(cuales=Cuales.TODAS, traza=Traza.PANTALLAS)
    asked = solicitud()
    with Oficina(settings.model_copy(update={"evidencia": every}), browser=browser) as oficina:
        resultado = radicar(oficina, asked)
    assert resultado.estado is Estado.RADICADA, resultado.error
    files = kept(settings, resultado)
    kinds = {event["type"] for event in events(files)}
    assert {"before", "after", "log", "frame-snapshot"} <= kinds
    assert any(b"resource-snapshot" in data for name, data in files.items() if name.endswith(".network"))
    state = serviweb.state()
    (suscriptor,) = [one for one in state["suscriptores"] if one["codigo"] == asked.suscriptor]
    assert traitors(files, [*personal(asked, settings), suscriptor["nombre"], *state["cookies"]]) == []
