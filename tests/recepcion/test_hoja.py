"""A sheet of requests: each row taken once, answered beside it, and nothing of what people typed touched."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from robot.errors import RequestSheetUnusable
from robot.models import Estado, FallaInformada, Radicado, Resultado, Solicitud
from robot.receiving.sheet import POR_CORREGIR, MiradorDeHoja
from robot.recepcion.rows import ColumnaPropia
from robot.referencia import Referencia
from tests.recepcion.conftest import LUIS, ROSA, TITULOS, HojaDePrueba

Hoja = Callable[..., HojaDePrueba]
ESTADO, MOTIVO, SOLICITUD = ColumnaPropia.ESTADO, ColumnaPropia.MOTIVO, ColumnaPropia.SOLICITUD


def end(prueba: HojaDePrueba, row: int, estado: Estado, *, mensaje: str = "", radicado: str | None = None) -> None:
    """The solicitud of a row ends as a worker would end it."""
    referencia = Referencia(prueba.answers(row)[SOLICITUD])
    constancia = prueba.ventanilla.registro.take(referencia, corrida=1, ejecutor="prueba")
    assert constancia is not None
    if radicado is not None:
        constancia.guardado(Radicado(numero=radicado))
    error = FallaInformada(tipo="BusinessRejection", clase="SuscriptorNotFound", mensaje=mensaje) if mensaje else None
    constancia.close(Resultado(referencia=referencia, estado=estado, radicado=radicado, error=error))


def test_a_row_is_taken_once_and_answered_in_columns_of_the_robots_own(hoja: Hoja) -> None:
    prueba = hoja(ROSA, LUIS)
    typed = prueba.values
    assert MiradorDeHoja(prueba.ventanilla, prueba.ajustes).check() == "«Llamadas», hoja «Hoja 1», con 2 filas"
    first = prueba.look()
    assert (first.falla, first.tomadas, first.esperan) == ("", 0, 2)
    assert prueba.values == typed
    assert prueba.look().tomadas == 2
    assert prueba.look().tomadas == prueba.look().tomadas == 0
    assert prueba.handed_in == ["001008", "001010"]
    assert prueba.values[0] == [*TITULOS, *(one.value for one in ColumnaPropia)]
    assert [line[: len(TITULOS)] for line in prueba.values[1:]] == [
        (line + [""] * len(TITULOS))[: len(TITULOS)] for line in typed[1:]
    ]
    answer = prueba.answers(2)
    assert answer[ESTADO] == "EN COLA"
    assert Referencia(answer[SOLICITUD])

    end(prueba, 2, Estado.RADICADA, radicado="2026-000123")
    end(prueba, 3, Estado.RECHAZADA, mensaje="El suscriptor no existe.")
    assert prueba.look().respondidas == 2
    assert (prueba.answers(2)[ESTADO], prueba.answers(2)[ColumnaPropia.RADICADO]) == ("RADICADA", "2026-000123")
    assert (prueba.answers(3)[ESTADO], prueba.answers(3)[MOTIVO]) == ("RECHAZADA", "El suscriptor no existe.")
    assert prueba.look().respondidas == 0


def test_a_row_that_is_being_typed_is_not_taken_half(hoja: Hoja) -> None:
    prueba = hoja(ROSA)
    for cell, value in (("B3", "'001010"), ("C3", "1.117.500.200"), ("D3", "Luis"), ("E3", "3105550102"), ("F3", "No")):
        prueba.type(cell, value)
        assert "001010" not in prueba.handed_in
        prueba.look()
    prueba.type("F3", "No baja el agua.")
    prueba.type("D3", "Luis Mora")
    assert prueba.look().tomadas == 0
    assert prueba.look().tomadas == 1
    assert [one.nombre for one in solicitudes(prueba)] == ["Rosa Elvira Muñoz", "Luis Mora"]


def solicitudes(prueba: HojaDePrueba) -> list[Solicitud]:
    registro = prueba.ventanilla.registro
    found = [registro.solicitud(one.referencia) for one in reversed(registro.expedientes())]
    return [one for one in found if one is not None]


def test_with_a_column_for_it_a_row_is_taken_when_somebody_says_so(hoja: Hoja) -> None:
    titulos = [*TITULOS, "Enviar"]
    prueba = hoja([*ROSA, "no"], [*LUIS, ""], titulos=titulos, columna_enviar="enviar")
    assert prueba.look().tomadas == prueba.look().tomadas == 0
    prueba.type("I3", "Sí")
    assert prueba.look().tomadas == 1
    assert prueba.handed_in == ["001010"]


def test_what_is_wrong_with_a_row_is_told_beside_it_and_it_is_taken_once_mended(hoja: Hoja) -> None:
    bad = ["", 1008, "abc", "", "12", "=1/0", "30/02/2026", ""]
    prueba = hoja(bad)
    assert prueba.take().por_corregir == 1
    answer = prueba.answers(2)
    assert answer[ESTADO] == POR_CORREGIR
    for told in ("Código: está guardado como número", "Cédula:", "Celular:", "Solicitud: su fórmula da un error"):
        assert told in answer[MOTIVO]
    assert "Nombre completo: escriba el nombre completo." in answer[MOTIVO]
    assert "Fecha de la visita: no es una fecha que se entienda" in answer[MOTIVO]
    assert prueba.look().respondidas == 0
    for cell, value in zip("BCDEFG", [*ROSA[1:6], "2099-12-01"], strict=True):
        prueba.type(f"{cell}2", value)
    assert prueba.take().tomadas == 1
    assert (prueba.answers(2)[ESTADO], prueba.answers(2)[MOTIVO]) == ("EN COLA", "")


def test_a_refused_row_that_is_mended_is_taken_again_as_another_solicitud(hoja: Hoja) -> None:
    prueba = hoja(ROSA)
    prueba.take()
    first = prueba.answers(2)[SOLICITUD]
    end(prueba, 2, Estado.RECHAZADA, mensaje="El suscriptor no existe.")
    prueba.look()
    prueba.look()
    prueba.type("B2", "'001009")
    assert prueba.look().tomadas == 0
    assert prueba.answers(2)[SOLICITUD] == first
    assert prueba.look().tomadas == 1
    assert prueba.look().tomadas == 0
    assert prueba.handed_in == ["001008", "001009"]
    assert prueba.answers(2)[ESTADO] == "EN COLA"
    assert prueba.answers(2)[SOLICITUD] != first


@pytest.mark.parametrize("how", ["renamed", "settings"])
def test_other_titles_change_no_row_and_what_was_refused_is_not_filed_for_them(hoja: Hoja, how: str) -> None:
    """A refusal as a duplicate would be none by then, and a visit filed that nobody asks for any more."""
    prueba = hoja([*ROSA, "'007"], [*LUIS, "'007"], titulos=[*TITULOS, "Ruta" if how == "renamed" else "Sector"])
    prueba.take()
    first = prueba.handed_in
    end(prueba, 2, Estado.RECHAZADA, mensaje="El suscriptor tiene otra visita.")
    end(prueba, 3, Estado.RADICADA, radicado="2026-000123")
    prueba.take()
    if how == "renamed":
        prueba.type("I1", "Ruta vieja")
    else:
        prueba = replace(prueba, ajustes=prueba.ajustes.model_copy(update={"columnas": {"ruta": ("Sector",)}}))
    told = prueba.look()
    assert told.otras_columnas
    assert [(one.tomadas, one.cambiadas) for one in (told, prueba.look(), prueba.look())] == [(0, 0)] * 3
    assert prueba.handed_in == first
    prueba.type("B2", "'001009")
    assert prueba.take().tomadas == 1


@pytest.mark.parametrize("estado", [Estado.RADICADA, Estado.POR_VERIFICAR, Estado.CANCELADA])
def test_a_row_changed_after_it_was_taken_is_told_and_never_filed_again(hoja: Hoja, estado: Estado) -> None:
    prueba = hoja(ROSA)
    prueba.take()
    end(prueba, 2, estado, radicado="2026-000123" if estado is Estado.RADICADA else None)
    prueba.look()
    prueba.type("F2", "Además huele mal.")
    assert (prueba.look().cambiadas, prueba.look().tomadas, prueba.look().tomadas) == (1, 0, 0)
    assert prueba.answers(2)[ESTADO] == estado.value
    assert "cambió después de que se tomó" in prueba.answers(2)[MOTIVO]
    assert prueba.handed_in == ["001008"]
    prueba.type("F2", ROSA[5])
    prueba.look()
    assert prueba.answers(2)[MOTIVO] == ""


@pytest.mark.parametrize("sigue", [True, False], ids=["tags follow a sort", "tags stay where they are"])
def test_rows_that_are_sorted_inserted_and_deleted_keep_their_answers(
    hoja: Hoja, sigue: bool, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue("google").reset(metadata_sigue_orden=sigue)
    prueba = hoja(ROSA, LUIS)
    prueba.take()
    of_rosa, of_luis = prueba.answers(2)[SOLICITUD], prueba.answers(3)[SOLICITUD]
    prueba.edit("sort", column="D", from_row=2)
    prueba.edit("insert_row", row=2)
    for cell, value in zip("BCDEF", ["'001011", "1117500201", "Ana Gil", "no tiene", "Otra fuga."], strict=True):
        prueba.type(f"{cell}2", value)
    assert prueba.take().tomadas == 1
    end(prueba, 3, Estado.RADICADA, radicado="2026-000200")
    prueba.look()
    assert [prueba.values[row - 1][3] for row in (2, 3, 4)] == ["Ana Gil", "Luis Mora", "Rosa Elvira Muñoz"]
    assert (prueba.answers(3)[SOLICITUD], prueba.answers(4)[SOLICITUD]) == (of_luis, of_rosa)
    assert (prueba.answers(3)[ColumnaPropia.RADICADO], prueba.answers(4)[ESTADO]) == ("2026-000200", "EN COLA")
    assert prueba.handed_in == ["001008", "001010", "001011"]

    prueba.edit("delete_row", row=4)
    assert prueba.look().sin_fila == prueba.look().sin_fila == 1
    told = [one.detalle for one in prueba.ventanilla.registro.historia(Referencia(of_rosa))]
    assert [one for one in told if "Su fila ya no está en «Llamadas», hoja «Hoja 1»" in one] == told[-1:]
    assert prueba.handed_in == ["001008", "001010", "001011"]


def test_a_row_that_comes_back_is_the_same_request(hoja: Hoja) -> None:
    prueba = hoja(ROSA, LUIS)
    prueba.take()
    whole = prueba.values[1]
    prueba.edit("delete_row", row=2)
    assert prueba.look().sin_fila == 1
    prueba.edit("insert_row", row=2)
    for at, value in enumerate(whole):
        prueba.type(f"{chr(65 + at)}2", f"'{value}" if value else "")
    assert (prueba.take().sin_fila, prueba.look().tomadas) == (0, 0)
    assert len(prueba.handed_in) == 2


def test_only_some_columns_sorted_leave_each_request_with_its_answer(hoja: Hoja) -> None:
    prueba = hoja(ROSA, LUIS)
    prueba.take()
    of_rosa, of_luis = prueba.answers(2)[SOLICITUD], prueba.answers(3)[SOLICITUD]
    typed = [list(line[:6]) for line in prueba.values[1:]]
    for row, line in ((2, typed[1]), (3, typed[0])):
        for at, value in enumerate(line):
            prueba.type(f"{chr(65 + at)}{row}", f"'{value}" if at == 1 else value)
    prueba.look()
    prueba.look()
    assert (prueba.answers(2)[SOLICITUD], prueba.answers(3)[SOLICITUD]) == (of_luis, of_rosa)
    assert len(prueba.handed_in) == 2


def test_a_copied_row_is_another_request_that_the_rule_of_duplicates_judges(hoja: Hoja) -> None:
    prueba = hoja(ROSA)
    prueba.take()
    first = prueba.answers(2)[SOLICITUD]
    prueba.look()
    copied = prueba.values[1]
    prueba.edit("insert_row", row=2)
    for at, value in enumerate(copied):
        prueba.type(f"{chr(65 + at)}2", f"'{value}" if value else "")
    assert prueba.take().tomadas == 1
    assert prueba.look().tomadas == 0
    assert prueba.answers(3)[SOLICITUD] == first
    assert prueba.answers(2)[SOLICITUD] not in {first, ""}
    assert prueba.handed_in == ["001008", "001008"]
    assert all(one.revisar_duplicados for one in solicitudes(prueba))


def test_what_somebody_writes_into_a_column_of_the_robot_stays_and_is_told(hoja: Hoja) -> None:
    prueba = hoja(ROSA)
    prueba.take()
    prueba.type("M2", "llamar a la señora")
    prueba.type("J2", "urgente")
    end(prueba, 2, Estado.RECHAZADA, mensaje="El suscriptor no existe.")
    informe = prueba.look()
    assert informe.ajenas == 2
    assert any("de otra persona" in one for one in informe.avisos)
    assert (prueba.answers(2)[ESTADO], prueba.answers(2)[MOTIVO]) == ("urgente", "llamar a la señora")
    prueba.edit("clear", cell="J2")
    prueba.look()
    assert prueba.answers(2)[ESTADO] == "RECHAZADA"


def test_who_files_it_may_be_a_column_by_key_or_by_name(hoja: Hoja) -> None:
    titulos = [*TITULOS, "Asesor"]
    prueba = hoja([*ROSA, "Ana Torres"], [*LUIS, "nadie"], titulos=titulos, asesor="")
    informe = prueba.take()
    assert (informe.tomadas, informe.por_corregir) == (1, 1)
    assert "Asesor: no está configurado" in prueba.answers(3)[MOTIVO]
    assert [one.asesor for one in prueba.ventanilla.registro.expedientes()] == ["ana"]


def test_titles_that_only_one_office_uses_are_told_in_the_settings(hoja: Hoja) -> None:
    titulos = ["", "Cuenta contrato", "Cédula", "Nombre completo", "Celular", "Novedad", "", ""]
    without = hoja(ROSA, titulos=titulos)
    assert "Falta la columna «Código de suscriptor»" in without.look().falla
    told = HojaDePrueba(
        without.google,
        without.ventanilla,
        without.ajustes.model_copy(
            update={"columnas": {"suscriptor": ("cuenta contrato",), "solicitud": ("Novedad",)}}
        ),
    )
    assert told.take().tomadas == 1


def test_codes_with_zeros_that_are_shown_and_dates_and_hours_are_read_as_people_see_them(hoja: Hoja) -> None:
    prueba = hoja(["", "'001008", *ROSA[2:6], "1/12/2099", "2:30 p. m."])
    prueba.take()
    (one,) = prueba.ventanilla.registro.expedientes()
    solicitud = prueba.ventanilla.registro.solicitud(one.referencia)
    assert solicitud is not None
    assert (f"{solicitud.fecha}", f"{solicitud.hora:%H:%M}") == ("2099-12-01", "14:30")


def test_a_row_may_be_of_another_procedure_with_answers_to_its_questions(hoja: Hoja) -> None:
    titulos = [
        *TITULOS,
        "Procedimiento",
        "Medio",
        "Lugar exacto del daño",
        "Desde cuándo",
        "¿La llave de paso cierra del todo?",
    ]
    prueba = hoja(
        [*ROSA, "EJ-ALCANTARILLADO-ROTO", "TELEFÓNICO", "Frente a la tienda", "", ""],
        [*LUIS, "EJ-FUGA-IMPERCEPTIBLE", "", "", "1/11/2026", "SÍ"],
        [*LUIS, "EJ-ALCANTARILLADO-ROTO", "PERSONAL", "", "", ""],
        [*LUIS, "NO-HAY", "", "", "", ""],
        titulos=titulos,
        causal="",
    )
    informe = prueba.take()
    told = [prueba.answers(row)[MOTIVO] for row in range(2, 6)]
    assert (informe.tomadas, informe.por_corregir) == (1, 3), told
    (one,) = solicitudes(prueba)
    assert (one.procedimiento, one.medio) == ("EJ-ALCANTARILLADO-ROTO", "TELEFÓNICO")
    assert dict(one.respuestas) == {"lugar": "Frente a la tienda"}
    assert "Causal" in told[1]
    assert "Lugar exacto del daño" in told[2]
    assert "Procedimiento: no es un procedimiento de esta oficina" in told[3]
    fixed = HojaDePrueba(
        prueba.google,
        prueba.ventanilla,
        prueba.ajustes.model_copy(update={"causal": "GEÓFONO"}),
    )
    fixed.take()
    assert [dict(one.respuestas) for one in solicitudes(prueba)][1] == {"llave": "SÍ", "desde": "2026-11-01"}


def test_a_protected_column_of_the_robot_keeps_rows_from_being_taken_and_is_told(hoja: Hoja) -> None:
    prueba = hoja(ROSA)
    prueba.edit("protect", range="I1:M1000")
    informe = prueba.take()
    assert (informe.tomadas, informe.protegidas) == (0, 1)
    assert any("rango protegido" in one for one in informe.avisos)
    assert prueba.handed_in == []


def test_a_sheet_that_is_not_there_or_has_no_titles_is_told_in_spanish(hoja: Hoja) -> None:
    prueba = hoja(ROSA, titulos=["x", "y"])
    with pytest.raises(RequestSheetUnusable):
        MiradorDeHoja(prueba.ventanilla, prueba.ajustes).check()
    assert "no tiene una fila con los títulos" in prueba.look().falla
    prueba.edit("rename_tab", value="Otra")
    assert "no tiene una hoja «Hoja 1»" in prueba.look().falla
    prueba.edit("unshare")
    assert "No se puede usar la hoja de solicitudes." in prueba.look().falla
