"""A procedure is a file: read whole or refused with all that is wrong, in force until something better takes its place."""

import itertools
import json
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.errors import BadInput, ConfigurationError
from robot.models import Reglas, Solicitud
from robot.procedimientos import Catalogo, read_procedure, shipped
from robot.procedimientos.archivo import HERE
from robot.procedure.definition import Procedimiento
from robot.reading.answers import settle
from tests.conftest import SOLICITUD
from tests.procedimientos import VISITA_DOMICILIARIA, of_code

ROOT = Path(__file__).resolve().parents[2]
EJEMPLO = (HERE / "ejemplos" / "fuga-imperceptible.toml").read_text(encoding="utf-8")
_LATER = itertools.count(1_000_000, 1_000_000)
FUGA, ALTO = of_code("EJ-FUGA-IMPERCEPTIBLE"), of_code("EJ-ALTO-CONSUMO")


def written(carpeta: Path, nombre: str = "propio.toml", **changes: str) -> Path:
    """The example with other words in it."""
    text = EJEMPLO
    for before, after in changes.items():
        assert before in text
        text = text.replace(before, after)
    archivo = carpeta / nombre
    archivo.write_text(text, encoding="utf-8")
    stat = archivo.stat()
    os.utime(archivo, ns=(stat.st_atime_ns, stat.st_mtime_ns + next(_LATER)))  # two in one tick of the file system
    return archivo


def refused(archivo: Path) -> str:
    with pytest.raises(ConfigurationError) as broken:
        read_procedure(archivo)
    return broken.value.detalle


def test_every_problem_of_a_file_is_told_at_once_with_its_line_and_the_nearest_name(tmp_path: Path) -> None:
    archivo = written(
        tmp_path,
        **{
            'zona = "FLORENCIA"': 'sona = "FLORENCIA"',
            'prefijo_referencia = "FI"': 'prefijo_referencia = "fi"',
            "lleva_cita = true": 'lleva_cita = "quizás"',
            'tipo = "fecha"': 'tipo = "dia"',
            "con_cita = true": "con_sita = true",
        },
    )
    told = refused(archivo)
    lines = archivo.read_text(encoding="utf-8").splitlines()
    for campo, words in (
        ("sona", "¿quiso decir «zona»?"),
        ("prefijo_referencia", "no tiene la forma debida"),
        ("lleva_cita", "debe ser true o false"),
    ):
        line = 1 + next(at for at, text in enumerate(lines) if text.startswith(campo))
        assert f"línea {line}, {campo}: " in told
        assert words in told
    assert "zona: falta este dato" in told
    assert "copias.con_sita: no existe; ¿quiso decir «con_cita»?" in told
    assert "preguntas.tipo: debe ser " in told


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"{llave}": "{yave}"}, "no existe «yave»; ¿quiso decir «llave»?"),
        ({"Desde: {desde}.": "Desde siempre."}, "falta {desde}: lo que se pregunta se escribe"),
        ({'"Ref. {referencia}",': '"Ref. {referencia}", "Gracias.",'}, "debe terminar en {referencia}"),
        ({'"{solicitud}",': ""}, "falta {solicitud}"),
        ({"{ruta}": "{ruta!r:>9}"}, "las llaves están mal"),
        ({'nombre = "desde"': 'nombre = "llave"'}, "repite «llave»"),
        ({'nombre = "desde"': 'nombre = "cedula"', "{desde}": "{cedula}"}, "ya lo tiene un dato de toda solicitud"),
        ({'opciones = ["SÍ", "NO", "NO TIENE"]': ""}, "las «opciones» van con"),
        ({"lleva_cita = true": "lleva_cita = false"}, "«con_cita» no va si lleva_cita = false"),
        ({"lleva_cita = true": 'lleva_cita = true\nomitir = ["imprimir"]'}, "al menos una copia, o ninguna"),
        ({"lleva_cita = true": 'lleva_cita = true\nomitir = ["guardar"]'}, "omitir: debe ser "),
        ({"codigo = ": "codigo = ["}, "no se puede leer"),
        ({"Ref. {referencia}": "Ref{referencia}"}, "deje un espacio antes de {referencia}"),
        ({"Llave de paso: ": "Llave de paso:\\n"}, "va en una línea"),
        ({'"NO TIENE"]': '"NO TIENE 🚱"]'}, "sin espacios de más ni signos que Serviweb no recibe"),
    ],
)
def test_what_does_not_hold_together_is_refused_in_words(
    changes: Mapping[str, str], words: str, tmp_path: Path
) -> None:
    assert words in refused(written(tmp_path, **changes))


