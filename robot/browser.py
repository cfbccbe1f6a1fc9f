"""Finding, starting and reusing the browser. The thread that starts it owns it."""

import contextlib
import logging
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    Error,
    HttpCredentials,
    Page,
    Playwright,
    ProxySettings,
    StorageState,
    sync_playwright,
)

from robot.errors import BrowserMissing, ConfigurationError, DiskUnwritable
from robot.host.private import TemporaryFolders
from robot.host.sandbox import hindrance
from robot.models import user_key
from robot.perfil.selectors import scripts
from robot.red import RedSettings
from robot.settings import PREFIX, NavegadorSettings

_COMMANDS = (
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "microsoft-edge-stable",
    "msedge",
    "chromium",
    "chromium-browser",
)
_WITHOUT_WINDOWS = ("chromium-headless-shell", "chrome-headless-shell")
"""Chromium without the user interface that nobody sees."""
_WINDOWS = (
    r"Google\Chrome\Application\chrome.exe",
    r"Microsoft\Edge\Application\msedge.exe",
    r"Chromium\Application\chrome.exe",
)
_MACOS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
)
_NO_PRINT_DIALOG = "window.print = () => {};"
_NOTHING_BETWEEN = RedSettings()
_TEMPORARY = ("TMPDIR", "TEMP", "TMP")
_STARTING_A_DRIVER = threading.Lock()

_log = logging.getLogger(__name__)


def find_browser(settings: NavegadorSettings) -> Path | None:
    """The browser to drive: the configured one, else Chrome, Edge or Chromium where they usually are.

    Where no person looks, the one without windows comes first: half the memory and half the processor
    (docs/decisiones/0044). Nothing if there is none but, perhaps, Playwright's own.

    Raises:
        ConfigurationError: the configured one does not exist.
    """
    configured = settings.ejecutable
    if configured is not None:
        if not configured.is_file():
            raise ConfigurationError(f"El navegador {configured} no existe.", campo=PREFIX + "NAVEGADOR__EJECUTABLE")
        return configured
    return next(_usual_places(visible=settings.visible), None)


def _usual_places(*, visible: bool) -> Iterator[Path]:
    for command in _COMMANDS if visible else (*_WITHOUT_WINDOWS, *_COMMANDS):
        if (found := shutil.which(command)) is not None:
            yield Path(found)
    if sys.platform == "win32":
        for variable in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
            for program in _WINDOWS:
                place = Path(os.environ.get(variable, "")) / program
                if place.is_file():
                    yield place
    if sys.platform == "darwin":
        yield from (place for program in _MACOS if (place := Path(program)).is_file())


def register_selectors(playwright: Playwright) -> None:
    """Teach a driver the robot's selectors; pages that it opens later know them, and their own scripts cannot meddle with them.

    Raises:
        playwright.sync_api.Error: it knows them already.
    """
    for name, script in scripts().items():
        playwright.selectors.register(name, script=script, content_script=True)


def _nothing_kept() -> None:
    return None


