"""What stays in the data folder: no personal data in the clear, a ledger of every print, and nothing beyond its time."""

import datetime as dt
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from dbos import DBOSClient

from fixtures.procesos import Mock
from robot.errors import ActoImposible, PrinterRefused
from robot.intake import Ventanilla
from robot.models import ZONA_HORARIA, Estado, EstadoImpresion, FormularioVisto, Resultado, Solicitud
from robot.purging import purge
from robot.queueing.names import COLA
from robot.record.database import database_url
from robot.record.dossier import Expediente
from robot.record.tables import latidos, lecturas, pasos, reparaciones, revisiones
from robot.referencia import Referencia
from robot.settings import ImpresionSettings, Settings
from tests.conftest import CLAVE
from tests.cups import IMPRESORA, Cups
from tests.paciencia import eventually
from tests.taller import Taller

Accept = Callable[..., Referencia]
Ended = Callable[[Referencia], Expediente]


def test_the_database_holds_no_personal_data_in_the_clear(
    taller: Taller,
    ventanilla: Ventanilla,
    accept: Accept,
    ended: Ended,
    solicitud: Callable[..., Solicitud],
    settings: Settings,
    serviweb: Mock,
) -> None:
    known = serviweb.state()["terceros"][0]
    secrets = [
        *solicitud().secretos,
        known["nombre"],
        "Distinta",
        "PEDRO ROJAS",
        "40.765.123",
        "Rosa Elvira",
        CLAVE,
        "El agua se devuelve",
    ]
    # From the start: a form that was opened ahead of its solicitud shows no alert that came up later.
    serviweb.faults(alerta_inesperada={"veces": -1, "texto": "Rosa Elvira Muñoz 40765123 3105550101"})
    with taller.motor(ventanilla):
        failed = accept()
        assert ended(failed).estado is Estado.RECHAZADA
        ventanilla.retry(failed, quien="ana", motivo="Lo pidió Rosa Elvira Muñoz, cédula 40765123.")
        assert ended(failed).estado is Estado.RECHAZADA
        serviweb.faults()
        assert ended(accept()).estado is Estado.RADICADA
        refused = ended(accept(cedula=known["cedula"], nombre="Otra Distinta")).resultado
        assert refused is not None
        assert refused.error is not None
        assert known["nombre"] in refused.error.mensaje, "the asesor reads both names"
        assert "Otra Distinta" in refused.error.mensaje
        asked = "Ya tiene abierto el trámite 2026-1 de PEDRO ROJAS. ¿Desea radicar otro?"
        serviweb.faults(otro_abierto={"veces": -1, "ruta": "guardar", "texto": asked})
        confirmed = ended(accept(otra_visita=True))
        assert confirmed.resultado is not None
        assert f"«{asked}», y el robot respondió que sí" in confirmed.resultado.avisos[0]
        told = [one.detalle for one in ventanilla.registro.historia(confirmed.referencia)]
        assert "Serviweb preguntó si se radica otra, y se respondió que sí: alguien lo confirmó." in told
        while_running = _bytes_of(settings.datos)
    for kept in (while_running, _bytes_of(settings.datos)):
        assert kept.count(b"VD-") > 1
        for secret in secrets:
            assert secret.encode() not in kept
            assert secret.encode("utf-16-le") not in kept


def _bytes_of(datos: Path) -> bytes:
    """Every byte of the database, its journal too.

    Read by another process: one that has a SQLite file open loses its locks on it as soon as it closes the file a second time.
    """
    command = ["cat", *map(str, sorted(datos.glob("robot.sqlite*")))]
    return subprocess.run(command, check=True, capture_output=True).stdout


@pytest.mark.larga
def test_what_has_had_its_time_is_deleted_and_the_bare_history_stays(
    taller: Taller, ventanilla: Ventanilla, accept: Accept, ended: Ended, settings: Settings
) -> None:
    with taller.motor(ventanilla):
        referencia, other = accept(clave_idempotencia="una"), accept()
        radicado = ended(referencia).radicado
        ended(other)
    pdf = settings.datos / "copias" / f"{referencia}.pdf"
    assert pdf.is_file()
    assert purge(ventanilla, dias=1, quien="coordinador") == []
    assert set(purge(ventanilla, dias=0, quien="coordinador")) == {referencia, other}
    assert not pdf.exists()
    client = DBOSClient(system_database_url=database_url(settings).render_as_string())
    assert client.list_workflows(workflow_id_prefix="VD-") == []
    client.destroy()
    expediente = ventanilla.registro.expediente(referencia)
    assert (expediente.estado, expediente.radicado, expediente.resultado) == (Estado.RADICADA, radicado, None)
    assert ventanilla.registro.solicitud(referencia) is None
    history = ventanilla.registro.historia(referencia)
    assert (history[0].quien, history[-1].quien) == ("ana", "coordinador")
    assert accept(clave_idempotencia="una") == referencia, "a key is remembered longer than its content"
    with pytest.raises(ActoImposible):
        ventanilla.retry(other, quien="ana")


