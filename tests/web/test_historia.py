"""History, evidence and reports in the browser: whose they are to see, and that files name and hold nobody."""

import csv
import datetime as dt
import io
from collections.abc import Callable, Mapping

import pytest

from robot.errors import OutcomeUnknown
from robot.flows.constancia import Etapa
from robot.flows.evidencia import RegistroDeFalla, folder_of
from robot.host.private import write_private
from robot.models import ZONA_HORARIA, Estado, Solicitud
from robot.referencia import Referencia
from tests.web.conftest import Ejecucion, Formulario
from tests.web.visitante import Visitante, text_of

New = Callable[..., Solicitud]
PICTURE, TRACE = "20261127-090000-paso-08.png", "20261127-090000-paso-08-traza-1.zip"


@pytest.fixture
def own(formulario: Formulario, solicitud: New, tomar: Callable[[], Ejecucion]) -> Referencia:
    """A solicitud of Ana's POR VERIFICAR, of which a picture and a trace were kept."""
    referencia = formulario.servicio.ventanilla.accept(solicitud(), quien="ana")
    tomar().end(Estado.POR_VERIFICAR, OutcomeUnknown("No llegó respuesta."))
    registro = RegistroDeFalla(
        instante=dt.datetime.now(ZONA_HORARIA),
        paso="Guardar",
        mensaje="No llegó respuesta.",
        captura=PICTURE,
        pasos=(),
        incidentes=("500 /guardar",),
        trazas=(TRACE,),
    )
    folder = folder_of(formulario.servicio.settings.datos, referencia)
    for name, content in ((PICTURE, b"\x89PNG"), (TRACE, b"PK"), ("uno.json", registro.model_dump_json().encode())):
        write_private(folder / name, content)
    return referencia


@pytest.fixture
def visitantes(formulario: Formulario) -> Mapping[str, Visitante]:
    found = {clave: Visitante(formulario.url) for clave in ("ana", "luis", "clara")}
    for clave, visitante in found.items():
        visitante.enter(clave)
    return found


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))


def test_history_and_evidence_are_the_asesors_own_and_every_coordinadors_and_no_other_file_is_given(
    visitantes: Mapping[str, Visitante], own: Referencia
) -> None:
    path = f"/solicitudes/{own}"
    for clave in ("ana", "clara"):
        page = visitantes[clave].get(f"{path}/historia")
        assert "Aceptada." in text_of(page)
        assert f"{path}/evidencia/{PICTURE}" in page.text
        picture = visitantes[clave].get(f"{path}/evidencia/{PICTURE}")
        assert (picture.content, picture.headers["content-type"]) == (b"\x89PNG", "image/png")
        trace = visitantes[clave].get(f"{path}/evidencia/{TRACE}")
        assert trace.headers["content-disposition"] == f'attachment; filename="{own}-{TRACE}"'
    for name in ("uno.json", "index.html", "..%2F..%2Frobot.sqlite", "%2e%2e", ".llave"):
        assert visitantes["clara"].get(f"{path}/evidencia/{name}").status_code == 404
    for rest in ("/historia", f"/evidencia/{PICTURE}", f"/evidencia/{TRACE}"):
        assert visitantes["luis"].get(path + rest).status_code == 404


def test_people_are_named_as_they_are_called_and_whatever_machine_files_as_the_robot(
    visitantes: Mapping[str, Visitante], formulario: Formulario, solicitud: New, tomar: Callable[[], Ejecucion]
) -> None:
    referencia = formulario.servicio.ventanilla.accept(solicitud(), quien="ana")
    taken = tomar()
    assert taken.constancia.empezar(Etapa.SESION)
    taken.end(Estado.POR_VERIFICAR, OutcomeUnknown("No llegó respuesta."))
    said = text_of(visitantes["clara"].get(f"/solicitudes/{referencia}/historia"))
    assert f"· {formulario.servicio.names()['ana']} · EN COLA" in said
    assert "· el robot · EN CURSO" in said
    assert "· el robot · POR VERIFICAR" in said
    assert "· prueba ·" not in said


