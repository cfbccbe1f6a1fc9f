"""Walking every screen of a Serviweb without saving anything, to see whether the robot could work there."""

import base64
import contextlib
import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import FloatRect, Page, expect

from robot.errors import OptionMissing, RobotError
from robot.flows.oficina import Oficina
from robot.models import ZONA_HORARIA, Asesor
from robot.pages.consulta import ConsultaPage
from robot.pages.inspeccion import ElementoHallado, Hallado, how_many_are_there, look_for, most_of
from robot.pages.login import LoginPage
from robot.pages.menu import MenuPage
from robot.pages.serviweb import Pantalla, Serviweb
from robot.pages.terceros import TercerosPage
from robot.pages.tramite import TramitePage
from robot.perfil.screens import PANTALLAS
from robot.procedure import Procedimiento

_NOBODY = "1000000000"
"""A cédula that stands for somebody whom Serviweb need not know."""
_NONE = "VD-00000000"
"""A referencia that no trámite has."""
_PROVES_NOTHING = (
    "Así la consulta no prueba que un trámite no esté, y toda duda al guardar queda POR VERIFICAR. Si tiene más páginas, nombre "
    "en el perfil lo que pasa a la siguiente (`pantallas.consulta.localizadores.siguiente`); si siempre muestra todos los "
    'resultados de una vez, escriba `consulta.paginas = "ninguna"`.'
)
_MASKED = "input:not([type=button]):not([type=submit]):not([type=image]), textarea"
_PATIENCE_MS = 4_000.0
_MARGIN = 80


@dataclass(frozen=True, slots=True)
class Vista:
    """A screen as it was seen.

    Attributes:
        captura: a picture as base64, with everything that was typed or looked up covered; blank if there is none.
        ancho, alto: its size, in pixels.
    """

    pantalla: str
    titulo: str
    captura: str
    ancho: int
    alto: int
    hallazgos: tuple[ElementoHallado, ...]


@dataclass(frozen=True, slots=True)
class Opcion:
    """An option that the procedure chooses, in the catalogue on screen."""

    catalogo: str
    opcion: str
    presente: bool
    detalle: str = ""


@dataclass(slots=True)
class Verificacion:
    """What came of the walk.

    Attributes:
        tropiezos: what kept the walk from a screen, for people.
        avisos: what the robot can work with, but has people decide more than they need to.
    """

    url: str
    instante: dt.datetime
    vistas: list[Vista] = field(default_factory=list)
    opciones: list[Opcion] = field(default_factory=list)
    tropiezos: list[str] = field(default_factory=list)
    avisos: list[str] = field(default_factory=list)

    @property
    def hallazgos(self) -> list[ElementoHallado]:
        return [one for vista in self.vistas for one in vista.hallazgos]

    @property
    def puede_trabajar(self) -> bool:
        """Everything that the robot needs is there, once."""
        return not (
            self.tropiezos
            or any(one.impide for one in self.hallazgos)
            or any(not one.presente for one in self.opciones)
        )

    @property
    def impedimentos(self) -> str:
        """What keeps the robot from working, in one sentence; blank where nothing does."""
        if self.puede_trabajar:
            return ""
        missing = [f"«{one.elemento}» en {one.pantalla} ({one.hallado})" for one in self.hallazgos if one.impide]
        missing += [f"la opción «{one.opcion}» de {one.catalogo}" for one in self.opciones if not one.presente]
        return f"Revise: {'; '.join(missing)}." if missing else "Vea qué pantalla no se pudo abrir."


def verify(
    oficina: Oficina,
    asesor: Asesor,
    *,
    suscriptor: str = "",
    cedula: str = "",
    aviso: Callable[[str], None] = lambda _: None,
) -> Verificacion:
    """Sign in and walk through ingreso, menú, trámite, terceros and consulta. Nothing is saved and nobody is added.

    Args:
        suscriptor: a código to look up, so that what shows of a suscriptor can be verified, too.
        cedula: somebody whom Serviweb knows; a form in parts may lead on only so.
        aviso: told the name of each screen.
    """
    done = Verificacion(oficina.url, dt.datetime.now(ZONA_HORARIA))
    page = oficina.navegador.page(asesor.usuario, partial(oficina.memoria.guardadas.find, asesor.usuario))
    serviweb = Serviweb(page, oficina.perfil, min(oficina.settings.serviweb.espera_segundos * 1000, _PATIENCE_MS))
    walk = _Recorrido(serviweb, done, suscriptor=suscriptor, cedula=cedula, aviso=aviso)
    with walk.told("ingreso"):
        menu = walk.sign_in(oficina, asesor)
        with walk.told("tramite"):
            walk.tramite(menu, oficina.procedimiento)
        with walk.told("consulta"):
            walk.consulta(menu)
    order = list(PANTALLAS)
    done.vistas.sort(key=lambda vista: order.index(vista.pantalla))
    return done


