"""A solicitud that is RADICADA with its cita in Programación and its copies, made without a browser: for what comes after."""

import io
from dataclasses import dataclass

from reportlab.pdfgen.canvas import Canvas

from robot.copias.document import read_document
from robot.copias.making import make_copies
from robot.intake import Ventanilla
from robot.models import Cita, DocumentoCopias, Estado, Radicado, Resultado, Solicitud
from robot.record.dossier import Expediente, TrasladoVisto
from robot.referencia import Referencia
from robot.sheets import Programacion
from tests.paciencia import eventually
from tests.procedimientos import VISITA_DOMICILIARIA


@dataclass(frozen=True)
class Radicada:
    """It, and what it was when it was filed."""

    ventanilla: Ventanilla
    referencia: Referencia
    radicado: Radicado
    cita: Cita
    documento: DocumentoCopias

    @property
    def expediente(self) -> Expediente:
        return self.ventanilla.registro.expediente(self.referencia)

    @property
    def told(self) -> list[str]:
        """The history, in its words."""
        return [one.detalle for one in self.ventanilla.registro.historia(self.referencia)]

    def changed(self, identidad: str) -> TrasladoVisto:
        """How a change of its cita ended; waits for it."""
        eventually(lambda: not self.expediente.traslado)
        seen = self.ventanilla.traslados.of(identidad)
        assert seen is not None
        return seen


def file_one(ventanilla: Ventanilla, solicitud: Solicitud, *, numero: str = "2026-000123") -> Radicada:
    """File it as a worker would."""
    settings = ventanilla.settings
    referencia = ventanilla.accept(solicitud, quien="ana", otra=True)
    constancia = ventanilla.registro.take(referencia, corrida=1, ejecutor="prueba")
    assert constancia is not None
    robot, radicado = Programacion(settings.programacion, settings.google), Radicado(numero=numero)
    cita = robot.book(referencia=referencia, suscriptor=solicitud.suscriptor, ruta="007", asesor="Ana Torres")
    constancia.guardado(radicado)
    robot.write_radicado(cita, radicado)
    hechas = make_copies(
        read_document(_document(f"Radicado {numero}")),
        VISITA_DOMICILIARIA.copias,
        referencia=referencia,
        radicado=numero,
        cita=cita,
        carpeta=settings.datos / "copias",
        documento_del_usuario=solicitud.identificacion.printed,
    )
    constancia.close(
        Resultado(
            referencia=referencia,
            estado=Estado.RADICADA,
            radicado=numero,
            cita=cita,
            documento=hechas.documento,
            copias=hechas.documento.archivo,
        )
    )
    return Radicada(ventanilla, referencia, radicado, cita, hechas.documento)


def _document(text: str) -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(612, 792))
    canvas.drawString(72, 700, text)
    canvas.save()
    return file.getvalue()