@pytest.mark.parametrize("own", ["{solicitud}", "Código: {suscriptor}", "Ref. {referencia}"])
def test_no_answer_that_may_be_missing_takes_what_every_solicitud_says_away(own: str, tmp_path: Path) -> None:
    """Without its referencia the robot would never find its trámite again."""
    assert "«desde» puede quedar sin respuesta" in refused(
        written(tmp_path, **{'  "Desde: {desde}.",\n': "", own: "Desde: {desde}. " + own})
    )
    assert read_procedure(written(tmp_path, **{'  "Llave de paso: {llave}.",\n': "", own: "Paso: {llave}. " + own}))


def test_the_schema_for_editors_is_the_one_of_this_version() -> None:
    kept = json.loads((ROOT / "docs" / "procedimiento.schema.json").read_text(encoding="utf-8"))
    assert kept == json.loads(json.dumps(Procedimiento.json_schema()))
    assert {"codigo", "medio", "causal", "observacion"} <= set(kept["required"])


def test_the_example_of_the_documentation_is_a_procedure_and_its_solicitud_is_one(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "procedimientos.md").read_text(encoding="utf-8")
    archivo = tmp_path / "ejemplo.toml"
    archivo.write_text(text.split("## A whole one")[1].split("```toml\n")[1].split("```")[0], encoding="utf-8")
    asked = Solicitud.parse(
        json.loads(text.split("```json\n")[1].split("```")[0]), Reglas(procedimientos=[read_procedure(archivo)])
    )
    assert (asked.causal, asked.respuestas) == ("REVISIÓN INTERNA", {"medidor": "A-1234"})


def test_the_shipped_ones_are_good_and_what_the_steps_of_the_pdf_say() -> None:
    assert next(iter(shipped())) == "SC-PQRS-PRO-018"
    assert len({one.procedimiento.prefijo_referencia for one in shipped().values() if one.procedimiento}) == 6
    text = VISITA_DOMICILIARIA.observacion(
        solicitud="Sale agua.", suscriptor="001008", ruta="007", celular="3105550101", referencia="VD-X"
    )
    assert text == "Sale agua. Código: 001008, Ruta: 007, Número de celular: 3105550101. Ref. VD-X"


@given(st.data())
def test_a_procedure_comes_back_the_same_from_what_is_kept_of_it(data: st.DataObject) -> None:
    text = st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), min_size=1, max_size=20)
    one = data.draw(st.sampled_from([FUGA, ALTO, VISITA_DOMICILIARIA]))
    changed = one.model_copy(update={"nombre": data.draw(text), "medios": tuple(data.draw(st.sets(text, min_size=1)))})
    back = Procedimiento.model_validate_json(changed.as_json())
    assert back == changed
    assert back.sha256 == changed.sha256


@given(st.dictionaries(st.sampled_from(["llave", "desde"]), st.text(max_size=30)))
def test_whatever_is_answered_is_kept_as_the_procedure_takes_it_or_refused_by_its_name(answers: dict[str, str]) -> None:
    settled, wrong = settle({**SOLICITUD, "causal": "GEÓFONO", "respuestas": answers}, [FUGA])
    assert {one.campo for one in wrong} <= {"respuestas.llave", "respuestas.desde"}
    if not wrong:
        asked = Solicitud.parse(settled, Reglas())
        assert asked.respuestas["llave"] in {"SÍ", "NO", "NO TIENE"}
        assert Solicitud.model_validate_json(asked.model_dump_json()) == asked


def parse(*procedimientos: Procedimiento, **said: object) -> Solicitud:
    return Solicitud.parse({**SOLICITUD, **said}, Reglas(procedimientos=procedimientos))


def problems(*procedimientos: Procedimiento, **said: object) -> dict[str, str]:
    with pytest.raises(BadInput) as wrong:
        parse(*procedimientos, **said)
    return {one.campo: one.mensaje for one in wrong.value.problemas}


def test_all_problems_of_a_solicitud_are_told_at_once_those_of_its_procedure_too() -> None:
    found = problems(
        VISITA_DOMICILIARIA,
        ALTO,
        procedimiento="ej-alto-consumo",
        medio="PALOMA",
        respuestas={"consumo": "mucho", "lectura": "-1", "cosumo": "Rosa"},
        celular="1",
    )
    assert set(found) == {
        "celular", "medio", "respuestas", "respuestas.consumo", "respuestas.promedio", "respuestas.lectura",
    }  # fmt: skip
    assert found["respuestas.promedio"] == "falta este dato."
    assert found["medio"] == "no es de este procedimiento; elija: PERSONAL, TELEFÓNICO, ESCRITO."
    assert "Rosa" not in str(found), "what was typed is never quoted"
    assert "mucho" not in str(found)


