"""The relación de entrega: in which order, and what stands in the files."""

import csv
import datetime as dt
import io

import pypdfium2

from robot.conciliacion.sides import FilaDePlanilla
from robot.informes.entregas import (
    SIN_CUADRILLA,
    Tramite,
    moved_in,
    rounds_as_csv,
    rounds_as_pdf,
    rounds_of,
    tramites_as_csv,
    tramites_as_pdf,
)
from robot.models import ZONA_HORARIA

DIA = dt.date(2026, 12, 1)


def fila(hora: int, ruta: str, cuadrilla: str, codigo: str = "001008", **values: object) -> FilaDePlanilla:
    told = {"fecha": DIA, "hora": dt.time(hora), "codigo": codigo, "ruta": ruta, "cuadrilla": cuadrilla, **values}
    return FilaDePlanilla("p", "Programación", 0, "Visitas", 9, **told)  # type: ignore[arg-type]  # as each test needs


def tramite(**values: object) -> Tramite:
    known: dict[str, object] = {
        "referencia": "VD-7K3Q9M2X", "asesor": "ana", "radicado": "2026-1", "suscriptor": "001008", "fecha": DIA,
        "hora": dt.time(8), "cuadrilla": "Norte", "cancelada": False, "entregada": None, "entregada_por": "",
        "asignada": None, "asignada_a": "", "asignada_por": "", "estado": "SIN ENTREGAR",
    }  # fmt: skip
    return Tramite(**{**known, **values})  # type: ignore[arg-type]


def test_each_crew_has_its_visits_in_order_of_hour_and_ruta() -> None:
    rows = [
        fila(9, "2", "Sur"), fila(8, "11", "Norte"), fila(8, "9", "Norte"), fila(8, "A", "Norte"), fila(7, "40", "Norte"),
        fila(8, "1", ""), fila(8, "1", "Norte", codigo=""), fila(8, "1", "Norte", fecha=dt.date(2026, 12, 2)),
        fila(8, "1", "Norte", codigo="ALMUERZO", aparte=True),
    ]  # fmt: skip
    found = [(each.cuadrilla, [(one.hora.hour, one.ruta) for one in each.visitas]) for each in rounds_of(rows, DIA, {})]
    assert found == [
        ("Norte", [(7, "40"), (8, "9"), (8, "11"), (8, "A")]),
        (SIN_CUADRILLA, [(8, "1")]),
        ("Sur", [(9, "2")]),
    ]


def test_a_visit_at_another_hour_than_the_record_says_was_moved_by_hand() -> None:
    known = {"2026-1": tramite()}
    for hora, codigo, moved in ((8, "001008", 0), (9, "001008", 1), (9, "001015", 0)):
        rounds = rounds_of([fila(hora, "1", "Norte", codigo, pqr="2026-1")], DIA, known)
        assert len(moved_in(DIA, rounds)) == moved, (hora, codigo)


def test_the_files_tell_who_noted_what_and_when_and_hold_no_formula() -> None:
    when = dt.datetime(2026, 11, 27, 15, 20, tzinfo=ZONA_HORARIA)
    done = tramite(
        entregada=when, entregada_por="ana", asignada=when, asignada_a="=Pérez & <Cía>", asignada_por="clara"
    )
    (line,) = csv.DictReader(io.StringIO(tramites_as_csv([done]).removeprefix("\ufeff")), delimiter=";")
    assert (line["Entregada"], line["Entregada por"]) == ("2026-11-27 15:20", "ana")
    assert (line["Asignada a"], line["Asignada por"]) == ("'=Pérez & <Cía>", "clara")
    rounds = rounds_of([fila(8, "7", "Norte", pqr="2026-1"), fila(8, "7", "Sur", pqr="2026-2")], DIA, {"2026-1": done})
    assert "Norte" in rounds_as_csv(DIA, rounds)
    with pypdfium2.PdfDocument(tramites_as_pdf(DIA, [done])) as pdf:
        text = pdf[0].get_textpage().get_text_bounded()
        assert all(one in text for one in ("Martes 1 de diciembre", "2026-1", "=Pérez & <Cía>", "clara"))
    with pypdfium2.PdfDocument(rounds_as_pdf(DIA, rounds)) as pdf:
        assert len(pdf) == 2, "a sheet for each crew"
    with pypdfium2.PdfDocument(rounds_as_pdf(DIA, [])) as pdf:
        assert "No hay visitas" in pdf[0].get_textpage().get_text_bounded()
