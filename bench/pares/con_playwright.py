"""The procedure as somebody who knows Playwright writes it for one Serviweb: a straight script, nothing read back."""

import re
from collections.abc import Callable

from playwright.sync_api import expect, sync_playwright

from bench.pares.protocolo import Pedido, Puesta, serve


class ConPlaywright:
    def __init__(self, puesta: Puesta) -> None:
        self._playwright = sync_playwright().start()
        self._browser = self._playwright.chromium.launch(executable_path=puesta.navegador)
        self._page = self._browser.new_page()
        self._page.on("dialog", lambda dialog: dialog.accept())
        self._page.goto(puesta.url)
        self._page.get_by_label("Usuario").fill(puesta.usuario)
        self._page.get_by_label("Contraseña").fill(puesta.clave)
        self._page.get_by_role("button", name="Ingresar").click()
        expect(self._page.get_by_text("PQR", exact=True)).to_be_visible()

    def radicar(self, pedido: Pedido, guardado: Callable[[str], None]) -> bytes:
        page = self._page
        page.get_by_text("PQR", exact=True).hover()
        page.get_by_role("link", name="TRÁMITE", exact=True).click()
        form = page.frame_locator("iframe[name=contenido]")
        expect(form.get_by_label("Zona")).to_be_visible()
        frame = page.frame("contenido")
        assert frame is not None
        with frame.expect_navigation(wait_until="domcontentloaded"):
            form.get_by_label("Zona").select_option("FLORENCIA")
        form.get_by_label("Medio").select_option("PERSONAL")
        form.get_by_label("Suscriptor").fill(pedido.suscriptor)
        form.get_by_label("Suscriptor").press("Enter")
        expect(form.get_by_label("Nombre:")).not_to_have_value("")
        form.get_by_title("Cédula del tercero").fill(pedido.cedula)
        form.get_by_title("Cédula del tercero").press("Enter")
        expect(form.get_by_title("Nombre del tercero")).not_to_have_value("")
        form.get_by_label("Servicio").select_option("ALCANTARILLADO")
        form.get_by_label("Tipo de trámite").select_option("PETICIÓN INTERNA")
        form.get_by_label("Causales").select_option("VISITA DOMICILIARIA")
        form.locator("[name=observacion]").fill(pedido.observacion)
        form.get_by_role("button", name="Guardar").click()
        said = form.get_by_text(re.compile(r"Radicado No")).inner_text()
        guardado(said.split()[-1])
        form.get_by_title("Imprimir").click()
        with page.expect_popup() as opened:
            form.get_by_role("link", name="Solicitud de trámite").click()
        window = opened.value
        window.wait_for_load_state()
        document = window.pdf()
        window.close()
        return document

    def descansar(self) -> None:
        """Nothing: a script begins with the menu each time."""

    def cerrar(self) -> None:
        self._browser.close()
        self._playwright.stop()


if __name__ == "__main__":
    serve(ConPlaywright)