def test_what_a_procedure_has_fixed_is_nobodys_choice_and_what_it_lets_choose_must_be_chosen() -> None:
    same = parse(VISITA_DOMICILIARIA, ALTO, medio="personal", causal="visita domiciliaria")
    assert (same.procedimiento, same.medio, same.causal) == ("SC-PQRS-PRO-018", None, None)
    assert set(problems(VISITA_DOMICILIARIA, causal="ALTO CONSUMO")) == {"causal"}
    assert problems(FUGA, respuestas={"llave": "NO"})["causal"].startswith("elija: GEÓFONO")
    assert "¿quiso decir «EJ-ALTO-CONSUMO»?" in problems(ALTO, procedimiento="EJ-ALTO-CONSUM")["procedimiento"]


def test_answers_stand_in_no_repr_and_personal_ones_are_struck_out() -> None:
    roto = of_code("EJ-ALCANTARILLADO-ROTO")
    asked = parse(roto, medio="PERSONAL", respuestas={"lugar": "Frente a la casa de Rosa Elvira"})
    assert "Frente a la casa" not in repr(asked)
    assert roto.personal(asked.respuestas) == ("Frente a la casa de Rosa Elvira",)
    assert roto.personal({"lugar": "no"}) == (), "it would be struck out of every other word"
    numbers = parse(ALTO, medio="PERSONAL", respuestas={"consumo": "61", "promedio": "35,5"})
    assert ALTO.personal(numbers.respuestas) == ()


def test_a_part_of_the_observacion_without_its_answer_is_left_out_and_an_answer_is_never_read_as_a_template() -> None:
    said: dict[str, Any] = {
        "suscriptor": "1",
        "ruta": "2",
        "celular": "3",
        "referencia": "FI-X",
        "solicitud": "S {ruta}",
    }
    assert FUGA.observacion(**said, respuestas={"llave": "{celular}"}) == (
        "S {ruta} Llave de paso: {celular}. Código: 1, Ruta: 2, Número de celular: 3. Ref. FI-X"
    )


