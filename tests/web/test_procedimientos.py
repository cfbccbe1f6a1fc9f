"""What people see goes by the procedure of each solicitud: the form asks by the chosen one, and pages show by their own."""

import csv
import datetime as dt
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page, expect

from fixtures.planilla import Place
from fixtures.procesos import MockGoogle
from robot.errors import SuscriptorNotFound
from robot.intake import Ventanilla
from robot.models import ZONA_HORARIA, Estado, Solicitud
from robot.purging import purge
from robot.record.notes import ClaseDeApunte
from robot.referencia import Referencia
from robot.settings import ProcedimientosSettings, Settings
from tests.procedimientos import add_schedule, with_own_schedule
from tests.web.conftest import Ejecucion, Formulario
from tests.web.visitante import Visitante, text_of

VISITA, ALTO, ROTO, TAPONAMIENTO = "SC-PQRS-PRO-018", "EJ-ALTO-CONSUMO", "EJ-ALCANTARILLADO-ROTO", "EJ-TAPONAMIENTO"
GEOFONO = "GEOFONO"
TYPED = {
    "suscriptor": "001008",
    "cedula": "40.765.123",
    "nombre": "Rosa Elvira Muñoz",
    "celular": "310 555 0101",
    "solicitud": "El agua se devuelve por los sifones.",
}
ALTO_CONSUMO = {"procedimiento": ALTO, "medio": "ESCRITO", "respuestas.consumo": "61", "respuestas.promedio": "35.5"}
ALCANTARILLADO_ROTO = {"procedimiento": ROTO, "medio": "PERSONAL", "respuestas.lugar": "CL 5 3-21"}

CON_GEOFONO = {"procedimiento": GEOFONO, "causal": "Descuento por fuga imperceptible", "respuestas.llave": "SÍ"}

Entrar = Callable[[Page, str], Page]
New = Callable[..., Solicitud]
Tomar = Callable[[], Ejecucion]


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """An office with five procedures, one of them with a schedule of its own."""
    carpeta = with_own_schedule(tmp_path / "procedimientos")
    activos = (VISITA, ALTO, ROTO, TAPONAMIENTO, GEOFONO)
    return settings.model_copy(update={"procedimientos": ProcedimientosSettings(carpeta=carpeta, activos=activos)})


@pytest.fixture
def ana(formulario: Formulario) -> Visitante:
    visitante = Visitante(formulario.url)
    visitante.enter("ana")
    return visitante


@pytest.fixture
def geofono(formulario: Formulario, google: MockGoogle) -> dt.date:
    """The day of two cupos in the schedule of GEOFONO."""
    dia = formulario.servicio.calendario.vence(dt.datetime.now(ZONA_HORARIA).date(), 3)
    add_schedule(google, "Geófono", [(dia, dt.time(6, 40)), (dia, dt.time(6, 50))])
    return dia


def newest(formulario: Formulario) -> tuple[Referencia, Solicitud]:
    referencia = formulario.servicio.registro.expedientes()[0].referencia
    asked = formulario.servicio.registro.solicitud(referencia)
    assert asked is not None
    return referencia, asked


def chosen_in(pagina: str) -> str:
    found = re.search(r'<option value="([^"]+)" selected>', pagina)
    assert found is not None
    return found[1]


def value_of(pagina: str, name: str) -> str:
    found = re.search(rf'name="{re.escape(name)}"[^>]*? value="([^"]*)"', pagina)
    return found[1] if found is not None else ""


def test_a_solicitud_is_of_the_procedure_chosen_in_the_form_which_is_the_first_choice_the_next_time(
    ana: Visitante, formulario: Formulario
) -> None:
    assert chosen_in(ana.get("/solicitudes/nueva").text) == VISITA
    ana.post("/solicitudes", **TYPED, **ALTO_CONSUMO)
    referencia, asked = newest(formulario)
    assert referencia.startswith("AC-")
    assert (asked.procedimiento, asked.medio, asked.causal) == (ALTO, "ESCRITO", None)
    assert asked.respuestas == {"consumo": "61", "promedio": "35,5"}
    assert chosen_in(ana.get("/solicitudes/nueva").text) == ALTO
    luis = Visitante(formulario.url)
    luis.enter("luis")
    assert chosen_in(luis.get("/solicitudes/nueva").text) == VISITA


