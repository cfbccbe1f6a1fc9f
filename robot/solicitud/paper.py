"""The printed copies, and what is known of each print."""

from enum import StrEnum
from pathlib import Path

from robot.solicitud.parties import Frozen


class DocumentoCopias(Frozen):
    """The PDF with the copies (step 12).

    Attributes:
        archivo: where it is kept.
        sha256: hexadecimal digest of its bytes.
        copias: how many copies it holds.
        paginas: pages in all.
        impresora: the printer it was sent to, or nothing.
    """

    archivo: Path
    sha256: str
    copias: int
    paginas: int
    impresora: str | None = None


class EstadoImpresion(StrEnum):
    """What a line of the print ledger says: the PDF itself, or what is known of a job on its way to paper.

    ENVIANDO is noted before anything leaves. ENTREGADA is what was given to a browser, where nobody can follow it.
    """

    PDF = "PDF"
    ENVIANDO = "ENVIANDO"
    EN_COLA = "EN COLA"
    DETENIDA = "DETENIDA"
    IMPRESA = "IMPRESA"
    CANCELADA = "CANCELADA"
    PERDIDA = "PERDIDA"
    NO_SE_SABE = "NO SE SABE"
    NO_IMPRESA = "NO IMPRESA"
    ENTREGADA = "ENTREGADA"

    @property
    def saldra(self) -> bool:
        """It may still come out by itself: whoever asks again gets it twice."""
        return self in {EstadoImpresion.ENVIANDO, EstadoImpresion.EN_COLA, EstadoImpresion.DETENIDA}

    @property
    def que_hacer(self) -> str:
        """What a person does about it; blank where there is nothing to do."""
        return _QUE_HACER.get(self, "")


_QUE_HACER = {
    EstadoImpresion.DETENIDA: "Atienda la impresora: las copias salen solas después. No las pida otra vez.",
    EstadoImpresion.CANCELADA: "Mire si alcanzó a salir una parte. Si hacen falta, pídalas otra vez.",
    EstadoImpresion.PERDIDA: "Mire si salieron. Si no, pídalas otra vez.",
    EstadoImpresion.NO_SE_SABE: "Mire en la impresora si salieron antes de pedirlas otra vez.",
    EstadoImpresion.NO_IMPRESA: "No salió nada. Pídalas otra vez, o imprima el PDF.",
}
