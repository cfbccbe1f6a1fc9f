"""Walking every screen of a Serviweb without saving anything, to see whether the robot could work there."""

import contextlib
import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Locator, expect

from robot.errors import OptionMissing, RobotError, ScreenChanged
from robot.flows.oficina import Oficina
from robot.flows.vistas import Opcion, ProcedimientoVisto, Verificacion, Vista, unseen
from robot.models import ZONA_HORARIA, Asesor, Radicado
from robot.pages.aprendizaje import learn, note
from robot.pages.consulta import ConsultaPage
from robot.pages.encima import close_messages
from robot.pages.impresion import ImpresionPage
from robot.pages.inspeccion import (
    ElementoHallado,
    Hallado,
    doubles,
    entries_like,
    how_many_are_there,
    look_for,
    most_of,
    unnamed_obligations,
)
from robot.pages.login import LoginPage
from robot.pages.menu import MenuPage
from robot.pages.resultados import Pagina
from robot.pages.retrato import picture
from robot.pages.serviweb import Pantalla, Serviweb
from robot.pages.terceros import TercerosPage
from robot.pages.tramite import TramitePage
from robot.perfil.screens import PANTALLAS
from robot.procedure.definition import Procedimiento

_NOBODY = "1000000000"
"""A cédula that stands for somebody whom Serviweb need not know."""
_NONE = "VD-00000000"
"""A referencia that no trámite has."""
_PROVES_NOTHING = (
    "Así la consulta no prueba que un trámite no esté, y toda duda al guardar queda POR VERIFICAR. Si tiene más páginas, nombre "
    "en el perfil lo que pasa a la siguiente (`pantallas.consulta.localizadores.siguiente`); si siempre muestra todos los "
    'resultados de una vez, escriba `consulta.paginas = "ninguna"`.'
)
CATALOGOS_DEL_TRAMITE = ("zona", "medio", "servicio", "tipo", "causal")
_LATELY = dt.timedelta(days=30)
_PROPOSALS = 3
_PATIENCE_MS = 4_000.0


def verify(
    oficina: Oficina,
    asesor: Asesor,
    *,
    suscriptor: str = "",
    cedula: str = "",
    radicado: str = "",
    aviso: Callable[[str], None] = lambda _: None,
) -> Verificacion:
    """Sign in, walk through every screen by the first procedure in use, and see what the others choose. Nothing is saved.

    Args:
        suscriptor: a código to look up, so that what shows of a suscriptor can be verified, too.
        radicado: a trámite that Serviweb has of that suscriptor, whose document is looked at.
        cedula: somebody whom Serviweb knows; a form in parts may lead on only so.
        aviso: told the name of each screen.
    """
    done = Verificacion(oficina.url, dt.datetime.now(ZONA_HORARIA))
    procedimiento, *others = oficina.catalogo.activos
    documento = procedimiento.documento
    serviweb = _opened_for(oficina, asesor)
    walk = _Recorrido(serviweb, done, suscriptor=suscriptor, cedula=cedula, documento=documento, aviso=aviso)
    with walk.told("ingreso"):
        menu = walk.sign_in(oficina, asesor)
        with walk.told("tramite"):
            walk.tramite(menu, procedimiento)
        with walk.told("consulta"):
            walk.consulta(menu, radicado)
    if any(one.pantalla == "tramite" for one in done.vistas):
        done.procedimientos.append(_seen(procedimiento, done.opciones, []))
        done.procedimientos += verify_procedures(oficina, asesor, others, suscriptor=suscriptor, aviso=aviso)
    done.no_vistos += unseen(done)
    order = list(PANTALLAS)
    done.vistas.sort(key=lambda vista: order.index(vista.pantalla))
    return done


def verify_procedures(
    oficina: Oficina,
    asesor: Asesor,
    procedimientos: Iterable[Procedimiento],
    *,
    suscriptor: str = "",
    aviso: Callable[[str], None] = lambda _: None,
) -> Iterator[ProcedimientoVisto]:
    """Open the form once for each procedure and choose everything that it chooses, or lets choose. Nothing is saved.

    Args:
        suscriptor: a código that exists, where the form offers a servicio only to somebody.
        aviso: told the name of each procedure.
    """
    serviweb = _opened_for(oficina, asesor)
    for procedimiento in procedimientos:
        aviso(procedimiento.nombre)
        done = Verificacion(oficina.url, dt.datetime.now(ZONA_HORARIA))
        walk = _Recorrido(serviweb, done, suscriptor=suscriptor, documento=procedimiento.documento)
        with walk.told("ingreso"):
            menu = walk.sign_in(oficina, asesor)
            with walk.told("tramite"):
                walk.options(menu, procedimiento)
        yield _seen(procedimiento, done.opciones, done.tropiezos)


