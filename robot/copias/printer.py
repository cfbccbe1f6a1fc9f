"""The way of the copies to paper."""

import subprocess

from robot.errors import PrinterRefused, PrinterSilent
from robot.models import DocumentoCopias


def send_to_printer(documento: DocumentoCopias, impresora: str) -> None:
    """Send the PDF to a CUPS printer. Paper cannot be taken back: the caller has noted that it is about to be sent.

    Raises:
        PrinterRefused: there is no `lp` command, or it refuses the printer; nothing was printed.
        PrinterSilent: nobody knows whether it prints.
    """
    try:
        subprocess.run(  # noqa: S603  # fixed command, no shell
            ["lp", "-d", impresora, "-t", documento.archivo.stem, str(documento.archivo)],  # noqa: S607  # wherever CUPS is
            check=True,
            capture_output=True,
            timeout=60,
        )
    except FileNotFoundError:
        raise PrinterRefused(
            "En esta máquina no hay CUPS: imprima las copias desde el formulario, o abra el PDF."
        ) from None
    except subprocess.CalledProcessError:
        raise PrinterRefused(
            f"La impresora «{impresora}» no aceptó el trabajo; las copias quedaron en {documento.archivo}."
        ) from None
    except subprocess.TimeoutExpired:
        raise PrinterSilent(f"La impresora «{impresora}» no respondió.") from None
