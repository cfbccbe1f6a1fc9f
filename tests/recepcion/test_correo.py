"""The mailbox: each message becomes a draft once, whatever it is made of and whatever breaks, and none is filed by itself."""

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from robot.intake import Ventanilla
from robot.receiving.mail import check, fetch
from robot.recepcion.message import LONGEST_TEXT, MensajeLeido, read_message
from robot.record.messages import Correo
from robot.record.tables import correos
from robot.settings import CorreoSettings
from tests.buzon import BuzonDePrueba, running_mailbox

SUSCRIPTOR = r"\d{3,12}"
MARCA = b"serviweb-robot"


def letter(
    text: str = "Buenas. Suscriptor 001008, cédula 40.765.123, celular 310 555 0101.", **headers: str
) -> EmailMessage:
    message = EmailMessage()
    told = {"From": "Rosa Muñoz <rosa@example.org>", "Subject": "Visita", "Message-ID": "<uno@example.org>"}
    for name, value in {**told, "Date": "Fri, 27 Nov 2026 08:00:00 -0500", **headers}.items():
        message[name] = value
    message.set_content(text)
    return message


def read(message: EmailMessage | bytes) -> MensajeLeido:
    return read_message(bytes(message), suscriptor=SUSCRIPTOR)


def test_what_looks_like_a_field_is_proposed_beside_the_words_it_was_found_in() -> None:
    found = read(letter())
    assert [(one.campo, one.valor) for one in found.propuestas] == [
        ("suscriptor", "001008"),
        ("cedula", "40765123"),
        ("celular", "3105550101"),
    ]
    assert "cédula 40.765.123" in found.propuestas[1].fuente
    assert found.propuestas[2].fuente.startswith("…")
    assert (found.remitente, found.asunto) == ("Rosa Muñoz <rosa@example.org>", "Visita")
    assert f"{found.fecha:%d/%m %H:%M}" == "27/11 08:00"
    assert read(letter("Pagué $ 3.105.550 el 27/11/2026, factura 40765123.")).propuestas == ()


def test_html_is_reduced_to_its_text_and_nothing_of_it_runs_or_is_fetched() -> None:
    message = letter()
    message.set_content(
        "<style>p{}</style><script>alert(1)</script><p>Hola&nbsp;<b>señores</b><br>El agua se devuelve"
        '<img src="http://x.example/1.png"></p>',
        subtype="html",
    )
    assert read(message).texto == "Hola señores\nEl agua se devuelve"


def test_files_are_named_and_not_kept() -> None:
    message = letter()
    message.add_attachment(b"\x00" * 3000, maintype="application", subtype="x-msdownload", filename="foto.exe")
    message.add_attachment(letter(), filename="otro.eml")
    found = read(message)
    assert (found.adjuntos[0].nombre, found.adjuntos[0].bytes) == ("foto.exe", 3000)
    assert len(found.texto) < 200


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"", "No trae texto"),
        (b"\xff\xfe\x00garbage", ""),
        (b"From: =?utf-8?b?////?=\nSubject: =?x?q?=\n\nhola", ""),
        (b"Content-Type: text/plain; charset=klingon\n\ncaf\xe9", "alfabeto"),
        (b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\nhola", ""),
        (b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data\n\nMIIB", "cifrado"),
        (b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n%%%%", ""),
        (b"From: a@b\nDate: never\nMessage-ID: <<<\n\nhola", ""),
        (b"\n" + b"x" * (LONGEST_TEXT + 5), "muy largo"),
    ],
)
def test_a_strange_message_is_read_as_far_as_it_goes_and_told(raw: bytes, told: str) -> None:
    found = read(raw)
    assert told in " ".join(found.advertencias)
    assert len(found.texto) <= LONGEST_TEXT
    assert found.identidad


@settings(max_examples=40)
@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda text: b"Content-Type: " + text.encode() + b"\n\nx"))
def test_reading_ends_whatever_comes(raw: bytes) -> None:
    assert read(raw).identidad == read(raw).identidad


def test_two_messages_that_say_they_are_the_same_one_are_two() -> None:
    assert read(letter()).identidad != read(letter("Otra cosa.")).identidad


