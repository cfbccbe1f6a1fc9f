"""CONSULTA as conciliación reads it, over every skin."""

import datetime as dt
from pathlib import Path

import pytest

from fixtures.procesos import Mock
from robot.flows.lector import Lector, together
from robot.flows.oficina import Oficina
from robot.models import ZONA_HORARIA
from robot.perfil.perfil import Perfil
from robot.referencia import Referencia
from tests.conftest import PERFILES

HOY = dt.datetime.now(ZONA_HORARIA).date()


def ago(days: int) -> str:
    return f"{HOY - dt.timedelta(days=days)} 09:30:00"


@pytest.fixture
def lector(oficina: Oficina) -> Lector:
    return Lector(oficina.sesion(oficina.settings.asesor("ana")), oficina.perfil, oficina.catalogo.activos)


@pytest.mark.cada_skin
def test_every_tramite_of_the_causal_within_the_days_is_read_once(serviweb: Mock, lector: Lector) -> None:
    referencia = Referencia.new("VD")
    text = f"Rebosa. Código: 001015, Ruta: 011, Número de celular: 3105550101. Ref. {referencia}"
    serviweb.seed_tramites(
        [
            {"suscriptor": "001008", "fecha": ago(50), "radicado": "2026-000001"},
            *({"suscriptor": "001022", "fecha": ago(20), "observacion": "Código: 001022."} for _ in range(14)),
            {"suscriptor": "001015", "fecha": ago(9), "radicado": "2026-000900", "observacion": text},
            {"suscriptor": "001008", "fecha": ago(3), "radicado": "2026-000901", "causal": "ALTO CONSUMO"},
            {"suscriptor": "001008", "fecha": ago(0), "radicado": "2026-000902", "observacion": "Código 001008"},
        ]
    )
    parts = lector.parts(HOY - dt.timedelta(days=30), HOY)
    read = together(lector.read(one, paginas=50) for one in parts)
    assert read.completa
    assert len(read.tramites) == 16
    by_number = {one.radicado: one for one in read.tramites}
    assert by_number["2026-000900"].referencia == referencia
    assert by_number["2026-000900"].fecha == HOY - dt.timedelta(days=9)
    assert by_number["2026-000902"].suscriptor == "001008"
    assert {"2026-000001", "2026-000901"}.isdisjoint(by_number)


@pytest.mark.calendario
def test_a_reading_that_is_cut_short_says_so(serviweb: Mock, lector: Lector) -> None:
    serviweb.seed_tramites([{"suscriptor": "001008", "fecha": ago(2)} for _ in range(40)])
    (part,) = lector.parts(HOY - dt.timedelta(days=6), HOY)
    read = lector.read(part, paginas=2)
    assert (read.paginas, read.completa) == (2, False)
    assert 0 < len(read.tramites) < 40


def test_nothing_of_what_people_said_is_kept(serviweb: Mock, lector: Lector) -> None:
    serviweb.seed_tramites([{"suscriptor": "001008", "fecha": ago(1), "observacion": "Llamar a Rosa al 3105550101"}])
    (part,) = lector.parts(HOY - dt.timedelta(days=3), HOY)
    assert "Rosa" not in repr(lector.read(part, paginas=9))
    assert "3105550101" not in repr(lector.read(part, paginas=9))


@pytest.mark.calendario
@pytest.mark.parametrize("skin", ["spa"], indirect=True)
def test_results_that_are_no_table_are_read_by_their_labels(serviweb: Mock, oficina: Oficina, tmp_path: Path) -> None:
    own = PERFILES.joinpath("spa.toml").read_text(encoding="utf-8")
    perfil = tmp_path / "fichas.toml"
    perfil.write_text(
        own + "\n[pantallas.consulta.localizadores]\nfila = { css = 'article.ficha' }\n", encoding="utf-8"
    )
    oficina.perfil = Perfil.load(perfil)
    cards = Lector(oficina.sesion(oficina.settings.asesor("ana")), oficina.perfil, oficina.catalogo.activos)
    serviweb.faults(resultados_en_fichas={"veces": -1})
    serviweb.seed_tramites(
        [
            {"suscriptor": "001008", "fecha": ago(2), "radicado": f"2026-00050{n}", "observacion": f"Texto {n}: sí."}
            for n in range(10)
        ]
    )
    read = cards.of_suscriptor("001008")
    assert (len(read.tramites), read.completa, read.paginas) == (10, True, 2)
    assert {(one.fecha, one.suscriptor, one.entero) for one in read.tramites} == {
        (HOY - dt.timedelta(days=2), "001008", True)
    }
