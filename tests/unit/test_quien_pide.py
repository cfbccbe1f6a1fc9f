"""Who asks, in whatever way it is written: one document, one telephone, one name."""

import contextlib

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.co.nit import calc_check_digit

from robot.errors import struck_out
from robot.models import Reglas, Solicitud
from robot.reading.documents import FormatoNit, Identificacion, TipoDocumento, Unreadable, same_document
from robot.reading.phones import phones_in, read_phones
from robot.record.repeats import Huella
from robot.settings import Settings
from tests.conftest import SOLICITUD

CC, CE, TI, RC, PA, PPT, NIT = TipoDocumento
MARKS = st.sampled_from(["", ".", ",", " ", "\u00a0", "-", "'"])
CEDULAS = st.from_regex(r"[1-9][0-9]{5,7}|1[0-9]{9}", fullmatch=True)
COMPANIES = st.from_regex(r"[89][0-9]{8}", fullmatch=True)
LETTERED = st.from_regex(r"[A-Z]{0,2}[0-9]{5,7}", fullmatch=True)
MOBILES = st.from_regex(r"3(?:0[0-5]|1[0-9]|2[0-3])[0-9]{7}", fullmatch=True)
PREFIXES = st.sampled_from(["CC ", "cc", "C.C. ", "c.c. No. ", "Cédula ", "cédula de ciudadanía: ", "CC-", "C. C. N° "])


def read(text: str, tipo: TipoDocumento | None = None) -> tuple[TipoDocumento, str]:
    found = Identificacion.read(text, tipo)
    return found.tipo, found.numero


def refusal(text: str, tipo: TipoDocumento | None = None) -> str:
    with pytest.raises(Unreadable) as refused:
        Identificacion.read(text, tipo)
    return str(refused.value)


def grouped(number: str, mark: str) -> str:
    return f"{int(number):,}".replace(",", mark)


@given(CEDULAS, MARKS, st.just("") | PREFIXES)
def test_a_cedula_is_one_number_with_any_marks_and_any_prefix(cedula: str, mark: str, prefix: str) -> None:
    assert read(f" {prefix}{grouped(cedula, mark)} ") == (CC, cedula)


@given(
    COMPANIES,
    MARKS,
    st.sampled_from(["", "NIT ", "nit.", "N.I.T. No. ", "RUT "]),
    st.sampled_from(["-", " - ", "–", " DV ", "", " "]),
)
def test_a_nit_is_one_number_with_its_check_digit_and_without(
    numero: str, mark: str, prefix: str, before_dv: str
) -> None:
    with_dv = f"{prefix}{grouped(numero, mark)}{before_dv}{calc_check_digit(numero)}"
    assert read(with_dv) == read(f"{prefix}{grouped(numero, mark)}") == (NIT, numero)


@given(COMPANIES, st.integers(1, 9), st.sampled_from(["-", ""]))
def test_a_nit_with_another_check_digit_is_refused(numero: str, more: int, before_dv: str) -> None:
    wrong = (int(calc_check_digit(numero)) + more) % 10
    assert "dígito de verificación" in refusal(f"{numero}{before_dv}{wrong}")
    assert "dígito de verificación" in refusal(f"NIT {numero}{before_dv}{wrong}")


@pytest.mark.parametrize(
    ("text", "tipo", "numero"),
    [
        ("CE 412345", CE, "412345"),
        ("Cédula de extranjería E-412.345", CE, "E412345"),
        ("99010112345", TI, "99010112345"),
        ("T.I. 990101-12345", TI, "99010112345"),
        ("tarjeta de identidad 1.117.500.123", TI, "1117500123"),
        ("Registro civil 1117500123", RC, "1117500123"),
        ("NUIP 1117500123", RC, "1117500123"),
        ("Pasaporte N° ab 123456", PA, "AB123456"),
        ("PA PA0123456", PA, "PA0123456"),
        ("PPT 5.123.456", PPT, "5123456"),
        ("permiso por protección temporal 5123456", PPT, "5123456"),
        ("NIT 40.765.123", NIT, "40765123"),
        ("40.765.123-6", NIT, "40765123"),
    ],
)
def test_each_document_is_recognised_by_its_name_or_its_form(text: str, tipo: TipoDocumento, numero: str) -> None:
    assert read(text) == (tipo, numero)


