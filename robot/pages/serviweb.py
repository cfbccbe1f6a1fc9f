"""What all screens of one open Serviweb share: dialogs, traffic, frames, waiting, and the border where Playwright's errors
become ours.
"""

import contextlib
import functools
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NoReturn, Self

from playwright.sync_api import Dialog, Frame, Locator, Page, Request, Response, Route, expect
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from robot.errors import EnvioVencido, RobotError, ScreenChanged, ServiwebUnavailable, SessionExpired, UnexpectedDialog
from robot.pages import localizadores
from robot.perfil import Perfil

_SLICE_MS = 120.0
_FIRST_SLICES_MS = (10.0, 30.0)
"""Most of what is waited for is there already, but perhaps in the second place that is looked at."""
_SMALL_ANSWERS_SECONDS = 2.0
_FIRST_REQUEST_MS = 1_000.0
_ANSWERS = {"document", "xhr", "fetch"}
_STALE_SECONDS = 2.0
"""A process that stood still for longer may have been relieved of its work: it must not send any more."""
_NOT_TRUSTED = re.compile(r"certificate|self.signed|unable to verify", re.IGNORECASE)
"""Refusals before anything is sent: the browser may trust an authority of the utility that Playwright's client does not."""
Check = Callable[[float], object]
Ancla = Callable[["Pantalla"], Locator]


def _slices() -> Iterator[float]:
    """How long to look at each place in turn, in milliseconds."""
    yield from _FIRST_SLICES_MS
    while True:
        yield _SLICE_MS


def _seen(locator: Locator, milliseconds: float) -> None:
    expect(locator).to_be_visible(timeout=milliseconds)


class Dialogos:
    """Answers every dialog of the browser context and remembers what it said.

    An alert is acknowledged. A `confirm` is accepted only where the page object said so; else it is dismissed.
    """

    def __init__(self, page: Page) -> None:
        self._texts: list[str] = []
        self._accepting = False
        page.context.on("dialog", self._answer)

    def _answer(self, dialog: Dialog) -> None:
        if dialog.type == "confirm":
            if self._accepting:
                dialog.accept()
                return
            self._texts.append(dialog.message)
            dialog.dismiss()
            return
        if dialog.type == "beforeunload":
            dialog.accept()
            return
        self._texts.append(dialog.message)
        dialog.accept()

    @contextmanager
    def accepting_confirm(self) -> Iterator[None]:
        self._accepting = True
        try:
            yield
        finally:
            self._accepting = False

    @property
    def seen(self) -> bool:
        return bool(self._texts)

    def take(self) -> list[str]:
        """The texts since the last call."""
        texts, self._texts = self._texts, []
        return texts


class Trafico:
    """Requests under way and failed since the last action.

    Attributes:
        total: requests begun since the page was opened.
        failed: one of them was cut or answered with an error of the server.
        page_failed: one that was to bring a whole page did.
        seen: there was one at all since the last action.
    """

    def __init__(self, page: Page) -> None:
        self.total = 0
        self.failed = False
        self.page_failed = False
        self.seen = False
        self._pending: set[Request] = set()
        page.context.on("request", self._begun)
        page.context.on("requestfinished", self._ended)
        page.context.on("requestfailed", self._broken)
        page.context.on("response", self._answered)

    def _begun(self, request: Request) -> None:
        self.total += 1
        if request.resource_type in _ANSWERS:
            self.seen = True
            self._pending.add(request)

    def _ended(self, request: Request) -> None:
        self._pending.discard(request)

    def _broken(self, request: Request) -> None:
        if request in self._pending:
            self._pending.discard(request)
            if not (request.failure or "").endswith("ERR_ABORTED"):
                self._fail(request)

    def _answered(self, response: Response) -> None:
        if response.status >= 500 and response.request.resource_type in _ANSWERS:
            self._fail(response.request)

    def _fail(self, request: Request) -> None:
        self.failed = True
        self.page_failed = self.page_failed or request.resource_type == "document"

    def forget(self) -> None:
        self._pending.clear()
        self.failed = self.page_failed = self.seen = False

    def busy(self, *, pages_only: bool) -> bool:
        """Whether answers are still awaited; of all kinds, or only those that bring a whole page."""
        return any(not pages_only or request.resource_type == "document" for request in self._pending)