def test_what_a_procedure_asks_is_required_typed_and_told_beside_its_field(
    ana: Visitante, formulario: Formulario
) -> None:
    wrong = {**ALTO_CONSUMO, "medio": "", "respuestas.consumo": "mucho", "respuestas.promedio": " "}
    answer = ana.post("/solicitudes", **TYPED, **wrong)
    assert answer.status_code == 422
    told = text_of(answer)
    assert "Medio : Elija: PERSONAL, TELEFÓNICO, ESCRITO." in told
    assert "Consumo de la factura, en m³ : No es un número; escríbalo sin puntos de miles." in told
    assert "Promedio registrado, en m³ : Falta este dato." in told
    assert value_of(answer.text, "respuestas.consumo") == "mucho"
    assert formulario.servicio.registro.expedientes() == []
    inactive = ana.post("/solicitudes", **TYPED, procedimiento="EJ-FUGA-PERCEPTIBLE")
    assert "no es un procedimiento de esta oficina" in text_of(inactive).lower()
    assert formulario.servicio.registro.expedientes() == []


def test_another_procedure_keeps_what_was_typed_also_the_answers_to_the_one_before_and_so_does_the_draft(
    ana: Visitante, formulario: Formulario
) -> None:
    numero = "un-formulario-de-prueba"
    at_first = {**TYPED, **ALTO_CONSUMO, "formulario": numero, "cupo": "2999-01-01 08:00"}
    other = ana.post("/solicitudes/procedimiento", **{**at_first, "procedimiento": ROTO})
    kept = {
        name: value_of(other.text, name) for name in at_first if name not in {"procedimiento", "medio", "solicitud"}
    }
    assert kept == {name: at_first[name] for name in kept}
    assert TYPED["solicitud"] in other.text
    assert "Lugar exacto del daño" in other.text
    assert "Consumo de la factura" not in other.text
    borrador = formulario.servicio.apuntes.get(ClaseDeApunte.BORRADOR, "ana", numero)
    assert borrador is not None
    left = ana.get(f"/solicitudes/nueva?borrador={numero}").text
    assert (chosen_in(left), value_of(left, "respuestas.consumo")) == (ROTO, "61")
    ana.post("/solicitudes", **{**at_first, **ALCANTARILLADO_ROTO})
    _, asked = newest(formulario)
    assert (asked.respuestas, asked.fecha) == ({"lugar": "CL 5 3-21"}, None), "what others asked is not its own"


def test_a_procedure_without_cita_shows_no_calendar_and_needs_no_cupo(
    ana: Visitante, formulario: Formulario, google: MockGoogle
) -> None:
    google.faults(error_antes={"veces": -1, "status": 503})
    shown = ana.post("/solicitudes/procedimiento", procedimiento=ROTO)
    assert 'type="radio"' not in shown.text
    assert "no lleva cita" in shown.text
    assert ana.post("/solicitudes", **TYPED, **ALCANTARILLADO_ROTO).url.endswith(newest(formulario)[0])


def test_a_procedure_with_a_schedule_of_its_own_offers_and_wants_the_cupos_of_that(
    ana: Visitante, formulario: Formulario, geofono: dt.date
) -> None:
    dia = geofono
    theirs, ours = (ana.get(f"/cupos?procedimiento={codigo}").text for codigo in (GEOFONO, VISITA))
    assert re.findall(r'name="cupo" value="([^"]+)"', theirs) == [f"{dia} 06:40", f"{dia} 06:50"]
    assert "06:40" not in ours
    ana.post("/solicitudes", **{**TYPED, "procedimiento": VISITA, "suscriptor": "001022"})
    for cupo, suscriptor in ((f"{dia} 06:40", "001008"), ("", "001015")):
        ana.post("/solicitudes", **{**TYPED, **CON_GEOFONO, "cupo": cupo, "suscriptor": suscriptor})
    waiting = sorted(one.referencia[:2] for one in formulario.servicio.registro.expedientes())
    assert waiting == ["GE", "GE", "VD"], "who waits for a cupo elsewhere takes none here"
    full = ana.post("/solicitudes", **{**TYPED, **CON_GEOFONO, "suscriptor": "001029"})
    assert "No quedan cupos libres" in full.text


