"""A lote is handed in once each, whatever interrupts it, however often and in whatever order its rows are sent."""

import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from pathlib import Path

import pytest
import sqlalchemy as sa

from robot.entradas.filas import NINGUNA, Eleccion, Elecciones
from robot.errors import BadInput
from robot.intake import Ventanilla
from robot.lotes.recepcion import Lotes
from robot.lotes.resultado import as_sent, outcome
from robot.models import Estado
from robot.procedimientos.archivo import HERE
from robot.purging import purge
from robot.record.lotes import LotesGuardados
from robot.record.tables import filas_de_lote, historia, lotes, solicitudes
from robot.referencia import Referencia
from robot.settings import PREFIX, Settings, load_settings
from tests.engine.conftest import ROOT
from tests.entradas.test_archivos import book, saved, separated
from tests.entradas.test_filas import GOOD, TITLES
from tests.paciencia import eventually, patience
from tests.postgres import Postgres, on_postgres

_HAND_IN = """
import sys
from pathlib import Path
from robot.intake import Ventanilla
from robot.lotes.recepcion import Lotes
from robot.settings import load_settings
with Ventanilla(load_settings()) as ventanilla:
    lotes = Lotes(ventanilla)
    leido = lotes.read(Path(sys.argv[1]).read_bytes(), asesor="ana")
    lotes.hand_in(lotes.receive(leido, nombre="lote.csv", quien="ana"))
"""


def rows(*numbers: int) -> list[Sequence[object]]:
    return [[f"{n:06d}", *GOOD[1:4], f"Petición {n}."] for n in numbers]


def as_file(*numbers: int) -> bytes:
    return separated([TITLES, *rows(*numbers)]).encode()


def send(lotes_: Lotes, content: bytes, elecciones: Elecciones = NINGUNA, asesor: str = "ana") -> str:
    identidad = lotes_.receive(lotes_.read(content, asesor=asesor, elecciones=elecciones), nombre="x.csv", quien="ana")
    lotes_.hand_in(identidad)
    return identidad


def all_of(ventanilla: Ventanilla) -> list[str]:
    """The suscriptor of every solicitud that was handed in."""
    query = sa.select(solicitudes.c.suscriptor)
    return ventanilla.registro.transaction(lambda connection: [*connection.execute(query).scalars()])


def suscriptores(ventanilla: Ventanilla) -> Counter[str]:
    return Counter(all_of(ventanilla))


def referencia_of(lotes_: Lotes, identidad: str) -> Referencia:
    expediente = lotes_.guardados.rows(identidad)[0].expediente
    assert expediente is not None
    return expediente.referencia


@pytest.fixture
def recepcion(ventanilla: Ventanilla) -> Lotes:
    return Lotes(ventanilla)


def test_killed_at_any_moment_and_sent_again_a_lote_is_whole_and_nothing_is_there_twice(
    ventanilla: Ventanilla, recepcion: Lotes, environment: Mapping[str, str], tmp_path: Path
) -> None:
    archivo = tmp_path / "lote.csv"
    archivo.write_bytes(as_file(*range(100, 400)))
    command = [sys.executable, "-c", _HAND_IN, str(archivo)]
    process = subprocess.Popen(command, env={**environment, "PYTHONPATH": str(ROOT)})
    eventually(lambda: bool(all_of(ventanilla)) or process.poll() is not None, pause=0.01)
    process.kill()
    process.wait()
    left = len(all_of(ventanilla))
    assert 0 < left < 300
    assert left % 50 == 0  # a batch is taken in whole, with what the record knows of it, or not at all
    assert left == sum(recepcion.guardados.all()[0].cuentas.values())
    subprocess.run(command, env={**environment, "PYTHONPATH": str(ROOT)}, check=True, timeout=patience())
    assert suscriptores(ventanilla) == Counter({f"{n:06d}": 1 for n in range(100, 400)})
    assert [(one.por_entregar, one.cuentas) for one in recepcion.guardados.all()] == [(0, {Estado.EN_COLA: 300})]


