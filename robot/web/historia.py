"""Everything that happened to a solicitud, and what was kept of it: pictures, traces, copies."""

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response

from robot.flows.evidencia import evidence_of, folder_of
from robot.record.database import executor_name
from robot.web.servicio import Con, NoEsta, Quien, Suya
from robot.web.vistas import page

router = APIRouter()


@router.get("/solicitudes/{referencia}/historia")
def history(request: Request, expediente: Suya, con: Con, cuenta: Quien) -> Response:
    documento = expediente.resultado.documento if expediente.resultado else None
    sucesos = con.registro.historia(expediente.referencia)
    workers = [executor_name(con.settings.motor), *(one.quien for one in sucesos if one.etapa is not None)]
    shown = {
        "donde": "/solicitudes",
        "e": expediente,
        "sucesos": sucesos,
        "nombres": {**dict.fromkeys(workers, "el robot"), **con.names()},
        "impresiones": [one for one in con.registro.impresiones(expediente.referencia) if one.impresora],
        "evidencia": evidence_of(con.settings.datos, expediente.referencia),
        "copias": documento is not None and documento.archivo.is_file(),
    }
    return page(request, "historia.html", cuenta, shown)


@router.get("/solicitudes/{referencia}/evidencia/{nombre}")
def evidence(nombre: str, expediente: Suya, con: Con) -> Response:
    """One picture, or one trace, of those that the history shows."""
    kept = evidence_of(con.settings.datos, expediente.referencia)
    archivo = folder_of(con.settings.datos, expediente.referencia) / nombre
    if nombre not in {name for one in kept for name in (one.captura, *one.trazas) if name} or not archivo.is_file():
        raise NoEsta
    is_picture = archivo.suffix == ".png"
    return FileResponse(
        archivo,
        media_type="image/png" if is_picture else "application/zip",
        filename=f"{expediente.referencia}-{nombre}",
        content_disposition_type="inline" if is_picture else "attachment",
    )
