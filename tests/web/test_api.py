"""Programs hand in by HTTP: once, only what their llave may, and they see nothing of anybody else's."""

import datetime as dt
import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
import sqlalchemy as sa

from robot.models import ZONA_HORARIA, Estado, Solicitud
from robot.procedimientos.archivo import HERE
from robot.purging import purge
from robot.record.database import transaction
from robot.record.tables import llaves, solicitudes
from robot.settings import PREFIX, Settings
from tests.acceptance.test_cli import ask
from tests.conftest import SOLICITUD
from tests.paciencia import patience
from tests.radicada import file_one
from tests.web.conftest import Ejecucion, Formulario
from tests.web.programa import Programa, new_program

AT_ONCE = 20
ALTO = "EJ-ALTO-CONSUMO"
New = Callable[..., Solicitud]


@pytest.fixture
def environment(environment: Mapping[str, str], tmp_path: Path) -> Mapping[str, str]:
    """An office with two procedures, and a folder for its own."""
    carpeta = tmp_path / "procedimientos"
    carpeta.mkdir()
    return {
        **environment,
        PREFIX + "PROCEDIMIENTOS__CARPETA": str(carpeta),
        PREFIX + "PROCEDIMIENTOS__ACTIVOS": json.dumps(["SC-PQRS-PRO-018", ALTO]),
    }


@pytest.fixture
def crm(formulario: Formulario) -> Programa:
    """A program that may do everything for Ana."""
    return new_program(formulario.url, formulario.servicio)


def problem(answer: requests.Response, status: int, nombre: str) -> Mapping[str, object]:
    """The object of RFC 9457, which is of this kind."""
    assert answer.headers["content-type"] == "application/problem+json"
    told: Mapping[str, object] = answer.json()
    assert (answer.status_code, told["status"], told["type"]) == (status, status, f"/api/v1/#{nombre}")
    return told


def fields(answer: requests.Response) -> dict[str, str]:
    return {one["campo"]: one["mensaje"] for one in answer.json()["problemas"]}


def test_what_is_handed_in_is_accepted_queued_and_told_at_its_own_address(
    formulario: Formulario, crm: Programa, tomar: Callable[[], Ejecucion]
) -> None:
    answer = crm.hand_in("pedido-1", fecha="2099-11-24", hora="08:00", tipo_documento="CE", cedula="40765123")
    told = answer.json()
    assert (answer.status_code, told["estado"]) == (202, "EN COLA")
    assert answer.headers["location"] == f"/api/v1/solicitudes/{told['referencia']}"
    assert "set-cookie" not in answer.headers
    kept = formulario.servicio.registro.solicitud(told["referencia"])
    assert kept is not None
    assert (kept.cedula, kept.clave_idempotencia, f"{kept.hora:%H:%M}") == ("CE 40765123", "pedido-1", "08:00")
    assert [one.quien for one in formulario.servicio.registro.historia(told["referencia"])] == ["API crm"]
    tomar().file()
    now = crm.get(f"/solicitudes/{told['referencia']}").json()
    assert (now["estado"], now["radicado"], now["resultado"]["radicado"]) == ("RADICADA", "2026-000123", "2026-000123")


def test_the_state_is_told_as_the_command_line_tells_it_but_for_what_is_the_machine_s_own(
    formulario: Formulario, environment: Mapping[str, str], crm: Programa, solicitud: New
) -> None:
    ventanilla = formulario.servicio.ventanilla
    radicada = file_one(ventanilla, solicitud())
    mine = sa.update(solicitudes).values(programa="crm")
    transaction(ventanilla.base, lambda connection: connection.execute(mine))
    told = json.loads(ask(environment, "estado", radicada.referencia, "--json").stdout)
    seen = crm.get(f"/solicitudes/{radicada.referencia}").json()
    assert set(told) - set(seen) == {"ejecutor", "historia", "impresiones"}
    assert {name: told[name] for name in seen if name != "resultado"} == {
        name: seen[name] for name in seen if name != "resultado"
    }
    assert set(seen["resultado"]) == set(told["resultado"])
    assert seen["resultado"]["copias"] == radicada.documento.archivo.name
    assert str(formulario.servicio.settings.datos) not in json.dumps(seen)


