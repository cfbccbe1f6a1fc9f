"""What all screens of one open Serviweb share: windows, frames, waiting, and the border where Playwright's errors become ours."""

import contextlib
import functools
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from typing import NoReturn

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Frame, Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from robot.errors import RobotError, ScreenChanged, ServiwebUnavailable, SessionExpired, UnexpectedDialog
from robot.pages import localizadores
from robot.pages.aprendido import Aprendido
from robot.pages.contenido import CONTENT, TEXT, contents
from robot.pages.escucha import Dialogos, Incidentes, Pedidos, Trafico
from robot.pages.espera import SLICE_MS, Check, Espera, slices, visible
from robot.pages.marcos import ask_frames
from robot.pages.recuerdos import Recuerdos, RecuerdosEnMemoria
from robot.pages.textos import TextoDePantalla
from robot.perfil.perfil import Perfil
from robot.perfil.screens import PANTALLAS, Clase
from robot.red import RedSettings

_SMALL_ANSWERS_SECONDS = 2.0
_GIVE_UP_PAGES_THAT_DO_NOT_COME = """milliseconds => {
    let waiting;
    const forget = () => clearTimeout(waiting);
    addEventListener("beforeunload", () => { forget(); waiting = setTimeout(() => window.stop(), milliseconds); });
    for (const used of ["pointerdown", "keydown"]) addEventListener(used, forget, true);
}"""
"""While a page is on its way the browser answers no question about the old one, so most calls have no end if it never comes.

Giving it up makes the old one answer again. A page that is used meanwhile was not left at all, its link being a download: then
nothing is given up.
"""
_LATER_THAN_EVERY_WAIT_MS = 2_000.0
_NOTHING_BETWEEN = RedSettings()
_SIGNING_IN = {"ingreso", "menu"}

Ancla = Callable[["Pantalla"], Locator]


@cache
def _impreso() -> str:
    """What keeps the things that a page prints (`robot.pages.entrega`)."""
    return files("robot.pages").joinpath("impreso.js").read_text(encoding="utf-8")


def click_last(locator: Locator) -> None:
    """Click what may close its own window."""
    try:
        locator.click()
    except PlaywrightError:
        if not locator.page.is_closed():
            raise


