"""Terceros: who asks, found by cédula or added with the + button (step 6)."""

from playwright.sync_api import Locator, Page, expect

from robot.errors import TerceroRefused, UnexpectedDialog
from robot.models import Tercero
from robot.pages.serviweb import Pantalla, Serviweb
from robot.pages.tramite import TramitePage

_NOMBRE, _TITULO = "terceros", "Terceros"
_FORMULARIO = ("tercero_nuevo", "Agregar tercero")


class TercerosPage:
    """The part of the trámite form that identifies the person, and the window or dialog that adds one."""

    def __init__(self, serviweb: Serviweb, tramite: TramitePage) -> None:
        self._serviweb = serviweb
        self.pantalla = Pantalla(serviweb, _NOMBRE, _TITULO, tramite.pantalla.frame)
        self.cedula = tramite.tercero
        self.nombre = self.pantalla.field("nombre", "Nombre del tercero", "Nombre tercero")
        self.agregar = self.pantalla.action("agregar", "+", "Agregar tercero", "Nuevo tercero")

    def find(self, cedula: str) -> Tercero | None:
        """The person with this cédula as Serviweb knows them, or nothing if it does not.

        Raises:
            ScreenChanged, SessionExpired, ServiwebUnavailable, UnexpectedDialog.
        """
        with self.pantalla.using("cedula"):
            self.cedula.fill(cedula)
            self.cedula.press("Enter")
            unknown = self.pantalla.frame.get_by_text(self._serviweb.pattern("no_existe")).filter(visible=True)
            came = self._serviweb.first_of(
                nombre=lambda ms: expect(self.nombre).not_to_have_value("", timeout=ms),
                no_existe=lambda ms: expect(unknown.first).to_be_visible(timeout=ms),
            )
        said = " ".join(self._serviweb.dialogos.take())
        if came == "no_existe" or self._serviweb.pattern("no_existe").search(said):
            return None
        if said:
            self._serviweb.raise_for_dialog(said)
        return Tercero(cedula=cedula, nombre=self.nombre.input_value().strip())

    def add(self, tercero: Tercero) -> Tercero:
        """Add the person to Serviweb's database and come back to the form with them chosen.

        Raises:
            TerceroRefused: Serviweb did not accept the data.
            ScreenChanged, SessionExpired, ServiwebUnavailable.
        """
        before = list(self._serviweb.page.context.pages)
        try:
            return self._add(tercero, before)
        finally:
            for window in self._serviweb.page.context.pages:
                if window not in before:
                    window.close()

    def _add(self, tercero: Tercero, before: list[Page]) -> Tercero:
        with self.pantalla.using("agregar"), self._serviweb.settled():
            self.agregar.click()
        with self.pantalla.using("agregar"):
            form = self._opened_form(before)
            _cedula(form).fill(tercero.cedula)
            _nombre(form).fill(tercero.nombre)
            _celular(form).fill(tercero.celular)
            _aceptar(form).click()
        try:
            with self.pantalla.using("nombre"):
                came = self._serviweb.first_of(nombre=lambda ms: expect(self.nombre).not_to_have_value("", timeout=ms))
        except UnexpectedDialog as refused:
            raise TerceroRefused(refused.detalle, pantalla=_TITULO) from None
        if came == "dialogo":
            raise TerceroRefused(f"Respondió: «{' / '.join(self._serviweb.dialogos.take())}».", pantalla=_TITULO)
        return Tercero(cedula=tercero.cedula, nombre=self.nombre.input_value().strip(), celular=tercero.celular)

    def _opened_form(self, before: list[Page]) -> Pantalla:
        """The window or the dialog that + opened."""
        found: list[Pantalla] = []

        def opened(milliseconds: float) -> None:
            windows = [
                Pantalla(self._serviweb, *_FORMULARIO, frame)
                for page in self._serviweb.page.context.pages
                if page not in before and not page.is_closed()
                for frame in page.frames
            ]
            for pantalla in windows or [self.pantalla.dialog(*_FORMULARIO)]:
                expect(_celular(pantalla)).to_be_visible(timeout=milliseconds)
                found.append(pantalla)

        if self._serviweb.first_of(formulario=opened) == "dialogo":
            self._serviweb.raise_for_dialog(" / ".join(self._serviweb.dialogos.take()))
        return found[-1]


def _cedula(form: Pantalla) -> Locator:
    return form.field("cedula", "Cédula", "Número de cédula", "Identificación", "Documento")


def _nombre(form: Pantalla) -> Locator:
    return form.field("nombre", "Nombre", "Nombres", "Nombre completo", "Nombres y apellidos")


def _celular(form: Pantalla) -> Locator:
    return form.field("celular", "Celular", "Número de celular", "Teléfono celular", "Móvil")


def _aceptar(form: Pantalla) -> Locator:
    return form.action("aceptar", "Aceptar", "Guardar", "Agregar", "Adicionar", "Registrar")