class TestCatalogo:
    def test_a_file_that_comes_or_changes_counts_without_a_restart(self, tmp_path: Path) -> None:
        catalogo = Catalogo(tmp_path, ("SC-PQRS-PRO-018", "*"))
        assert [one.codigo for one in catalogo.activos] == ["SC-PQRS-PRO-018"]
        written(tmp_path)
        assert catalogo.get("EJ-FUGA-IMPERCEPTIBLE").version == "01"
        written(tmp_path, **{'"01"': '"02"', "Fuga imperceptible (geófono)": "Otra"})
        assert catalogo.get("EJ-FUGA-IMPERCEPTIBLE").nombre == "Otra"
        assert catalogo.fallas == ()

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"zona = ": "sona = "}, "¿quiso decir «zona»?"),
            ({"GEÓFONO": "CAMBIO DE MEDIDOR"}, "cambió sin cambiar de versión: suba la versión 01"),
            ({"codigo =": "codigo"}, "no se puede leer"),
        ],
    )
    def test_what_a_broken_file_said_last_stays_in_force_beside_the_others_and_is_told(
        self, changes: Mapping[str, str], words: str, tmp_path: Path
    ) -> None:
        written(tmp_path)
        catalogo = Catalogo(tmp_path, ("*", "SC-PQRS-PRO-018"))
        before = catalogo.activos
        written(tmp_path, **changes)
        written(tmp_path, "nuevo.toml", **{"EJ-FUGA-IMPERCEPTIBLE": "NUEVO", '"FI"': '"NU"'})
        assert set(catalogo.activos) == {*before, catalogo.get("NUEVO")}
        assert words in " ".join(catalogo.fallas)
        assert "ya no está" not in " ".join(catalogo.fallas)

    def test_what_was_in_force_stays_though_its_file_has_gone(self, tmp_path: Path) -> None:
        archivo = written(tmp_path, **{"EJ-FUGA-IMPERCEPTIBLE": "SC-PQRS-PRO-018"})
        catalogo = Catalogo(tmp_path, ("SC-PQRS-PRO-018",))
        own = catalogo.primero
        archivo.unlink()
        assert catalogo.primero == own, "not the shipped one of the same código"
        assert "ya no está" in catalogo.fallas[0]

    def test_what_has_gone_stays_in_its_place_whatever_other_file_changes_after_that(self, tmp_path: Path) -> None:
        """The first one is meant where a solicitud names none."""
        first = written(tmp_path, "a.toml", **{"EJ-FUGA-IMPERCEPTIBLE": "PRIMERO", '"FI"': '"PR"'})
        written(tmp_path, "b.toml")
        catalogo = Catalogo(tmp_path, ("*", "SC-PQRS-PRO-018"))
        before = [one.codigo for one in catalogo.activos]
        first.unlink()
        assert [one.codigo for one in catalogo.activos] == before
        for version in ("02", "03"):
            written(tmp_path, "b.toml", **{'"01"': f'"{version}"'})
            assert [one.codigo for one in catalogo.activos] == before
            assert catalogo.get("EJ-FUGA-IMPERCEPTIBLE").version == version
            assert "PRIMERO ya no está" in " ".join(catalogo.fallas)
        written(tmp_path, "a.toml", **{"EJ-FUGA-IMPERCEPTIBLE": "PRIMERO", '"FI"': '"PR"', '"01"': '"02"'})
        assert catalogo.primero.version == "02"
        assert catalogo.fallas == ()

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({'"01"': '"02"'}, "tiene el mismo código que z.toml"),
            ({"EJ-FUGA-IMPERCEPTIBLE": "OTRO"}, "tienen el mismo prefijo_referencia, FI"),
        ],
    )
    def test_what_is_in_force_goes_before_a_file_that_comes_with_its_codigo_or_its_letters(
        self, changes: Mapping[str, str], words: str, tmp_path: Path
    ) -> None:
        written(tmp_path, "z.toml")
        catalogo = Catalogo(tmp_path, ("*", "SC-PQRS-PRO-018"))
        before = catalogo.activos
        written(tmp_path, "copia.toml")
        assert catalogo.activos == before
        written(tmp_path, "copia.toml", **changes)
        assert catalogo.activos == before
        assert words in " ".join(catalogo.fallas)
        written(tmp_path, "z.toml", **{'"01"': '"05"'})
        assert catalogo.primero.version == "05"

    def test_a_file_that_comes_is_not_the_one_that_is_meant_where_none_is_named(self, tmp_path: Path) -> None:
        written(tmp_path, "z.toml")
        catalogo = Catalogo(tmp_path, ("*",))
        before = catalogo.primero
        written(tmp_path, "a.toml", **{"EJ-FUGA-IMPERCEPTIBLE": "OTRO", '"FI"': '"OT"'})
        assert (catalogo.primero, len(catalogo.activos)) == (before, 2)

    @pytest.mark.parametrize(
        ("changes", "activos", "words"),
        [
            ({"zona = ": "sona = "}, ("*",), "¿quiso decir «zona»?"),
            ({"codigo =": "codigo"}, ("SC-PQRS-PRO-018",), "no se puede leer"),
            ({}, ("EJ-FUGA-INPERCEPTIBLE",), "¿quiso decir «EJ-FUGA-IMPERCEPTIBLE»?"),
            ({'"FI"': '"VD"'}, ("SC-PQRS-PRO-018", "*"), "el mismo prefijo_referencia, VD"),
        ],
    )
    def test_nothing_starts_with_procedures_in_use_that_cannot_be_relied_on(
        self, changes: Mapping[str, str], activos: tuple[str, ...], words: str, tmp_path: Path
    ) -> None:
        written(tmp_path, **changes)
        with pytest.raises(ConfigurationError) as hindered:
            _ = Catalogo(tmp_path, activos).activos
        assert words in hindered.value.detalle

    def test_a_broken_file_of_a_procedure_that_is_not_in_use_hinders_nobody(self, tmp_path: Path) -> None:
        written(tmp_path, **{"zona = ": "sona = "})
        catalogo = Catalogo(tmp_path, ("SC-PQRS-PRO-018",))
        assert [one.codigo for one in catalogo.activos] == ["SC-PQRS-PRO-018"]
        assert catalogo.fallas


def test_the_package_ships_its_files() -> None:
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    assert build["targets"]["wheel"]["packages"] == ["robot"], "hatch takes every file of a package along"
    assert all(one.ruta.is_relative_to(ROOT / "robot") for one in shipped().values())
