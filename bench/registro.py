"""Every page of the intake form with a long record behind it: `python -m bench.registro`, a table on stdout.

The solicitudes are put into the record as workers leave them, all with their personal data, a hundred a day until now. The
processor's time of the server is told beside the time that a client on the same machine waits.
"""

import argparse
import datetime as dt
import itertools
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import requests
import sqlalchemy as sa

from bench.entorno import mocks
from robot.intake import Ventanilla
from robot.models import ZONA_HORARIA, Cita, Estado, FallaInformada, PasoMedido, Resultado, Solicitud
from robot.procedure import Paso
from robot.record.accounts import Cuentas, Rol
from robot.record.database import transaction
from robot.record.tables import historia, impresiones, indice, pasos, solicitudes
from robot.referencia import Referencia
from robot.settings import load_settings

_CLAVE = "Formulario#2026"
_ROOT = Path(__file__).resolve().parent.parent
_A_DAY = 100
_BATCH = 1000
_ASESORES = ("ana", "luis", "sara", "juan")
_NOMBRES = ("Rosa", "María", "José", "Luis", "Carmen", "Jorge", "Gloria", "Hernán", "Marta", "Pedro", "Elvira", "Ana")
_APELLIDOS = ("Muñoz", "Perdomo", "Cuéllar", "Rojas", "Ome", "Torres", "Díaz", "Vargas", "Trujillo", "Losada", "Pérez")
_TIMES = 25
_UNENDING = 12
"""So many of them wait, or are being filed."""


@dataclass(frozen=True)
class Medida:
    """One page: what a client waited for it, and what it cost the server, in milliseconds."""

    pagina: str
    espera: list[float]
    cpu: float


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cuantas", type=int, default=50_000)
    cuantas = parser.parse_args().cuantas
    with mocks(*_ASESORES, "clara") as entorno:
        os.environ.update(entorno.variables)
        with Ventanilla(load_settings()) as ventanilla:
            begun = time.perf_counter()
            last = fill(ventanilla, cuantas)
            filled = time.perf_counter() - begun
            for clave in (*_ASESORES, "clara"):
                rol = Rol.COORDINADOR if clave == "clara" else Rol.ASESOR
                Cuentas(ventanilla.base).add(clave, nombre=clave.title(), rol=rol, password=_CLAVE, quien="bench")
        command = [sys.executable, "-m", "robot", "servir", "--puerto", "0", "--sin-trabajador"]
        with subprocess.Popen(command, cwd=_ROOT, stderr=subprocess.PIPE, text=True) as process:
            assert process.stderr is not None  # it was asked for
            url = process.stderr.readline().split()[2].rstrip("/")
            try:
                _tell(cuantas, filled, list(_measured(url, process.pid, last)))
            finally:
                process.terminate()
    return 0