def test_nothing_stays_for_ever_but_the_bare_history(
    taller: Taller, ventanilla: Ventanilla, accept: Accept, ended: Ended, settings: Settings
) -> None:
    with taller.motor(ventanilla):
        ended(accept())
    stuck = accept()
    registro, conciliaciones = ventanilla.registro, ventanilla.conciliaciones
    constancia = registro.take(stuck, corrida=1, ejecutor="uno")
    assert constancia is not None
    constancia.show_before_saving(FormularioVisto(valores={}, captura=b""), dt.timedelta(minutes=5))
    registro.give_up(stuck, 1, Resultado(referencia=stuck, estado=Estado.POR_VERIFICAR))
    failed = ventanilla.rondas.conciliar(reparar=False, quien="ana")
    conciliaciones.keep_parts(failed, [])
    conciliaciones.ask_repair(failed, "una", quien="ana", encolar=lambda _: None)
    conciliaciones.end(failed, falla="No se pudo.")
    registro.beat("retirado")
    with ventanilla.base.begin() as connection:
        month_ago = dt.datetime.now(ZONA_HORARIA) - dt.timedelta(days=31)
        connection.execute(sa.update(latidos).where(latidos.c.ejecutor == "retirado").values(instante=month_ago))
        for name, status in (("conciliacion programada", "SUCCESS"), ("purga", "PENDING")):
            connection.execute(_OLD_RUN, {"run": name, "status": status, "at": round(month_ago.timestamp() * 1000)})
    purge(ventanilla, dias=0, quien="coordinador")
    with ventanilla.base.connect() as connection:
        for table in (pasos, revisiones, lecturas, reparaciones):
            assert connection.execute(sa.select(table)).all() == [], table.name
        assert connection.execute(sa.select(latidos.c.ejecutor)).scalars().all() != ["retirado"]
        left = connection.execute(
            sa.text("SELECT workflow_uuid FROM workflow_status WHERE queue_name <> :cola"), {"cola": COLA}
        )
        assert left.all() == []
        assert connection.execute(sa.text("SELECT count(*) FROM operation_outputs")).scalar_one() == 0


_OLD_RUN = sa.text(
    "INSERT INTO workflow_status (workflow_uuid, name, status, queue_name, created_at, updated_at, completed_at, priority)"
    " VALUES (:run, :run, :status, '_dbos_internal_queue', :at, :at, CASE :status WHEN 'SUCCESS' THEN :at END, 0)"
)


def test_the_file_gives_back_the_room_that_deleted_rows_have_left(ventanilla: Ventanilla, settings: Settings) -> None:
    archivo = settings.datos / "robot.sqlite"
    with ventanilla.base.begin() as connection:
        for number in range(50):
            content = {"identidad": f"C-{number}", "parte": "x", "datos": bytes(100_000)}
            connection.execute(sa.insert(lecturas).values(**content))
    with ventanilla.base.begin() as connection:
        connection.exec_driver_sql("DELETE FROM lecturas")
    with ventanilla.base.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    assert archivo.stat().st_size > 5_000_000
    purge(ventanilla, dias=30, quien="coordinador")
    assert archivo.stat().st_size < 1_000_000


def test_every_print_is_a_line_of_the_ledger_and_paper_is_used_once(
    taller: Taller, settings: Settings, accept: Accept, ended: Ended, serviweb: Mock, cups: Cups
) -> None:
    impresion = ImpresionSettings(impresora=IMPRESORA, servidor=cups.servidor)
    with Ventanilla(settings.model_copy(update={"impresion": impresion})) as ventanilla:
        registro = ventanilla.registro
        with taller.motor(ventanilla):
            referencia = accept(clave_idempotencia="una-vez")
            resultado = ended(referencia).resultado
            assert accept(clave_idempotencia="una-vez") == referencia
            eventually(lambda: registro.impresiones(referencia)[-1].estado is EstadoImpresion.IMPRESA)
        assert resultado is not None
        assert resultado.documento is not None
        assert resultado.documento.impresora == IMPRESORA
        requests = serviweb.state()["peticiones"]
        ventanilla.print_again(referencia, impresora="", quien="ana")
        with pytest.raises(PrinterRefused):
            ventanilla.print_again(referencia, impresora="atascada", quien="ana")
        eventually(lambda: not ventanilla.papel.follow(referencia))
        ledger = registro.impresiones(referencia)
        assert serviweb.state()["peticiones"] == requests
    worker = ledger[0].quien
    assert [(line.estado, line.impresora, line.quien, line.nombre) for line in ledger] == [
        (EstadoImpresion.PDF, "", worker, ""),
        (EstadoImpresion.IMPRESA, IMPRESORA, worker, f"{referencia}-1"),
        (EstadoImpresion.IMPRESA, IMPRESORA, "ana", f"{referencia}-2"),
        (EstadoImpresion.NO_IMPRESA, "atascada", "ana", f"{referencia}-3"),
    ]
    assert {(line.sha256, line.copias, line.paginas) for line in ledger} == {(resultado.documento.sha256, 2, 2)}
    assert [paper.trabajo for paper in cups.papeles] == [f"{referencia}-1", f"{referencia}-2"]
