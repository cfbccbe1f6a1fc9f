"""The procedure with Selenium, as somebody who knows it writes it: explicit waits, polling every 50 ms instead of 500."""

import base64
import shutil
from collections.abc import Callable

from protocolo import Pedido, Puesta, serve
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support import expected_conditions as ec
from selenium.webdriver.support.ui import Select, WebDriverWait

_POLL_SECONDS = 0.05
_DRIVER = shutil.which("chromedriver")


class ConSelenium:
    def __init__(self, puesta: Puesta) -> None:
        options = webdriver.ChromeOptions()
        options.binary_location = puesta.navegador
        options.add_argument("--headless=new")
        options.add_argument("--no-sandbox")
        service = webdriver.ChromeService(executable_path=_DRIVER)
        self._driver = webdriver.Chrome(options=options, service=service)
        self._wait = WebDriverWait(self._driver, 15, poll_frequency=_POLL_SECONDS)
        self._driver.get(puesta.url)
        self._find(By.NAME, "usuario").send_keys(puesta.usuario)
        self._find(By.NAME, "clave").send_keys(puesta.clave)
        self._find(By.CSS_SELECTOR, "input[type=submit]").click()
        self._find(By.ID, "menu")

    def _find(self, by: str, what: str) -> WebElement:
        return self._wait.until(ec.presence_of_element_located((by, what)))

    def _look_up(self, field: str, text: str, answer: str) -> None:
        element = self._find(By.NAME, field)
        element.clear()
        element.send_keys(text, Keys.ENTER)
        self._wait.until(lambda d: d.find_element(By.NAME, answer).get_property("value"))

    def _choose(self, field: str, option: str) -> None:
        where = (By.XPATH, f"//select[@name='{field}']/option[normalize-space()='{option}']")
        self._wait.until(ec.presence_of_element_located(where))
        Select(self._find(By.NAME, field)).select_by_visible_text(option)

    def radicar(self, pedido: Pedido, guardado: Callable[[str], None]) -> bytes:
        driver = self._driver
        driver.switch_to.default_content()
        ActionChains(driver, duration=0).move_to_element(self._find(By.XPATH, "//a[text()='PQR']")).perform()
        self._wait.until(ec.element_to_be_clickable((By.LINK_TEXT, "TRÁMITE"))).click()
        self._wait.until(ec.frame_to_be_available_and_switch_to_it("contenido"))
        before = self._find(By.NAME, "zona")
        self._choose("zona", "FLORENCIA")
        self._wait.until(ec.staleness_of(before))
        self._choose("medio", "PERSONAL")
        self._look_up("suscriptor", pedido.suscriptor, "nombre_suscriptor")
        self._look_up("tercero", pedido.cedula, "nombre_tercero")
        self._choose("servicio", "ALCANTARILLADO")
        self._choose("tipo", "PETICIÓN INTERNA")
        self._choose("causal", "VISITA DOMICILIARIA")
        self._find(By.NAME, "observacion").send_keys(pedido.observacion)
        self._find(By.CSS_SELECTOR, "input[value=Guardar]").click()
        self._wait.until(ec.alert_is_present()).accept()
        self._wait.until(ec.alert_is_present()).accept()
        driver.switch_to.default_content()
        self._wait.until(ec.frame_to_be_available_and_switch_to_it("contenido"))
        guardado(self._find(By.XPATH, "//font[contains(., 'Radicado No')]/b").text)
        return self._printed()

    def _printed(self) -> bytes:
        driver = self._driver
        own = driver.current_window_handle
        self._find(By.CSS_SELECTOR, "img[title=Imprimir]").click()
        self._wait.until(ec.element_to_be_clickable((By.LINK_TEXT, "Solicitud de trámite"))).click()
        self._wait.until(ec.number_of_windows_to_be(2))
        driver.switch_to.window(next(one for one in driver.window_handles if one != own))
        self._wait.until(lambda d: d.execute_script("return document.readyState") == "complete")
        document = base64.b64decode(driver.print_page())
        driver.close()
        driver.switch_to.window(own)
        return document

    def descansar(self) -> None:
        """Nothing: a script begins with the menu each time."""

    def cerrar(self) -> None:
        self._driver.quit()


if __name__ == "__main__":
    serve(ConSelenium)
