"""Conciliación, the robot's part: whether what it believes of its own solicitudes is so."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from robot.conciliacion.findings import Accion, Hallazgo, Tipo
from robot.conciliacion.matching import Cotejo, Grupos, cupo
from robot.conciliacion.sides import FilaDePlanilla, SolicitudVista, TramiteLeido
from robot.models import Estado

_SETTLED = dt.timedelta(days=1)
"""How long after a form was sent a complete look-up that finds nothing means that nothing will come."""
_DEAD = {Estado.RECHAZADA, Estado.CANCELADA}


def several_of_one_referencia(c: Cotejo) -> Iterator[Hallazgo]:
    """A save that came late, after another one had been made."""
    for tramites in c.por_referencia.several():
        valid = [one for one in tramites if not one.anulado]
        if len(valid) < 2 or valid[0].radicado in c.mundo.ajenos:
            continue
        referencia = valid[0].referencia
        tagged = c.por_marca.get(referencia)
        rows = [at for one in valid for at in c.por_numero.get(one.radicado)] or tagged
        yield Hallazgo(Tipo.REFERENCIA_REPETIDA, tuple(valid), c.rows(rows), detalle=f"Referencia {referencia}.")
        c.explain(valid, [*rows, *tagged])


def solicitudes(c: Cotejo) -> Iterator[Hallazgo]:
    """Each solicitud against its row and its trámite."""
    booked: Grupos[object, SolicitudVista] = Grupos()
    for one in c.mundo.solicitudes:
        if one.estado is Estado.RADICADA and one.fecha is not None and one.fecha >= c.mundo.desde:
            booked.add(cupo(one) if one.cuadrilla else one.referencia, one)
        elif one.estado is Estado.RADICADA and one.cancelada:
            yield from _without_cita(c, one)
        elif not one.estado.terminado:
            c.explain(c.por_referencia.get(one.referencia), _rows_of(c, one))
        elif one.estado in _DEAD:
            yield from _held_by_dead(c, one)
        elif one.estado is Estado.POR_VERIFICAR:
            yield from _undecided(c, one)
    for claimants in booked:
        if len(claimants) == 1:
            yield from _booked_row(c, claimants[0])
        else:
            rows = c.place_of(claimants[0])
            tramites = c.known(one.radicado for one in claimants)
            yield Hallazgo(Tipo.CUPO_CON_DOS_DUENOS, tramites, c.rows(rows), tuple(claimants))
            c.explain(tramites, rows)


def _without_cita(c: Cotejo, one: SolicitudVista) -> Iterator[Hallazgo]:
    """A cita that somebody cancelled: no difference, unless a person has given the visit another row since."""
    numbered = [at for at in c.por_numero.get(one.radicado) if c.codigo[at] == one.suscriptor]
    if len(numbered) == 1:
        yield _changed(c, Tipo.CITA_MOVIDA, one, numbered, f"Estaba cancelada. {_now_at(c, numbered[0])}")
        c.citas[one.radicado] = c.filas[numbered[0]]
    elif not numbered:
        c.explain(c.known([one.radicado]))


def told_without_cita(solicitudes: Iterable[SolicitudVista], filas: Iterable[FilaDePlanilla]) -> list[str]:
    """What a conciliación tells of trámites whose cita somebody cancelled: that is no difference."""
    placed = {fila.pqr for fila in filas if fila.pqr}
    return [
        f"El trámite {one.radicado} no tiene cita: la canceló {one.cancelada}. Sigue en Serviweb."
        for one in solicitudes
        if one.cancelada and not one.respondida and one.radicado not in placed
    ]


def _rows_of(c: Cotejo, one: SolicitudVista) -> list[int]:
    """The rows that its tag is on, or that are where its cita is and say its código."""
    there = [at for at in c.place_of(one) if one.suscriptor and c.codigo[at] == one.suscriptor]
    return list(dict.fromkeys([*c.por_marca.get(one.referencia), *there]))


def _held_by_dead(c: Cotejo, one: SolicitudVista) -> Iterator[Hallazgo]:
    if c.por_referencia.get(one.referencia):
        return
    for at in c.por_marca.get(one.referencia):
        fila = c.filas[at]
        if c.is_taken(at) and not fila.pqr and fila.fecha is not None and c.in_period(at):
            alone = c.codigo[at] == one.suscriptor and c.mundo.completo
            yield Hallazgo(
                Tipo.CUPO_RETENIDO, filas=(fila,), solicitudes=(one,), reparacion=Accion.LIBERAR_CUPO, sola=alone
            )
            c.explain(filas=[at])


def _undecided(c: Cotejo, one: SolicitudVista) -> Iterator[Hallazgo]:
    found = [tramite for tramite in c.por_referencia.get(one.referencia) if not tramite.anulado]
    rows = _rows_of(c, one)
    known = c.known([one.radicado])
    c.explain([*found, *known], rows)
    if len(found) > 1:
        return
    tipo, reparacion, detalle, sola = Tipo.POR_VERIFICAR_RESUELTA, None, "", False
    if not one.radicado and found:
        reparacion, sola = Accion.DECIDIR_RADICADA, True
        detalle = f"Serviweb tiene su trámite: {found[0].radicado}."
    elif not one.radicado and _nothing_came(c, one):
        reparacion = Accion.DECIDIR_NO_GUARDADA
        detalle = "Más de un día después, Serviweb no tiene su trámite."
    else:
        tipo = Tipo.POR_VERIFICAR_PENDIENTE
    yield Hallazgo(tipo, tuple(found) or known, c.rows(rows), (one,), detalle, reparacion, sola)


def _nothing_came(c: Cotejo, one: SolicitudVista) -> bool:
    """Whether it is proven that nothing was saved for a solicitud that is in doubt."""
    return (
        c.mundo.completo
        and c.mundo.ahora - one.cambiada > _SETTLED
        and bool(one.suscriptor)
        and all(tramite.entero for tramite in c.por_suscriptor.get(one.suscriptor))
    )


def _booked_row(c: Cotejo, one: SolicitudVista) -> Iterator[Hallazgo]:
    """Whether the row of a finished solicitud still says what the robot wrote.

    Its radicado is what tells it best, then its código, then its place.
    """
    numbered = c.por_numero.get(one.radicado) if one.radicado else ()
    if len(numbered) > 1 or any(not c.is_open(at) for at in numbered):
        return
    if numbered:
        yield from _with_its_radicado(c, one, numbered[0])
        return
    same = [at for at in c.place_of(one) if one.suscriptor and c.codigo[at] == one.suscriptor and c.is_open(at)]
    if same:
        yield from _without_its_radicado(c, one, same[0])
        return
    elsewhere = [at for at in c.por_codigo.get(one.suscriptor) if _may_have_moved(c, one, at)]
    if one.suscriptor and len(elsewhere) == 1:
        yield _changed(c, Tipo.CITA_MOVIDA, one, elsewhere, _now_at(c, elsewhere[0]))
        return
    yield from _gone(c, one)


def _with_its_radicado(c: Cotejo, one: SolicitudVista, at: int) -> Iterator[Hallazgo]:
    same_code = not one.suscriptor or c.codigo[at] == one.suscriptor
    in_place = cupo(c.filas[at])[:-1] == cupo(one)[:-1]  # a crew may have been given another name
    if in_place and not same_code:
        yield _changed(c, Tipo.CITA_CAMBIADA, one, [at], "El código es otro.")
    elif same_code and not in_place:
        yield _changed(c, Tipo.CITA_MOVIDA, one, [at], _now_at(c, at))
        c.citas[one.radicado] = c.filas[at]


def _without_its_radicado(c: Cotejo, one: SolicitudVista, at: int) -> Iterator[Hallazgo]:
    tramites = c.known([one.radicado])
    if c.filas[at].pqr:
        yield _changed(c, Tipo.CITA_CAMBIADA, one, [at], "El radicado es otro.")
    elif tramites:
        yield radicado_for(c, at, tramites[0], (one,), "El robot lo había escrito y una persona lo borró.")


def _may_have_moved(c: Cotejo, one: SolicitudVista, at: int) -> bool:
    fila = c.filas[at]
    return not fila.pqr and fila.referencia in {"", one.referencia} and c.is_open(at) and c.in_period(at)


def _gone(c: Cotejo, one: SolicitudVista) -> Iterator[Hallazgo]:
    place = c.place_of(one)
    rows = [at for at in c.por_marca.get(one.referencia) if at in place] or place
    empty = [at for at in rows if not c.filas[at].tocada]
    if not rows:
        yield _changed(c, Tipo.CITA_BORRADA, one, [], "")
    elif empty:
        yield _changed(c, Tipo.CITA_VACIADA, one, empty[:1], "")
    else:
        others = [at for at in rows if c.is_open(at)][:1]
        yield _changed(c, Tipo.CITA_CAMBIADA, one, others, "Ahora es de otro suscriptor.")


def _changed(c: Cotejo, tipo: Tipo, one: SolicitudVista, rows: Sequence[int], detalle: str) -> Hallazgo:
    tramites = c.known([one.radicado])
    c.explain(tramites, rows)
    was = f"Era el {one.fecha:%d/%m/%Y} a las {one.hora:%H:%M}." if one.fecha and one.hora else ""
    return Hallazgo(tipo, tramites, c.rows(rows), (one,), f"{was} {detalle}".strip())


def _now_at(c: Cotejo, at: int) -> str:
    fila = c.filas[at]
    return f"Ahora está el {fila.fecha:%d/%m/%Y} a las {fila.hora:%H:%M}." if fila.fecha and fila.hora else ""


def radicado_for(
    c: Cotejo,
    at: int,
    tramite: TramiteLeido,
    solicitudes: tuple[SolicitudVista, ...] = (),
    detalle: str = "",
    *,
    proven: bool = True,
) -> Hallazgo:
    """A trámite that is a row's, whose pqr is blank."""
    c.explain([tramite], [at])
    c.citas[tramite.radicado] = c.filas[at]
    return Hallazgo(
        Tipo.CITA_SIN_RADICADO,
        (tramite,),
        (c.filas[at],),
        solicitudes,
        detalle,
        Accion.ESCRIBIR_RADICADO,
        sola=proven and c.filas[at].fecha is not None and c.filas[at].hora is not None,
    )
