"""Who asks is encrypted in the record, and found all the same: by document, telephone and words of the name, in any writing."""

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet
from pydantic import SecretStr

from robot.intake import Ventanilla
from robot.models import Estado
from robot.record.database import transaction
from robot.record.overview import Filtro, Panorama
from robot.record.retention import Retencion
from robot.record.tables import indice, solicitudes
from robot.referencia import Referencia
from robot.settings import Settings
from tests.engine.version_anterior import lay_out

Accept = Callable[..., Referencia]


def found(ventanilla: Ventanilla, texto: str) -> set[str]:
    listed, total = Panorama(ventanilla.registro).search(Filtro(texto=texto), limite=50)
    assert total == len(listed)
    return {str(one.referencia) for one in listed}


@pytest.mark.parametrize(
    ("texto", "quienes"),
    [
        ("40765123", {"rosa"}),
        ("C.C. 40.765.123", {"rosa"}),
        ("40765124", set()),
        ("900.123.456-8", {"empresa"}),
        ("NIT 900123456", {"empresa"}),
        ("310 555 0101", {"rosa"}),
        ("+57 310-555-0101", {"rosa"}),
        ("6084350202", {"empresa"}),
        ("MUÑOZ", {"rosa"}),
        ("munoz rosa", {"rosa"}),
        ("Rosa Pérez", set()),
        ("de la", set()),
        ("no tiene", set()),
        ("ce x1234567", {"otro"}),
        ("X1234567", {"otro"}),
        ("perez", {"otro", "empresa"}),
    ],
)
def test_a_solicitud_is_found_by_who_asks_however_that_is_written(
    ventanilla: Ventanilla, accept: Accept, texto: str, quienes: set[str]
) -> None:
    made = {
        "rosa": accept(nombre="Rosa Elvira Muñoz de la Cruz"),
        "empresa": accept(nombre="Hermanos Pérez Ltda.", cedula="NIT 900123456", celular="6084350202 / 3115550102"),
        "otro": accept(nombre="José Pérez", cedula="CE X1234567", celular="no tiene"),
    }
    assert found(ventanilla, texto) == {str(made[one]) for one in quienes}


def test_what_the_index_holds_is_words_of_nobody_without_the_key_and_goes_with_the_data(
    ventanilla: Ventanilla, accept: Accept, settings: Settings
) -> None:
    first, second = accept(), accept(nombre="Rosa Díaz", cedula="40765199", celular="no tiene")
    raw = b"".join(archivo.read_bytes() for archivo in Path(settings.datos).glob("robot.sqlite*"))
    for clear in (b"munoz", b"MU\xc3\x91OZ", b"40765123", b"3105550101"):
        assert clear not in raw
    other_key = settings.motor.model_copy(update={"llave": SecretStr(Fernet.generate_key().decode())})
    with Ventanilla(settings.model_copy(update={"motor": other_key})) as thief:
        assert Panorama(thief.registro).search(Filtro(texto="muñoz"), limite=5) == ([], 0)
    ventanilla.cancel(first, quien="ana", motivo="")
    Retencion(ventanilla.registro).purge(first, quien="purga")
    left = sa.select(indice.c.referencia).distinct()
    assert transaction(ventanilla.base, lambda c: c.execute(left).scalars().all()) == [str(second)]
    assert found(ventanilla, "rosa") == {str(second)}
    assert ventanilla.registro.expediente(first).estado is Estado.CANCELADA


def test_what_a_version_without_the_index_accepted_is_found_once_this_one_is_there(settings: Settings) -> None:
    lay_out(settings.datos)
    with Ventanilla(settings) as ventanilla:
        everything = {str(one.referencia) for one in ventanilla.registro.expedientes()}
        assert everything
        assert found(ventanilla, "40765123") == everything

        def as_an_older_worker_leaves_it(connection: sa.Connection) -> None:
            connection.execute(sa.update(solicitudes).values(indexada=None))
            connection.execute(sa.delete(indice))

        transaction(ventanilla.base, as_an_older_worker_leaves_it)
        assert found(ventanilla, "40765123") == set()
        ventanilla.registro.fill_index()
        assert found(ventanilla, "40765123") == everything


@pytest.mark.parametrize(
    ("texto", "found_"), [("CUADRILLA PEÑA", True), ("cuadrilla pena", True), ("Cuadrilla P", True), ("peña", False)]
)
def test_a_crew_is_found_by_the_beginning_of_its_name_whatever_its_capitals_and_accents(
    ventanilla: Ventanilla, accept: Accept, texto: str, found_: bool
) -> None:
    own = accept()
    accept(nombre="Rosa Díaz", cedula="40765199")
    named = sa.update(solicitudes).where(solicitudes.c.referencia == own).values(cuadrilla="CUADRILLA PEÑA")
    transaction(ventanilla.base, lambda connection: connection.execute(named))
    listed, total = Panorama(ventanilla.registro).search(Filtro(cuadrilla=texto), limite=5)
    assert ([one.referencia for one in listed], total) == (([own], 1) if found_ else ([], 0))