@pytest.mark.parametrize("text", ["AB123456", "PA0123456", "E412345"])
def test_letters_alone_do_not_tell_which_document_it_is(text: str) -> None:
    assert "qué documento es" in refusal(text)
    assert read(text, PA) == (PA, text)


def test_a_number_that_may_be_of_two_documents_is_asked_about() -> None:
    ti = next(f"101115{n:04}{calc_check_digit(f'101115{n:04}')}" for n in range(9))
    assert "tarjeta de identidad o NIT" in refusal(ti)
    assert read(f"TI {ti}") == (TI, ti)


def test_the_document_that_was_chosen_and_the_one_that_was_written_must_be_the_same() -> None:
    assert "se eligió NIT" in refusal("CE 412345", NIT)


@given(st.sampled_from(list(TipoDocumento)), LETTERED | CEDULAS | COMPANIES)
def test_what_is_kept_reads_as_itself_and_says_which_document_it_is(tipo: TipoDocumento, text: str) -> None:
    with contextlib.suppress(Unreadable):
        found = Identificacion.read(text, tipo)
        assert Identificacion.read(found.kept) == found == Identificacion.of(found.kept)
        assert found.tipo is tipo
        assert found.printed.startswith(tipo.sigla)
        for name in tipo.nombres:
            assert Identificacion.read(f"{name} {found.typed(FormatoNit.CON_GUION)}") == found


@given(st.text(max_size=25) | st.text("0123456789ABCENIT.-, ", max_size=18), st.sampled_from([None, *TipoDocumento]))
def test_any_text_is_a_document_that_reads_as_itself_or_is_refused(text: str, tipo: TipoDocumento | None) -> None:
    with contextlib.suppress(Unreadable):
        found = Identificacion.read(text, tipo)
        assert Identificacion.read(found.kept) == found


@given(COMPANIES, COMPANIES)
def test_a_screen_may_show_a_nit_with_its_check_digit_or_without_and_no_other(one: str, other: str) -> None:
    kept = Identificacion(NIT, one).kept
    dv = calc_check_digit(one)
    for shown in (
        one,
        f"{one}{dv}",
        f"{one}-{dv}",
        f"{grouped(one, '.')}-{dv}",
        f"NIT {one}-{dv}",
        f"{one}-{dv} - ACME SAS",
    ):
        assert same_document(shown, kept, nombre="ACME SAS"), shown
        assert same_document(shown, Identificacion(NIT, other).kept, nombre="ACME SAS") == (one == other)
    assert not same_document(f"{one}-{(int(dv) + 1) % 10}", kept)


def test_letters_of_a_document_count_and_their_marks_do_not() -> None:
    assert same_document("ab-123456", "PA AB123456")
    assert not same_document("AC123456", "PA AB123456")
    assert not same_document("123456", "PA AB123456")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("+57 310-555-0101", "3105550101"),
        ("310 - 555 - 0101", "3105550101"),
        ("608 435 0202", "6084350202"),
        ("608 435 0202 ext. 12", "6084350202ext12"),
        ("310 555 0101 / 608 435 0202", "3105550101/6084350202"),
        ("608 4350202 o 310 5550101", "6084350202/3105550101"),
        ("3105550101, 3105550101", "3105550101"),
        ("+58 412 123 4567", "+584121234567"),
        ("0058 412 1234567", "+584121234567"),
        ("No tiene", "no tiene"),
        ("sin celular", "no tiene"),
        ("N/A", "no tiene"),
    ],
)
def test_a_telephone_is_kept_in_one_writing_that_reads_as_itself(text: str, kept: str) -> None:
    assert read_phones(text) == read_phones(kept) == kept