def test_observacion_is_counted_by_the_template_and_the_answers_of_the_procedure(
    ana: Visitante, formulario: Formulario
) -> None:
    """What fits to the letter is accepted and not one letter more, whichever the procedure."""
    maximo = formulario.servicio.settings.reglas.observacion_maxima
    for own in ({"procedimiento": VISITA}, ALTO_CONSUMO, {**ALTO_CONSUMO, "respuestas.factura": "F-1234"}):
        long = {**TYPED, **own, "ruta": "007", "solicitud": "x" * maximo, "otra_visita": "si"}
        over = re.search(r"Sobran (\d+) caracteres", ana.post("/solicitudes", **long).text)
        assert over is not None
        ana.post("/solicitudes", **{**long, "solicitud": "x" * (maximo - int(over[1]))})
        referencia, asked = newest(formulario)
        written = formulario.servicio.registro.procedimiento(referencia).observacion(
            solicitud=asked.solicitud,
            suscriptor=asked.suscriptor,
            ruta="007",
            celular=asked.celular,
            referencia=referencia,
            respuestas=asked.respuestas,
        )
        assert len(written) == maximo


def test_duplicates_are_those_of_the_causales_that_the_procedure_names_within_its_days(
    ana: Visitante, formulario: Formulario
) -> None:
    taponamiento = {**TYPED, "procedimiento": TAPONAMIENTO, "medio": "PERSONAL"}
    ana.post("/solicitudes", **taponamiento)
    again = ana.post("/solicitudes", **TYPED, **ALCANTARILLADO_ROTO)
    assert again.status_code == 409
    assert "ya pidió lo mismo en los últimos 5 días" in text_of(again), "a roto also looks for taponamientos"
    ana.post("/solicitudes", **TYPED, **ALTO_CONSUMO)
    assert newest(formulario)[0].startswith("AC-"), "an alto consumo looks for none of them"
    ana.post("/solicitudes", **{**TYPED, **ALCANTARILLADO_ROTO, "otra_visita": "si"})
    third = ana.post("/solicitudes", **{**taponamiento, "solicitud": "Otra vez."})
    assert "en los últimos 3 días" in text_of(third)
    assert len(formulario.servicio.registro.expedientes()) == 3


def test_a_refused_one_is_corrected_by_its_own_procedure_with_its_answers(
    ana: Visitante, formulario: Formulario, tomar: Tomar
) -> None:
    ana.post("/solicitudes", **TYPED, **ALTO_CONSUMO)
    tomar().end(Estado.RECHAZADA, SuscriptorNotFound("001008"))
    referencia, _ = newest(formulario)
    ana.post("/solicitudes", **{**TYPED, "suscriptor": "001015"}, procedimiento=VISITA)
    form = ana.get(f"/solicitudes/{referencia}/corregir").text
    assert chosen_in(form) == ALTO
    assert "<option selected>ESCRITO</option>" in form
    assert (value_of(form, "respuestas.consumo"), value_of(form, "respuestas.promedio")) == ("61", "35,5")


def test_a_solicitud_shows_its_procedure_its_answers_and_only_the_steps_and_the_cita_that_it_has(
    ana: Visitante, formulario: Formulario, tomar: Tomar
) -> None:
    ana.post("/solicitudes", **TYPED, **ALTO_CONSUMO)
    with_cita = text_of(ana.get(f"/solicitudes/{newest(formulario)[0]}"))
    assert "Consumo de la factura, en m³ 61" in with_cita
    assert "Procedimiento Alto consumo ESCRITO · ALTO CONSUMO" in with_cita
    assert "Apartar la cita en Programación" in with_cita
    ana.post("/solicitudes", **{**TYPED, "suscriptor": "001015"}, procedimiento=TAPONAMIENTO, medio="PERSONAL")
    referencia, _ = newest(formulario)
    tomar().file()
    without = text_of(ana.get(f"/solicitudes/{referencia}"))
    assert "Procedimiento Taponamiento de alcantarillado PERSONAL · TAPONAMIENTO ALCANTARILLADO" in without
    for absent in ("Apartar la cita", "Imprimir", "Darle una cita", "la visita, programada"):
        assert absent not in without
    assert ana.get(f"/solicitudes/{referencia}/cita").status_code == 404


def rows_of_csv(answer: requests.Response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))


@pytest.fixture
def three(ana: Visitante, tomar: Tomar) -> None:
    """An alto consumo and a geófono RADICADAS, and a taponamiento in the queue, of three suscriptores."""
    ana.post("/solicitudes", **TYPED, **ALTO_CONSUMO)
    tomar().file()
    ana.post("/solicitudes", **{**TYPED, **CON_GEOFONO, "suscriptor": "001015"})
    tomar().file()
    ana.post("/solicitudes", **{**TYPED, "suscriptor": "001022"}, procedimiento=TAPONAMIENTO, medio="PERSONAL")


