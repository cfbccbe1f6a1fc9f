"""What is looked up while somebody types: in two windows of one session, so that neither screen is left for the other."""

import datetime as dt

import pytest

from fixtures.procesos import Mock
from robot.flows.lector import Lector
from robot.flows.oficina import Oficina
from robot.flows.vistazo import MOST_VISITS, Mirador, Que, SuscriptorVisto, VisitasVistas, Vistazo
from robot.models import ZONA_HORARIA, Asesor


def test_the_visits_of_a_codigo_cost_one_request_and_leave_the_form_where_it_waits(
    oficina: Oficina, asesor: Asesor, serviweb: Mock
) -> None:
    ready(oficina, asesor)
    mirador = Mirador(oficina, asesor)
    for que, codigo in ((Que.VISITAS, "001001"), (Que.SUSCRIPTOR, "001008")):
        before = serviweb.state()["peticiones"]
        mirador.look(Vistazo(que, codigo))
        assert serviweb.state()["peticiones"] - before == 1, que
    assert serviweb.state()["sesiones"] == [asesor.usuario]


@pytest.mark.cada_skin
def test_every_look_is_of_its_own_codigo_also_where_both_windows_are_used_in_turn(
    oficina: Oficina, asesor: Asesor, serviweb: Mock
) -> None:
    today = dt.datetime.now(ZONA_HORARIA).date()
    names = {str(one["codigo"]): str(one["nombre"]) for one in serviweb.state()["suscriptores"]}
    visits = {"001008": 2, "001015": 0, "001001": 1}
    for codigo, count in visits.items():
        serviweb.seed_tramites([{"suscriptor": codigo, "fecha": f"{today} 08:00:00"} for _ in range(count)])
    mirador = Mirador(oficina, asesor)
    for codigo, count in visits.items():
        ready(oficina, asesor)
        seen = mirador.look(Vistazo(Que.SUSCRIPTOR, codigo))
        assert isinstance(seen, SuscriptorVisto)
        assert seen.suscriptor.nombre == names[codigo]
        assert len(visits_of(mirador, codigo)) == count


@pytest.mark.cada_skin
def test_of_a_suscriptor_with_many_visits_the_newest_are_read_and_no_more_pages_than_they_are_on(
    oficina: Oficina, asesor: Asesor, serviweb: Mock
) -> None:
    today = dt.datetime.now(ZONA_HORARIA).date()
    days = [today - dt.timedelta(days=back) for back in range(40, 0, -1)]
    serviweb.seed_tramites([{"suscriptor": "001008", "fecha": f"{day} 08:00:00"} for day in days])
    lector = Lector(oficina.sesion(asesor), oficina.perfil, oficina.catalogo.activos)
    shown = lector.latest_of("001008", desde=days[0], cuantos=MOST_VISITS)
    newest = sorted((one.fecha for one in shown if one.fecha is not None), reverse=True)[:MOST_VISITS]
    assert newest == days[: -MOST_VISITS - 1 : -1]
    first = [one.fecha for one in shown[:2] if one.fecha is not None]
    assert len(shown) < len(days) or first != sorted(first, reverse=True), (
        "more was read though the newest had come first"
    )


def test_a_session_that_has_ended_is_begun_again_in_both_windows(
    oficina: Oficina, asesor: Asesor, serviweb: Mock
) -> None:
    ready(oficina, asesor)
    serviweb.faults(sesion_expirada={"veces": 1})
    assert visits_of(Mirador(oficina, asesor), "001008") == ()
    assert serviweb.struck() == {"sesion_expirada": 1}
    ready(oficina, asesor)
    before = serviweb.state()["peticiones"]
    assert visits_of(Mirador(oficina, asesor), "001015") == ()
    assert serviweb.state()["peticiones"] - before == 1


def test_a_serviweb_that_does_not_do_with_two_windows_is_looked_at_in_one(
    oficina: Oficina, asesor: Asesor, serviweb: Mock
) -> None:
    mirador = Mirador(oficina, asesor)
    mirador.look(Vistazo(Que.SUSCRIPTOR, "001001"))
    oficina.sesion(asesor).keep_to_one_window()
    ready(oficina, asesor)
    assert visits_of(mirador, "001008") == ()
    assert oficina.sesion(asesor).second_window() is None
    assert isinstance(mirador.look(Vistazo(Que.SUSCRIPTOR, "001001")), SuscriptorVisto)


def ready(oficina: Oficina, asesor: Asesor) -> None:
    """Have everything open that look-ups begin with."""
    while Mirador(oficina, asesor).get_ready():
        pass


def visits_of(mirador: Mirador, codigo: str) -> tuple[object, ...]:
    seen = mirador.look(Vistazo(Que.VISITAS, codigo))
    assert isinstance(seen, VisitasVistas)
    return seen.visitas
