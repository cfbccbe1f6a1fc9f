"""The procedure on the skins that widget toolkits draw, as somebody who knows Playwright and that one Serviweb writes it:
straight scripts, nothing read back, clicks that wait by themselves.
"""

import argparse
import re
import sys
from collections.abc import Callable, Mapping
from typing import ClassVar

from playwright.sync_api import Locator, expect, sync_playwright

from bench.pares.protocolo import Pedido, Puesta, serve

CHOICES = (
    ("Zona", "FLORENCIA"),
    ("Medio de recepción", "PERSONAL"),
    ("Servicio", "ALCANTARILLADO"),
    ("Tipo de trámite", "PETICIÓN INTERNA"),
    ("Causal", "VISITA DOMICILIARIA"),
)


class Guion:
    """What the scripts of all these skins have in common; how each does the rest is its own."""

    suscriptor: ClassVar[str] = "Código de suscriptor"
    nombre: ClassVar[str] = "Nombre"
    tercero: ClassVar[str] = "Cédula"
    observacion: ClassVar[str] = "Observación"
    acepta: ClassVar[str] = "Aceptar"

    def __init__(self, puesta: Puesta) -> None:
        self._playwright = sync_playwright().start()
        self._browser = self._playwright.chromium.launch(executable_path=puesta.navegador)
        self.page = self._browser.new_page()
        self.page.goto(puesta.url)
        self.field("Usuario").fill(puesta.usuario)
        self.field("Contraseña").fill(puesta.clave)
        self.page.get_by_role("button", name="Ingresar").click()
        expect(self.page.get_by_text("PQR", exact=True)).to_be_visible()

    def field(self, label: str) -> Locator:
        """The one that goes by the label, with or without the mark of what has to be filled."""
        return self.page.get_by_label(re.compile(rf"^{label}[\s*:]*$"))

    def open_tramite(self) -> None:
        self.page.get_by_text("PQR", exact=True).click()
        self.page.get_by_role("menuitem", name="Trámite").click()

    def choose(self, label: str, option: str) -> None:
        raise NotImplementedError

    def print_it(self) -> None:
        self.page.get_by_text("Imprimir", exact=True).click()
        self.page.get_by_text("Solicitud de trámite", exact=True).click()

    def close_notice(self) -> None:
        self.page.get_by_role("button", name="Aceptar").click()

    def radicar(self, pedido: Pedido, guardado: Callable[[str], None]) -> bytes:
        page = self.page
        self.open_tramite()
        for label, option in CHOICES[:2]:
            self.choose(label, option)
        self.field(self.suscriptor).fill(pedido.suscriptor)
        self.field(self.suscriptor).press("Enter")
        expect(self.field(self.nombre)).not_to_have_value("")
        self.field(self.tercero).fill(pedido.cedula)
        self.field(self.tercero).press("Enter")
        expect(self.field("Nombre del tercero")).not_to_have_value("")
        for label, option in CHOICES[2:]:
            self.choose(label, option)
        self.field(self.observacion).fill(pedido.observacion)
        page.get_by_role("button", name="Guardar").click()
        page.get_by_role("button", name=self.acepta).click()
        said = page.get_by_text(re.compile(r"[Rr]adicado No")).inner_text()
        number = re.search(r"\d{4}-\d+", said)
        assert number is not None
        guardado(number[0])
        self.close_notice()
        with page.context.expect_event("request", lambda request: "solicitud" in request.url) as asked:
            self.print_it()
        document = page.request.get(asked.value.url).body()
        for window in page.context.pages[1:]:
            window.close()
        self.leave()
        return document

    def leave(self) -> None:
        """What a script has to tidy up, so that the next solicitud finds the screen as this one did."""

    def descansar(self) -> None:
        """Nothing: a script begins with the menu each time."""

    def cerrar(self) -> None:
        self._browser.close()
        self._playwright.stop()


