"""What a chaos run left behind, judged by what the mocks hold."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pypdf import PdfReader

from fixtures.procesos import Mock, MockGoogle
from robot.models import Estado, Solicitud
from robot.procedure.definition import Procedimiento
from robot.record.dossier import Expediente
from robot.record.solicitudes import Registro
from robot.referencia import Referencia

_REF = re.compile(r"Ref\. (\S+)$")
_CODIGO, _PQR = 3, 6


@dataclass
class Juicio:
    """The table at the end. What must be zero is zero, or the run has found a defect."""

    aceptadas: int
    por_estado: Mapping[str, int]
    tramites_duplicados: list[str] = field(default_factory=list)
    tramites_de_nadie: list[str] = field(default_factory=list)
    tramites_de_otra_persona: list[str] = field(default_factory=list)
    cupos_con_dos_duenos: list[str] = field(default_factory=list)
    cupos_sin_dueno: list[str] = field(default_factory=list)
    escrito_por_personas_perdido: list[str] = field(default_factory=list)
    solicitudes_perdidas: list[str] = field(default_factory=list)
    radicados_en_otra_fila: list[str] = field(default_factory=list)
    copias_faltantes: list[str] = field(default_factory=list)
    copias_pendientes: list[str] = field(default_factory=list)
    por_verificar: list[str] = field(default_factory=list)
    por_verificar_decidible: list[str] = field(default_factory=list)
    historias: dict[str, list[str]] = field(default_factory=dict)
    recuperaciones: int = 0
    escrito_por_personas: int = 0

    @property
    def defectos(self) -> dict[str, list[str]]:
        """Everything that must be empty."""
        return {
            "trámites duplicados": self.tramites_duplicados,
            "trámites que nadie pidió": self.tramites_de_nadie,
            "trámites de otra persona, suscriptor o ruta": self.tramites_de_otra_persona,
            "cupos con dos dueños": self.cupos_con_dos_duenos,
            "cupos retenidos sin dueño": self.cupos_sin_dueno,
            "valores de personas perdidos": self.escrito_por_personas_perdido,
            "solicitudes perdidas": self.solicitudes_perdidas,
            "radicados en otra fila": self.radicados_en_otra_fila,
            "copias faltantes": self.copias_faltantes,
            "POR VERIFICAR decidibles": self.por_verificar_decidible,
        }

    @property
    def limpio(self) -> bool:
        return not any(self.defectos.values())


def judge(
    serviweb: Mock,
    google: MockGoogle,
    registro: Registro,
    accepted: Mapping[Referencia, Solicitud],
    typed: Sequence[str] = (),
) -> Juicio:
    """Compare what was accepted with what Serviweb, the sheets and the copies hold."""
    tramites = serviweb.state()["tramites"]
    books = google.state()["spreadsheets"]
    every = [row for book in books for sheet in book["sheets"] if not sheet["hidden"] for row in sheet["values"]]
    cells = Counter(cell for row in every for cell in row)
    of_citas = [book for book in books if book["folder"]]
    rows = [row for book in of_citas for sheet in book["sheets"] if not sheet["hidden"] for row in sheet["values"]]
    found = {referencia: registro.expediente(referencia) for referencia in accepted}
    saved = _by_referencia(tramites)
    juicio = Juicio(
        aceptadas=len(accepted),
        por_estado=Counter(one.estado.value for one in found.values()),
        escrito_por_personas=len(typed),
        escrito_por_personas_perdido=[value for value in typed if cells[value] != 1],
        tramites_duplicados=[referencia for referencia, numbers in saved.items() if len(numbers) > 1],
        recuperaciones=sum(_interruptions(registro, referencia) for referencia in accepted),
    )
    _judge_whose(juicio, serviweb, accepted)
    suscriptores = {one["radicado"]: one["suscriptor"] for one in tramites}
    for row in rows:
        pqr = _cell(row, _PQR)
        if pqr in suscriptores and suscriptores[pqr] != _cell(row, _CODIGO):
            juicio.radicados_en_otra_fila.append(pqr)
        if any(cell.startswith("persona") for cell in row[_CODIGO:_PQR]) and any(
            cell.startswith("Asesor") for cell in row[_CODIGO:_PQR]
        ):
            juicio.cupos_con_dos_duenos.append(" | ".join(row))
    for referencia, expediente in found.items():
        _judge_one(juicio, expediente, registro.procedimiento(referencia), saved.get(referencia, []), rows)
    _judge_tags(juicio, of_citas, found)
    suspicious = " ".join(case for cases in juicio.defectos.values() for case in cases)
    juicio.historias = {one: _told(registro, one) for one in accepted if one in suspicious}
    return juicio


def _judge_whose(juicio: Juicio, serviweb: Mock, accepted: Mapping[Referencia, Solicitud]) -> None:
    """Each trámite is somebody's, for the person and the suscriptor that were asked for, and tells that suscriptor's ruta."""
    state = serviweb.state()
    rutas = {one["codigo"]: one["ruta"] for one in state["suscriptores"]}
    for tramite in state["tramites"]:
        said = referencia_of(tramite)
        asked = accepted.get(Referencia(said)) if said else None
        if said is None or asked is None:
            juicio.tramites_de_nadie.append(tramite["radicado"])
            continue
        whose = (tramite["suscriptor"], tramite["tercero"])
        if (
            whose != (asked.suscriptor, asked.cedula)
            or f"Ruta: {rutas[asked.suscriptor]}," not in tramite["observacion"]
        ):
            juicio.tramites_de_otra_persona.append(f"{said}: {tramite['radicado']}")


def _told(registro: Registro, referencia: Referencia) -> list[str]:
    return [
        f"{one.instante:%H:%M:%S.%f} {one.estado.value} {one.etapa or ''} {one.quien} {one.detalle}"
        for one in registro.historia(referencia)
    ]


def referencia_of(tramite: Mapping[str, Any]) -> str | None:
    """The referencia that a trámite ends in; None if it ends in none."""
    said = _REF.search(tramite["observacion"])
    return said[1] if said else None


def _by_referencia(tramites: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    saved: dict[str, list[str]] = {}
    for tramite in tramites:
        if referencia := referencia_of(tramite):
            saved.setdefault(referencia, []).append(tramite["radicado"])
    return saved


def _cell(row: Sequence[str], at: int) -> str:
    return row[at] if at < len(row) else ""


def _judge_one(
    juicio: Juicio,
    expediente: Expediente,
    procedimiento: Procedimiento,
    numbers: Sequence[str],
    rows: Sequence[Sequence[str]],
) -> None:
    referencia, estado, resultado = expediente.referencia, expediente.estado, expediente.resultado
    if not estado.terminado or (resultado is None and estado is not Estado.CANCELADA):
        juicio.solicitudes_perdidas.append(f"{referencia}: {estado.value}")
    elif estado is Estado.RADICADA:
        own = [row for row in rows if _cell(row, _PQR) == expediente.radicado]
        if list(numbers) != [expediente.radicado] or len(own) != procedimiento.lleva_cita:
            juicio.solicitudes_perdidas.append(f"{referencia}: {numbers}, {len(own)} filas")
        if resultado is not None and resultado.copias_pendientes:
            juicio.copias_pendientes.append(referencia)
        elif procedimiento.imprime and (resultado is None or not _has_copies(resultado.copias)):
            juicio.copias_faltantes.append(referencia)
    elif estado in {Estado.RECHAZADA, Estado.CANCELADA} and numbers:
        juicio.solicitudes_perdidas.append(f"{referencia}: {estado.value} con el trámite {numbers}")
    elif estado is Estado.POR_VERIFICAR and resultado is not None and resultado.error is not None:
        truth = "Serviweb la guardó" if numbers else "Serviweb no la guardó"
        line = f"{referencia}: {resultado.error.clase}: {resultado.error.mensaje} [{truth}]"
        undecidable = resultado.error.clase == "OutcomeUnknown" and expediente.envio is not None
        (juicio.por_verificar if undecidable else juicio.por_verificar_decidible).append(line)


def _has_copies(archivo: Path | None) -> bool:
    return archivo is not None and archivo.is_file() and len(PdfReader(archivo).pages) == 2


def _judge_tags(juicio: Juicio, books: Iterable[Mapping[str, Any]], found: Mapping[Referencia, Expediente]) -> None:
    """A tag is left only on the rows of those that have a cita."""
    for book in books:
        for sheet in book["sheets"]:
            for tag in sheet["metadata"]:
                expediente = found.get(Referencia(tag["value"]))
                if expediente is None or expediente.estado in {Estado.RECHAZADA, Estado.CANCELADA}:
                    juicio.cupos_sin_dueno.append(str(tag["value"]))


def _interruptions(registro: Registro, referencia: Referencia) -> int:
    """How often a part was begun again after it had been interrupted."""
    begun = Counter(one.etapa for one in registro.historia(referencia) if one.etapa is not None and not one.detalle)
    return sum(times - 1 for times in begun.values())
