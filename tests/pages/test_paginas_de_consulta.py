"""A look-up proves something only where the screen shows that everything was read, whatever leads to the other pages."""

import pytest

from fixtures.procesos import Mock
from robot.flows.lector import Lector
from robot.flows.oficina import Oficina
from robot.flows.verificacion import verify
from robot.pages.consulta import ConsultaPage
from robot.pages.menu import MenuPage
from robot.pages.serviweb import Serviweb
from robot.perfil.perfil import Perfil

OURS = "VD-PRUEBA"


def seed(serviweb: Mock, cuantos: int) -> None:
    """So many more trámites of the suscriptor, the newest with our referencia."""
    text = [f"Visita {at}." for at in range(cuantos - 1)]
    serviweb.seed_tramites(
        [
            {"suscriptor": "001008", "fecha": "2026-11-03 08:00:00", "observacion": one}
            for one in [*text, f"Nuestra. {OURS}"]
        ]
    )


@pytest.mark.parametrize(
    ("skin", "modos"),
    [
        ("classic", ("numeros", "ventana", "signo", "mas", "tamano")),
        ("spa", ("numeros", "flecha", "lista", "desplazar")),
    ],
    indirect=["skin"],
    ids=["classic", "spa"],
)
def test_every_page_is_read_whatever_leads_to_it(
    menu: MenuPage, abierto: Serviweb, serviweb: Mock, modos: tuple[str, ...]
) -> None:
    seed(serviweb, 24)
    for modo in modos:
        serviweb.faults(paginas={"modo": modo}, antiguas_primero=-1)
        abierto.page.reload()
        menu.open("consulta")
        found = ConsultaPage(abierto).find(suscriptor="001008", referencia=OURS)
        assert [one.numero for one in found.radicados] == [serviweb.state()["tramites"][-1]["radicado"]], modo
        assert found.falta == "", modo


@pytest.mark.parametrize("skin", ["spa"], indirect=True)
def test_a_way_on_that_is_off_while_the_results_are_drawn_is_waited_for(
    menu: MenuPage, abierto: Serviweb, serviweb: Mock
) -> None:
    seed(serviweb, 24)
    serviweb.faults(paginas={"modo": "flecha", "cuenta": True}, antiguas_primero=-1)
    menu.open("consulta")
    abierto.page.evaluate(
        """() => new MutationObserver(() => {
          const way = document.querySelector('[title=Siguiente]:not(.disabled, [data-seen])');
          if (!way) return;
          way.dataset.seen = '';
          way.classList.add('disabled');
          setTimeout(() => way.classList.remove('disabled'), 500);
        }).observe(document.body, {childList: true, subtree: true})"""
    )
    found = ConsultaPage(abierto).find(suscriptor="001008", referencia=OURS)
    assert [one.numero for one in found.radicados] == [serviweb.state()["tramites"][-1]["radicado"]]
    assert found.falta == ""


@pytest.mark.parametrize(
    ("skin", "cases"),
    [
        ("classic", (("nada", True, 6, ""), ("nada", False, 12, "No se ve"))),
        (
            "spa",
            (
                ("nada", False, 4, ""),
                ("icono", False, 12, "No se ve"),
                ("nada", True, 12, "hay 12 resultados, y se leyeron"),
            ),
        ),
    ],
    indirect=["skin"],
    ids=["classic", "spa"],
)
def test_without_a_known_way_on_the_results_are_all_only_where_that_is_shown(
    menu: MenuPage, abierto: Serviweb, serviweb: Mock, cases: tuple[tuple[str, bool, int, str], ...]
) -> None:
    for modo, cuenta, cuantos, falta in cases:
        if missing := cuantos - len(serviweb.state()["tramites"]):
            seed(serviweb, missing)
        serviweb.faults(paginas={"modo": modo, "cuenta": cuenta}, antiguas_primero=-1)
        abierto.page.reload()
        menu.open("consulta")
        found = ConsultaPage(abierto).find(suscriptor="001008", referencia="VD-OTRA")
        assert found.concluyente is (falta == ""), (modo, cuenta, cuantos)
        assert falta in found.falta, (modo, cuenta, cuantos)


def test_results_that_the_perfil_says_come_whole_are_all(
    menu: MenuPage, abierto: Serviweb, serviweb: Mock, perfil: Perfil
) -> None:
    seed(serviweb, 9)
    serviweb.faults(paginas={"modo": "nada"})
    abierto.perfil = Perfil.model_validate({**perfil.model_dump(), "consulta": {"paginas": "ninguna"}})
    menu.open("consulta")
    assert ConsultaPage(abierto).find(suscriptor="001008", referencia="VD-OTRA").concluyente


@pytest.mark.larga
def test_a_tramite_that_the_pages_hide_is_found_among_the_last_days_also_where_their_count_lies(
    menu: MenuPage, abierto: Serviweb, serviweb: Mock
) -> None:
    seed(serviweb, 12)
    serviweb.seed(1, suscriptor="001008", tercero=serviweb.state()["terceros"][0]["cedula"])
    newest = serviweb.state()["tramites"][-1]["radicado"]
    lie = {"etiqueta_cambiada": {"veces": -1, "ruta": "consulta", "de": "de 13", "a": "de 10"}}
    for cuenta, besides in ((False, {}), (True, lie)):
        serviweb.faults(paginas={"modo": "nada", "cuenta": cuenta}, antiguas_primero=-1, **besides)
        abierto.page.reload()
        menu.open("consulta")
        found = ConsultaPage(abierto).find(suscriptor="001008", referencia="Semilla")
        assert [one.numero for one in found.radicados] == [newest], cuenta
        assert not found.concluyente or cuenta


@pytest.mark.larga
def test_a_reading_that_may_be_a_part_says_so_to_the_conciliacion_and_to_whoever_verifies(
    oficina: Oficina, serviweb: Mock
) -> None:
    seed(serviweb, 12)
    serviweb.faults(paginas={"modo": "icono"}, antiguas_primero=-1)
    asesor = oficina.settings.asesor("ana")
    lector = Lector(oficina.sesion(asesor), oficina.perfil, oficina.catalogo.activos)
    read = lector.of_suscriptor("001008")
    assert (len(read.tramites), read.completa) == (10, False)
    done = verify(oficina, asesor, suscriptor="001008", cedula=serviweb.state()["terceros"][0]["cedula"])
    assert done.puede_trabajar
    assert ["no prueba que un trámite no esté" in one for one in done.avisos] == [True]