class _Recorrido:
    """One walk; whatever keeps it from a screen is noted, and it goes on with the next."""

    def __init__(
        self, serviweb: Serviweb, done: Verificacion, *, suscriptor: str, cedula: str, aviso: Callable[[str], None]
    ) -> None:
        self._serviweb = serviweb
        self._done = done
        self._suscriptor = suscriptor
        self._cedula = cedula
        self._aviso = aviso

    @contextlib.contextmanager
    def told(self, nombre: str) -> Iterator[None]:
        self._aviso(PANTALLAS[nombre].titulo)
        try:
            yield
        except RobotError as hindered:
            self._done.tropiezos.append(f"{PANTALLAS[nombre].titulo}: {hindered.texto}")
        except PlaywrightError:
            self._done.tropiezos.append(f"{PANTALLAS[nombre].titulo}: el navegador perdió la página.")

    def sign_in(self, oficina: Oficina, asesor: Asesor) -> MenuPage:
        login = LoginPage(self._serviweb)
        with contextlib.suppress(RobotError):
            already = login.open(oficina.url)
            if already is not None:
                return already
        self._look(most_of(self._serviweb, "ingreso"))
        al_dia = oficina.settings.asesor_al_dia(asesor.clave_asesor)
        with oficina.memoria.rechazos.minding(al_dia):
            return login.sign_in(al_dia)

    def tramite(self, menu: MenuPage, procedimiento: Procedimiento) -> None:
        menu.open("tramite")
        serviweb = self._serviweb
        tramite = TramitePage(serviweb, self._opened("tramite"))
        seen: list[ElementoHallado] = []
        before = {"nombre_suscriptor": "suscriptor", "ruta": "suscriptor", "estado": "suscriptor"}
        for campo in PANTALLAS["tramite"].elementos:
            if campo in before:
                continue
            if campo in {"zona", "medio", "servicio", "tipo", "causal"}:
                self._choose(tramite, campo, getattr(procedimiento, campo), seen)
                continue
            seen.append(self._reached(tramite, campo))
            if campo == "suscriptor":
                if self._suscriptor and seen[-1].hallado is Hallado.ENCONTRADO:
                    with self.told("tramite"):
                        tramite.load_suscriptor(self._suscriptor)
                seen += [self._shown(tramite.pantalla, one) for one in before]
            if campo == "tercero":
                self._terceros(tramite)
        self._keep(tramite.pantalla, seen)

    def _reached(self, tramite: TramitePage, campo: str) -> ElementoHallado:
        """A thing of the form, in whatever part of it."""
        if not PANTALLAS["tramite"].elementos[campo].opcional:
            with contextlib.suppress(RobotError, PlaywrightError):
                tramite.reveal(campo)
        found = look_for(tramite.pantalla, campo)
        in_parts = "continuar" in self._serviweb.perfil.pantalla("tramite").localizadores
        if found.hallado is Hallado.FALTA and in_parts and not (self._suscriptor and self._cedula):
            return ElementoHallado(found.pantalla, campo, found.que_es, Hallado.SIN_LLEGAR)
        return found

    def _shown(self, pantalla: Pantalla, nombre: str) -> ElementoHallado:
        """What shows only once a suscriptor is loaded is not missed before."""
        found = look_for(pantalla, nombre)
        if found.hallado is Hallado.FALTA and not self._suscriptor:
            return ElementoHallado(pantalla.nombre, nombre, found.que_es, Hallado.NO_ESTA)
        return found

    def _choose(self, tramite: TramitePage, campo: str, opcion: str, seen: list[ElementoHallado]) -> None:
        found = self._reached(tramite, campo)
        seen.append(found)
        wanted = self._serviweb.perfil.opcion(campo, opcion)
        if found.hallado is not Hallado.ENCONTRADO:
            return
        try:
            tramite.choose(campo, opcion)
        except OptionMissing as missing:
            self._done.opciones.append(Opcion(campo, wanted, presente=False, detalle=missing.detalle))
        else:
            self._done.opciones.append(Opcion(campo, wanted, presente=True))

    def _terceros(self, tramite: TramitePage) -> None:
        """The + is opened and looked at, and left without adding anybody."""
        serviweb = self._serviweb
        with self.told("terceros"):
            terceros = TercerosPage(serviweb, tramite)
            with contextlib.suppress(RobotError):
                terceros.find(_NOBODY)
            seen = [look_for(terceros.pantalla, nombre) for nombre in PANTALLAS["terceros"].elementos]
            seen = [_unless_empty(one) for one in seen]
            self._keep(terceros.pantalla, seen)
            if not any(one.elemento == "agregar" and one.hallado is Hallado.ENCONTRADO for one in seen):
                return
            before = list(serviweb.page.context.pages)
            with self.told("tercero_nuevo"):
                self._look(terceros.open_form())
            serviweb.close_windows(before)
            serviweb.page.keyboard.press("Escape")
            serviweb.close_messages()
            if self._cedula:
                terceros.find(self._cedula)

    def consulta(self, menu: MenuPage) -> None:
        menu.open("consulta")
        serviweb = self._serviweb
        self._look(self._opened("consulta"))
        if self._suscriptor and not any(one.impide for one in self._done.vistas[-1].hallazgos):
            found = ConsultaPage(serviweb).find(suscriptor=self._suscriptor, referencia=_NONE)
            if found.falta:
                self._done.avisos.append(f"{found.falta} {_PROVES_NOTHING}")

    def _opened(self, nombre: str) -> Pantalla:
        """The screen once something of it is there."""
        seen: list[Pantalla] = []

        def there(_: float) -> None:
            seen.append(most_of(self._serviweb, nombre))
            assert how_many_are_there(seen[-1])  # noqa: S101  # a check asserts, like Playwright's

        self._serviweb.comes_within(_PATIENCE_MS, there)
        self._serviweb.await_whole(seen[-1].frame)
        return seen[-1]

    def _look(self, pantalla: Pantalla) -> None:
        """Look for everything of a screen; what the robot needs there is given time to come, as a page object gives it."""
        elementos = PANTALLAS[pantalla.nombre].elementos

        def complete(milliseconds: float) -> None:
            for nombre, elemento in elementos.items():
                if not elemento.opcional:
                    expect(pantalla.find(nombre).first).to_be_visible(timeout=milliseconds)

        self._serviweb.comes_within(_PATIENCE_MS, complete)
        self._keep(pantalla, [look_for(pantalla, nombre) for nombre in elementos])

    def _keep(self, pantalla: Pantalla, seen: list[ElementoHallado]) -> None:
        seen = [_where_now(pantalla, one) for one in seen]
        lowest = max((caja.y + caja.alto for one in seen for caja in one.cajas), default=0.0)
        captura, ancho, alto = _picture(pantalla.frame.page, lowest + _MARGIN)
        self._done.vistas.append(Vista(pantalla.nombre, pantalla.titulo, captura, ancho, alto, tuple(seen)))


