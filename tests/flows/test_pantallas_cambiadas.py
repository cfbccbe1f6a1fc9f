"""Ten changes of a screen on three faces of the mock: what a thing was leads to what it has become; nothing wrong is clicked."""

import contextlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from fixtures.procesos import Mock, MockGoogle
from robot.errors import ScreenChanged
from robot.flows.oficina import Oficina
from robot.flows.radicacion import radicar
from robot.models import Asesor, Estado, Solicitud
from robot.pages.inspeccion import Hallado, look_for, most_of
from robot.pages.serviweb import Pantalla
from robot.pages.tramite import TramitePage
from robot.perfil.ajustes import Ajuste, adjusted
from robot.settings import Settings, load_settings
from tests.flows.test_radicacion import assert_radicada_once

New = Callable[..., Solicitud]
_GUION = Path(__file__).with_name("cambios.js").read_text(encoding="utf-8")
CAMBIOS: Mapping[str, str] = {
    "renombrado": "guardar",
    "rotulado": "observacion",
    "movido": "guardar",
    "enmarcado": "observacion",
    "de_otra_clase": "guardar",
    "reordenado": "zona",
    "duplicado": "suscriptor",
    "renombrado_por_dentro": "servicio",
    "sin_palabras": "agregar",
    "envuelto": "tercero",
}
"""Each with the name of the thing that it changes."""
_NAMED = {campo: f"[name={campo}]" for campo in ("zona", "suscriptor", "servicio", "tercero", "observacion")}
DONDE: Mapping[str, Mapping[str, str]] = {
    "classic": {**_NAMED, "guardar": "[value=Guardar]", "agregar": "[value='+']"},
    "spa": {**_NAMED, "guardar": "#guardar", "agregar": "#mas"},
    "bootstrap": {**_NAMED, "guardar": "#guardar", "agregar": "#mas"},
}
_ENOUGH = 8
_IS_THE_TRUTH = (
    """(e, name) => (e.dataset.verdad ?? e.closest('.select2')?.previousElementSibling?.dataset.verdad) === name"""
)


@pytest.fixture
def settings(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Each form is opened when it is needed, and what is not there is not waited for long."""
    monkeypatch.setenv("SERVIWEB_ROBOT_SERVIWEB__FORMULARIO_LISTO", "no")
    return load_settings()


def _change(serviweb: Mock, skin: str, cual: str) -> None:
    """Serve the form with one change from now on."""
    script = f"<script>({_GUION})({json.dumps(cual)}, {json.dumps(DONDE[skin])})</script>"
    serviweb.faults(etiqueta_cambiada={"veces": -1, "de": "<body", "a": f"{script}<body"})


def _form(oficina: Oficina, asesor: Asesor) -> Pantalla:
    """The form of a trámite, opened in a browser that knows of no earlier page."""
    oficina.navegador.forget(asesor.usuario)
    sesion = oficina.sesion(asesor)
    sesion.renew()
    sesion.menu().open("tramite")
    with contextlib.suppress(ScreenChanged):  # what tells that it is there may be what has changed
        TramitePage(sesion.serviweb)
    return most_of(sesion.serviweb, "tramite")


def _first_is_right(pantalla: Pantalla, cual: str) -> bool:
    """Whether the thing, or else what is proposed first for it, is the one that was changed."""
    nombre = CAMBIOS[cual]
    own = Pantalla(pantalla.serviweb, "terceros", pantalla.frame) if nombre == "agregar" else pantalla
    found = look_for(own, nombre)
    if found.hallado is not Hallado.ENCONTRADO:
        if not found.propuestas:
            return False
        ajuste = Ajuste(own.nombre, nombre, found.propuestas[0].linea)
        own.serviweb.perfil = adjusted(own.serviweb.perfil, [ajuste])
    return bool(own.find(nombre).first.evaluate(_IS_THE_TRUTH, nombre))


@pytest.mark.larga
@pytest.mark.parametrize("skin", DONDE, indirect=True)
def test_of_ten_changes_the_right_thing_is_proposed_first_in_eight_or_more_and_nothing_wrong_is_clicked(
    oficina: Oficina, asesor: Asesor, solicitud: New, serviweb: Mock, skin: str
) -> None:
    _form(oficina, asesor)
    right = []
    for cual in CAMBIOS:
        _change(serviweb, skin, cual)
        right += [cual] if _first_is_right(_form(oficina, asesor), cual) else []
        oficina.sesion(asesor).go_by(oficina.perfil)
    assert len(right) >= _ENOUGH, f"not {CAMBIOS.keys() - set(right)}"
    assert not [one for one in serviweb.state()["registro"] if "senuelo" in one], "a look clicks nothing"


@pytest.mark.larga
@pytest.mark.parametrize("skin", DONDE, indirect=True)
@pytest.mark.parametrize("cual", CAMBIOS)
def test_on_a_screen_that_changed_nothing_wrong_is_clicked_and_what_is_filed_is_what_was_asked(
    oficina: Oficina, asesor: Asesor, solicitud: New, serviweb: Mock, skin: str, cual: str
) -> None:
    _form(oficina, asesor)
    _change(serviweb, skin, cual)
    oficina.navegador.forget(asesor.usuario)
    oficina.sesion(asesor).renew()
    asked = solicitud()
    resultado = radicar(oficina, asked)
    state = serviweb.state()
    assert not [one for one in state["registro"] if "senuelo" in one]
    assert [one["radicado"] for one in state["tramites"]] == ([resultado.radicado] if resultado.radicado else [])
    assert all(
        one["suscriptor"] == asked.suscriptor and asked.solicitud in one["observacion"] for one in state["tramites"]
    )


@pytest.mark.larga
def test_a_field_that_changed_is_filled_unasked_only_where_the_setting_says_so_and_a_button_never(
    settings: Settings,
    browser: Browser,
    solicitud: New,
    serviweb: Mock,
    google: MockGoogle,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SERVIWEB_ROBOT_SERVIWEB__PARECIDOS", "leer_igual")
    accepted: list[Ajuste] = []
    with Oficina(load_settings(), browser=browser, ajustes=lambda: accepted) as trusting:
        assert_radicada_once(radicar(trusting, solicitud()), serviweb, google)
        serviweb.faults(etiqueta_cambiada={"veces": -1, "de": "Observación:", "a": "Hechos:"})
        filed = radicar(trusting, solicitud(suscriptor="001015"))
        assert filed.estado is Estado.RADICADA, filed.error
        assert any("se llenó el campo de varias líneas junto a «Hechos»" in aviso for aviso in filed.avisos)
        assert serviweb.state()["tramites"][-1]["observacion"].startswith("El agua se devuelve")
        serviweb.faults(etiqueta_cambiada={"veces": -1, "de": 'value="Guardar"', "a": 'value="Enviar"'})
        refused = radicar(trusting, solicitud(suscriptor="001022"))
        assert refused.estado is Estado.RECHAZADA
        assert refused.error is not None
        assert "era el botón «Guardar»; lo más parecido ahora es el botón «Enviar»" in refused.error.mensaje
        assert len(serviweb.state()["tramites"]) == 2
        accepted.append(Ajuste("tramite", "guardar", 'guardar = { rol = "button", nombre = "Enviar" }'))
        assert radicar(trusting, solicitud(suscriptor="001022")).estado is Estado.RADICADA, "without being started anew"