@pytest.mark.parametrize(
    "text", ["", "4350202", "310555", "0412-1234567", "hola", "310 CASA 01", "018000910123", "1/2/3", "no sé"]
)
def test_what_is_no_telephone_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        read_phones(text)


def test_serviweb_is_given_the_mobile_where_there_are_two_and_nothing_where_there_is_none() -> None:
    assert phones_in("6084350202/3105550101") == ("3105550101", "6084350202")
    assert parse(celular="no tiene").tercero.celular == ""


def parse(**changes: object) -> Solicitud:
    return Solicitud.parse({**SOLICITUD, **changes}, Reglas())


@given(CEDULAS, MARKS, MOBILES, PREFIXES)
def test_one_person_typed_in_two_ways_asks_for_the_same(cedula: str, mark: str, celular: str, prefix: str) -> None:
    one = parse(cedula=cedula, celular=celular, nombre="Rosa Elvira Muñoz")
    other = parse(
        cedula=grouped(cedula, mark), celular=f"+57 {celular}", nombre="MUNOZ  Rosa elvira", tipo_documento="c.c."
    )
    assert one.is_same(other)
    huella, igual = (Huella.of(asked, Settings()) for asked in (one, other))
    assert huella is not None
    assert igual is not None
    assert huella.valor == igual.valor
    assert not one.is_same(parse(cedula=f"CE {cedula}", celular=celular))


@given(st.from_regex(r"[0-9]{4,10}", fullmatch=True))
def test_every_cedula_that_was_accepted_before_is_read_back_and_looked_up_by_the_same_number(cedula: str) -> None:
    kept = Solicitud.model_validate(
        {**SOLICITUD, "cedula": cedula, "celular": "3105550101"}, context=Reglas(aceptada=True)
    )
    typed = kept.identificacion.typed(FormatoNit.SIN_DV)
    assert cedula in {typed, f"{typed}{kept.identificacion.dv}"}
    again = Solicitud.model_validate_json(kept.model_dump_json(), context=Reglas(aceptada=True))
    assert again == kept


def test_which_document_it_is_may_be_told_beside_the_number_and_a_wrong_word_is_told_with_the_field() -> None:
    assert parse(cedula="412.345", tipo_documento="Cédula de extranjería").cedula == "CE 412345"
    assert parse(tipo_documento="").cedula == parse(tipo_documento=None).cedula == "40765123"
    with pytest.raises(Exception, match="tipo de documento"):
        parse(tipo_documento="carné")


@given(
    st.sampled_from([CC, CE, PA, NIT]), COMPANIES | CEDULAS, MOBILES, st.sampled_from([".", " ", "-", ",", ") ", "/"])
)
def test_no_writing_of_who_asks_is_left_in_a_message(tipo: TipoDocumento, numero: str, celular: str, mark: str) -> None:
    assume(tipo is not NIT or len(numero) == 9)
    asked = parse(cedula=f"{tipo} {'' if tipo in {CC, NIT} else 'AB'}{numero}", celular=celular, nombre="Ana Peña")
    quien = asked.identificacion
    said = [
        quien.printed,
        quien.kept,
        quien.typed(FormatoNit.CON_DV),
        mark.join([quien.numero[:3], quien.numero[3:6], quien.numero[6:]]),
        f"({celular[:3]}) {celular[3:6]}{mark}{celular[6:]}",
        "ANA  PENA",
    ]
    for text in said:
        left = struck_out(f"Dijo: {text}.", asked.secretos)
        assert "•••" in left, text
        assert not any(part in left for part in (numero[-4:], celular[-4:], "PE")), (text, left)


def test_a_document_that_begins_a_telephone_leaves_nothing_of_it() -> None:
    assert struck_out("al 300 000.0000", ["300000", "3000000000"]) == "al •••"
