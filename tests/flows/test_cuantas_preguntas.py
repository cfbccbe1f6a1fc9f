"""What a filing asks the browser: each question costs browser, driver and robot a few milliseconds of the processor."""

import io
import json
import zipfile
from collections.abc import Callable, Mapping

import pytest

from fixtures.procesos import Mock
from robot.flows.constancia import ConstanciaEnMemoria
from robot.flows.documento import print_document
from robot.flows.formulario import fill_form, open_ahead
from robot.flows.guardado import save_tramite
from robot.flows.oficina import Oficina
from robot.flows.progreso import Progreso
from robot.flows.sesion import Sesion
from robot.flows.visita import Trabajo
from robot.models import Asesor, Solicitud
from robot.referencia import Referencia
from robot.settings import PREFIX
from tests.procedimientos import VISITA_DOMICILIARIA

New = Callable[..., Solicitud]
_UNTIL_THE_DOCUMENT = 70
_NEXT_FORM = 20


def asked(sesion: Sesion) -> int:
    """How many calls Playwright's own recording of this solicitud has."""
    count = 0
    for one in sesion.recordings(()):
        with zipfile.ZipFile(io.BytesIO(one)) as archive:
            lines = [
                line
                for name in archive.namelist()
                if name.endswith(".trace")
                for line in archive.read(name).splitlines()
            ]
        count += sum(json.loads(line)["type"] == "before" for line in lines)
    return count


@pytest.fixture
def environment(environment: Mapping[str, str]) -> Mapping[str, str]:
    """With traces, which tell what was asked; other tests go without, to be faster."""
    return {**environment, PREFIX + "EVIDENCIA__TRAZA": "acciones"}


def test_a_filing_asks_no_more_than_it_did(oficina: Oficina, asesor: Asesor, solicitud: New, serviweb: Mock) -> None:
    sesion, procedimiento = oficina.sesion(asesor), VISITA_DOMICILIARIA
    sesion.menu()
    for cuantas in range(2):  # the first one learns what the screens are like
        trabajo = Trabajo(procedimiento, solicitud(), Referencia.new(procedimiento.prefijo_referencia))
        sesion.record(trabajo.referencia)
        formulario = fill_form(sesion, trabajo, Progreso())
        saved = save_tramite(sesion, formulario, trabajo, ConstanciaEnMemoria(), plazo_segundos=10, progreso=Progreso())
        assert saved.radicado is not None
        print_document(sesion, trabajo, saved.radicado)
        if cuantas == 0:
            sesion.record_nothing()
            open_ahead(sesion, procedimiento)
    until_the_document = asked(sesion)
    sesion.record("VD-otra")
    open_ahead(sesion, procedimiento)
    next_form = asked(sesion)
    assert until_the_document <= _UNTIL_THE_DOCUMENT
    assert next_form <= _NEXT_FORM
    assert len(serviweb.state()["tramites"]) == 2
