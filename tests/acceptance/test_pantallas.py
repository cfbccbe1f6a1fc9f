"""Verifying the screens of a Serviweb: what is there, what is not, what could be meant, and nothing saved."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from fixtures.procesos import Mock
from robot.flows.oficina import Oficina
from robot.flows.verificacion import verify
from robot.models import Asesor
from tests.paciencia import patience

ROOT = Path(__file__).resolve().parents[2]
BROKEN = """
[pantallas.tramite.localizadores]
causal = { css = "#cboCausalVieja" }
guardar = { rol = "button", nombre = "Grabar todo" }

[pantallas.consulta.localizadores]
buscar = { css = "#btnBuscar" }
"""


@pytest.mark.cada_skin
@pytest.mark.larga
def test_the_perfil_of_a_skin_is_found_good_and_nothing_is_saved(
    oficina: Oficina, asesor: Asesor, serviweb: Mock
) -> None:
    known = serviweb.state()["terceros"]
    serviweb.seed(3, suscriptor="001008", tercero=known[0]["cedula"])
    before = serviweb.state()["tramites"]
    done = verify(oficina, asesor, suscriptor="001008", cedula=known[0]["cedula"], radicado=str(before[0]["radicado"]))
    assert done.puede_trabajar, (done.tropiezos, [one for one in done.hallazgos if one.impide], done.opciones)
    assert (done.resultados, done.documento_visto) == (3, True)
    seen = {"ingreso", "tramite", "terceros", "tercero_nuevo", "consulta", "impresion"}
    assert {vista.pantalla for vista in done.vistas} == seen
    assert [one.presente for one in done.opciones] == [True] * 5
    state = serviweb.state()
    assert (state["tramites"], state["terceros"]) == (before, known)


@pytest.mark.larga
@pytest.mark.parametrize("skin", ["marcos"], indirect=True)
@pytest.mark.parametrize(
    ("pagina", "tras"), [("tercero_nuevo", 'name="cel">'), ("filtro", 'size="10">'), ("tramite", 'id="sug"></div>')]
)
def test_what_a_screen_shows_late_is_not_taken_for_missing(
    oficina: Oficina, asesor: Asesor, serviweb: Mock, pagina: str, tras: str
) -> None:
    serviweb.seed(1, suscriptor="001008", tercero=serviweb.state()["terceros"][0]["cedula"])
    serviweb.faults(guion_lento={"ruta": pagina, "tras": tras, "ms": 3_000})
    done = verify(oficina, asesor, suscriptor="001008", cedula=serviweb.state()["terceros"][0]["cedula"])
    assert done.puede_trabajar, done.impedimentos


def test_exactly_what_is_broken_is_named_with_the_line_that_mends_it(
    environment: Mapping[str, str], serviweb: Mock, tmp_path: Path
) -> None:
    perfil = tmp_path / "roto.toml"
    perfil.write_text(BROKEN, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "robot", "pantallas", "verificar", "--json", "--perfil", perfil, "--informe", tmp_path],
        env={**environment, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=patience(),
    )
    assert done.returncode == 2, done.stderr
    found = [one for vista in json.loads(done.stdout)["vistas"] for one in vista["hallazgos"]]
    proposed = {one["elemento"]: one["candidatos"] for one in found if one["hallado"] == "falta"}
    assert set(proposed) == {"causal", "guardar", "buscar"}
    assert proposed["causal"][0] == 'causal = { etiqueta = "Causales" }'
    assert proposed["guardar"][0] == 'guardar = { rol = "button", nombre = "Guardar" }'
    assert proposed["buscar"][0] == 'buscar = { rol = "button", nombre = "Buscar" }'
    report = (tmp_path / "verificacion.html").read_text(encoding="utf-8")
    assert "Causales" in report
    assert 'src="http' not in report
    assert serviweb.state()["tramites"] == []


@pytest.mark.larga
def test_an_option_that_is_not_offered_is_told(oficina: Oficina, asesor: Asesor, serviweb: Mock) -> None:
    serviweb.faults(opcion_faltante={"veces": -1, "texto": "PETICIÓN INTERNA"})
    done = verify(oficina, asesor)
    assert not done.puede_trabajar
    assert [one.catalogo for one in done.opciones if not one.presente] == ["tipo", "causal"]
    assert "resultados no vistos" in done.impedimentos, "nobody has filed anything yet"
    assert done.no_vistos[0].que == "Los resultados de la consulta"