def _where_now(pantalla: Pantalla, one: ElementoHallado) -> ElementoHallado:
    """What was found may have moved since, or its part of the form may have been left."""
    if one.hallado is not Hallado.ENCONTRADO or one.pantalla != pantalla.nombre:
        return one
    now = look_for(pantalla, one.elemento)
    return now if now.hallado is Hallado.ENCONTRADO else dataclasses.replace(one, cajas=())


def _unless_empty(one: ElementoHallado) -> ElementoHallado:
    """The name of a tercero shows once there is one."""
    if one.elemento == "nombre" and one.hallado is Hallado.FALTA and not one.candidatos:
        return ElementoHallado(one.pantalla, one.elemento, one.que_es, Hallado.NO_ESTA)
    return one


def _picture(page: Page, down_to: float) -> tuple[str, int, int]:
    """The upper part of a page, and its size."""
    masks = [frame.locator(_MASKED) for frame in page.frames]
    try:
        size = page.evaluate("() => [innerWidth, innerHeight]")
        ancho, alto = int(size[0]), int(min(size[1], max(down_to, _MARGIN * 3)))
        clip: FloatRect = {"x": 0, "y": 0, "width": ancho, "height": alto}
        picture = page.screenshot(mask=masks, mask_color="#dfe6ea", clip=clip, timeout=5_000)
    except PlaywrightError:
        return "", 0, 0
    return base64.b64encode(picture).decode(), ancho, alto
