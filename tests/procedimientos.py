"""The procedures that the robot ships, for tests that need one."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from fixtures.procesos import MockGoogle
from robot.procedimientos import shipped
from robot.procedimientos.archivo import HERE
from robot.procedure.definition import Procedimiento


def of_code(codigo: str) -> Procedimiento:
    """A shipped one, examples included."""
    found = shipped()[codigo].procedimiento
    assert found is not None
    return found


VISITA_DOMICILIARIA = of_code("SC-PQRS-PRO-018")


def with_own_schedule(carpeta: Path, *, termino: int = 15) -> Path:
    """A folder with a procedure GEOFONO whose citas stand in spreadsheets of their own."""
    text = (HERE / "ejemplos" / "fuga-imperceptible.toml").read_text(encoding="utf-8")
    changes = {
        "EJ-FUGA-IMPERCEPTIBLE": "GEOFONO",
        '"FI"': '"GE"',
        "lleva_cita = true": f"lleva_cita = true\ntermino_dias_habiles = {termino}",
    }
    for before, after in changes.items():
        assert before in text
        text = text.replace(before, after)
    carpeta.mkdir(parents=True)
    (carpeta / "geofono.toml").write_text(f'{text}\n[cita]\nplanillas = ["ge[oó]fono"]\n', encoding="utf-8")
    return carpeta


def add_schedule(google: MockGoogle, titulo: str, cupos: Sequence[tuple[dt.date, dt.time]]) -> str:
    """A spreadsheet with these cupos, all free, beside the others; its id."""
    header = ["FECHA", "HORA", "CUADRILLA", "CÓDIGO", "RUTA", "ASESOR", "PQR"]
    rows = [[f"{dia:%d/%m/%Y}", f"{hora:%H:%M}", "Cuadrilla G", "", "", "", ""] for dia, hora in cupos]
    named = {"id": f"planilla-{titulo.lower()}", "value": f"{titulo} {cupos[0][0].year}", "folder": "Programación"}
    assert google.edit(accion="add_spreadsheet", **named, sheet="Visitas", rows=[header, *rows])
    return named["id"]