class Navegador:
    """One browser; `with` ends it. It starts when the first page is asked for, and belongs to the thread that asks.

    Each Serviweb user gets a context of their own, kept open from one solicitud to the next.

    Args:
        settings: which browser, and whether a person sees it.
        browser: one that is running already and stays somebody else's to close; its driver knows the robot's selectors
            (`register_selectors`).
        url, red: Serviweb's address and the way there; the browser's requests and those below it go the same.
        temporales: where the browser's profile, what pages download and what is recorded of them is kept for a moment; the
            system's folder if nothing.

    Attributes:
        carpeta: that of this browser, once it runs; gone when it ends.
        suelto: why it was started without its sandbox, in Spanish; blank where it has it.
        proceso: the operating system's number of the browser that was started here, for who must end a hung one.
    """

    def __init__(
        self,
        settings: NavegadorSettings,
        browser: Browser | None = None,
        *,
        url: str = "",
        red: RedSettings = _NOTHING_BETWEEN,
        temporales: TemporaryFolders | None = None,
    ) -> None:
        self._settings = settings
        self._temporales = temporales
        self._left = contextlib.ExitStack()
        self._url = url
        self._red = red
        self._owner: int | None = None
        self._playwright: Playwright | None = None
        self._browser = browser
        self._pages: dict[str, Page] = {}
        self.proceso: int | None = None
        self.carpeta: Path | None = None
        self.suelto = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> str:
        """Start the browser if it is not running; its version.

        Raises:
            BrowserMissing: there is none that the robot can drive.
            ConfigurationError: the configured one does not exist, or it does not start.
            DiskUnwritable: there is no room for what it keeps for a moment.
            RuntimeError: called from another thread than the one that started it.
        """
        if self._owner is None:
            self._owner = threading.get_ident()
        if threading.get_ident() != self._owner:
            raise RuntimeError("The browser belongs to the thread that started it.")
        if self._playwright is not None and self._browser is not None and not self._browser.is_connected():
            self.close()
        if self._browser is None:
            self._browser = self._launch()
            self.proceso = _process_of(self._browser)
        return self._browser.version

    def _launch(self) -> Browser:
        executable = find_browser(self._settings)
        on_unix_desktop = sys.platform not in {"win32", "darwin"}
        if self._settings.visible and on_unix_desktop and not {"DISPLAY", "WAYLAND_DISPLAY"} & set(os.environ):
            raise ConfigurationError(
                "Esta máquina no tiene pantalla: no pida una ventana (navegador.visible).",
                campo=PREFIX + "NAVEGADOR__VISIBLE",
            )
        self.carpeta = self._own_folder()
        with _temporary_files_in(self.carpeta) as usual:
            self._playwright = sync_playwright().start()
        register_selectors(self._playwright)
        driven = executable or Path(self._playwright.chromium.executable_path)
        if not driven.is_file():
            raise BrowserMissing
        self.suelto = self._settings.sin_caja_de_arena or hindrance(driven)
        if self.suelto:
            _log.warning("navegador sin su caja de arena", extra={"motivo": self.suelto})
        try:
            return self._playwright.chromium.launch(
                executable_path=executable,
                headless=not self._settings.visible,
                args=list(QUIET),
                chromium_sandbox=not self.suelto,
                env=usual,
                downloads_path=self.carpeta,
                traces_dir=self.carpeta,
                handle_sigint=False,  # who stops the robot decides when its browser ends
                handle_sigterm=False,
                handle_sighup=False,
            )
        except Error as refused:
            raise ConfigurationError(
                f"El navegador {executable or 'de Playwright'} no arrancó: {refused.message.splitlines()[0]}",
                campo=PREFIX + "NAVEGADOR__EJECUTABLE",
            ) from None

    def _own_folder(self) -> Path | None:
        if self._temporales is None:
            return None
        try:
            return self._left.enter_context(self._temporales.folder())
        except OSError as refused:
            raise DiskUnwritable(f"Carpeta de datos: {refused.strerror}.") from None

    def page(self, usuario: str, guardada: Callable[[], StorageState | None] = _nothing_kept) -> Page:
        """The page of a Serviweb user, kept with its session; a new one if it was closed or crashed.

        Args:
            guardada: gives the session that a new one begins with.

        Raises:
            BrowserMissing, ConfigurationError, RuntimeError: as `start`.
        """
        self.start()
        page = self._pages.get(user_key(usuario))
        if page is None or page.is_closed():
            page = self._new_context(guardada()).new_page()
            self._pages[user_key(usuario)] = page
        return page

    def beside(self, usuario: str) -> Page:
        """A page in a context of its own that begins with the session of a user's page, as far as cookies and storage hold it.

        Whoever asks for it has it take the other one's place (`succeed`), or closes its context.
        """
        return self._new_context(self._pages[user_key(usuario)].context.storage_state()).new_page()

    def succeed(self, usuario: str, page: Page) -> None:
        """Have a page take the place of a user's, which is closed with all that it has gathered."""
        self.forget(usuario)
        self._pages[user_key(usuario)] = page

    def forget(self, usuario: str) -> None:
        """Close a user's page and session."""
        page = self._pages.pop(user_key(usuario), None)
        if page is not None:
            with contextlib.suppress(Error):  # a browser that crashed has closed it already
                page.context.close()

    def _new_context(self, guardada: StorageState | None) -> BrowserContext:
        if self._browser is None:
            raise RuntimeError("The browser is not running.")
        red = self._red
        if red.sin_verificar:
            _log.warning("certificado de Serviweb sin verificar", extra={"motivo": red.sin_verificar})
        _require_files(red)
        context = self._browser.new_context(
            locale="es-CO",
            timezone_id="America/Bogota",
            viewport={"width": 1280, "height": 900},
            accept_downloads=True,
            storage_state=guardada,
            proxy=self._proxy(),
            http_credentials=self._credentials(),
            client_certificates=None
            if red.certificado is None
            else [
                {
                    "origin": _origin(self._url),
                    "certPath": red.certificado if red.llave else None,
                    "keyPath": red.llave,
                    "pfxPath": None if red.llave else red.certificado,
                    "passphrase": red.clave_llave.get_secret_value() or None,
                }
            ],
            ignore_https_errors=bool(red.sin_verificar),
        )
        context.add_init_script(_NO_PRINT_DIALOG)
        return context

    def _proxy(self) -> ProxySettings | None:
        proxy = self._red.proxy_for(self._url)
        if proxy is None:
            return None
        given: ProxySettings = {"server": proxy.servidor}
        if proxy.sin_proxy:
            given["bypass"] = ",".join(proxy.sin_proxy)
        if proxy.usuario:
            given |= {"username": proxy.usuario, "password": proxy.clave.get_secret_value()}
        return given

    def _credentials(self) -> HttpCredentials | None:
        """What the server asks for before anything else; below the browser told at once, so that nothing is sent twice."""
        red = self._red
        if not red.usuario:
            return None
        clave = red.clave.get_secret_value()
        return {"username": red.usuario, "password": clave, "origin": _origin(self._url), "send": "always"}

    def close(self) -> None:
        """End the sessions, and browser and driver if they were started here; harmless if they have ended already."""
        for usuario in list(self._pages):
            self.forget(usuario)
        playwright, self._playwright = self._playwright, None
        if playwright is not None:
            if self._browser is not None:
                with contextlib.suppress(Error):
                    self._browser.close()
            playwright.stop()
        self._left.close()
        self._browser = self.proceso = self.carpeta = None