class Serviweb:
    """One open Serviweb: a browser page and the windows that it opens.

    Args:
        page: the browser page; its thread is the only one that may use this object.
        perfil: how this Serviweb differs from the defaults.
        espera_ms: how long a screen may take, in milliseconds.
        red: what stands on the way to it.
        recuerdos: what is kept of its screens; for this object alone, if nothing.

    Attributes:
        gastada: the page may yet submit something that nobody waits for: it must be given up.
        aprendido: what is known of its screens by now.

    Raises:
        ConfigurationError: the browser cannot parse a selector of the perfil.
    """

    def __init__(
        self,
        page: Page,
        perfil: Perfil,
        espera_ms: float = 15_000,
        *,
        red: RedSettings = _NOTHING_BETWEEN,
        recuerdos: Recuerdos | None = None,
    ) -> None:
        self.page = page
        self.perfil = perfil
        self.espera_ms = espera_ms
        self.red = red
        self.dialogos = Dialogos(page, self.pattern("sin_importancia"))
        self.trafico = Trafico(page)
        self.espera = Espera(page, self.trafico, self.dialogos)
        self.pedidos = Pedidos(page)
        self.incidentes = Incidentes(page)
        self.gastada = False
        self._fallas_antes = 0
        self.aprendido = Aprendido()
        self.recuerdos = recuerdos or RecuerdosEnMemoria()
        page.set_default_timeout(espera_ms)
        page.set_default_navigation_timeout(espera_ms)
        patience = espera_ms + _LATER_THAN_EVERY_WAIT_MS
        page.context.add_init_script(f"({_GIVE_UP_PAGES_THAT_DO_NOT_COME})({patience})")
        page.context.add_init_script(_impreso())
        localizadores.require_parse(page, perfil)
        self._put_notices_aside()

    def _put_notices_aside(self) -> None:
        """Whatever covers the screen and can be closed is closed when it is in the way."""
        notice = Pantalla(self, "aviso", self.page.main_frame).find("cerrar").first
        self.page.add_locator_handler(notice, lambda button: button.click())

    def close_notices_in_frames(self) -> None:
        """The browser looks out for notices in the page itself only."""
        for frame in self.page.frames:
            if frame.parent_frame is not None:
                with contextlib.suppress(PlaywrightError):  # a frame that is just being replaced
                    notice = Pantalla(self, "aviso", frame).find("cerrar").first
                    if notice.is_visible():
                        notice.click()

    def pattern(self, nombre: str) -> re.Pattern[str]:
        """One of the perfil's patterns, ready for use."""
        return re.compile(self.perfil.patrones.whole(nombre), re.IGNORECASE)

    @property
    def ventanas(self) -> list[Page]:
        """The open windows, the newest first, Serviweb's own page last."""
        others = [page for page in self.page.context.pages if page is not self.page and not page.is_closed()]
        return [*reversed(others), self.page]

    @property
    def marcos(self) -> list[Frame]:
        """Every frame of every window: in each the inner ones first."""
        return [
            frame
            for ventana in self.ventanas
            for frame in sorted(ventana.frames, key=lambda frame: frame.parent_frame is None)
        ]

    def pantalla(self, nombre: str) -> "Pantalla":
        """Wait for a screen by something that only it has, and find window and frame it lives in.

        Raises:
            ScreenChanged, SessionExpired, ServiwebUnavailable, UnexpectedDialog.
        """
        return self.await_any(nombre, ancla=lambda p: p.ancla)[1]

    def await_any(self, nombre: str, **anclas: Ancla) -> tuple[str, "Pantalla"]:
        """Wait for the first of several things, in whatever window and frame: which one, and the screen there.

        Args:
            nombre: the screen's name in the perfil.
            anclas: the things, by name.

        Raises:
            ScreenChanged, SessionExpired, ServiwebUnavailable, UnexpectedDialog.
        """
        deadline = time.monotonic() + self.espera_ms / 1000
        for milliseconds in slices():
            for frame in self.candidates(nombre):
                pantalla = Pantalla(self, nombre, frame)
                locators = {which: ancla(pantalla) for which, ancla in anclas.items()}
                any_of_them = functools.reduce(lambda one, other: one.or_(other), locators.values())
                if self.espera.holds(visible(any_of_them.first), milliseconds):
                    for which, locator in locators.items():
                        if len(locators) == 1 or locator.first.is_visible():
                            self.await_whole(frame)
                            self.close_notices_in_frames()
                            return which, pantalla
            self.raise_if_broken()
            if time.monotonic() > deadline:
                break
        titulo = PANTALLAS[nombre].titulo
        pending = self.trafico.busy(pages_only=True)  # before looking around, which may take until the answer comes
        self.raise_if_let_down(nombre)
        if pending:
            raise ServiwebUnavailable("No respondió a tiempo.", pantalla=titulo)
        raise ScreenChanged(f"Se esperaba la pantalla «{titulo}» y no apareció.", pantalla=titulo)

    def await_whole(self, frame: Frame) -> None:
        """Wait until the document of a frame is all there: the scripts of a form may ask for fields that are yet to come.

        One that never ends is taken as it stands when a screen's time is over.
        """
        with contextlib.suppress(PlaywrightError):
            frame.wait_for_load_state("domcontentloaded", timeout=self.espera_ms)

    def candidates(self, nombre: str) -> list[Frame]:
        """The frames that a screen may live in."""
        given = self.perfil.pantalla(nombre)
        ventanas = self.ventanas
        if given.ventana is not None:
            wanted = re.compile(given.ventana, re.IGNORECASE)
            ventanas = [one for one in ventanas if wanted.search(one.url) or wanted.search(_title(one))]
        if not given.marcos:
            return [frame for frame in self.marcos if frame.page in ventanas]
        found = (_framed(ventana, given.marcos) for ventana in ventanas)
        return [frame for frame in found if frame is not None]

    def first_of(self, **checks: Check) -> str:
        """Wait until one of several things is so, and tell which: its name, or `dialogo` if a dialog was faster.

        Each check asserts within the milliseconds it is given.

        Raises:
            TimeoutError: none came true in time.
        """
        return self.espera.first_within(self.espera_ms, checks)

    def shows(self, patron: str, first: Frame) -> Check:
        """A check whether any frame shows words that match; looked for in the given one with patience."""
        pattern = self.pattern(patron)

        def shown(milliseconds: float) -> None:
            for frame in self.marcos:
                if frame is not first and frame.get_by_text(pattern).filter(visible=True).count():
                    return
            expect(first.get_by_text(pattern).filter(visible=True).first).to_be_visible(timeout=milliseconds)

        return shown

    @contextmanager
    def settled(self, *, sends: bool = False, unless: Check | None = None) -> Iterator[None]:
        """Wait, after the action inside, until the requests it caused have been answered.

        With `sends` the action is known to ask the server for something, so the request itself is awaited first: a form's
        submission leaves a moment after the click, and until then the old page still stands there to be misread. `unless`
        tells that it asked for nothing after all.

        Whole pages are awaited as long as a screen may take; smaller answers for two seconds, since some pages keep one
        request open for ever.

        Raises:
            SessionExpired, ServiwebUnavailable, UnexpectedDialog: a page that the action asked for did not come.
        """
        self.trafico.forget()
        before = self.pedidos.moment()
        yield
        if sends:
            self.espera.await_request(unless)
        if (
            not before.has_led_on()
        ):  # a submission leaves a moment after what causes it, whatever the page sends meanwhile
            with contextlib.suppress(PlaywrightError):  # the page may just be giving way to the next one
                self.page.evaluate("() => new Promise(requestAnimationFrame)")
        begun = time.monotonic()
        while self.trafico.busy(pages_only=time.monotonic() - begun > _SMALL_ANSWERS_SECONDS):
            if time.monotonic() - begun > self.espera_ms / 1000:
                break
            self.espera.await_news(SLICE_MS)
        if self.trafico.page_failed:
            self.raise_if_broken()

    def forget(self) -> None:
        """Begin anew: what dialogs said and requests did before is of no matter any more."""
        self.dialogos.take()
        self.trafico.forget()
        self._fallas_antes = self.trafico.fallas

    def raise_if_let_down(self, nombre: str) -> None:
        """Raise what explains that a screen does not go on: Serviweb asks for the password again, or has failed meanwhile.

        What it said of it may have gone already.

        Raises:
            SessionExpired, ServiwebUnavailable.
        """
        if nombre not in _SIGNING_IN and any(
            Pantalla(self, "ingreso", frame).find("clave").first.is_visible() for frame in self.marcos
        ):
            raise SessionExpired
        if self.trafico.fallas > self._fallas_antes:
            raise ServiwebUnavailable("Respondió con un error de su servidor o se cortó la conexión.")

    def text(self) -> TextoDePantalla:
        """What can be read in every frame now."""
        return TextoDePantalla("\n".join(str(said) for ventana in self.ventanas for said in ask_frames(ventana, TEXT)))

    def close_windows(self, but: list[Page]) -> None:
        """Close every window that is not one of these."""
        for ventana in self.ventanas:
            if ventana not in but:
                ventana.close()

    def raise_if_broken(self) -> None:
        """Raise what the screen itself says is wrong, if it does: a dialog, an ended session, an error of the server.

        Raises:
            SessionExpired, ServiwebUnavailable, UnexpectedDialog.
        """
        texts = self.dialogos.take()
        shown = self.text()
        whole = TextoDePantalla("\n".join([*texts, shown.texto]))
        if whole.says(self.pattern("sesion_expirada")):
            raise SessionExpired
        if self.trafico.failed or shown.says(self.pattern("error_servidor")):
            raise ServiwebUnavailable("Respondió con un error de su servidor o se cortó la conexión.")
        if texts:
            self.raise_for_dialog(" / ".join(texts))

    def raise_for_dialog(self, text: str) -> NoReturn:
        """Raise what a dialog that nobody expected means.

        Raises:
            SessionExpired, ServiwebUnavailable, UnexpectedDialog.
        """
        if self.pattern("sesion_expirada").search(text):
            raise SessionExpired
        if self.trafico.failed or self.pattern("error_servidor").search(text):
            raise ServiwebUnavailable(f"Avisó: «{text}».")
        raise UnexpectedDialog(f"Decía: «{text}».")