class Envio:
    """Sends what Guardar submits exactly once, and knows whether it was sent and answered.

    A browser that finds a kept-alive connection cut sends the request again by itself, a POST too, and so saves twice
    (docs/decisiones/0003). So while this is on, submissions go out through Playwright's own client, which does not, and the
    same submission is let through only once.

    A request that was held back is let go when nobody intercepts any more. So after the block nothing more is submitted: what
    is under way is turned away first, and where the block failed, a page that may yet submit stays intercepted until it is
    given up.

    Args:
        antes_de_enviar: called once, when the first request is about to leave; what it raises is raised at the end of the
            block, and nothing leaves.
    """

    def __init__(self, serviweb: "Serviweb", antes_de_enviar: Callable[[], None]) -> None:
        self.enviados = 0
        self.respuesta: int | None = None
        self._serviweb = serviweb
        self._context = serviweb.page.context
        self._espera_ms = serviweb.espera_ms
        self._antes_de_enviar = antes_de_enviar
        self._announced = False
        self._over = False
        self._forbidden: BaseException | None = None
        self._seen: set[tuple[str, bytes | None]] = set()

    def __enter__(self) -> Self:
        self._context.route("**/*", self._handle)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._over = True
        if kind is None and self._forbidden is None:
            with contextlib.suppress(PlaywrightError):
                self._serviweb.page.evaluate("0")  # whatever was held back before this answer is turned away by now
            self._context.unroute("**/*", self._handle)
            return
        self._serviweb.gastada = True
        if self._forbidden is not None:
            raise self._forbidden from None

    @property
    def anunciado(self) -> bool:
        """A request was about to leave."""
        return self._announced

    @property
    def sigue_en_proceso(self) -> bool:
        """Nobody knows whether the server is still at work: it has not answered, or a gateway answered in its place."""
        return self.respuesta is None or self.respuesta in {502, 504}

    def _may_leave(self) -> bool:
        if not self._announced:
            self._announced = True
            begun = time.monotonic()
            try:
                self._antes_de_enviar()
                if time.monotonic() - begun > _STALE_SECONDS:
                    raise EnvioVencido
            except BaseException as forbidden:  # noqa: BLE001  # raised again where the click is; here nobody would hear it
                self._forbidden = forbidden
        return self._forbidden is None

    def _handle(self, route: Route) -> None:
        request = route.request
        if self._over and request.method == "GET" and not self._serviweb.gastada:
            route.continue_()
            return
        if self._over or not self._may_leave():
            route.abort("blockedbyclient")
            return
        if request.method == "GET":
            route.continue_()
            return
        submission = (request.url, request.post_data_buffer)
        if submission in self._seen:
            route.abort("blockedbyclient")
            return
        self._seen.add(submission)
        self.enviados += 1
        try:
            answer = route.fetch(max_redirects=0, max_retries=0, timeout=self._espera_ms)
        except PlaywrightError as error:
            if _NOT_TRUSTED.search(error.message):
                route.continue_()
            else:
                route.abort("connectionreset")
            return
        self.respuesta = answer.status
        route.fulfill(response=answer)


@dataclass(frozen=True, slots=True)
class TextoDePantalla:
    """The words in every frame of a page."""

    texto: str

    def says(self, pattern: str) -> bool:
        return re.search(pattern, self.texto, re.IGNORECASE) is not None


