"""A day at the counter over a connection that breaks: at its end Serviweb, Programación, the papers and the record agree."""

import datetime as dt
import itertools
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from fixtures.acuerdo import file_what_people_have_booked
from fixtures.planilla import CODIGO, PQR, Place, rows
from fixtures.procesos import Mock, MockGoogle
from robot.conciliacion.findings import Tipo
from robot.models import ZONA_HORARIA, Estado
from robot.record.dossier import Expediente, Impresion
from robot.referencia import Referencia
from robot.settings import Settings, load_settings
from tests.conftest import CLAVE as CLAVE_SERVIWEB
from tests.cups import IMPRESORA, Cups
from tests.enlace import Enlace
from tests.paciencia import eventually, patience_ms
from tests.planilla import place_with, row_at, tags, visible_rows
from tests.web.conftest import Formulario
from tests.web.gente import Persona

_SOLICITUDES = 40
_DOCUMENTOS = (
    "40.765.{n}", "C.C. 1.117.50{n}", "CE E10{n}", "Tarjeta de identidad 990101 12{n}", "PA AB10{n}", "PPT 10{n}",
    "800.10{n}",
)  # fmt: skip
_TELEFONOS = ("310 555 0101", "608 435 0202", "no tiene", "310 555 0102 / 311 555 0103", "+34 612 345 678")
_NOMBRES = ("Rosa Elvira Muñoz", "Ángel José Peña", "Inversiones Caquetá S.A.S.", "Nubia D'Achiardi", "Zoë Núñez")
_PEDIDOS = ("El agua se devuelve por los sifones.", "La caja rebosa cuando llueve.", "Sale agua del piso.")


