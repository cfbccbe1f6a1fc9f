"""What is said to a printer and what it says: IPP as bytes, the size of the paper, and reasons for people."""

import struct
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.copias import motivos
from robot.copias.ipp import Attribute, AttributeGroup, IppOperation, MalformedMessage, ValueTag, decode, encode
from robot.copias.medios import attributes
from robot.copias.printer import EstadoDeCola, EstadoTrabajo, TrabajoEnCola, told_of
from robot.errors import PrinterRefused
from robot.models import EstadoImpresion
from robot.settings import ImpresionSettings, Medio

_TEXT = st.text(max_size=60)
_VALUES = st.one_of(
    st.lists(st.integers(-(2**31), 2**31 - 1), min_size=1, max_size=3).map(
        lambda values: Attribute.of(ValueTag.ENTERO, "numero", *values)
    ),
    st.just(Attribute.yes("cierto")),
    st.lists(_TEXT, min_size=1, max_size=3).map(lambda values: Attribute.of(ValueTag.NOMBRE, "nombre", *values)),
    st.lists(_TEXT, min_size=1, max_size=3).map(lambda values: Attribute.of(ValueTag.PALABRA, "palabra", *values)),
)
_SIZES = ("iso_a4_210x297mm", "na_foolscap_8.5x13in", "na_legal_8.5x14in", "na_letter_8.5x11in")
_CUSTOM = ("custom_min_50x50mm", "custom_max_216x3000mm")
_IDLE = EstadoDeCola(detenida=False, acepta=True, motivos=("none",), dicho="", equipo="", medios=())


def _mm(ancho: float, alto: float) -> tuple[float, float]:
    """In points."""
    return ancho / 25.4 * 72, alto / 25.4 * 72


@given(st.lists(st.lists(_VALUES, unique_by=lambda one: one.nombre), max_size=3))
def test_what_is_written_is_read_again(groups: list[list[Attribute]]) -> None:
    message = encode(IppOperation.GET_JOBS, 7, [(AttributeGroup.TRABAJO, one) for one in groups], b"%PDF")
    assert decode(message).groups == tuple(
        (AttributeGroup.TRABAJO, {one.nombre: one.valores for one in group}) for group in groups
    )


@given(st.binary(max_size=80))
def test_what_is_no_answer_is_told_so_and_never_guessed(noise: bytes) -> None:
    try:
        decode(noise)
    except MalformedMessage:
        return
    assert len(noise) > 8


def test_collections_and_dates_are_left_out_and_what_follows_them_is_read() -> None:
    def value(tag: int, name: str, content: bytes) -> bytes:
        return bytes([tag]) + b"".join(struct.pack(">H", len(one)) + one for one in (name.encode(), content))

    answer = b"".join(
        [
            struct.pack(">BBHi", 2, 0, 0, 1),
            bytes([AttributeGroup.IMPRESORA]),
            value(0x34, "media-col-default", b""),
            value(0x4A, "", b"x-dimension"),
            value(0x21, "", struct.pack(">i", 21590)),
            value(0x37, "", b""),
            value(0x31, "printer-current-time", bytes(11)),
            value(0x35, "printer-state-message", b"\x00\x02es\x00\x05Listo"),
            bytes([3]),
        ]
    )
    assert decode(answer).groups == ((AttributeGroup.IMPRESORA, {"printer-state-message": ("Listo",)}),)


@pytest.mark.parametrize(
    ("papel", "known", "asked"),
    [
        (Medio.COLA, _SIZES, {}),
        (Medio.CARTA, _SIZES, {"media": "na_letter_8.5x11in", "PageSize": "Letter"}),
        (Medio.OFICIO, _SIZES, {"media": "na_foolscap_8.5x13in"}),
        (Medio.OFICIO, ("om_folio_216x330mm", "na_legal_8.5x14in"), {"media": "om_folio_216x330mm"}),
        (Medio.LEGAL, _SIZES, {"media": "na_legal_8.5x14in", "PageSize": "Legal"}),
        (Medio.MEDIA_CARTA, ("na_invoice_5.5x8.5in",), {"media": "na_invoice_5.5x8.5in", "PageSize": "Statement"}),
        (Medio.A4, ("iso_a4_210.02x297.01mm",), {"media": "iso_a4_210.02x297.01mm", "PageSize": "A4"}),
        (Medio.MEDIA_CARTA, _CUSTOM, {"media": "Custom.139.7x215.9mm", "PageSize": "Custom.139.7x215.9mm"}),
        (Medio.ROLLO, _CUSTOM, {"media": "Custom.80x200mm", "PageSize": "Custom.80x200mm"}),
        (Medio.ROLLO, ("oem_x_80x120mm", "oem_y_80x297mm", "oem_z_80x400mm"), {"media": "oem_y_80x297mm"}),
        (Medio.ROLLO, ("oem_x_80x120mm",), {"media": "oem_x_80x120mm"}),
        (Medio.ROLLO, ("oem_x_80x297mm", *_CUSTOM), {"media": "Custom.80x200mm", "PageSize": "Custom.80x200mm"}),
    ],
)
def test_the_paper_is_said_as_the_queue_knows_it(papel: Medio, known: tuple[str, ...], asked: dict[str, str]) -> None:
    said = attributes(ImpresionSettings(papel=papel), known, [_mm(80, 120), _mm(80, 200)])
    how = {one.nombre: one.valores[0] for one in said}
    assert how == {**asked, "print-scaling": "auto-fit", "sides": "one-sided"}


