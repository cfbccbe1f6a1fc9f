"""Whether the document that Serviweb prints is that of the solicitud: told where it is not, and where nobody could see it."""

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from fixtures.procesos import Mock
from robot.errors import DocumentoAjeno, RadicadoDistinto
from robot.flows.constancia import Etapa
from robot.flows.documento import print_copies
from robot.flows.oficina import Oficina
from robot.flows.partes import CitaVigente, Desenlace, Llamada, Previo, T
from robot.flows.progreso import Progreso, silent
from robot.flows.radicacion import Radicacion, radicar
from robot.flows.visita import Trabajo
from robot.models import Asesor, Cita, DocumentoCopias, Estado, Radicado, Solicitud
from robot.referencia import Referencia
from tests.procedimientos import VISITA_DOMICILIARIA

OURS = "Radicado No. {radicado}"


@pytest.mark.larga
def test_a_document_is_another_ones_only_where_it_says_so_and_what_cannot_be_seen_is_told(
    oficina: Oficina,
    solicitud: Callable[..., Solicitud],
    serviweb: Mock,
    asesor: Asesor,
    tmp_path: Path,
) -> None:
    resultado = radicar(oficina, solicitud())
    assert resultado.estado is Estado.RADICADA
    assert resultado.referencia is not None
    assert resultado.radicado is not None
    cita, numero = resultado.cita, resultado.radicado
    assert cita is not None
    trabajo = Trabajo(VISITA_DOMICILIARIA, solicitud(), Referencia(resultado.referencia))

    def told(renglones: Sequence[str]) -> str:
        serviweb.faults(impresion={"veces": -1, "modo": "pdf", "renglones": renglones})
        sesion = oficina.sesion(asesor)
        sesion.menu()  # what was printed before is not at hand any more
        print_copies(sesion, trabajo, Radicado(numero=numero), cita, tmp_path, Progreso(silent))
        return " ".join(sesion.take_avisos())

    assert told([OURS, "Suscriptor: 1008 ROSA"]) == "", "as screens write it without its zeros"
    assert "no trae texto que se pueda leer" in told([])
    assert "no muestra el suscriptor ni la referencia" in told([OURS, "Factura 2026-001008", "Código: SC-PQRS-PRO-018"])
    assert "no muestra el radicado" in told(["Suscriptor: 001008", "Ref. " + resultado.referencia])
    with pytest.raises(DocumentoAjeno):
        told([OURS, "Suscriptor: 001009, factura 2026-001008"])
    with pytest.raises(RadicadoDistinto):
        told(["Radicado No. 2019-777777", "Suscriptor: 001008", "Ref. " + resultado.referencia])


@pytest.mark.parametrize("made", [True, False], ids=["made anew", "not to be had"])
def test_nobody_is_given_copies_that_tell_a_cita_that_is_none_any_more(
    solicitud: Callable[..., Solicitud], made: bool
) -> None:
    first, second = (_cita(hora) for hora in (8, 10))
    old, new = (DocumentoCopias(archivo=Path("x.pdf"), sha256=one * 64, copias=2, paginas=2) for one in "01")
    done = {
        Etapa.PREPARACION: Previo(radicado=Radicado(numero="2026-004301")),
        Etapa.CITA: first,
        Etapa.RADICADO: CitaVigente(cita=first),
        Etapa.COPIAS: old,
        Etapa.VERIFICACION: CitaVigente(cita=second, documento=new if made else None, copias_vencidas=not made),
    }

    def corredor(llamada: Llamada[T]) -> Desenlace[T]:
        return Desenlace[T](valor=llamada.tipo.model_validate(done[llamada.etapa].model_dump(), strict=False))

    trabajo = Trabajo(VISITA_DOMICILIARIA, solicitud(), Referencia.new("VD"))
    resultado = Radicacion(trabajo, corredor, impresora="").run()
    assert (resultado.cita, resultado.documento) == (second, new if made else None)
    assert resultado.copias_pendientes is not made


def _cita(hora: int) -> Cita:
    return Cita(
        fecha=dt.date(2026, 11, 24),
        hora=dt.time(hora),
        planilla="Noviembre",
        hoja="Semana 4",
        referencia="VD-7K3Q9M",
        suscriptor="001008",
        planilla_id="1",
        hoja_id=1,
        marca=1,
    )