def test_a_page_that_tells_a_problem_has_the_menu_of_who_has_signed_in(
    visitantes: Mapping[str, Visitante], formulario: Formulario
) -> None:
    for path in ("/no-hay", "/solicitudes/VD-000000", "/conciliacion/x"):
        found = visitantes["clara"].get(path)
        assert found.status_code == 404
        assert "Bandeja" in text_of(found)
        assert "Tablero" in text_of(found)
    assert "Tablero" not in text_of(visitantes["ana"].get("/no-hay"))
    assert "Bandeja" not in text_of(Visitante(formulario.url).get("/no-hay"))


def test_a_coordinador_decides_with_a_reason_that_stands_in_the_history_or_has_the_robot_look_again(
    visitantes: Mapping[str, Visitante], own: Referencia, formulario: Formulario
) -> None:
    page = visitantes["clara"].get(f"/solicitudes/{own}")
    assert "Que el robot la busque otra vez" in page.text
    assert "Que el robot la busque otra vez" not in visitantes["ana"].get(f"/solicitudes/{own}").text
    decided = {"hallado": "no", "motivo": "Rosa Elvira Muñoz llamó: no está en CONSULTA."}
    visitantes["clara"].post(f"/solicitudes/{own}/resolver", **decided)
    assert formulario.servicio.registro.expediente(own).estado is Estado.EN_COLA
    said = text_of(visitantes["clara"].get(f"/solicitudes/{own}/historia"))
    assert "no está en CONSULTA" in said
    assert "Rosa Elvira" not in said


def test_the_audit_tells_everything_of_its_days_and_nobodys_data_and_that_somebody_took_it(
    visitantes: Mapping[str, Visitante], own: Referencia, formulario: Formulario
) -> None:
    formulario.servicio.cuentas.note("luis", "=HYPERLINK(0)", quien="clara")
    hoy = dt.datetime.now(ZONA_HORARIA).date().isoformat()
    for _ in range(2):
        answer = visitantes["clara"].post("/informes/auditoria", desde=hoy, hasta=hoy)
    assert answer.headers["content-disposition"] == f'attachment; filename="auditoria-{hoy}-a-{hoy}.csv"'
    lines = rows_of(answer.text)
    assert ["solicitud", str(own), "ana", "EN COLA", "", "Aceptada."] in [one[1:] for one in lines]
    assert ["cuenta", "luis", "clara", "", "", "'=HYPERLINK(0)"] in [one[1:] for one in lines]
    assert f"Descargó la auditoría del {hoy} al {hoy}." in answer.text
    assert not [one for one in ("Rosa", "40765123", "3105550101", "001008") if one in answer.text]
    assert visitantes["luis"].get("/informes").status_code == 404
    assert visitantes["luis"].post("/informes/auditoria", desde=hoy, hasta=hoy).status_code == 404
    wrong = visitantes["clara"].post("/informes/auditoria", desde=hoy, hasta="2020-01-01")
    assert "El primer día va antes" in text_of(wrong)


def test_the_month_is_counted_by_causal_and_estado_on_a_page_and_as_a_file(
    visitantes: Mapping[str, Visitante], own: Referencia
) -> None:
    del own
    mes = f"{dt.datetime.now(ZONA_HORARIA):%Y-%m}"
    assert "POR VERIFICAR 1" in text_of(visitantes["clara"].get("/informes"))
    answer = visitantes["clara"].get(f"/informes/mes.csv?mes={mes}")
    assert answer.headers["content-disposition"] == f'attachment; filename="pqr-{mes}.csv"'
    _, *lines = rows_of(answer.text)
    assert [one[:6] for one in lines] == [
        [mes, "ALCANTARILLADO", "PETICIÓN INTERNA", "VISITA DOMICILIARIA", estado, "1"]
        for estado in ("POR VERIFICAR", "TODAS")
    ]
    for odd in ("2026-13", "0001-01", "x", "9999-12"):
        assert visitantes["clara"].get(f"/informes?mes={odd}").status_code == 200