class EnBootstrap(Guion):
    suscriptor = "Suscriptor"
    nombre = "Nombre del suscriptor"
    tercero = "Cédula del tercero"
    observacion = "Observaciones"
    acepta = "Sí"
    _LISTS: ClassVar[Mapping[str, str]] = dict(
        zip((label for label, _ in CHOICES), ("zona", "medio", "servicio", "tipo", "causal"), strict=True)
    )

    def open_tramite(self) -> None:
        self.page.get_by_text("PQR", exact=True).click()
        self.page.get_by_role("link", name="Trámite").click()

    def choose(self, label: str, option: str) -> None:
        self.page.locator(f"#{self._LISTS[label]} + .select2").click()
        if label == "Causal":
            self.page.get_by_role("searchbox").fill(option)
        self.page.get_by_role("option", name=option, exact=True).click()

    def close_notice(self) -> None:
        """It lies over nothing."""


class EnComponentes(Guion):
    suscriptor = "Suscriptor"
    nombre = "Nombre del suscriptor"
    tercero = "Cédula del tercero"
    observacion = "Observaciones"
    acepta = "Sí, guardar"

    def field(self, label: str) -> Locator:
        return self.page.get_by_role("textbox", name=re.compile(rf"^{label}[\s*]*$"))

    def choose(self, label: str, option: str) -> None:
        self.page.get_by_role("combobox", name=label).click()
        self.page.get_by_role("option", name=option, exact=True).click()

    def print_it(self) -> None:
        self.page.get_by_text("Imprimir", exact=True).click()

    def close_notice(self) -> None:
        """It lies over nothing."""


class EnExtJs(Guion):
    acepta = "Sí"

    def open_tramite(self) -> None:
        self.page.get_by_text("PQR", exact=True).click()
        self.page.locator(".x-menu-item").get_by_text("Trámite", exact=True).click()

    def choose(self, label: str, option: str) -> None:
        self.field(label).click()
        self.field(label).press("ArrowDown")
        self.page.locator(".x-boundlist-item:visible").get_by_text(option, exact=True).click()

    def leave(self) -> None:
        self.page.locator(".x-tab-close-btn").click()


class EnJqueryUi(Guion):
    acepta = "Sí"
    _BUTTONS: ClassVar[Mapping[str, str]] = {
        "Medio de recepción": "#medio-button",
        "Servicio": "#servicio-button",
        "Tipo de trámite": "#tipo-button",
    }

    def choose(self, label: str, option: str) -> None:
        page = self.page
        if label in self._BUTTONS:
            expect(page.locator(self._BUTTONS[label])).not_to_have_class(re.compile("disabled"))
            page.locator(self._BUTTONS[label]).click()
        elif label == "Zona":
            page.locator(".combo a").click()
        else:
            page.locator("#causal_texto").press_sequentially(option)
        page.locator(".ui-menu-item:visible").get_by_text(option, exact=True).click()

    def print_it(self) -> None:
        self.page.get_by_text("Imprimir", exact=True).click()


class EnDojo(Guion):
    def field(self, label: str) -> Locator:
        return self.page.get_by_role("textbox", name=re.compile(rf"^{label}[\s*]*$"))

    def choose(self, label: str, option: str) -> None:
        field = self.field(label)
        expect(field).to_be_enabled()
        if label == "Causal":
            field.press_sequentially(option)
        else:
            self.page.get_by_role("combobox").filter(has=field).locator(".dijitArrowButton").click()
        self.page.get_by_role("option", name=option, exact=True).click()

    def close_notice(self) -> None:
        self.page.get_by_role("dialog", name="Trámite").get_by_role("button", name="Aceptar").click()

    def leave(self) -> None:
        self.page.locator(".dijitTabCloseButton:visible").last.click()


GUIONES: Mapping[str, type[Guion]] = {
    "bootstrap": EnBootstrap,
    "componentes": EnComponentes,
    "extjs": EnExtJs,
    "jqueryui": EnJqueryUi,
    "dojo": EnDojo,
}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("skin", choices=GUIONES)
    chosen, sys.argv[1:] = parser.parse_known_args()
    serve(GUIONES[chosen.skin])