def test_what_was_interrupted_goes_on_by_itself(ventanilla: Ventanilla, recepcion: Lotes) -> None:
    identidad = recepcion.receive(recepcion.read(as_file(*range(100, 230)), asesor="ana"), nombre="x.csv", quien="ana")
    assert not all_of(ventanilla)
    for _ in range(4):
        recepcion.go_on()
    assert len(all_of(ventanilla)) == 130
    lote = recepcion.guardados.one(identidad)
    assert lote is not None
    assert lote.entregado is not None


def hand_in_at_once(ventanilla: Ventanilla) -> None:
    """Two people send the same file, and a worker goes on with what they have begun."""

    def everything(quien: str) -> None:
        own = Lotes(ventanilla)
        identidad = own.receive(own.read(as_file(*range(100, 220)), asesor="ana"), nombre="x.csv", quien=quien)
        own.go_on()
        own.hand_in(identidad)

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(everything, ["ana", "ana", "clara"]))
    assert suscriptores(ventanilla) == Counter({f"{n:06d}": 1 for n in range(100, 220)})
    seen = LotesGuardados(ventanilla.registro).all()
    assert {(one.por_entregar, one.no_tomadas, one.cuentas[Estado.EN_COLA]) for one in seen} == {(0, 0, 120)}


def test_from_several_sides_at_once_nothing_is_there_twice(ventanilla: Ventanilla) -> None:
    hand_in_at_once(ventanilla)