@pytest.fixture(scope="module")
def _servidor() -> Iterator[BuzonDePrueba]:
    with running_mailbox() as buzon:
        yield buzon


@pytest.fixture
def buzon(_servidor: BuzonDePrueba) -> BuzonDePrueba:
    """A real IMAP server, empty."""
    with _servidor.opened() as client:
        client.delete_messages(client.search())
        client.expunge()
    return _servidor


def look(ventanilla: Ventanilla, ajustes: CorreoSettings) -> tuple[int, str]:
    informe = fetch(ventanilla.correos, ajustes, ventanilla.settings)
    return informe.nuevos, informe.falla


def drafts(ventanilla: Ventanilla) -> list[Correo]:
    return ventanilla.correos.listed(cerrados=False, limite=50)


def test_each_message_becomes_a_draft_once_is_marked_and_never_deleted(
    buzon: BuzonDePrueba, ventanilla: Ventanilla
) -> None:
    huge = letter("Hola.\n" + "relleno " * 4000, Subject="Larga")
    buzon.deliver(bytes(letter()), bytes(huge), bytes(letter()), b"\xff")
    assert check(buzon.ajustes) == "solicitudes en localhost."
    assert look(ventanilla, buzon.ajustes) == (3, "")
    assert look(ventanilla, buzon.ajustes) == (0, "")
    assert [MARCA in flags and b"\\Seen" not in flags for flags in buzon.flags()] == [True] * 4
    told = {one.mensaje.asunto: one.mensaje for one in drafts(ventanilla) if one.mensaje is not None}
    assert set(told) == {"Visita", "Larga", ""}
    assert "muy grande" in " ".join(told["Larga"].advertencias)
    assert ventanilla.registro.expedientes() == []
    with ventanilla.base.connect() as connection:
        kept = b"".join(connection.execute(sa.select(correos.c.datos)).scalars())
    assert b"rosa" not in kept


def test_a_message_whose_mark_was_lost_or_whose_mailbox_was_made_anew_is_no_second_draft(
    buzon: BuzonDePrueba, ventanilla: Ventanilla
) -> None:
    buzon.deliver(bytes(letter()))
    look(ventanilla, buzon.ajustes)
    with buzon.opened() as client:
        client.remove_flags(client.search(), [MARCA])
    assert look(ventanilla, buzon.ajustes) == (0, "")
    with ventanilla.base.begin() as connection:
        connection.execute(sa.update(correos).values(validez=1))
    with buzon.opened() as client:
        client.remove_flags(client.search(), [MARCA])
    assert look(ventanilla, buzon.ajustes) == (0, "")
    assert len(drafts(ventanilla)) == 1
    assert [MARCA in flags for flags in buzon.flags()] == [True]


def test_messages_are_moved_where_the_settings_say_so(buzon: BuzonDePrueba, ventanilla: Ventanilla) -> None:
    with buzon.opened() as client:
        if not client.folder_exists("Leidos"):
            client.create_folder("Leidos")
    buzon.deliver(bytes(letter()))
    assert look(ventanilla, buzon.ajustes.model_copy(update={"mover_a": "Leidos"})) == (1, "")
    assert buzon.flags() == []
    assert len(buzon.flags("Leidos")) == 1


def test_a_mailbox_that_does_not_let_the_robot_in_is_told_in_spanish(
    buzon: BuzonDePrueba, ventanilla: Ventanilla, tmp_path: Path
) -> None:
    wrong = buzon.ajustes.model_copy(update={"clave": SecretStr("otra")})
    assert "no aceptó el usuario o la clave" in look(ventanilla, wrong)[1]
    missing = buzon.ajustes.model_copy(update={"carpeta": "NoEsta"})
    assert "NoEsta" in look(ventanilla, missing)[1]
    unknown = buzon.ajustes.model_copy(update={"autoridad": None})
    assert "certificado" in look(ventanilla, unknown)[1]
    silent = buzon.ajustes.model_copy(update={"puerto": 1})
    assert "no responde" in look(ventanilla, silent)[1]
