"""What happens to prints, what the ledger says then, and what came out: docs/impresion.md shows it, the long tests prove it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from robot.models import EstadoImpresion
from tests.cups import IMPRESORA
from tests.papel.mostrador import Mostrador

IMPRESION = Path(__file__).resolve().parents[2] / "docs" / "impresion.md"
_BEGINS = "<!-- impresiones: python -m tests.papel -->"
_ENDS = "<!-- fin de impresiones -->"

E = EstadoImpresion
Historia = Callable[[Mostrador], Iterator[None]]


@dataclass(frozen=True, slots=True)
class Situacion:
    """Something that happens; how the newest line of the ledger stands then, and how many papers have come out in all."""

    que_pasa: str
    estado: EstadoImpresion
    motivo: str
    papeles: int


@dataclass(frozen=True, slots=True)
class Episodio:
    """Situations that follow one another. `historia` makes each happen, in order, and stops."""

    historia: Historia
    situaciones: tuple[Situacion, ...]


def _encendida(m: Mostrador) -> Iterator[None]:
    m.print()
    m.comes_to(E.IMPRESA)
    yield
    m.print()
    m.look()
    yield


def _deshabilitada(m: Mostrador) -> Iterator[None]:
    m.cups.admin("cupsdisable", IMPRESORA)
    m.print()
    m.look()
    yield
    assert m.ask_at_once(3) == 3
    yield
    m.cups.admin("cupsenable", IMPRESORA)
    m.comes_to(E.IMPRESA)
    yield


def _rechaza(m: Mostrador) -> Iterator[None]:
    m.cups.admin("cupsreject", IMPRESORA)
    m.print()
    yield
    m.cups.admin("cupsaccept", IMPRESORA)
    m.ask()
    m.comes_to(E.IMPRESA)
    yield


def _apagada(m: Mostrador) -> Iterator[None]:
    m.cups.turn_off()
    m.print()
    m.look()
    yield
    m.comes_to(E.DETENIDA)
    yield
    m.cups.turn_on()
    m.comes_to(E.IMPRESA)
    yield


def _sin_papel(m: Mostrador) -> Iterator[None]:
    m.cups.take_paper()
    m.print()
    m.comes_to(E.DETENIDA)
    yield
    m.cups.put_paper()
    m.comes_to(E.IMPRESA)
    yield


def _retenido(m: Mostrador) -> Iterator[None]:
    m.cups.admin("cupsdisable", IMPRESORA)
    m.print()
    m.cups.admin("lp", "-i", f"{IMPRESORA}-{m.line.trabajo}", "-H", "hold")
    m.cups.admin("cupsenable", IMPRESORA)
    m.look()
    yield
    m.cups.admin("cancel", f"{IMPRESORA}-{m.line.trabajo}")
    m.look()
    yield


def _cancelado_en_la_impresora(m: Mostrador) -> Iterator[None]:
    m.cups.cancel_at_the_printer()
    m.print()
    m.comes_to(E.CANCELADA)
    yield


def _cola_sin_nombre(m: Mostrador) -> Iterator[None]:
    m.impresora = "otra"
    m.print()
    yield


def _cups_caido(m: Mostrador) -> Iterator[None]:
    m.cups.kill()
    m.print()
    yield
    m.cups.start()
    m.cups.admin("cupsdisable", IMPRESORA)
    m.ask()
    m.cups.kill()
    m.look()
    yield
    m.cups.start()
    m.cups.admin("cupsenable", IMPRESORA)
    m.comes_to(E.IMPRESA)
    yield


def _cups_olvida(m: Mostrador) -> Iterator[None]:
    m.cups.admin("cupsdisable", IMPRESORA)
    m.print()
    numero = m.line.trabajo
    m.cups.forget()
    m.cups.start()
    assert m.cola.create("otro trabajo", m.documento.archivo) == numero
    m.look()
    yield


def _muerto_antes_de_abrir(m: Mostrador) -> Iterator[None]:
    m.turn()
    m.print()
    m.comes_to(E.IMPRESA)
    yield


def _muerto_antes_de_enviar(m: Mostrador) -> Iterator[None]:
    m.freeze_before_sending()
    m.print()
    m.comes_to(E.IMPRESA)
    yield


def _muerto_despues_de_enviar(m: Mostrador) -> Iterator[None]:
    m.freeze_before_sending()()
    m.print()
    m.comes_to(E.IMPRESA)
    yield


def _congelado(m: Mostrador) -> Iterator[None]:
    thaw = m.freeze_before_sending()
    m.print()
    thaw()
    m.comes_to(E.IMPRESA)
    yield


def _congelado_antes(m: Mostrador) -> Iterator[None]:
    thaw = m.freeze_before_opening()
    m.print()
    thaw()
    m.comes_to(E.IMPRESA)
    yield


def _sin_relevo(m: Mostrador) -> Iterator[None]:
    thaw = m.freeze_before_sending()
    m.long_ago()
    m.look()
    thaw()
    yield


def _muerto_y_cups_olvida(m: Mostrador) -> Iterator[None]:
    m.cups.admin("cupsdisable", IMPRESORA)
    m.freeze_before_sending()()
    m.cups.forget()
    m.cups.start()
    m.print()
    yield
    m.look()
    yield


def _varias_personas(m: Mostrador) -> Iterator[None]:
    m.print()
    m.comes_to(E.IMPRESA)
    assert m.ask_at_once(4) == 3
    m.comes_to(E.IMPRESA)
    yield


EPISODIOS = (
    Episodio(
        _encendida,
        (
            Situacion("La impresora está encendida", E.IMPRESA, "", 1),
            Situacion("La corrida se retoma después de imprimir", E.IMPRESA, "", 1),
        ),
    ),
    Episodio(
        _deshabilitada,
        (
            Situacion("La cola está deshabilitada", E.DETENIDA, "La impresora está en pausa.", 0),
            Situacion("… tres personas piden las copias otra vez", E.DETENIDA, "La impresora está en pausa.", 0),
            Situacion("… y alguien la habilita", E.IMPRESA, "", 1),
        ),
    ),
    Episodio(
        _rechaza,
        (
            Situacion("La cola rechaza trabajos", E.NO_IMPRESA, "La impresora no acepta trabajos.", 0),
            Situacion("… los acepta otra vez y alguien pide las copias", E.IMPRESA, "", 1),
        ),
    ),
    Episodio(
        _apagada,
        (
            Situacion("La impresora está apagada, en los primeros segundos", E.EN_COLA, "", 0),
            Situacion("… después", E.DETENIDA, "La impresora no responde: puede estar apagada o sin red.", 0),
            Situacion("… y alguien la enciende", E.IMPRESA, "", 1),
        ),
    ),
    Episodio(
        _sin_papel,
        (
            Situacion("La impresora no tiene papel", E.DETENIDA, "La impresora no tiene papel.", 0),
            Situacion("… y alguien le pone", E.IMPRESA, "", 1),
        ),
    ),
    Episodio(
        _retenido,
        (
            Situacion("Alguien retiene el trabajo en CUPS", E.DETENIDA, "El trabajo está retenido", 0),
            Situacion("… y lo cancela", E.CANCELADA, "", 0),
        ),
    ),
    Episodio(
        _cancelado_en_la_impresora,
        (Situacion("Alguien cancela el trabajo en la impresora", E.CANCELADA, "La impresora dice: «", 0),),
    ),
    Episodio(
        _cola_sin_nombre,
        (Situacion("CUPS no tiene esa cola", E.NO_IMPRESA, "CUPS no tiene ninguna impresora con ese nombre.", 0),),
    ),
    Episodio(
        _cups_caido,
        (
            Situacion("CUPS está caído al enviar", E.NO_IMPRESA, "CUPS no atiende", 0),
            Situacion("CUPS se cae después de recibir el trabajo", E.NO_SE_SABE, "CUPS no atiende", 0),
            Situacion("… y vuelve", E.IMPRESA, "", 1),
        ),
    ),
    Episodio(
        _cups_olvida,
        (
            Situacion(
                "CUPS se cae, olvida el trabajo y da su número a otro", E.PERDIDA, "CUPS ya no conoce el trabajo", 0
            ),
        ),
    ),
    Episodio(
        _muerto_antes_de_abrir,
        (Situacion("El robot muere tras anotar la impresión, y otro sigue", E.IMPRESA, "", 1),),
    ),
    Episodio(
        _muerto_antes_de_enviar,
        (Situacion("El robot muere con el trabajo abierto y sin documento, y otro sigue", E.IMPRESA, "", 1),),
    ),
    Episodio(
        _muerto_despues_de_enviar,
        (Situacion("El robot muere tras entregar el documento, y otro sigue", E.IMPRESA, "", 1),),
    ),
    Episodio(
        _congelado_antes,
        (Situacion("El robot se congela antes de abrir el trabajo y despierta tras su relevo", E.IMPRESA, "", 1),),
    ),
    Episodio(
        _congelado,
        (Situacion("El robot se congela antes de entregar el documento y despierta tras su relevo", E.IMPRESA, "", 1),),
    ),
    Episodio(
        _sin_relevo,
        (
            Situacion(
                "El robot muere antes de entregar el documento y nadie sigue",
                E.NO_IMPRESA,
                "El robot se detuvo antes de entregarla.",
                0,
            ),
        ),
    ),
    Episodio(
        _muerto_y_cups_olvida,
        (
            Situacion(
                "El robot muere tras entregar el documento y CUPS lo olvida",
                E.NO_SE_SABE,
                "CUPS ya no conoce el trabajo",
                0,
            ),
            Situacion("… al mirar la cola", E.PERDIDA, "CUPS ya no conoce el trabajo", 0),
        ),
    ),
    Episodio(
        _varias_personas,
        (Situacion("Cuatro personas piden a la vez otra impresión", E.IMPRESA, "", 2),),
    ),
)


def happen(episodio: Episodio, mostrador: Mostrador) -> None:
    """Make an episode happen, and see that every situation of it is as it says."""
    history = episodio.historia(mostrador)
    for situacion in episodio.situaciones:
        next(history)
        line = mostrador.line
        assert line.estado is situacion.estado, (situacion.que_pasa, line)
        assert situacion.motivo in line.motivo, (situacion.que_pasa, line)
        assert len(mostrador.papeles) == situacion.papeles, (situacion.que_pasa, mostrador.papeles)


def with_table(page: str) -> str:
    """docs/impresion.md with the table of what happens to prints."""
    lines = ["| qué pasa | el registro dice | hojas que salieron |", "|---|---|---|"]
    for one in (situacion for episodio in EPISODIOS for situacion in episodio.situaciones):
        why = ". " + one.motivo.replace("«", "«…»").rstrip(".") if one.motivo else ""
        lines.append(f"| {one.que_pasa} | {one.estado.value}{why} | {_PAPELES[one.papeles]} |")
    before, rest = page.split(_BEGINS)
    _, after = rest.split(_ENDS)
    return "\n".join([before + _BEGINS, *lines, _ENDS + after])


_PAPELES = ("ninguna", "las dos copias", "las dos copias, dos veces en total")