@pytest.mark.larga
def test_from_several_sides_at_once_on_postgres_nothing_is_there_twice(
    environment: Mapping[str, str], postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in on_postgres(environment, postgres).items():
        monkeypatch.setenv(name, value)
    with Ventanilla(load_settings()) as ventanilla:
        hand_in_at_once(ventanilla)


def test_the_same_rows_saved_anew_sorted_or_with_more_of_them_are_the_same_solicitudes(
    ventanilla: Ventanilla, recepcion: Lotes
) -> None:
    first = send(recepcion, as_file(101, 102, 103))
    again = separated([list(reversed(TITLES)), *(list(reversed(row)) for row in rows(104, 103, 101, 102))], "\t")
    second = send(recepcion, again.encode("utf-16"))
    whole = book([*TITLES, "Estado", "Referencia"], *([*row, "RADICADA", "VD-1"] for row in rows(102, 105)))[0]
    send(recepcion, saved(whole))
    assert suscriptores(ventanilla) == Counter({f"{n:06d}": 1 for n in (101, 102, 103, 104, 105)})
    states = [outcome(row)[0] for one in (first, second) for row in recepcion.guardados.rows(one)]
    assert states == ["EN COLA"] * 7


def test_rows_handed_in_before_are_told_and_are_other_visits_only_where_somebody_says_so(
    ventanilla: Ventanilla, recepcion: Lotes
) -> None:
    send(recepcion, as_file(101, 102))
    leido = recepcion.read(as_file(101, 102, 103), asesor="ana")
    assert (leido.nuevas, leido.estados) == (1, {Estado.EN_COLA: 2})
    send(recepcion, as_file(101, 102), frozenset({Eleccion.OTRA_VEZ}))
    assert suscriptores(ventanilla) == Counter({"000101": 2, "000102": 2})


def test_rows_that_ask_for_the_same_are_each_filed_once_where_they_are_two_visits(
    ventanilla: Ventanilla, recepcion: Lotes
) -> None:
    with pytest.raises(BadInput, match="pide lo mismo que la fila 2"):
        send(recepcion, as_file(101, 101))
    assert not all_of(ventanilla)
    for _ in range(2):
        send(recepcion, as_file(101, 101), frozenset({Eleccion.REPETIDAS}))
    assert suscriptores(ventanilla) == Counter({"000101": 2})


def test_a_file_with_problems_is_refused_whole_or_its_good_rows_are_filed_where_somebody_says_so(
    ventanilla: Ventanilla, recepcion: Lotes
) -> None:
    content = separated([TITLES, *rows(101), ["1", *GOOD[1:]], *rows(102)]).encode()
    with pytest.raises(BadInput, match="fila 3, columna A «Código de suscriptor»"):
        send(recepcion, content)
    assert not all_of(ventanilla)
    identidad = send(recepcion, content, frozenset({Eleccion.SOLO_BUENAS}))
    assert suscriptores(ventanilla) == Counter({"000101": 1, "000102": 1})
    told = [outcome(row) for row in recepcion.guardados.rows(identidad)]
    assert [row[0] for row in told] == ["EN COLA", "NO TOMADA", "EN COLA"]
    assert told[1][4] == "«Código de suscriptor»: no tiene la forma de un código de suscriptor de esta empresa."


def test_a_suscriptor_with_another_visita_is_asked_about_as_in_the_form(
    ventanilla: Ventanilla, recepcion: Lotes
) -> None:
    send(recepcion, as_file(101))
    others = [[*row[:4], "Otra cosa."] for row in rows(101, 102, 102)]
    others[2][4] = "Y otra."
    content = separated([TITLES, *rows(101), *others]).encode()
    told = [one.texto for one in recepcion.read(content, asesor="ana").tabla.problemas]
    assert [line.partition(" VD-")[0] for line in told] == [
        "Fila 3: el suscriptor tiene otra visita reciente,",
        "Fila 5: el suscriptor tiene otra visita en la fila 4; si son dos visitas distintas, dígalo.",
    ]
    for _ in range(2):
        identidad = send(recepcion, content, frozenset({Eleccion.OTRAS_VISITAS}))
        assert [outcome(row)[0] for row in recepcion.guardados.rows(identidad)] == ["EN COLA"] * 4
    assert suscriptores(ventanilla) == Counter({"000101": 2, "000102": 2})
    refused = recepcion.guardados.rows(identidad)[1].expediente
    assert refused is not None
    row = solicitudes.c
    change = sa.update(solicitudes).where(row.referencia == refused.referencia).values(estado=Estado.RECHAZADA)
    ventanilla.registro.transaction(lambda connection: connection.execute(change))
    send(recepcion, content, frozenset({Eleccion.OTRAS_VISITAS}))
    send(recepcion, content, frozenset({Eleccion.OTRAS_VISITAS}))
    assert suscriptores(ventanilla)["000101"] == 3


def test_a_row_is_asked_about_where_another_one_is_of_a_causal_that_its_procedure_minds_whatever_the_procedure(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (HERE / "SC-PQRS-PRO-018.toml").read_text(encoding="utf-8")
    changes = {
        '"SC-PQRS-PRO-018"': '"VISITAS"',
        '"VD"': '"VS"',
        '"VISITA DOMICILIARIA"': '["VISITA DOMICILIARIA", "FUGA"]',
    }
    (tmp_path / "visitas.toml").write_text(reduce(lambda so_far, one: so_far.replace(*one), changes.items(), text))
    monkeypatch.setenv(PREFIX + "PROCEDIMIENTOS__CARPETA", str(tmp_path))
    monkeypatch.setenv(PREFIX + "PROCEDIMIENTOS__ACTIVOS", '["SC-PQRS-PRO-018", "VISITAS"]')
    (visita,) = rows(101)
    sheet: list[Sequence[object]] = [
        [*TITLES, "Procedimiento", "Causal"],
        [*visita, "SC-PQRS-PRO-018", ""],
        [*visita, "VISITAS", "VISITA DOMICILIARIA"],
        [*visita, "VISITAS", "FUGA"],
        [*visita[:4], "Gotea.", "VISITAS", "FUGA"],
    ]
    with Ventanilla(load_settings()) as ventanilla:
        recepcion = Lotes(ventanilla)
        told = recepcion.read(separated(sheet).encode(), asesor="ana").tabla.problemas
        assert [one.fila for one in told] == [3, 5]
        send(recepcion, separated([sheet[0], sheet[3]]).encode())
        told = recepcion.read(separated(sheet).encode(), asesor="ana").tabla.problemas
        assert [one.fila for one in told] == [3, 5], "what the record has of another causal is no repetition"
        send(recepcion, separated(sheet[:2]).encode())
        told = recepcion.read(separated([sheet[0], sheet[2]]).encode(), asesor="ana").tabla.problemas
        assert [one.fila for one in told] == [2]


def test_a_row_that_was_refused_is_tried_again_and_one_that_was_cancelled_is_left(
    ventanilla: Ventanilla, recepcion: Lotes
) -> None:
    first = send(recepcion, as_file(101, 102))
    refused, cancelled = (one.expediente.referencia for one in recepcion.guardados.rows(first) if one.expediente)
    ventanilla.cancel(cancelled, quien="ana", motivo="")
    row = solicitudes.c
    change = sa.update(solicitudes).where(row.referencia == refused).values(estado=Estado.RECHAZADA)
    ventanilla.registro.transaction(lambda connection: connection.execute(change))
    send(recepcion, as_file(101, 102))
    found = [ventanilla.registro.expediente(one) for one in (refused, cancelled)]
    assert [(one.estado, one.corrida) for one in found] == [(Estado.EN_COLA, 2), (Estado.CANCELADA, 1)]


def test_a_key_of_the_file_holds_as_it_does_for_one_solicitud(ventanilla: Ventanilla, recepcion: Lotes) -> None:
    titles = [*TITLES, "Clave de idempotencia"]
    send(recepcion, separated([titles, *([*row, "ventanilla-1"] for row in rows(101))]).encode())
    other = send(recepcion, separated([titles, *([*row, "ventanilla-1"] for row in rows(102))]).encode())
    assert suscriptores(ventanilla) == Counter({"000101": 1})
    assert "ya se usó para otra solicitud" in recepcion.guardados.rows(other)[0].motivo


def test_each_row_goes_by_its_own_procedure_with_the_answers_to_its_questions(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PREFIX + "PROCEDIMIENTOS__ACTIVOS", '["SC-PQRS-PRO-018", "EJ-ALTO-CONSUMO"]')
    (visita,), titles = (
        rows(101),
        [*TITLES, "Procedimiento", "Medio", "Consumo de la factura, en m³", "PROMEDIO", "Lectura"],
    )
    sheet: list[Sequence[object]] = [
        titles,
        [*visita, "", "", "", "", ""],
        [*visita, "ej-alto-consumo", "Escrito", 41.5, 12, ""],
        [*visita, "EJ-ALTO-CONSUMO", "carta", "mucho", "", ""],
        [*visita, "EJ-ALTO", "", "", "", ""],
    ]
    with Ventanilla(load_settings()) as ventanilla:
        recepcion = Lotes(ventanilla)
        content = saved(book(*sheet)[0])
        told = [(one.fila, one.letra, one.mensaje) for one in recepcion.read(content, asesor="ana").tabla.problemas]
        assert told == [
            (4, "G", "no es de este procedimiento; elija: PERSONAL, TELEFÓNICO, ESCRITO."),
            (4, "H", "no es un número; escríbalo sin puntos de miles."),
            (4, "I", "falta este dato."),
            (5, "F", "no es un procedimiento de esta oficina; ¿quiso decir «EJ-ALTO-CONSUMO»?"),
        ]
        for _ in range(2):
            identidad = send(recepcion, content, frozenset({Eleccion.SOLO_BUENAS}))
        filed = [one.expediente.referencia for one in recepcion.guardados.rows(identidad) if one.expediente]
        assert [one[:2] for one in filed] == ["VD", "AC"]
        asked = ventanilla.registro.solicitud(filed[1])
        assert asked is not None
        assert (asked.medio, asked.respuestas) == ("ESCRITO", {"consumo": "41,5", "promedio": "12"})
        assert len(all_of(ventanilla)) == 2
        titles = [campo.titulo for campo in recepcion.columnas(asesor="ana").de_plantilla]
        assert {"Procedimiento", "Medio", "Número de la factura"} <= {*titles}
        assert "Causal" not in titles
        every = recepcion.read(content, asesor="ana", procedimiento="SC-PQRS-PRO-018").tabla
        assert "algo no es una pregunta de este procedimiento" in every.problemas[0].mensaje


def test_rows_of_another_asesor_or_of_nobody_are_told(recepcion: Lotes) -> None:
    content = separated(
        [[*TITLES, "Asesor"], *([*row, "beto"] for row in rows(101)), *([*row, "zoe"] for row in rows(102))]
    )
    told = [one.texto for one in recepcion.read(content.encode(), asesor="ana", solo_suyas=True).tabla.problemas]
    assert told == [f"Fila {n}, columna F «Asesor»: solo puede radicar a su nombre." for n in (2, 3)]
    told = [one.texto for one in recepcion.read(content.encode()).tabla.problemas]
    assert told[-1] == "Fila 3, columna F «Asesor»: no es un asesor configurado."


def test_the_result_has_the_rows_and_columns_as_sent_and_what_became_of_each(
    ventanilla: Ventanilla, recepcion: Lotes
) -> None:
    sent = [["Visitas de noviembre"], [*TITLES], *rows(101), [], ["001", *GOOD[1:4], "=1+1"]]
    content = separated(sent).encode("cp1252")
    identidad = send(recepcion, content)
    archivo = recepcion.guardados.archivo(identidad)
    assert archivo is not None
    given = as_sent(archivo, recepcion.columnas(asesor="ana"), recepcion.guardados.rows(identidad)).decode("utf-8-sig")
    first, second = (one.expediente for one in recepcion.guardados.rows(identidad))
    assert first is not None
    assert second is not None
    assert given.splitlines() == [
        '"Visitas de noviembre";"";"";"";""',
        ";".join(f'"{title}"' for title in (*TITLES, "Estado", "Referencia", "Radicado", "Cita", "Motivo")),
        f'"000101";"40.765.123";"Rosa Elvira Muñoz";"310 555 0101";"Petición 101.";"EN COLA";"{first.referencia}";"";"";""',
        '"";"";"";"";""',
        f'"001";"40.765.123";"Rosa Elvira Muñoz";"310 555 0101";"\'=1+1";"EN COLA";"{second.referencia}";"";"";""',
    ]
    assert recepcion.read(given.encode(), asesor="ana").nuevas == 0


def test_the_file_is_kept_encrypted_and_goes_with_the_data_of_its_solicitudes(
    ventanilla: Ventanilla, recepcion: Lotes
) -> None:
    identidad = send(recepcion, as_file(101))
    referencia = referencia_of(recepcion, identidad)

    def everything() -> str:
        def work(connection: sa.Connection) -> str:
            return str([connection.execute(sa.select(table)).all() for table in (lotes, filas_de_lote, historia)])

        return ventanilla.registro.transaction(work)

    assert "Rosa" not in everything()
    assert "x.csv" not in everything()
    purge(ventanilla, dias=0, quien="prueba")
    assert recepcion.guardados.archivo(identidad) is not None  # it waits to be filed
    ventanilla.cancel(referencia, quien="ana", motivo="")
    eventually(lambda: purge(ventanilla, dias=0, quien="prueba") == [referencia], pause=0.01)  # a millisecond later
    assert recepcion.guardados.archivo(identidad) is None
    assert recepcion.read(as_file(101), asesor="ana").nuevas == 1  # whose it was, nobody knows any more