def _title(ventana: Page) -> str:
    try:
        return ventana.title()
    except PlaywrightError:  # it is just closing, or going to another page
        return ""


def _framed(ventana: Page, marcos: tuple[str, ...]) -> Frame | None:
    """The frame at the end of a way of frames, if it is there."""
    frame: Frame | None = ventana.main_frame
    for marco in marcos:
        if frame is None:
            return None
        try:
            element = frame.locator(marco).first.element_handle(timeout=SLICE_MS)
        except PlaywrightError:
            return None
        frame = element.content_frame()
    return frame


class Pantalla:
    """One screen in its frame, or in a dialog over it: finds its things and turns Playwright's errors into ours."""

    def __init__(self, serviweb: Serviweb, nombre: str, frame: Frame, raiz: localizadores.Raiz | None = None) -> None:
        self.serviweb = serviweb
        self.nombre = nombre
        self.titulo = PANTALLAS[nombre].titulo
        self.frame = frame
        given = serviweb.perfil.pantalla(nombre).contenedor
        if given is not None:
            self.raiz: localizadores.Raiz = localizadores.from_perfil(frame, given)
        else:
            self.raiz = frame if raiz is None else raiz

    @property
    def ancla(self) -> Locator:
        """What tells that this screen is there."""
        given = self.serviweb.perfil.pantalla(self.nombre).ancla
        names = (given,) if given is not None else PANTALLAS[self.nombre].anclas
        return functools.reduce(lambda one, other: one.or_(other), map(self.find, names))

    def find(self, nombre: str, *etiquetas: str) -> Locator:
        """A thing of this screen by its name; `etiquetas` where what it says depends on the case.

        Also where the perfil says what it is, only what is to be seen: of a part that was closed the page may keep a copy.
        """
        elemento = PANTALLAS[self.nombre].elementos[nombre]
        # A list that opens may be drawn anywhere on the page, not in the part that is the screen.
        raiz = self.frame if elemento.clase is Clase.OPCION else self.raiz
        given = self.serviweb.perfil.pantalla(self.nombre).localizadores.get(nombre)
        if given is None:
            return localizadores.usual(raiz, elemento, *etiquetas)
        return localizadores.from_perfil(raiz, given).filter(visible=True)

    def entry(self, nombre: str, *, words: bool = True) -> Locator:
        """A menu entry; where `words` do not count, only what can be clicked by its nature."""
        given = self.serviweb.perfil.pantalla(self.nombre).localizadores.get(f"menu.{nombre}")
        if given is not None:
            return localizadores.from_perfil(self.raiz, given)
        if not words:
            return localizadores.action(self.raiz, nombre)
        by_words = localizadores.saying(self.raiz, nombre).filter(visible=True)
        return localizadores.action(self.raiz, nombre).or_(by_words)

    def in_frame(self, frame: Frame) -> "Pantalla":
        """This screen's things, looked for in another frame."""
        return Pantalla(self.serviweb, self.nombre, frame)

    def over(self) -> "Pantalla":
        """This screen in the window that its page has drawn over it, unless the perfil says what part of the page it is."""
        return self._within(localizadores.windows(self.frame))

    def in_message(self) -> "Pantalla":
        """As `over`, in one that has nothing to be filled in."""
        return self._within(localizadores.messages(self.frame))

    def in_notice(self) -> "Pantalla":
        """As `over`, in one in which nothing is to be written."""
        return self._within(localizadores.notices(self.frame))

    def _within(self, part: Locator) -> "Pantalla":
        return Pantalla(self.serviweb, self.nombre, self.frame, localizadores.with_slots(self.frame, part))

    def content(self, locator: Locator) -> str:
        """What a thing holds or shows, whatever it is made of; blank if it is not there."""
        every = contents(locator)
        if not every:
            return ""
        return every[0] if len(every) == 1 else str(locator.evaluate(CONTENT))  # which complains of several

    @contextmanager
    def using(self, campo: str, since: int | None = None) -> Iterator[None]:
        """The one place where a wait that ran out becomes an error of ours, naming screen and field.

        Args:
            since: how many requests had been made (`Trafico.total`) before what is waited for was asked for; what is
                asked for inside counts anyway.

        Raises:
            ScreenChanged: the field is not there, or there are several.
            SessionExpired, ServiwebUnavailable, UnexpectedDialog: the screen says so itself.
        """
        begun = self.serviweb.trafico.total if since is None else since
        try:
            yield
        except RobotError:
            raise
        except (AssertionError, TimeoutError, PlaywrightTimeout) as late:
            pending = self.serviweb.trafico.awaits(
                begun
            )  # before looking around, which may take until the answer comes
            self.serviweb.raise_if_broken()
            self.serviweb.raise_if_let_down(self.nombre)
            if pending:
                raise ServiwebUnavailable("No respondió a tiempo.", pantalla=self.titulo, campo=campo) from None
            covered = "intercepts pointer events" in str(late)
            detalle = "Otra cosa lo tapa." if covered else "El campo no apareció o no respondió a tiempo."
            raise ScreenChanged(detalle, pantalla=self.titulo, campo=campo) from None
        except PlaywrightError as error:
            if "strict mode" in error.message:
                raise ScreenChanged(
                    "Hay varios elementos que podrían ser el campo.", pantalla=self.titulo, campo=campo
                ) from None
            if "parsing selector" in error.message or "not a valid" in error.message:
                raise ScreenChanged(
                    "El navegador no entiende cómo se busca ese nombre.", pantalla=self.titulo, campo=campo
                ) from None
            raise ServiwebUnavailable("El navegador perdió la página.", pantalla=self.titulo, campo=campo) from error