def test_what_another_procedure_asks_goes_through_and_what_is_wrong_with_it_is_told_beside_its_field(
    formulario: Formulario, crm: Programa
) -> None:
    asked = {"procedimiento": ALTO, "medio": "telefónico", "respuestas": {"consumo": "61", "promedio": "35"}}
    told = crm.hand_in("k", **asked).json()
    assert told["procedimiento"] == {"codigo": ALTO, "version": "01"}
    assert told["referencia"].startswith("AC-")
    kept = formulario.servicio.registro.solicitud(told["referencia"])
    assert kept is not None
    assert (kept.medio, kept.respuestas["consumo"]) == ("TELEFÓNICO", "61")
    assert crm.hand_in("k", **asked).json()["referencia"] == told["referencia"]
    problem(crm.hand_in("k"), 422, "clave-ya-usada")
    answer = crm.hand_in(procedimiento=ALTO, medio="FAX", respuestas={"consumo": "mucho"}, cedula="")
    problem(answer, 422, "datos-por-corregir")
    assert {"medio", "respuestas.consumo", "respuestas.promedio", "cedula"} <= set(fields(answer))


def test_a_key_is_one_solicitud_and_with_other_content_it_is_refused(formulario: Formulario, crm: Programa) -> None:
    first = crm.hand_in("k")
    again, quoted = crm.hand_in("k"), crm.hand_in('"k"')
    within = crm.hand_in(None, clave_idempotencia="k")
    referencia = first.json()["referencia"]
    assert {one.json()["referencia"] for one in (first, again, quoted, within)} == {referencia}
    assert [one.headers.get("idempotent-replayed") for one in (first, again, within)] == [None, "true", "true"]
    other = crm.hand_in("k", solicitud="Otra cosa.")
    problem(other, 422, "clave-ya-usada")
    assert referencia in fields(other)["clave_idempotencia"]
    assert fields(crm.hand_in("k", clave_idempotencia="otra"))["clave_idempotencia"].startswith("no es la misma")
    problem(crm.hand_in(None), 400, "sin-clave-de-idempotencia")
    for odd in ("", '""', "con espacio", "k" * 201):
        assert crm.ask("post", "/solicitudes", json=SOLICITUD, headers={"idempotency-key": odd}).status_code == 400
    assert len(formulario.servicio.registro.expedientes()) == 1


def test_what_was_right_when_it_came_first_is_right_when_it_comes_again(formulario: Formulario, crm: Programa) -> None:
    """The answer may have been lost on the day before the wished one, and the program may be off for a week."""
    tomorrow = (dt.datetime.now(ZONA_HORARIA) + dt.timedelta(days=1)).date()
    first = crm.hand_in("k", fecha=f"{tomorrow}").json()
    assert crm.hand_in("k2", fecha="2020-01-02").status_code == 422
    long_ago = dt.datetime(2020, 1, 1, tzinfo=ZONA_HORARIA)
    base = formulario.servicio.ventanilla.base
    asked = formulario.servicio.registro.solicitud(first["referencia"])
    assert asked is not None
    old = asked.model_copy(update={"fecha": dt.date(2020, 1, 2)})
    sealed = formulario.servicio.registro.sealed(old.model_dump_json())
    then = sa.update(solicitudes).values(creada=long_ago, datos=sealed)
    transaction(base, lambda connection: connection.execute(then))
    again = crm.hand_in("k", fecha="2020-01-02")
    assert (again.status_code, again.json().get("referencia")) == (202, first["referencia"])


def test_what_was_right_by_its_procedure_is_right_again_when_another_version_is_in_use(
    formulario: Formulario, crm: Programa
) -> None:
    """A program that is told to correct what it has sent before would send it with a new key, as another one."""
    asked = {"procedimiento": ALTO, "medio": "TELEFÓNICO", "respuestas": {"consumo": "61", "promedio": "35"}}
    first = crm.hand_in("k", **asked).json()
    changed = (HERE / "ejemplos" / "alto-consumo.toml").read_text(encoding="utf-8")
    carpeta = formulario.servicio.settings.procedimientos.carpeta
    assert carpeta is not None
    changed = changed.replace('"01"', '"02"').replace("promedio", "medida")
    (carpeta / "propio.toml").write_text(changed, encoding="utf-8")
    assert crm.hand_in(**asked).status_code == 422
    again = crm.hand_in("k", **asked)
    assert (again.status_code, again.json().get("referencia")) == (202, first["referencia"])
    assert again.headers["idempotent-replayed"] == "true"
    assert crm.hand_in("k", **{**asked, "solicitud": "Otra cosa."}).status_code == 422
    formulario.servicio.ventanilla.cancel(first["referencia"], quien="Ana", motivo="")
    assert crm.hand_in("k", **asked).json()["estado"] == "EN COLA"