def with_schedule(oficina: Oficina, seen: ProcedimientoVisto) -> ProcedimientoVisto:
    """The same, and whether the schedule where the procedure books can be read."""
    procedimiento = oficina.catalogo.get(seen.codigo)
    if not procedimiento.lleva_cita:
        return seen
    try:
        return dataclasses.replace(seen, planilla=tuple(oficina.programacion_of(procedimiento).check()))
    except RobotError as error:
        return dataclasses.replace(seen, sin_planilla=error.texto)


def _seen(procedimiento: Procedimiento, opciones: Sequence[Opcion], tropiezos: Sequence[str]) -> ProcedimientoVisto:
    return ProcedimientoVisto(
        procedimiento.codigo, procedimiento.version, procedimiento.nombre, tuple(opciones), tuple(tropiezos)
    )


def _opened_for(oficina: Oficina, asesor: Asesor) -> Serviweb:
    page = oficina.navegador.page(asesor.usuario, partial(oficina.memoria.guardadas.find, asesor.usuario))
    patience = min(oficina.settings.serviweb.espera_segundos * 1000, _PATIENCE_MS)
    return Serviweb(page, oficina.perfil, patience, recuerdos=oficina.memoria.pantallas)


class _Recorrido:
    """One walk; whatever keeps it from a screen is noted, and it goes on with the next."""

    def __init__(
        self,
        serviweb: Serviweb,
        done: Verificacion,
        *,
        suscriptor: str,
        documento: str,
        cedula: str = "",
        aviso: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._serviweb = serviweb
        self._done = done
        self._suscriptor = suscriptor
        self._cedula = cedula
        self._aviso = aviso
        self._documento = documento
        self._stood_there: str | None = None

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
        self._open(menu, "tramite")
        serviweb = self._serviweb
        tramite = TramitePage(serviweb, self._opened("tramite"))
        learn(tramite.pantalla, TercerosPage(serviweb, tramite).pantalla)
        self._stood_there = serviweb.text().texto
        seen: list[ElementoHallado] = []
        before = {"nombre_suscriptor": "suscriptor", "ruta": "suscriptor", "estado": "suscriptor"}
        for campo in PANTALLAS["tramite"].elementos:
            if campo in before:
                continue
            if campo in CATALOGOS_DEL_TRAMITE:
                self._choose(tramite, campo, options_of(procedimiento, campo), seen)
                continue
            seen.append(self._reached(tramite, campo))
            if campo == "suscriptor":
                if self._suscriptor and seen[-1].hallado is Hallado.ENCONTRADO:
                    with self.told("tramite"):
                        tramite.load_suscriptor(self._suscriptor)
                seen += [self._shown(tramite.pantalla, one) for one in before]
            if campo == "tercero":
                self._terceros(tramite)
        self._obligations(tramite.pantalla, TercerosPage(serviweb, tramite).pantalla)
        self._keep(tramite.pantalla, seen)

    def options(self, menu: MenuPage, procedimiento: Procedimiento) -> None:
        """Steps 3–8 but for the tercero: whether what a procedure chooses is there."""
        self._open(menu, "tramite")
        tramite = TramitePage(self._serviweb, self._opened("tramite"))
        seen: list[ElementoHallado] = []
        for campo in CATALOGOS_DEL_TRAMITE:
            if campo == "servicio" and self._suscriptor:
                tramite.load_suscriptor(self._suscriptor)
            self._choose(tramite, campo, options_of(procedimiento, campo), seen)
        missing = [one for one in seen if one.hallado is not Hallado.ENCONTRADO]
        self._done.tropiezos += [f"{one.que_es}: {one.hallado}." for one in missing]

    def _open(self, menu: MenuPage, destino: str) -> None:
        """Open a screen; an entry that is not in the menu is told with what could be meant."""
        try:
            menu.open(destino)
        except ScreenChanged as missing:
            entry = missing.campo
            if missing.pantalla == PANTALLAS["menu"].titulo and entry in self._serviweb.perfil.entradas(destino):
                lines = [one.linea for one in entries_like(self._serviweb, entry)][:_PROPOSALS]
                if lines:
                    told = " · ".join(lines)
                    self._done.avisos.append(
                        f"«{entry}»: pegue en [pantallas.menu.localizadores] la que corresponda: {told}"
                    )
            raise

    def _obligations(self, *pantallas: Pantalla) -> None:
        """A field that has to be filled, and that nobody fills, would keep Guardar from its work."""
        with contextlib.suppress(PlaywrightError):  # a frame that is just being replaced
            for label in unnamed_obligations(pantallas):
                self._done.tropiezos.append(
                    f"{pantallas[0].titulo}: el campo obligatorio «{label}» no lo llena el robot, porque ningún nombre lo cubre."
                )

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

    def _choose(self, tramite: TramitePage, campo: str, opciones: Sequence[str], seen: list[ElementoHallado]) -> None:
        """Choose each of several options; the first one stays."""
        found = self._reached(tramite, campo)
        seen.append(found)
        if found.hallado is not Hallado.ENCONTRADO:
            return
        for opcion in reversed(opciones):
            wanted = self._serviweb.perfil.opcion(campo, opcion)
            try:
                tramite.choose(campo, opcion)
            except (OptionMissing, ScreenChanged) as missing:
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
                form = terceros.open_form()
                self._obligations(form)
                before_form, self._stood_there = self._stood_there, f"{self._stood_there}\n{_own_words(form)}"
                self._look(form)
                self._stood_there = before_form
            terceros.leave_form()
            serviweb.close_windows(before)
            close_messages(serviweb)
            if self._cedula:
                terceros.find(self._cedula)

    def consulta(self, menu: MenuPage, radicado: str) -> None:
        self._open(menu, "consulta")
        self._stood_there = None
        self._look(self._opened("consulta"))
        if any(one.impide for one in self._done.vistas[-1].hallazgos):
            return
        consulta = ConsultaPage(self._serviweb)
        if self._suscriptor:
            self._of_suscriptor(consulta)
        if not self._done.resultados:
            self._lately(consulta)
        if radicado:
            with self.told("impresion"):
                self._document(menu, Radicado(numero=radicado))

    def _of_suscriptor(self, consulta: ConsultaPage) -> None:
        found = consulta.find(suscriptor=self._suscriptor, referencia=_NONE)
        self._done.resultados = sum(_is_number(numero) for numero in found.numeros)
        self._done.vacia_vista = not found.numeros and found.concluyente
        if found.falta and found.numeros:
            self._done.avisos.append(f"{found.falta} {_PROVES_NOTHING}")

    def _lately(self, consulta: ConsultaPage) -> None:
        """Whatever CONSULTA shows on its first page of the last days, or of all: to see that it can be read."""
        today = dt.datetime.now(ZONA_HORARIA).date()
        formatos = self._serviweb.perfil.formatos_fecha if consulta.takes_dates else ()
        ways: list[Callable[[], Iterator[Pagina]]] = [
            partial(consulta.between, today - _LATELY, today, formato) for formato in formatos
        ]
        for way in [*ways, consulta.everything]:
            with contextlib.suppress(RobotError):  # some want a suscriptor, or fewer days
                page = next(way(), None)
                self._done.resultados = sum(_is_number(numero) for numero in page.numeros) if page is not None else 0
            if self._done.resultados:
                break

    def _document(self, menu: MenuPage, radicado: Radicado) -> None:
        """The document of a trámite that is there already."""
        menu.open("consulta")
        consulta = ConsultaPage(self._serviweb)
        consulta.show(suscriptor=self._suscriptor, radicado=radicado, referencia=_NONE)
        consulta.open_tramite(radicado)
        impresion = ImpresionPage(self._serviweb)
        self._stood_there = ""
        self._keep(impresion.pantalla, [look_for(impresion.pantalla, "imprimir")])
        impresion.document(self._documento, radicado.numero)
        self._done.documento_visto = True

    def _opened(self, nombre: str) -> Pantalla:
        """The screen once something of it is there."""
        seen: list[Pantalla] = []

        def there(_: float) -> None:
            seen.append(most_of(self._serviweb, nombre))
            assert how_many_are_there(seen[-1])  # noqa: S101  # a check asserts, like Playwright's

        self._serviweb.espera.comes_within(_PATIENCE_MS, there)
        self._serviweb.await_whole(seen[-1].frame)
        return seen[-1]

    def _look(self, pantalla: Pantalla) -> None:
        """Look for everything of a screen; what the robot needs there is given time to come, as a page object gives it."""
        elementos = PANTALLAS[pantalla.nombre].elementos

        def complete(milliseconds: float) -> None:
            for nombre, elemento in elementos.items():
                if not elemento.opcional:
                    expect(pantalla.find(nombre).first).to_be_visible(timeout=milliseconds)

        self._serviweb.espera.comes_within(_PATIENCE_MS, complete)
        self._keep(pantalla, [look_for(pantalla, nombre) for nombre in elementos])

    def _keep(self, pantalla: Pantalla, seen: list[ElementoHallado]) -> None:
        note(pantalla)
        seen = doubles([_where_now(pantalla, one) for one in seen])
        lowest = max((caja.y + caja.alto for one in seen for caja in one.cajas), default=0.0)
        captura, ancho, alto = picture(pantalla.frame.page, lowest, self._stood_there)
        self._done.vistas.append(Vista(pantalla.nombre, pantalla.titulo, captura, ancho, alto, tuple(seen)))


def options_of(procedimiento: Procedimiento, campo: str) -> tuple[str, ...]:
    """What a procedure chooses in a catalogue, or lets choose."""
    match campo:
        case "medio":
            return procedimiento.medios
        case "causal":
            return procedimiento.causales
        case _:
            fixed: str = getattr(procedimiento, campo)
            return (fixed,)


def _own_words(pantalla: Pantalla) -> str:
    """What a form says before anybody has filled it."""
    raiz = pantalla.raiz if isinstance(pantalla.raiz, Locator) else pantalla.frame.locator("body")
    return "\n".join(raiz.all_inner_texts())


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


def _is_number(radicado: str) -> bool:
    return any(map(str.isdigit, radicado))