@pytest.fixture
def clara(formulario: Formulario) -> Visitante:
    visitante = Visitante(formulario.url)
    visitante.enter("clara")
    return visitante


@pytest.mark.usefixtures("geofono", "three")
def test_lists_files_and_the_month_tell_each_solicitud_by_its_own_procedure(clara: Visitante) -> None:
    everything = text_of(clara.get("/solicitudes"))
    assert "Procedimiento Suscriptor" in everything
    found = rows_of_csv(clara.post("/solicitudes/buscar", formato="csv"))
    assert {(one["Suscriptor"], one["Procedimiento"], one["Causal"]) for one in found} == {
        ("001008", "Alto consumo", "ALTO CONSUMO"),
        ("001015", "Fuga imperceptible (geófono)", "DESCUENTO POR FUGA IMPERCEPTIBLE"),
        ("001022", "Taponamiento de alcantarillado", "TAPONAMIENTO ALCANTARILLADO"),
    }
    only = clara.post("/solicitudes/buscar", procedimiento=ALTO).text
    assert ("001008" in only, "001015" in only) == (True, False)
    month = rows_of_csv(clara.get("/informes/mes.csv"))
    assert {
        (one["Servicio"], one["Tipo de trámite"], one["Causal"], one["Estado"], one["Recibidas"]) for one in month
    } >= {
        ("ACUEDUCTO", "RECLAMO", "ALTO CONSUMO", "RADICADA", "1"),
        ("ACUEDUCTO", "PETICIÓN INTERNA", "DESCUENTO POR FUGA IMPERCEPTIBLE", "RADICADA", "1"),
        ("ALCANTARILLADO", "PETICIÓN INTERNA", "TAPONAMIENTO ALCANTARILLADO", "EN COLA", "1"),
    }
    assert "Todas" in text_of(clara.get("/informes"))
    relation = rows_of_csv(clara.get("/entregas/relacion.csv"))
    assert {one["Procedimiento"] for one in relation} == {"Alto consumo", "Fuga imperceptible (geófono)"}
    assert "Fuga imperceptible" in text_of(clara.get("/entregas"))


@pytest.mark.usefixtures("geofono", "three")
def test_the_month_knows_the_chosen_causal_when_the_data_of_the_solicitud_are_gone(
    clara: Visitante, formulario: Formulario
) -> None:
    purge(formulario.servicio.ventanilla, dias=0, quien="prueba")
    assert newest(formulario)[1] is not None, "what is in the queue keeps its data"
    assert "DESCUENTO POR FUGA IMPERCEPTIBLE" in text_of(clara.get("/informes"))


def test_the_coordinador_sees_the_cupos_of_each_schedule_and_the_visits_of_all(
    geofono: dt.date, clara: Visitante, google: MockGoogle
) -> None:
    board = text_of(clara.get("/tablero"))
    assert "Visita domiciliaria, Alto consumo" in board
    assert "Fuga imperceptible (geófono) Esta semana" in board
    row = Place("planilla-geófono", "Visitas", 2)
    google.edit(accion="type", **row.cell("D"), value="001015", raw=True)
    assert "001015" in text_of(clara.get(f"/entregas?visitas={geofono}"))


class TestWithAnotherTerm:
    @pytest.fixture
    def settings(self, settings: Settings, tmp_path: Path) -> Settings:
        carpeta = with_own_schedule(tmp_path / "otros", termino=4)
        return settings.model_copy(
            update={"procedimientos": ProcedimientosSettings(carpeta=carpeta, activos=(VISITA, GEOFONO))}
        )

    def test_the_legal_term_is_the_one_of_the_procedure_wherever_it_is_shown(
        self, ana: Visitante, formulario: Formulario, google: MockGoogle
    ) -> None:
        calendario, hoy = formulario.servicio.calendario, dt.datetime.now(ZONA_HORARIA).date()
        late = calendario.vence(hoy, 5)
        add_schedule(google, "Geófono", [(late, dt.time(6, 40))])
        assert ana.get(f"/cupos?procedimiento={GEOFONO}").text.count("dia tarde") == 1
        ana.post("/solicitudes", **TYPED, **CON_GEOFONO)
        referencia, _ = newest(formulario)
        assert f"{calendario.vence(hoy, 4):%Y-%m-%d}" in ana.post("/solicitudes/buscar", formato="csv").text
        assert "4 días hábiles" in text_of(ana.get("/solicitudes"))
        dia = f"{calendario.vence(hoy, 4).day} de "
        assert dia in text_of(ana.get(f"/solicitudes/{referencia}")).split("a más tardar")[1][:30]