class Serviweb:
    """One open Serviweb in one browser page.

    Args:
        page: the browser page; its thread is the only one that may use this object.
        perfil: how this Serviweb differs from the defaults.
        espera_ms: how long a screen may take, in milliseconds.
    """

    def __init__(self, page: Page, perfil: Perfil, espera_ms: float = 15_000) -> None:
        self.page = page
        self.perfil = perfil
        self.espera_ms = espera_ms
        self.dialogos = Dialogos(page)
        self.trafico = Trafico(page)
        self.gastada = False
        """The page may yet submit something that nobody waits for: it must be given up."""
        page.set_default_timeout(espera_ms)
        page.set_default_navigation_timeout(espera_ms)

    def pattern(self, nombre: str) -> re.Pattern[str]:
        """One of the perfil's patterns, ready for use."""
        return re.compile(getattr(self.perfil.patrones, nombre), re.IGNORECASE)

    def pantalla(self, nombre: str, titulo: str, ancla: Ancla) -> "Pantalla":
        """Wait for a screen by something that only it has, and find the frame it lives in.

        Raises:
            ScreenChanged, SessionExpired, ServiwebUnavailable, UnexpectedDialog.
        """
        return self.await_any(nombre, titulo, ancla=ancla)[1]

    def await_any(self, nombre: str, titulo: str, **anclas: Ancla) -> tuple[str, "Pantalla"]:
        """Wait for the first of several things, in whatever frame: which one, and the screen there.

        Args:
            nombre: the screen's name in the perfil.
            titulo: its name for people.
            anclas: the things, by name.

        Raises:
            ScreenChanged, SessionExpired, ServiwebUnavailable, UnexpectedDialog.
        """
        deadline = time.monotonic() + self.espera_ms / 1000
        for milliseconds in _slices():
            for frame in self._candidate_frames(nombre):
                pantalla = Pantalla(self, nombre, titulo, frame)
                locators = {which: ancla(pantalla) for which, ancla in anclas.items()}
                any_of_them = functools.reduce(lambda one, other: one.or_(other), locators.values())
                if self._holds(functools.partial(_seen, any_of_them.first), milliseconds):
                    for which, locator in locators.items():
                        if locator.first.is_visible():
                            return which, pantalla
            self.raise_if_broken()
            if time.monotonic() > deadline:
                break
        raise ScreenChanged(f"Se esperaba la pantalla «{titulo}» y no apareció.", pantalla=titulo)

    def _candidate_frames(self, nombre: str) -> list[Frame]:
        marco = self.perfil.pantalla(nombre).marco
        if marco is not None:
            element = self.page.locator(marco).element_handle(timeout=self.espera_ms)
            frame = element.content_frame()
            return [frame] if frame is not None else []
        return sorted(self.page.frames, key=lambda frame: frame.parent_frame is None)

    def _holds(self, check: Check, milliseconds: float) -> bool:
        """Whether something is so; not if it is looked for in a frame that is just being replaced."""
        try:
            check(milliseconds)
        except (AssertionError, PlaywrightTimeout):
            return False
        except PlaywrightError as error:
            if "strict mode" in error.message or self.page.is_closed():
                raise
            return False
        return True

    def first_of(self, **checks: Check) -> str:
        """Wait until one of several things is so, and tell which: its name, or `dialogo` if a dialog was faster.

        Each check asserts within the milliseconds it is given.

        Raises:
            TimeoutError: none came true in time.
        """
        deadline = time.monotonic() + self.espera_ms / 1000
        for milliseconds in _slices():
            for name, check in checks.items():
                if self._holds(check, milliseconds):
                    return name
                if self.dialogos.seen:
                    return "dialogo"
            if time.monotonic() > deadline:
                break
        raise TimeoutError

    @contextmanager
    def settled(self, *, sends: bool = False) -> Iterator[None]:
        """Wait, after the action inside, until the requests it caused have been answered.

        With `sends` the action is known to ask the server for something, so the request itself is awaited first: a form's
        submission leaves a moment after the click, and until then the old page still stands there to be misread.

        Whole pages are awaited as long as a screen may take; smaller answers for two seconds, since some pages keep one
        request open for ever.

        Raises:
            SessionExpired, ServiwebUnavailable, UnexpectedDialog: a page that the action asked for did not come.
        """
        self.trafico.forget()
        yield
        with contextlib.suppress(PlaywrightError):  # the page may just be giving way to the next one
            self.page.evaluate("() => new Promise(requestAnimationFrame)")
        if sends and not self.trafico.seen:
            with contextlib.suppress(PlaywrightTimeout):
                self.page.context.wait_for_event("request", timeout=_FIRST_REQUEST_MS)
        begun = time.monotonic()
        while self.trafico.busy(pages_only=time.monotonic() - begun > _SMALL_ANSWERS_SECONDS):
            if time.monotonic() - begun > self.espera_ms / 1000:
                break
            try:
                self.page.context.wait_for_event("requestfinished", timeout=_SLICE_MS)
            except PlaywrightTimeout:
                continue
        if self.trafico.page_failed:
            self.raise_if_broken()

    def forget(self) -> None:
        """Begin anew: what dialogs said and requests did before is of no matter any more."""
        self.dialogos.take()
        self.trafico.forget()

    def text(self) -> TextoDePantalla:
        """What can be read in every frame now."""
        parts = []
        for frame in self.page.frames:
            with contextlib.suppress(PlaywrightError):
                parts.append(frame.locator("body").inner_text(timeout=_SLICE_MS * 4))
        return TextoDePantalla("\n".join(parts))

    def raise_if_broken(self) -> None:
        """Raise what the screen itself says is wrong, if it does: a dialog, an ended session, an error of the server.

        Raises:
            SessionExpired, ServiwebUnavailable, UnexpectedDialog.
        """
        texts = self.dialogos.take()
        patrones = self.perfil.patrones
        shown = self.text()
        whole = TextoDePantalla("\n".join([*texts, shown.texto]))
        if whole.says(patrones.sesion_expirada):
            raise SessionExpired
        if self.trafico.failed or shown.says(patrones.error_servidor):
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


