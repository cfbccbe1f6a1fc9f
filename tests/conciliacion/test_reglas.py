"""The rules of conciliación over generated worlds."""

import dataclasses
import os
import random
from collections import Counter
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from robot.conciliacion.findings import Hallazgo, Tipo
from robot.conciliacion.own_side import told_without_cita
from robot.conciliacion.rules import reconcile
from robot.models import Estado
from tests.conciliacion.casos import CASOS, Esperado, inject
from tests.conciliacion.mundos import consistent

EXAMPLES = int(os.environ.get("CONCILIACION_EXAMPLES", "150"))


def found(hallazgos: Sequence[Hallazgo]) -> Counter[Esperado]:
    """What was found, as the generator says what must be; who owns a cupo first is nobody's to say."""
    return Counter((one.tipo, "" if one.tipo is Tipo.CUPO_CON_DOS_DUENOS else one.suscriptor) for one in hallazgos)


def test_every_kind_of_difference_can_be_injected() -> None:
    assert {tipo for tipo, _ in CASOS.values()} == set(Tipo)


@settings(max_examples=EXAMPLES)
@given(st.integers(0, 2**32), st.integers(2, 80))
def test_a_consistent_world_has_no_findings(seed: int, cuantas: int) -> None:
    mundo = consistent(random.Random(seed), cuantas)
    assert found(reconcile(mundo.as_mundo())) == Counter()


@settings(max_examples=EXAMPLES)
@given(st.integers(0, 2**32), st.dictionaries(st.sampled_from(sorted(CASOS)), st.integers(1, 4), min_size=1))
def test_every_injected_difference_is_found_and_none_is_invented(seed: int, wanted: dict[str, int]) -> None:
    mundo = consistent(random.Random(seed), 120)
    expected = inject(mundo, wanted)
    assert found(reconcile(mundo.as_mundo())) == expected


def test_a_month_of_a_thousand_citas_with_sixty_differences_lists_exactly_those() -> None:
    mundo = consistent(random.Random(2026), 1000)
    names = sorted(CASOS)
    expected = inject(mundo, {name: 3 if at < 60 - 2 * len(names) else 2 for at, name in enumerate(names)})
    assert expected.total() == 60
    assert {tipo for tipo, _ in expected} == set(Tipo)
    assert found(reconcile(mundo.as_mundo())) == expected


@settings(max_examples=EXAMPLES // 3)
@given(st.integers(0, 2**32), st.sampled_from(sorted(CASOS)))
def test_a_finding_has_the_same_key_in_every_run(seed: int, name: str) -> None:
    mundo = consistent(random.Random(seed), 40)
    inject(mundo, {name: 2})
    first, second = reconcile(mundo.as_mundo()), reconcile(mundo.as_mundo())
    assert [one.clave for one in first] == [one.clave for one in second]
    assert len({one.clave for one in first}) == len(first)


def test_what_could_not_be_read_whole_is_never_repaired_unasked() -> None:
    mundo = consistent(random.Random(7), 200)
    names = ("pqr_not_written_by_hand", "refused_without_giving_back", "never_saved")
    inject(mundo, dict.fromkeys(names, 3))
    whole = mundo.as_mundo()
    assert sum(one.sola for one in reconcile(whole)) == 6
    assert not any(one.sola for one in reconcile(dataclasses.replace(whole, completo=False)))


def test_a_code_that_was_typed_as_a_number_is_the_same_code() -> None:
    mundo = consistent(random.Random(3), 60)
    for cita in mundo.citas:
        mundo.change(cita, codigo=str(int(cita.suscriptor)), numerico=True)
    assert found(reconcile(mundo.as_mundo())) == Counter()


def test_a_cancelled_cita_is_told_by_whom_and_when_and_is_no_difference() -> None:
    mundo = consistent(random.Random(11), 60)
    cita = next(one for one in mundo.citas if one.referencia)
    row = mundo.fila(cita)
    mundo.empty(cita)
    mundo.change(cita, referencia="", marca=None)
    mundo.change_solicitud(cita, fecha=None, hora=None, cancelada="clara el 27/11/2026 a las 15:20")
    seen = mundo.as_mundo()
    assert found(reconcile(seen)) == Counter()
    assert told_without_cita(seen.solicitudes, seen.filas) == [
        f"El trámite {cita.radicado} no tiene cita: la canceló clara el 27/11/2026 a las 15:20. Sigue en Serviweb."
    ]
    mundo.change(cita, codigo=row.codigo, ruta=row.ruta, asesor=row.asesor, pqr=row.pqr, libre=False)
    again = mundo.as_mundo()
    assert found(reconcile(again)) == Counter({(Tipo.CITA_MOVIDA, cita.suscriptor): 1}), "a person gave it a row again"
    assert told_without_cita(again.solicitudes, again.filas) == []


def test_a_cita_that_is_being_moved_stands_in_two_rows_and_that_is_no_difference() -> None:
    mundo = consistent(random.Random(12), 60)
    cita = next(one for one in mundo.citas if one.referencia)
    free = mundo.libres[0]
    old, new = mundo.fila(cita), mundo.filas[free]
    assert new is not None
    mundo.filas[free] = dataclasses.replace(
        new, codigo=old.codigo, ruta=old.ruta, asesor=old.asesor, pqr=old.pqr, libre=False, referencia=cita.referencia
    )
    mundo.change(cita, referencia=cita.referencia)
    mundo.change_solicitud(cita, estado=Estado.EN_CURSO)
    assert found(reconcile(mundo.as_mundo())) == Counter()