def test_a_key_whose_data_are_gone_is_refused_and_nothing_is_told_for_what_may_be_another_solicitud(
    formulario: Formulario, crm: Programa
) -> None:
    """Who counts anew each year sends last year's keys, and would take its radicado for the one of today's."""
    first = crm.hand_in("k").json()["referencia"]
    long_ago = dt.datetime(2020, 1, 1, tzinfo=ZONA_HORARIA)
    over = sa.update(solicitudes).values(estado=Estado.RADICADA, radicado="2020-000001", terminada=long_ago)
    transaction(formulario.servicio.ventanilla.base, lambda connection: connection.execute(over))
    assert purge(formulario.servicio.ventanilla, dias=30, quien="prueba") == [first]
    other = crm.hand_in("k", suscriptor="001010", solicitud="Otra cosa.")
    problem(other, 422, "clave-ya-usada")
    assert first in fields(other)["clave_idempotencia"]
    assert crm.get(f"/solicitudes/{first}").json()["radicado"] == "2020-000001"


def at_once(programas: list[Programa]) -> list[requests.Response]:
    """The same key and content from each, at the same time."""
    with ThreadPoolExecutor(len(programas)) as pool:
        return list(pool.map(lambda one: one.hand_in("la-misma"), programas))


def test_the_same_that_comes_twenty_times_at_once_is_one_solicitud_and_each_program_s_is_its_own(
    formulario: Formulario, crm: Programa
) -> None:
    other = new_program(formulario.url, formulario.servicio, "sede")
    answers = at_once([crm, other] * (AT_ONCE // 2))
    assert {one.status_code for one in answers} == {202}
    mine, theirs = ({one.json()["referencia"] for one in answers[at::2]} for at in (0, 1))
    assert (len(mine), len(theirs), mine & theirs) == (1, 1, set())
    assert sum("idempotent-replayed" not in one.headers for one in answers) == 2
    assert len(formulario.servicio.registro.expedientes()) == 2


def test_a_key_whose_referencia_another_one_has_already_gets_the_next_one_and_always_that(
    formulario: Formulario, crm: Programa, solicitud: New
) -> None:
    """Seven signs are twenty-seven thousand million: of a hundred thousand solicitudes two meet, as a rule."""
    ventanilla = formulario.servicio.ventanilla
    other = new_program(formulario.url, formulario.servicio, "sede")
    first = crm.hand_in("k", suscriptor="001009").json()["referencia"]
    met = sa.update(solicitudes).values(programa="sede")
    transaction(ventanilla.base, lambda connection: connection.execute(met))
    mine = [crm.hand_in("k").json()["referencia"] for _ in range(2)]
    assert (mine[0] == mine[1], first in mine) == (True, False)
    assert other.get(f"/solicitudes/{first}").status_code == 200
    assert crm.get(f"/solicitudes/{first}").status_code == 404


def test_a_program_sees_nothing_of_anybody_else(formulario: Formulario, crm: Programa, solicitud: New) -> None:
    other = new_program(formulario.url, formulario.servicio, "sede")
    theirs = other.hand_in().json()["referencia"]
    by_hand = formulario.servicio.ventanilla.accept(solicitud(), quien="ana", otra=True)
    for hidden in (theirs, by_hand, "VD-22222222", "x", "%2e%2e", "VD-7K3Q9M2X%00", "a%0Ab", "%0A"):
        problem(crm.get(f"/solicitudes/{hidden}"), 404, "no-esta")
    assert crm.get("/solicitudes").json() == {"solicitudes": [], "siguiente": None}
    assert fields(crm.get(f"/solicitudes?despues={theirs}")) == {"despues": "no es el «siguiente» de ninguna página."}
    mine = crm.hand_in().json()["referencia"]
    newer = new_program(formulario.url, formulario.servicio)
    assert newer.get(f"/solicitudes/{mine}").status_code == 200, "another llave of the same program"


def test_the_list_comes_in_pages_the_newest_first_and_by_estado(formulario: Formulario, crm: Programa) -> None:
    handed = [crm.hand_in(suscriptor=f"{number:06d}").json()["referencia"] for number in range(1001, 1006)]
    formulario.servicio.ventanilla.cancel(handed[2], quien="ana", motivo="")
    seen, despues = [], ""
    for _ in range(3):
        page = crm.get(f"/solicitudes?limite=2{despues}").json()
        seen += [one["referencia"] for one in page["solicitudes"]]
        despues = f"&despues={page['siguiente']}"
    assert (seen, page["siguiente"]) == (handed[::-1], None)
    cancelled = crm.get("/solicitudes?estado=CANCELADA").json()["solicitudes"]
    assert [one["referencia"] for one in cancelled] == [handed[2]]
    assert set(fields(crm.get("/solicitudes?limite=0&estado=NO"))) == {"limite", "estado"}


def test_everything_that_is_wrong_is_told_at_once_beside_its_field_in_the_words_of_the_form(
    formulario: Formulario, crm: Programa, environment: Mapping[str, str]
) -> None:
    wrong = {"suscriptor": "x", "cedula": "", "celular": "12", "fecha": "2020-01-01", "raro": 1}
    answer = crm.hand_in("k", **wrong)
    problem(answer, 422, "datos-por-corregir")
    assert set(fields(answer)) == set(wrong)
    told = ask(environment, "radicar", "-", "--json", stdin=json.dumps({**SOLICITUD, **wrong})).stdout
    for campo, mensaje in fields(answer).items():
        assert f"«{campo}»: {mensaje}" in json.loads(told)["error"]["mensaje"]
    assert formulario.servicio.registro.expedientes() == []


def test_a_body_that_is_no_solicitud_is_a_problem_and_never_a_defect(crm: Programa) -> None:
    headers = {"content-type": "application/json", "idempotency-key": "k"}
    for body in (b"", b"[]", b"null", b"{", b"\xff", b"[" * 60_000, b'{"a": NaN}', b'{"suscriptor": "\\ud800"}'):
        problem(crm.ask("post", "/solicitudes", data=body, headers=headers), 422, "datos-por-corregir")


def test_what_a_body_says_twice_is_refused_and_never_the_last_one_taken(formulario: Formulario, crm: Programa) -> None:
    """Else a solicitud would be filed under the one or the other person."""
    twice = json.dumps({**SOLICITUD, "respuestas": {"a": "1"}})[:-1] + ', "cedula": "1117000111", "x": 1, "x": 1}'
    answer = crm.ask(
        "post",
        "/solicitudes",
        data=twice.encode(),
        headers={"content-type": "application/json", "idempotency-key": "k"},
    )
    problem(answer, 422, "datos-por-corregir")
    assert set(fields(answer)) == {"cedula", "JSON"}
    assert formulario.servicio.registro.expedientes() == []


def test_what_is_too_large_or_no_json_is_refused(crm: Programa) -> None:
    headers = {"content-type": "application/json", "idempotency-key": "k"}
    problem(crm.ask("post", "/solicitudes", data=b" " * 70_000, headers=headers), 413, "demasiado-grande")
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1", ""):
        answer = crm.ask("post", "/solicitudes", data=b"{}", headers={**headers, "content-type": kind})
        problem(answer, 415, "tipo-de-contenido")
    zipped = crm.ask("post", "/solicitudes", data=b"{}", headers={**headers, "content-encoding": "gzip"})
    problem(zipped, 415, "tipo-de-contenido")
    problem(crm.ask("delete", "/solicitudes"), 405, "metodo")
    problem(crm.ask("post", "/solicitudes/", json=SOLICITUD, headers={"idempotency-key": "k"}), 404, "no-esta")


def test_a_llave_files_for_its_own_asesores_only(formulario: Formulario, crm: Programa) -> None:
    problem(crm.hand_in(asesor="luis"), 403, "asesor-ajeno")
    body = {name: value for name, value in SOLICITUD.items() if name != "asesor"}
    alone = crm.ask("post", "/solicitudes", json=body, headers={"idempotency-key": "k"})
    assert alone.json()["asesor"] == "ana"
    everyone = new_program(formulario.url, formulario.servicio, "todos", asesores=("*",))
    assert everyone.hand_in(asesor="luis").json()["asesor"] == "luis"
    assert fields(everyone.hand_in(asesor="nadie")) == {
        "asesor": "no tiene usuario de Serviweb; pida al administrador que se lo asigne."
    }
    without = everyone.ask("post", "/solicitudes", json=body, headers={"idempotency-key": "k"})
    assert fields(without) == {"asesor": "falta este dato."}


def test_a_llave_is_over_at_once_when_it_is_revoked_or_its_day_is_past(
    formulario: Formulario, crm: Programa, environment: Mapping[str, str]
) -> None:
    listed = json.loads(ask(environment, "api", "llaves", "listar", "--json").stdout)["llaves"]
    (own,) = [one for one in listed if one["programa"] == "crm"]
    assert crm.get("/solicitudes").status_code == 200
    ask(environment, "api", "llaves", "revocar", own["identidad"])
    answer = crm.get("/solicitudes")
    problem(answer, 401, "sin-llave")
    assert answer.headers["www-authenticate"] == 'Bearer realm="serviweb-robot", error="invalid_token"'
    late = new_program(formulario.url, formulario.servicio, "sede")
    past = sa.update(llaves).values(vence=dt.datetime.now(ZONA_HORARIA) - dt.timedelta(seconds=1))
    transaction(formulario.servicio.ventanilla.base, lambda connection: connection.execute(past))
    problem(late.get("/solicitudes"), 401, "sin-llave")


def test_a_llave_is_shown_once_and_kept_nowhere(
    formulario: Formulario, environment: Mapping[str, str], settings: Settings
) -> None:
    made = ask(environment, "api", "llaves", "crear", "crm", "--asesor", "ana", "--vence", "2099-12-31")
    assert made.returncode == 0, made.stderr
    llave = made.stdout.strip()
    crm = Programa(formulario.url, llave)
    assert crm.hand_in().status_code == 202
    (listed,) = json.loads(ask(environment, "api", "llaves", "listar", "--json").stdout)["llaves"]
    assert listed["usada"] is not None
    assert (listed["alcances"], listed["asesores"]) == (["solicitudes:crear", "solicitudes:leer"], ["ana"])
    secret = llave.split("_", 2)[2]
    for archivo in settings.datos.rglob("*"):
        assert not archivo.is_file() or secret.encode() not in archivo.read_bytes(), archivo
    shown = ask(environment, "api", "llaves", "listar").stdout
    assert secret not in shown


def test_a_llave_that_makes_no_sense_is_not_made(environment: Mapping[str, str], settings: Settings) -> None:
    own = ("crm", "--asesor", "ana")
    for arguments, told in (
        (("CRM 1", "--asesor", "ana"), "«programa»"),
        (("crm",), "«asesor»"),
        (("crm", "--asesor", "nadie"), "nadie"),
        ((*own, "--alcance", "todo"), "solicitudes:crear"),
        ((*own, "--vence", "2020-01-01"), "«vence»"),
        ((*own, "--aviso-a", "http://192.168.1.7/x"), "Debe ser https"),
        ((*own, "--aviso-a", "https://ana:clave@127.0.0.1/"), "sin usuario ni clave"),
    ):
        done = ask(environment, "api", "llaves", "crear", *arguments)
        assert done.returncode == 2
        assert told in " ".join(done.stderr.split())


def test_whoever_asks_too_often_is_told_when_to_come_again_and_nobody_else_waits(
    formulario: Formulario, crm: Programa
) -> None:
    limites = formulario.servicio.limites
    while limites.to_wait("crm") == 0:
        pass
    answer = crm.get("/solicitudes")
    problem(answer, 429, "demasiadas")
    assert 0 < int(answer.headers["retry-after"]) <= 61
    assert new_program(formulario.url, formulario.servicio, "sede").get("/solicitudes").status_code == 200


def test_the_page_of_the_api_is_for_anybody_sets_no_cookie_and_asks_nothing_of_elsewhere(
    formulario: Formulario,
) -> None:
    page = requests.get(f"{formulario.url}/api/v1/", timeout=patience(10))
    assert page.status_code == 200
    assert "set-cookie" not in page.headers
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "//" not in page.text
    for told in ("Idempotency-Key", "solicitudes:crear", 'id="clave-ya-usada"', "tipo_documento"):
        assert told in page.text


def test_a_session_of_the_form_opens_nothing_here_and_a_llave_opens_no_page_of_the_form(
    formulario: Formulario, crm: Programa
) -> None:
    bare = requests.get(
        f"{formulario.url}/solicitudes", headers={"authorization": f"Bearer {crm.llave}"}, timeout=patience(20)
    )
    assert bare.status_code == 401
    assert Estado.EN_COLA.value not in bare.text