class Pantalla:
    """One screen in its frame, or in a dialog over it: names its things and turns Playwright's errors into ours."""

    def __init__(self, serviweb: Serviweb, nombre: str, titulo: str, frame: Frame, raiz: Locator | None = None) -> None:
        self.serviweb = serviweb
        self.nombre = nombre
        self.titulo = titulo
        self.frame = frame
        self._raiz: localizadores.Raiz = frame if raiz is None else raiz

    def field(self, nombre: str, *etiquetas: str) -> Locator:
        """A field, by its name in the perfil or by its labels."""
        given = self.serviweb.perfil.pantalla(self.nombre).localizadores.get(nombre)
        return localizadores.from_perfil(self._raiz, given) if given else localizadores.field(self._raiz, *etiquetas)

    def action(self, nombre: str, *nombres: str) -> Locator:
        """A button, link or image, by its name in the perfil or by what it says."""
        given = self.serviweb.perfil.pantalla(self.nombre).localizadores.get(nombre)
        return localizadores.from_perfil(self._raiz, given) if given else localizadores.action(self._raiz, *nombres)

    def dialog(self, nombre: str, titulo: str) -> "Pantalla":
        """The dialog that the page itself shows over this screen."""
        over = self.frame.get_by_role("dialog").or_(self.frame.get_by_role("alertdialog")).filter(visible=True)
        return Pantalla(self.serviweb, nombre, titulo, self.frame, over)

    @contextmanager
    def using(self, campo: str) -> Iterator[None]:
        """The one place where a wait that ran out becomes an error of ours, naming screen and field.

        Raises:
            ScreenChanged: the field is not there, or there are several.
            SessionExpired, ServiwebUnavailable, UnexpectedDialog: the screen says so itself.
        """
        try:
            yield
        except RobotError:
            raise
        except (AssertionError, TimeoutError, PlaywrightTimeout):
            self.serviweb.raise_if_broken()
            raise ScreenChanged(
                "El campo no apareció o no respondió a tiempo.", pantalla=self.titulo, campo=campo
            ) from None
        except PlaywrightError as error:
            if "strict mode" in error.message:
                raise ScreenChanged(
                    "Hay varios elementos que podrían ser el campo.", pantalla=self.titulo, campo=campo
                ) from None
            raise ServiwebUnavailable("El navegador perdió la página.", pantalla=self.titulo, campo=campo) from error