@pytest.fixture
def settings(settings: Settings, cups: Cups, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """With a printer, and an account that only conciliación uses."""
    account = {"USUARIO": "robot", "CLAVE": CLAVE_SERVIWEB, "NOMBRE": "Robot"}
    own = {f"SERVIWEB_ROBOT_ASESORES__ROBOT__{name}": value for name, value in account.items()}
    look = {"SERVIWEB_ROBOT_CONCILIACION__ASESOR": "robot", "SERVIWEB_ROBOT_CONCILIACION__DIAS": "2"}
    for name, value in {**cups.environment, **own, **look}.items():
        monkeypatch.setenv(name, value)
    return load_settings()


@contextmanager
def breaking(enlace: Enlace) -> Iterator[None]:
    """The connection breaks every few seconds, whatever is on its way."""
    over, chance = threading.Event(), random.Random(20)  # noqa: S311  # a day that can be had again

    def loop() -> None:
        while not over.wait(chance.uniform(0.2, 2)):
            enlace.drop()

    thread = threading.Thread(target=loop, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


class Dia:
    """Who works, and with what; each part of the day is a method."""

    def __init__(
        self, formulario: Formulario, serviweb: Mock, google: MockGoogle, cups: Cups, browser: Browser
    ) -> None:
        self.servicio = formulario.servicio
        self.serviweb, self.google, self.cups = serviweb, google, cups
        self.enlace = Enlace(formulario.url)
        self.ana, self.luis, self.clara = (self._persona(browser, clave) for clave in ("ana", "luis", "clara"))
        self.asesores = itertools.cycle((self.ana, self.luis))
        self.suscriptores = [
            str(one["codigo"]) for one in serviweb.state()["suscriptores"] if one["estado"] == "ACTIVO"
        ]
        self.expected: dict[Referencia, Estado] = {}
        self.sin_cita: set[Referencia] = set()
        self.repetidas: list[Referencia] = []
        self.reimpresas: set[Referencia] = set()

    def _persona(self, browser: Browser, clave: str) -> Persona:
        page = browser.new_context(locale="es-CO", reduced_motion="reduce").new_page()
        page.set_default_timeout(patience_ms(8))
        page.on("dialog", lambda dialog: dialog.accept())
        return Persona(page, self.enlace.url, clave)

    def expediente(self, referencia: Referencia) -> Expediente:
        return self.servicio.registro.expediente(referencia)

    def tramites(self) -> list[Any]:
        """Those that the robot has filed."""
        return [one for one in self.serviweb.state()["tramites"] if "Ref. " in one["observacion"]]

    def sent(self, referencia: Referencia) -> list[Impresion]:
        """What went to the printer of one."""
        return [one for one in self.servicio.registro.impresiones(referencia) if one.impresora == IMPRESORA]

    def settle(self) -> None:
        """All that was handed in has ended."""
        eventually(lambda: all(self.expediente(one).estado.terminado for one in self.expected), seconds=240)

    def ended(self, estado: Estado) -> list[Referencia]:
        return [one for one in self.expected if self.expediente(one).estado is estado]

    def whoever_has(self, referencia: Referencia) -> Persona:
        return self.ana if referencia in self.ana.suyas else self.luis

    def ask(self, number: int, **changes: str) -> dict[str, str]:
        """What the number-th customer says."""
        return {
            "Código de suscriptor": self.suscriptores[number],
            "Cédula": _DOCUMENTOS[number % len(_DOCUMENTOS)].format(n=f"{100 + number}"),
            "Celular": _TELEFONOS[number % len(_TELEFONOS)],
            "Nombre completo": _NOMBRES[number % len(_NOMBRES)],
            "Solicitud": _PEDIDOS[number % len(_PEDIDOS)],
            **changes,
        }

    def morning(self) -> None:
        """Customers of all kinds, by turns; some choose the hour, one comes twice, Serviweb loses two answers."""
        self.serviweb.faults(corte_despues={"veces": 2, "ruta": "POST .*guardar"})
        for number in range(24):
            cupo = number * 2 if number % 3 == 0 else None
            self.expected[next(self.asesores).hand_in(self.ask(number), cupo=cupo)] = Estado.RADICADA
        for number in (0, 1):
            again = self.ask(number, Solicitud="Y además se hundió el andén.")
            self.repetidas.append(next(self.asesores).hand_in(again, otra=True))
            self.expected[self.repetidas[-1]] = Estado.RADICADA

    def mistakes(self) -> None:
        """Códigos that nobody has, a retired one, cédulas of others, a letter that Serviweb lacks; what can be corrected is."""
        retired = next(
            str(one["codigo"]) for one in self.serviweb.state()["suscriptores"] if one["estado"] == "RETIRADO"
        )
        known = self.serviweb.state()["terceros"][0]["cedula"]
        again, same = "Corregir y enviar de nuevo", "Sí, es la misma persona"
        codigo, nombre = "Código de suscriptor", "Nombre completo"
        mistakes: tuple[tuple[dict[str, str], str, dict[str, str]], ...] = (
            (self.ask(24, **{codigo: "999994"}), again, {codigo: self.suscriptores[24]}),
            (self.ask(25, **{codigo: "999995"}), again, {codigo: self.suscriptores[25]}),
            (self.ask(26, Cédula=known), same, {}),
            (self.ask(27, Cédula=known), same, {}),
            (self.ask(28, **{nombre: "Łukasz Nowak"}), again, {nombre: "Lukasz Nowak"}),
            (self.ask(29, **{codigo: retired}), "", {}),
        )
        handed = [next(self.asesores).hand_in(told) for told, _, _ in mistakes]
        self.expected |= dict.fromkeys(handed, Estado.RECHAZADA)
        self.settle()
        for referencia, (_, enlace, mended) in zip(handed, mistakes, strict=True):
            if enlace:
                corrected = self.whoever_has(referencia).correct(referencia, enlace, mended)
                self.expected[corrected] = Estado.RADICADA

    def second_thoughts(self) -> None:
        """Two go away while they wait: what was not saved by then is cancelled, what was is moved by nobody."""
        for number in (31, 32):
            persona = next(self.asesores)
            referencia = persona.hand_in(self.ask(number))

            def gone(page: Page) -> bool:
                return page.get_by_role("button", name="Cancelar la solicitud").count() == 0

            persona.until(f"/solicitudes/{referencia}", gone, _press("Cancelar la solicitud"))
            eventually(lambda one=referencia: self.expediente(one).estado.terminado, seconds=240)  # type: ignore[misc]
            self.expected[referencia] = self.expediente(referencia).estado
            assert self.expected[referencia] in {Estado.CANCELADA, Estado.RADICADA}

    def doubt(self) -> None:
        """Serviweb saves one only after everybody has stopped waiting; the coordinadora finds it there and says so."""
        self.serviweb.faults(guardado_tardio={"veces": 1, "ruta": ".*"})
        referencia = self.ana.hand_in(self.ask(33))
        self.expected[referencia] = Estado.RADICADA
        eventually(lambda: self.expediente(referencia).estado is Estado.POR_VERIFICAR, seconds=240)
        self.serviweb.faults()
        saved = next(one for one in self.tramites() if f"Ref. {referencia}" in one["observacion"])

        def decide(page: Page) -> None:
            page.get_by_label("Radicado que muestra Serviweb").fill(saved["radicado"])
            _press("Está radicada")(page)
            expect(page.locator(".tarjeta.estado .sello")).to_have_text("RADICADA", timeout=patience_ms())

        self.clara.until(f"/solicitudes/{referencia}", _shows("RADICADA"), decide)

    def calls(self) -> None:
        """Customers call: four citas are moved, two are cancelled, and somebody moves one by hand in the sheet."""
        filed = [one for one in self.ended(Estado.RADICADA) if one not in self.ana.suyas[-1:]][:7]
        for number, referencia in enumerate(filed[:4]):
            self._change_cita(referencia, "Mover la cita", ".situacion", 8 + 3 * number)
        for referencia in filed[4:6]:
            self._change_cita(referencia, "Cancelar la cita", "dd >> text=Cancelada", None)
            self.sin_cita.add(referencia)
        self._move_by_hand(filed[6])

    def _change_cita(self, referencia: Referencia, button: str, shown: str, cupo: int | None) -> None:
        persona = self.whoever_has(referencia)

        def change(page: Page) -> None:
            page.get_by_role("link", name="Mover o cancelar la cita").click()
            if cupo is not None:
                persona.choose(cupo)
            _press(button)(page)
            expect(page.locator(shown).first).to_be_visible(timeout=patience_ms())

        persona.until(f"/solicitudes/{referencia}", lambda page: page.locator(shown).count() > 0, change)

    def _move_by_hand(self, referencia: Referencia) -> None:
        radicado = self.expediente(referencia).radicado
        assert radicado is not None
        old = place_with(self.google, radicado)
        free = self._some_free()
        for column, value in zip("DEFG", row_at(self.google, old)[3:7], strict=True):
            self.google.edit(accion="type", value=value, raw=True, **free.cell(column))
            self.google.edit(accion="clear", **old.cell(column))

    def _some_free(self) -> Place:
        free = [place for place, row in rows(self.google) if len(row) > 1 and ":" in row[1] and not any(row[3:7])]
        return free[len(free) // 4]

    def papers(self) -> None:
        """Two papers were crumpled."""
        for referencia in self.ended(Estado.RADICADA)[8:10]:
            shown = len(self.sent(referencia))

            def printed(page: Page, before: int = shown) -> bool:
                return page.locator(".impresiones li").count() > before

            self.whoever_has(referencia).until(f"/solicitudes/{referencia}", printed, _press("Imprimir de nuevo en"))
            self.reimpresas.add(referencia)

    def evening(self) -> None:
        """The coordinadora hands all over and has all compared; what was moved by hand is told once and followed."""
        today = dt.datetime.now(ZONA_HORARIA).date()

        def hand_over(page: Page) -> None:
            for box in page.get_by_role("checkbox", name="Elegir").all():
                box.check()
            page.get_by_label("Asignar a").fill("Contratista Pérez")
            _press("Asignar las elegidas")(page)
            expect(page.get_by_role("cell", name="Contratista Pérez").first).to_be_visible()

        self.clara.until(f"/entregas?dia={today}", lambda page: "Contratista Pérez" in page.content(), hand_over)
        assert self.compared() == {Tipo.CITA_MOVIDA: 1, Tipo.SUSCRIPTOR_REPETIDO: len(self.repetidas)}
        assert self.compared() == {Tipo.SUSCRIPTOR_REPETIDO: len(self.repetidas)}

    def compared(self) -> Counter[Tipo]:
        """What a conciliación finds that the coordinadora asks for."""
        identidad = self.servicio.ventanilla.rondas.conciliar(reparar=False, quien="clara")
        eventually(lambda: self.servicio.ventanilla.conciliaciones.get(identidad).estado.terminado, seconds=240)
        informe = self.servicio.ventanilla.conciliaciones.report(identidad)
        assert informe is not None
        return Counter(one.tipo for one in informe.hallazgos)


def _press(name: str) -> Callable[[Page], None]:
    return lambda page: page.get_by_role("button", name=name).first.click()


def _shows(estado: str) -> Callable[[Page], bool]:
    return lambda page: page.locator(".tarjeta.estado .sello").inner_text() == estado


@pytest.mark.larga
@pytest.mark.calendario
@pytest.mark.usefixtures("motor")
def test_at_the_end_of_a_day_over_a_connection_that_breaks_all_four_agree(
    formulario: Formulario,
    serviweb: Mock,
    google: MockGoogle,
    cups: Cups,
    browser: Browser,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file_what_people_have_booked(serviweb, google)
    dia = Dia(formulario, serviweb, google, cups, browser)
    with dia.enlace:
        with breaking(dia.enlace):
            for part in (dia.morning, dia.mistakes, dia.second_thoughts, dia.doubt, dia.calls, dia.papers):
                part()
                dia.settle()
        dia.evening()
    assert_told_the_same(dia)
    assert_each_paper_once(dia)
    assert len(dia.expected) == _SOLICITUDES
    assert dia.ana.perdidas + dia.luis.perdidas > 0


def assert_told_the_same(dia: Dia) -> None:
    """Each solicitud ended as it should; what is RADICADA has one trámite and, but where the cita was cancelled, one row."""
    ended = {one: dia.expediente(one) for one in dia.expected}
    wrong = [end.resultado and end.resultado.error for one, end in ended.items() if end.estado is not dia.expected[one]]
    assert wrong == []
    assert {one.referencia for one in dia.servicio.registro.expedientes()} == set(ended)
    saved = {one["observacion"].rpartition("Ref. ")[2]: one for one in dia.tramites()}
    filed = [one for one, estado in dia.expected.items() if estado is Estado.RADICADA]
    assert sorted(saved) == sorted(filed)
    assert len(dia.tramites()) == len(filed)
    written = {row[PQR]: row for row in visible_rows(dia.google) if len(row) > PQR and row[PQR]}
    for referencia in filed:
        asked, tramite = dia.servicio.registro.solicitud(referencia), saved[referencia]
        assert asked is not None
        assert ended[referencia].radicado == tramite["radicado"]
        assert (tramite["suscriptor"], tramite["tercero"]) == (asked.suscriptor, asked.identificacion.numero)
        row = written.get(tramite["radicado"], ["", "", "", ""])
        assert row[CODIGO] == ("" if referencia in dia.sin_cita else asked.suscriptor)
    assert sorted(tag["value"] for tag in tags(dia.google)) == sorted(set(filed) - dia.sin_cita)


def assert_each_paper_once(dia: Dia) -> None:
    """What the ledger says came out came out, once: the copies of each, and what was asked for again."""
    prints = [one for referencia in dia.expected for one in dia.sent(referencia)]
    eventually(lambda: not any(one.estado.saldra for referencia in dia.expected for one in dia.sent(referencia)))
    came_out = Counter(one.trabajo for one in dia.cups.papeles)
    assert came_out == Counter(one.nombre for one in prints)
    filed = [one for one, estado in dia.expected.items() if estado is Estado.RADICADA]
    assert {one: len(dia.sent(one)) for one in filed} == {one: 1 + (one in dia.reimpresas) for one in filed}