def fill(ventanilla: Ventanilla, cuantas: int) -> str:
    """Put so many solicitudes into the record; the referencia of one of them in the middle."""
    now = dt.datetime.now(ZONA_HORARIA)
    told = ""
    numbers = iter(range(cuantas))
    while batch := list(itertools.islice(numbers, _BATCH)):
        made = [
            _one(ventanilla, number, now - dt.timedelta(days=(cuantas - number) / _A_DAY), cuantas) for number in batch
        ]
        told = told or (str(made[0][1]["referencia"]) if batch[-1] >= cuantas // 2 else "")
        transaction(ventanilla.base, partial(_insert, ventanilla, made))
    return told


def _insert(ventanilla: Ventanilla, made: list[tuple[Solicitud, dict[str, object]]], connection: sa.Connection) -> None:
    connection.execute(sa.insert(solicitudes), [row for _, row in made])
    words = [line for one, row in made for line in ventanilla.registro.indice.lines(one, str(row["referencia"]))]
    connection.execute(sa.insert(indice), words)
    lines = [
        {
            "referencia": row["referencia"],
            "instante": row["creada"],
            "estado": row["estado"],
            "quien": "ana",
            "detalle": text,
        }
        for _, row in made
        for text in ("Aceptada.", "Empezó.", "Cita tomada.", "Guardada.", "Terminó.")
    ]
    connection.execute(sa.insert(historia), lines)
    steps = [
        {"referencia": row["referencia"], "paso": paso.numero, "ms": 100 + paso.numero, "en_curso": False}
        for _, row in made
        for paso in Paso
    ]
    connection.execute(sa.insert(pasos), steps)
    prints = [
        {
            "referencia": row["referencia"],
            "instante": row["creada"],
            "quien": "worker",
            "resultado": "PDF",
            "impresora": "",
            "sha256": "0" * 64,
            "paginas": 2,
            "copias": 2,
            "archivo": "copias.pdf",
            "estado": "PDF",
        }
        for _, row in made
    ]
    connection.execute(sa.insert(impresiones), prints)


def _one(ventanilla: Ventanilla, number: int, creada: dt.datetime, cuantas: int) -> tuple[Solicitud, dict[str, object]]:
    asesor = _ASESORES[number % len(_ASESORES)]
    names = [_NOMBRES[number % len(_NOMBRES)], *(_APELLIDOS[number // at % len(_APELLIDOS)] for at in (1, 11))]
    asked = {
        "suscriptor": f"{1001 + 7 * (number % 9000):06d}",
        "cedula": str(40_000_000 + number),
        "nombre": " ".join(names),
        "celular": str(3_100_000_000 + 7 * number),
        "solicitud": "El agua se devuelve por los sifones y rebosa la caja de inspección frente a la casa.",
        "asesor": asesor,
    }
    solicitud = Solicitud.parse(asked, ventanilla.settings.reglas_de_solicitud)
    referencia = Referencia.new(ventanilla.procedimiento.prefijo_referencia)
    estado = Estado.RADICADA
    if number >= cuantas - _UNENDING:
        estado = Estado.EN_COLA
    elif number % 20 == 0:
        estado = Estado.RECHAZADA
    elif number % 997 == 0:
        estado = Estado.POR_VERIFICAR
    resultado = _ended(referencia, estado, number, creada) if estado is not Estado.EN_COLA else None
    return solicitud, {
        "referencia": str(referencia),
        "estado": estado,
        "asesor": asesor,
        "usuario": asesor,
        "suscriptor": solicitud.suscriptor,
        "procedimiento": ventanilla.procedimiento.codigo,
        "version": ventanilla.procedimiento.version,
        "cuerpo": referencia.cuerpo,
        "creada": creada,
        "cambiada": creada,
        "terminada": creada if resultado else None,
        "corrida": 1,
        "envios": 0,
        "radicado": resultado.radicado if resultado else None,
        "indexada": True,
        "datos": ventanilla.registro.sealed(solicitud.model_dump_json(exclude={"procedimiento"})),
        "resultado": ventanilla.registro.sealed(resultado.model_dump_json(context={"completa": True}))
        if resultado
        else None,
    }


def _ended(referencia: Referencia, estado: Estado, number: int, creada: dt.datetime) -> Resultado:
    filed = estado is Estado.RADICADA
    cita = Cita(
        fecha=creada.date() + dt.timedelta(days=5),
        hora=dt.time(8),
        planilla="Programación diciembre 2026",
        hoja="Florencia",
        cuadrilla="Cuadrilla 1",
        referencia=referencia,
        suscriptor="001008",
        planilla_id="p",
        hoja_id=1,
        marca=number,
    )
    return Resultado(
        referencia=referencia,
        estado=estado,
        radicado=f"{creada.year}-{number:06d}" if filed else None,
        cita=cita if filed else None,
        pasos=tuple(PasoMedido(paso=paso.numero, nombre=paso.nombre, ms=100) for paso in Paso),
        error=None
        if filed
        else FallaInformada(
            tipo="BusinessRejection",
            clase="SuscriptorNotFound",
            mensaje="Ese código no existe en Serviweb. Revíselo.",
            paso=5,
        ),
    )


def _measured(url: str, pid: int, referencia: str) -> Iterator[Medida]:
    for clave in ("clara", "ana"):
        client = requests.Session()
        token = _token(client.get(f"{url}/ingreso", timeout=30).text)
        client.post(f"{url}/ingreso", data={"csrf": token, "asesor": clave, "clave": _CLAVE}, timeout=30)
        token = _token(client.get(f"{url}/solicitudes", timeout=60).text)

        def get(path: str, client: requests.Session = client) -> Callable[[], object]:
            return lambda: _fine(client.get(url + path, timeout=60))

        def sought(
            texto: str, client: requests.Session = client, token: str = token, **more: str
        ) -> Callable[[], object]:
            found = client.post(f"{url}/solicitudes/buscar", data={"csrf": token, "texto": texto, **more}, timeout=60)
            return lambda: _fine(client.get(found.url, timeout=60))

        pages = {
            "Bandeja": get("/solicitudes"),
            "Bandeja, a page in the middle": get("/solicitudes?pagina=200"),
            "Bandeja, its last page": get(
                "/solicitudes?pagina=2000" if clave == "clara" else "/solicitudes?pagina=500"
            ),
            "search by estado": get("/solicitudes?estado=POR+VERIFICAR"),
            "search by days": sought("", desde="2020-01-01", hasta="2035-01-01"),
            "search by código": sought("0010"),
            "search by radicado": sought("2026-0249"),
            "search by referencia": sought(referencia),
            "search by cédula": sought("40.024.999"),
            "search by celular": sought("310 017 4993"),
            "search by name": sought("Muñoz"),
            "search by three names": sought("rosa muñoz perdomo"),
            "search that finds nothing": sought("zzz"),
            "Seguimiento": get(f"/solicitudes/{referencia}"),
            "Nueva solicitud": get("/solicitudes/nueva"),
            **(
                {name: get(path) for name, path in (("Tablero", "/tablero"), ("Conciliaciones", "/conciliaciones"))}
                if clave == "clara"
                else {}
            ),
            "`/salud`": get("/salud"),
            "`/metrics`": get("/metrics"),
        }
        for name, work in pages.items():
            yield _timed(f"{name} ({'coordinador' if clave == 'clara' else 'asesor'})", work, pid)


def _fine(answer: requests.Response) -> None:
    if answer.status_code not in {200, 404, 503}:
        raise RuntimeError(f"{answer.status_code} {answer.url}")


def _timed(name: str, work: Callable[[], object], pid: int) -> Medida:
    work()
    waited = []
    before = _cpu_ms(pid)
    for _ in range(_TIMES):
        begun = time.perf_counter()
        work()
        waited.append((time.perf_counter() - begun) * 1000)
    return Medida(name, waited, (_cpu_ms(pid) - before) / _TIMES)


def _tell(cuantas: int, filled: float, measured: list[Medida]) -> None:
    out = [f"{cuantas:,} solicitudes, filled in {filled:.0f} s", ""]
    out += ["| page | median ms | at most ms | server CPU ms |", "|---|---:|---:|---:|"]
    out += [
        f"| {one.pagina} | {statistics.median(one.espera):.0f} | {max(one.espera):.0f} | {one.cpu:.0f} |"
        for one in measured
    ]
    sys.stdout.write("\n".join(out) + "\n")


def _token(html: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', html)
    return found[1] if found else ""


def _cpu_ms(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") * 1000


if __name__ == "__main__":
    raise SystemExit(main())
