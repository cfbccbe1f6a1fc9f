"""Terceros: who asks, found by document or added with the + button (step 6)."""

from collections.abc import Callable, Mapping

from playwright.sync_api import Locator, Page, expect

from robot.errors import ScreenChanged, TerceroDoesNotFit, TerceroRefused, UnexpectedDialog
from robot.models import Tercero
from robot.pages.aprendizaje import learn
from robot.pages.busqueda import LookUp
from robot.pages.contenido import page_of, type_out, unwritable, write
from robot.pages.encima import close_messages
from robot.pages.marcos import lies_over
from robot.pages.palabras import affirmed, denied
from robot.pages.serviweb import Pantalla, Serviweb, click_last
from robot.pages.textos import TextoDePantalla, quoted
from robot.pages.tramite import TramitePage
from robot.perfil.screens import PANTALLAS
from robot.reading.documents import Identificacion, same_document
from robot.reading.equality import same_name, same_option, same_phone, same_text
from robot.reading.phones import bare_phone

_NOMBRE, _FORMULARIO = "terceros", "tercero_nuevo"
_TITULO = PANTALLAS[_NOMBRE].titulo
_LEAVES_WITHIN_MS = 1_500.0
_NOT_OPENED = (
    "El + no abrió nada en que se encuentre el celular. Nómbrelo en el perfil, o diga por qué otra cosa se conoce lo que abre "
    "(pantallas.tercero_nuevo.ancla)."
)
_FIELDS: Mapping[str, Callable[[str, str], bool]] = {
    "cedula": same_document,
    "dv": same_text,
    "nombre": same_text,
    "celular": same_phone,
}
"""Those of the form that adds a person, and what counts as the same in each."""
_ALWAYS = {"nombre", "celular"}
"""The document may only be shown there."""