@contextlib.contextmanager
def _temporary_files_in(carpeta: Path | None) -> Iterator[dict[str, str | float | bool]]:
    """Have a driver that is started within keep the browser's profile there, too, for which it asks nobody but its environment.

    Gives the environment as the browser is to have it: where the path is long, its socket would not fit in there.
    """
    usual: dict[str, str | float | bool] = {**os.environ}
    if carpeta is None:
        yield usual
        return
    tempfile.gettempdir()  # found once a process: not by another thread just now
    with _STARTING_A_DRIVER:
        before = {name: os.environ.get(name) for name in _TEMPORARY}
        os.environ.update(dict.fromkeys(_TEMPORARY, str(carpeta)))
        try:
            yield usual
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value


def _require_files(red: RedSettings) -> None:
    for archivo in filter(None, (red.certificado, red.llave)):
        if not archivo.is_file():
            raise ConfigurationError(f"El archivo {archivo} no existe.", campo=PREFIX + "RED__CERTIFICADO")


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _process_of(browser: Browser) -> int:
    session = browser.new_browser_cdp_session()
    try:
        processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    finally:
        session.detach()
    return int(next(one["id"] for one in processes if one["type"] == "browser"))


def _main() -> int:
    """`python -m robot.browser`: print the browser that would be driven; exit code 0 if there is one."""
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
    found = find_browser(NavegadorSettings()) or (own if own.is_file() else None)
    sys.stdout.write(f"{found or BrowserMissing().texto}\n")
    return 0 if found else 2


if __name__ == "__main__":
    raise SystemExit(_main())