class TestWithOneProcedure:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"procedimientos": ProcedimientosSettings(activos=(VISITA,))})

    def test_one_procedure_is_no_choice_and_is_told_nowhere(self, ana: Visitante, formulario: Formulario) -> None:
        assert 'type="hidden" name="procedimiento"' in ana.get("/solicitudes/nueva").text
        ana.post("/solicitudes", **TYPED)
        pages = ("/solicitudes/nueva", "/solicitudes", f"/solicitudes/{newest(formulario)[0]}")
        assert not any("Procedimiento" in text_of(ana.get(one)) for one in pages)


def test_the_form_asks_by_the_chosen_procedure_at_once_and_its_count_is_the_servers(
    page: Page, formulario: Formulario, entrar: Entrar, llenar: Callable[..., None]
) -> None:
    entrar(page, "ana")
    llenar(page)
    page.get_by_label("Procedimiento").select_option("Alcantarillado roto")
    expect(page.get_by_role("radio")).to_have_count(0)
    page.get_by_label("Lugar exacto del daño").fill("CL 5 3-21")
    page.get_by_label("Procedimiento").select_option("Alto consumo")
    page.get_by_label("Consumo de la factura, en m³").fill("61")
    expect(page.get_by_label("La primera libre")).to_be_checked()
    page.get_by_label("Procedimiento").select_option("Alcantarillado roto")
    expect(page.get_by_label("Lugar exacto del daño")).to_have_value("CL 5 3-21")
    expect(page.get_by_label("Nombre completo")).to_have_value("Rosa Elvira Muñoz")
    page.get_by_label("Solicitud", exact=True).fill("x" * 980)
    over = page.locator("#solicitud-cuenta").inner_text()
    assert over.startswith("Sobran")
    page.get_by_label("Medio").select_option("PERSONAL")
    page.get_by_role("button", name="Radicar").click()
    expect(page.locator("#solicitud-problema1")).to_contain_text(over.removesuffix("."))
    page.get_by_label("Solicitud", exact=True).fill("El tubo se rompió.")
    page.get_by_role("button", name="Radicar").click()
    expect(page.locator(".sello.en-cola")).to_be_visible()
    assert newest(formulario)[1].respuestas == {"lugar": "CL 5 3-21"}


def test_what_was_of_a_procedure_in_use_no_more_says_so_before_it_is_sent_by_another_one(
    ana: Visitante, formulario: Formulario
) -> None:
    """Corregir, and a form that was left: nobody sends as something else what they took for the same."""
    gone = "EJ-FUGA-PERCEPTIBLE"
    settings = formulario.servicio.settings
    of_then = settings.model_copy(update={"procedimientos": ProcedimientosSettings(activos=(gone,))})
    data = {**TYPED, "asesor": "ana", "procedimiento": gone, "medio": "PERSONAL", "respuestas": {"donde": "MEDIDOR"}}
    with Ventanilla(of_then) as before:
        referencia = before.accept(Solicitud.parse(data, of_then.reglas_de_solicitud), quien="ana")
        before.cancel(referencia, quien="ana", motivo="Prueba.")
    form = ana.get(f"/solicitudes/{referencia}/corregir")
    told = "«Fuga perceptible» ya no está en uso en esta oficina."
    assert told in text_of(form)
    assert "el formulario quedó con «Visita domiciliaria», y así se radicaría" in text_of(form)
    assert chosen_in(form.text) == VISITA
    other = ana.post("/solicitudes/procedimiento", **TYPED, procedimiento=ROTO)
    assert told not in text_of(other)
    left = value_of(form.text, "formulario")
    ana.post("/solicitudes/borrador", **TYPED, procedimiento=gone, formulario=left)
    assert told in text_of(ana.get(f"/solicitudes/nueva?borrador={left}"))
    refused = text_of(ana.post("/solicitudes", **TYPED, procedimiento=gone))
    assert "no es un procedimiento de esta oficina" in refused.lower()
    assert told not in refused, "said once"
