"""The ways in which solicitudes come: form, API, sheets of requests, mailbox."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr

from robot.sections.section import Cron, Ruta, Section


def web_path(text: str) -> str:
    """A path as `web.ruta` has it, without a slash at its end.

    Raises:
        ValueError: it is none.
    """
    path = text.rstrip("/")
    if not re.fullmatch(r"(/[\w.~-]+)*", path):
        raise ValueError("no es una ruta, como «/visitas»")
    return path


def _id_of_spreadsheet(text: str) -> str:
    """The id of a spreadsheet, also where its whole address was copied."""
    found = re.search(r"/spreadsheets/d/([\w-]+)", text)
    return found[1] if found else text.strip()


class HojaSettings(Section):
    """A sheet of requests, such as the answers of a form of Google: each of its rows is a solicitud.

    Attributes:
        planilla: id or address of the spreadsheet, shared with the robot's account as editor.
        hoja: the title of the worksheet.
        asesor: key of the asesor who files what no column says who files.
        procedimiento, medio, causal: of what no column says; the procedure's own where blank.
        columnas: more titles by which a field is known, by its name.
        columna_enviar: the title of a column with «sí» in the rows that are ready; where blank, a row is once it rests.
    """

    planilla: Annotated[str, AfterValidator(_id_of_spreadsheet)]
    hoja: str
    asesor: str = ""
    procedimiento: str = ""
    medio: str = ""
    causal: str = ""
    columnas: dict[str, tuple[str, ...]] = {}  # noqa: RUF012  # pydantic copies it
    columna_enviar: str = ""


class CorreoSettings(Section):
    """The mailbox of requests; each message becomes a draft that an asesor completes.

    Attributes:
        servidor, puerto, seguridad: the IMAP server, `tls` from the first byte or `starttls`; no mailbox where blank.
        usuario, clave: how to sign in; OAuth is not supported, an app password is.
        autoridad: file with the certificate of the authority that vouches for the server, where the system does not know it.
        carpeta: the folder that is looked at.
        marca: the keyword that a message gets once it is a draft.
        mover_a: the folder that it is moved to then; it stays where it is where blank. Nothing is ever deleted.
        maximo_kib: how much of a message is fetched; of a longer one the rest is left, and told.
    """

    servidor: str = ""
    puerto: Annotated[int, Field(ge=1, le=65535)] = 993
    seguridad: Literal["tls", "starttls"] = "tls"
    usuario: str = ""
    clave: SecretStr = SecretStr("")
    autoridad: Ruta | None = None
    carpeta: str = "INBOX"
    marca: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,40}$")] = "serviweb-robot"
    mover_a: str = ""
    maximo_kib: Annotated[int, Field(ge=16, le=65536)] = 512


class RecibirSettings(Section):
    """Taking in requests that others have written down.

    Attributes:
        horario: how often sheets and mailbox are looked at (cron, in Colombian time); never by itself where blank.
        reposo_segundos: for so long a row has not changed when it is taken: nobody is typing it any more.
        llamadas_por_minuto: how many calls it makes to Google in a minute, so that the citas have the rest.
        hojas: the sheets.
        correo: the mailbox.
    """

    horario: Cron = ""
    reposo_segundos: Annotated[float, Field(ge=0, le=3600)] = 60
    llamadas_por_minuto: Annotated[int, Field(ge=5, le=300)] = 60
    hojas: tuple[HojaSettings, ...] = ()
    correo: CorreoSettings = CorreoSettings()

    @property
    def hay_algo(self) -> bool:
        """Whether there is anything to look at."""
        return bool(self.hojas or self.correo.servidor)


class WebSettings(Section):
    """The intake form.

    Attributes:
        direccion, puerto: where it listens; only this machine reaches 127.0.0.1.
        hosts: the names by which browsers may ask for it, beside this machine's own.
        certificado, llave_tls: files in PEM, to serve https itself.
        detras_de_proxy: a proxy in front of it serves https.
        proxies: addresses of proxies whose word on where a request comes from is believed, such as `172.16.0.0/12`.
        ruta: the path under which a proxy serves it; blank where it has a name of its own.
        sesion_horas: after how long somebody signs in again.
        intentos: how often in five minutes an account's password may be wrong.
        cupos_segundos: how old the free cupos on the form may be.
        revision: the asesores who look at the filled form before Guardar; «*» is everyone.
        revision_minutos: after how long without an answer the solicitud is cancelled and its cupo free again.
    """

    direccion: str = "127.0.0.1"
    puerto: Annotated[int, Field(ge=0, le=65535)] = 8800
    hosts: tuple[str, ...] = ()
    certificado: Ruta | None = None
    llave_tls: Ruta | None = None
    detras_de_proxy: bool = False
    proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    ruta: Annotated[str, AfterValidator(web_path)] = ""
    sesion_horas: Annotated[float, Field(gt=0, le=24)] = 10
    intentos: Annotated[int, Field(ge=1, le=100)] = 5
    cupos_segundos: Annotated[float, Field(gt=0, le=600)] = 20
    revision: tuple[str, ...] = ()
    revision_minutos: Annotated[float, Field(gt=0, le=60)] = 5

    @property
    def seguro(self) -> bool:
        """Whether browsers reach it by https."""
        return self.certificado is not None or self.detras_de_proxy


class ApiSettings(Section):
    """Programs that hand in by HTTP (docs/api.md). Nobody gets in without a llave of `serviweb-robot api`.

    Attributes:
        por_minuto: how many requests a program may make in a minute to one process.
        http_en_red_privada: what becomes of a solicitud may be told to a private address without https, too.
        anuncio_intentos: how often a program is told before it is given up.
        anuncio_espera_segundos: how long until the second time; four times as long each time after that, up to six hours.
        anuncio_plazo_segundos: how long the program's answer may take.
    """

    por_minuto: Annotated[int, Field(ge=1, le=1_000_000)] = 30_000
    http_en_red_privada: bool = False
    anuncio_intentos: Annotated[int, Field(ge=1, le=20)] = 8
    anuncio_espera_segundos: Annotated[float, Field(gt=0, le=3600)] = 5
    anuncio_plazo_segundos: Annotated[float, Field(gt=0, le=60)] = 10