@pytest.mark.parametrize("known", [_SIZES, (*_SIZES, "custom_min_90x50mm", "custom_max_120x150mm")])
@pytest.mark.parametrize("papel", [Medio.MEDIA_CARTA, Medio.ROLLO])
def test_a_paper_that_the_queue_does_not_have_is_no_other_one(papel: Medio, known: tuple[str, ...]) -> None:
    with pytest.raises(PrinterRefused, match="no tiene papel"):
        attributes(ImpresionSettings(papel=papel), known, [(200, 500)])


@pytest.mark.parametrize(
    ("sheets", "known", "cut"),
    [
        ([(80, 90), (80, 318)], _CUSTOM, "Custom.80x318mm"),
        ([(80, 90.3)], _CUSTOM, "Custom.80x91mm"),
        ([(80, 20)], _CUSTOM, "Custom.80x50mm"),
        ([(80, 90)], ("custom_min_50x50mm", "custom_max_79.5x297mm"), "Custom.79.5x90mm"),
        ([(80, 318)], ("roll_min_3x2in", "roll_max_4x10in"), "Custom.80x254mm"),
        ([(80, 318)], ("custom_min_50x50mm", "custom_max_80x250mm", "oem_x_80x300mm"), "oem_x_80x300mm"),
        ([(216, 279)], _CUSTOM, "Custom.80x104mm"),
        ([(279, 216)], _CUSTOM, "Custom.80x104mm"),
        ([(80, 60)], _CUSTOM, "Custom.80x60mm"),
        ([(100, 60)], _CUSTOM, "Custom.80x100mm"),
    ],
    ids=["longest", "no shorter", "least", "narrow", "most", "nearest", "wide", "lying", "low", "lying low"],
)
def test_a_roll_is_as_long_as_its_longest_sheet_and_no_longer_than_the_queue_says_it_cuts(
    sheets: list[tuple[float, float]], known: tuple[str, ...], cut: str
) -> None:
    said = attributes(ImpresionSettings(papel=Medio.ROLLO), known, [_mm(*one) for one in sheets])
    assert said[0].valores == (cut,)


@pytest.mark.parametrize(
    ("reasons", "told"),
    [
        (("none",), ()),
        (("media-empty-warning", "media-empty-error"), ("no tiene papel",)),
        (("media-low-report", "cups-waiting-for-job-completed"), ()),
        (("nunca-vista-error",), ("dice «nunca-vista-error»",)),
        (("nunca-vista-warning",), ()),
    ],
)
def test_what_keeps_paper_from_coming_out_is_told_in_spanish(reasons: tuple[str, ...], told: tuple[str, ...]) -> None:
    assert motivos.stopping(reasons) == told


@pytest.mark.parametrize(
    ("estado", "queue", "answers", "told"),
    [
        (EstadoTrabajo.PENDIENTE, _IDLE, None, EstadoImpresion.EN_COLA),
        (EstadoTrabajo.EN_PROCESO, _IDLE, True, EstadoImpresion.EN_COLA),
        (EstadoTrabajo.EN_PROCESO, _IDLE, False, EstadoImpresion.DETENIDA),
        (EstadoTrabajo.PENDIENTE, replace(_IDLE, detenida=True), None, EstadoImpresion.DETENIDA),
        (EstadoTrabajo.RETENIDO, _IDLE, None, EstadoImpresion.DETENIDA),
        (EstadoTrabajo.DETENIDO, _IDLE, None, EstadoImpresion.DETENIDA),
        (EstadoTrabajo.CANCELADO, _IDLE, None, EstadoImpresion.CANCELADA),
        (EstadoTrabajo.ABANDONADO, _IDLE, None, EstadoImpresion.CANCELADA),
        (EstadoTrabajo.TERMINADO, replace(_IDLE, detenida=True), None, EstadoImpresion.IMPRESA),
    ],
)
def test_each_state_of_a_job_is_one_of_the_ledger(
    estado: EstadoTrabajo, queue: EstadoDeCola, answers: bool | None, told: EstadoImpresion
) -> None:
    job = TrabajoEnCola(1, "VD-X-1", estado, ("none",), sin_documento=False, dicho="")
    assert told_of(job, queue, answers)[0] is told