class TercerosPage:
    """The part of the trámite form that identifies the person, and the window, dialog or panel that adds one."""

    def __init__(self, serviweb: Serviweb, tramite: TramitePage) -> None:
        self._serviweb = serviweb
        self._tramite = tramite
        self.pantalla = Pantalla(serviweb, _NOMBRE, tramite.pantalla.frame, tramite.pantalla.raiz)
        self.cedula = tramite.tercero
        self.nombre = self.pantalla.find("nombre")
        self.agregar = self.pantalla.find("agregar").first
        self._pregunta: LookUp | None = None

    def find(self, cedula: str) -> Tercero | None:
        """Who has this document as Serviweb knows them, or nothing if it does not.

        Args:
            cedula: as `Identificacion.kept`; it is typed as the perfil tells.

        Raises:
            ScreenChanged, SessionExpired, ServiwebUnavailable, UnexpectedDialog.
        """
        serviweb = self._serviweb
        since = serviweb.trafico.total
        self._pregunta = pregunta = self._tramite.look_up_tercero(cedula, self.pantalla)
        with self.pantalla.using("nombre", since):
            came = pregunta.first_of()
        said = " ".join(serviweb.dialogos.take())
        if came == "no_existe" or serviweb.pattern("no_existe").search(said):
            if self._open_form() is None:
                close_messages(serviweb)
            return None
        if said:
            serviweb.raise_for_dialog(said)
        return Tercero(cedula=cedula, nombre=pregunta.nombre)

    def add(self, tercero: Tercero) -> Tercero:
        """Add the person to Serviweb's database and come back to the form with them chosen.

        Raises:
            TerceroDoesNotFit: the form keeps them otherwise than they were written; nobody was added.
            TerceroRefused: Serviweb did not accept the data.
            ScreenChanged, SessionExpired, ServiwebUnavailable.
        """
        before = list(self._serviweb.page.context.pages)
        since = self._serviweb.trafico.total
        stood_there = self.pantalla.content(self.nombre)
        try:
            self._await_added(tercero, self._fill(tercero), since, stood_there)
        except TerceroRefused:
            self.leave_form()
            raise
        finally:
            self._serviweb.close_windows(before)
        if self._pregunta is not None:
            self._pregunta.adopt()
        return Tercero(cedula=tercero.cedula, nombre=self.pantalla.content(self.nombre) or tercero.nombre)

    def open_form(self) -> Pantalla:
        """Open the form that adds a person, unless it is open already.

        Raises:
            ScreenChanged, SessionExpired, ServiwebUnavailable, UnexpectedDialog.
        """
        before = list(self._serviweb.page.context.pages)
        if self._open_form() is None:
            with self.pantalla.using("agregar"), self._serviweb.settled():
                self.agregar.click()
        try:
            with self.pantalla.using("agregar"):
                form = self._opened_form(before)
        except ScreenChanged as missing:
            if type(missing) is not ScreenChanged:  # the screen itself says what is wrong
                raise
            raise ScreenChanged(_NOT_OPENED, pantalla=PANTALLAS[_FORMULARIO].titulo, campo="celular") from None
        learn(form)
        return form

    def _fill(self, tercero: Tercero) -> TextoDePantalla:
        """Fill the form and send it; what was to be read before it was sent."""
        form = self.open_form()
        with self.pantalla.using("agregar"):
            charset = page_of(form.find("celular"))
            if strange := unwritable(tercero.nombre, self._serviweb.perfil.codificacion or charset):
                raise TerceroDoesNotFit(
                    f"Serviweb no puede escribir estos caracteres: {' '.join(strange)}.",
                    pantalla=_TITULO,
                    campo="nombre",
                )
            tipo = self._tramite.choose_tipo(form, tercero.cedula)
            fields = {campo: form.find(campo) for campo in _FIELDS}
            wanted = self._writings(tercero)
            asked = {campo: fields[campo] for campo in wanted if campo in _ALWAYS or fields[campo].count()}
            for campo, field in asked.items():
                write(field, wanted[campo])
            if lost := _lost(form, asked, wanted):
                for campo in lost:  # a mask may hear nothing but keys
                    type_out(asked[campo], wanted[campo])
                lost = _lost(form, asked, wanted)
            if tipo and not same_option(form.content(form.find("tipo_documento")), tipo):
                lost.append("tipo_documento")
            if lost:
                raise TerceroDoesNotFit(
                    f"El formulario cambia o recorta: {', '.join(lost)}.", pantalla=_TITULO, campo=lost[0]
                )
            before = self._serviweb.text()
            click_last(form.find("aceptar").last)
        return before

    def _writings(self, tercero: Tercero) -> dict[str, str]:
        """By its name, what goes into each field; those of the document are not asked for everywhere."""
        perfil, quien = self._serviweb.perfil.terceros, Identificacion.of(tercero.cedula)
        celular = bare_phone(tercero.celular) or perfil.sin_telefono
        return {
            "cedula": perfil.typed(tercero.cedula),
            **({"dv": quien.dv} if quien.dv else {}),
            "nombre": tercero.nombre.upper(),
            **({"celular": celular} if celular else {}),
        }

    def _await_added(self, tercero: Tercero, before: TextoDePantalla, since: int, stood_there: str) -> None:
        """The form goes away with the person chosen, perhaps with words of success; else they are looked up again.

        A name that stood there before, and could be theirs, tells nothing.
        """
        serviweb = self._serviweb

        def chosen(_: float = 0) -> None:
            shown = self.pantalla.content(self.nombre)
            assert same_name(shown, tercero.nombre)  # noqa: S101  # a check asserts, like Playwright's own
            assert not same_name(shown, stood_there)  # noqa: S101

        def refuses(_: float) -> None:
            said = serviweb.text().beyond(before)
            refused = any(serviweb.pattern(one).search(said) for one in ("ya_existe", "rechazo"))
            assert refused or denied(serviweb.pattern("agregado"), said)  # noqa: S101

        try:
            with self.pantalla.using("nombre", since):
                came = serviweb.first_of(nombre=chosen, negado=refuses, cerrado=self._gone)
                self._require_accepted(came, before)
                if came == "nombre":
                    return
                serviweb.raise_if_broken()  # an error of the server stands in the place of the form, too
                close_messages(serviweb)
                with serviweb.settled():
                    if serviweb.espera.comes_within(0, chosen):
                        return
        except UnexpectedDialog as refused:
            raise TerceroRefused(refused.detalle, pantalla=_TITULO) from None
        if self.find(tercero.cedula) is None:
            raise TerceroRefused("Serviweb no lo muestra después de agregarlo.", pantalla=_TITULO)

    def _require_accepted(self, came: str, before: TextoDePantalla) -> None:
        said = " / ".join(self._serviweb.dialogos.take())
        if came == "negado":
            said = quoted(self._serviweb.text().beyond(before))
        elif came != "dialogo" or affirmed(self._serviweb.pattern("agregado"), said):
            return
        raise TerceroRefused(f"Respondió: «{said}».", pantalla=_TITULO)

    def leave_form(self) -> None:
        """Leave the form that adds a person without adding anybody, so that the rest of the page can be used again."""
        close_messages(self._serviweb)  # why nobody was added may lie over it
        form = self._open_form()
        if form is not None:
            cancelar = form.find("cancelar").first
            if cancelar.is_visible():
                click_last(cancelar)
            else:
                form.frame.page.keyboard.press("Escape")
            self._serviweb.espera.comes_within(_LEAVES_WITHIN_MS, self._gone)

    def _gone(self, milliseconds: float) -> None:
        """A check whether the form that adds a person is not there any more."""
        if self._open_form() is not None:
            self._serviweb.espera.await_news(milliseconds)
            assert self._open_form() is None  # noqa: S101  # a check asserts, like Playwright's own

    def _opened_form(self, before: list[Page]) -> Pantalla:
        """The window, the dialog or the panel that + opened."""
        found: list[Pantalla] = []

        def opened(milliseconds: float) -> None:
            form = self._open_form(before)
            if form is None:
                dialog = Pantalla(self._serviweb, _FORMULARIO, self.pantalla.frame).over()
                expect(dialog.ancla.first).to_be_visible(timeout=milliseconds)
                form = dialog
            found.append(form)

        if self._serviweb.first_of(formulario=opened) == "dialogo":
            self._serviweb.raise_for_dialog(" / ".join(self._serviweb.dialogos.take()))
        return found[-1]

    def _open_form(self, before: list[Page] | None = None) -> Pantalla | None:
        """The form that adds a person, where it is open: in a new window, in one that the page draws, or as a part of it."""
        serviweb, own = self._serviweb, self.pantalla.frame
        known = [serviweb.page, own.page] if before is None else before
        for frame in serviweb.marcos:
            whole = Pantalla(serviweb, _FORMULARIO, frame)
            if not whole.find("celular").first.is_visible():
                continue
            apart = frame.page not in known or lies_over(frame, own)
            places = [whole] if apart else [whole.over()]
            if frame is own:
                places.append(self._panel(whole))
            for place in places:
                if place.ancla.first.is_visible():
                    return place
        return None

    def _panel(self, whole: Pantalla) -> Pantalla:
        """The innermost part of the page that holds the celular, the name and a button: the rest is the form of the trámite."""
        inner = whole.frame.locator("fieldset, form, section, article, table, div")
        for nombre in ("celular", "nombre", "aceptar"):
            inner = inner.filter(has=whole.find(nombre))
        inner = inner.filter(has_not=self._tramite.pantalla.find("zona"))
        return Pantalla(self._serviweb, _FORMULARIO, whole.frame, inner.last)


def _lost(form: Pantalla, asked: Mapping[str, Locator], wanted: Mapping[str, str]) -> list[str]:
    """The fields that do not hold what was written into them, once the last one is left, at which some scripts look at it."""
    form.find("celular").blur()
    return [campo for campo, field in asked.items() if not _FIELDS[campo](form.content(field), wanted[campo])]
