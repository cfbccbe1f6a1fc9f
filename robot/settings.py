"""Settings: environment over secret files over `robot.toml`. `robot.example.toml` documents every one of them."""

import datetime as dt
import os
import re
import tomllib
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PrivateAttr, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    NestedSecretsSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from robot import llavero
from robot.errors import ConfigurationError
from robot.llavero import SECRETS_VARIABLE
from robot.models import PATRON_RUTA, PATRON_SUSCRIPTOR, Asesor, Reglas, spanish_problems
from robot.perfil.patterns import Patron
from robot.procedimientos import Catalogo, catalogue
from robot.procedure.definition import Procedimiento
from robot.red import RedSettings

PREFIX = "SERVIWEB_ROBOT_"
CONFIG_VARIABLE = PREFIX + "CONFIG"


def _expanded(path: Path) -> Path:
    return path.expanduser()


def _is_cron(text: str) -> str:
    from croniter import croniter  # noqa: PLC0415  # slow, and needed by few

    if text and not croniter.is_valid(text):
        raise ValueError("no es un horario cron, como «0 6 * * 1-6»")
    return text


def web_path(text: str) -> str:
    """A path as `web.ruta` has it, without a slash at its end.

    Raises:
        ValueError: it is none.
    """
    path = text.rstrip("/")
    if not re.fullmatch(r"(/[\w.~-]+)*", path):
        raise ValueError("no es una ruta, como «/visitas»")
    return path


Ruta = Annotated[Path, AfterValidator(_expanded)]
Cron = Annotated[str, AfterValidator(_is_cron)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Parecidos(StrEnum):
    """What becomes of a field that is not found, where another one is like what it was."""

    ACEPTAR = "aceptar"
    """Nothing, until a coordinador has accepted it."""
    LEER_IGUAL = "leer_igual"
    """It is filled; the trámite is filed only if everything reads back the same, and told. Never a button, never Guardar."""


class ServiwebSettings(_Section):
    """Where Serviweb is and how long to wait for it.

    Attributes:
        url: address of its sign-in page.
        perfil: TOML file that describes its screens.
        espera_segundos: how long a screen may take.
        plazo_confirmacion_segundos: how long to look for a trámite after Guardar gave no answer.
        formulario_listo: after a solicitud, open the form of the asesor's next one (steps 3, 4, 7 and 8) and keep it ready.
        parecidos: what becomes of a field that is not found, where another one is like what it was.
    """

    url: str = ""
    perfil: Ruta | None = None
    espera_segundos: Annotated[float, Field(gt=0, le=300)] = 15
    plazo_confirmacion_segundos: Annotated[float, Field(ge=0, le=3600)] = 30
    formulario_listo: bool = True
    parecidos: Parecidos = Parecidos.ACEPTAR


class GoogleSettings(_Section):
    """How to reach Google.

    Attributes:
        credenciales: file of a service account or of an authorized user.
        api: base address of a stand-in for Google's APIs, for tests.
        intentos: how often a call that may be repeated is tried in all.
    """

    credenciales: Ruta | None = None
    api: str = ""
    intentos: Annotated[int, Field(ge=1, le=20)] = 6


class ProgramacionSettings(_Section):
    """Where the schedule is and how people write it.

    Attributes:
        carpeta: name or id of the Drive folder.
        planillas: regular expression on the titles of the spreadsheets, or the ids themselves.
        sinonimos: more header names, by column (`fecha`, `hora`, `codigo`, `ruta`, `asesor`, `pqr`, `cuadrilla`).
        notas_no_disponible: words that, anywhere in a row, say that it is no cupo.
        palabras_sin_importancia: texts in columns the robot does not know that say nothing against a cupo.
        columnas_sin_importancia: headers of columns whose content says nothing against a cupo.
        colores_sin_importancia: colours of cells, as `#rrggbb`, that say nothing against a cupo.
        jornada: the first and the last hour at which a visit may begin; an hour outside is not offered.
        horas_de_la_tarde: hours before the first one, without a. m. or p. m., are of the afternoon.
        domingos_y_festivos: visits are made on these days, too.
        renovar_segundos: for so long the listing of the folder is remembered; people add, move and throw away files.
    """

    carpeta: str = "Programación"
    planillas: tuple[Patron, ...] = (r"programaci[oó]n",)
    sinonimos: dict[str, tuple[str, ...]] = {}
    notas_no_disponible: tuple[str, ...] = (
        "festivo",
        "no disponible",
        "no laboral",
        "cerrado",
        "bloqueado",
        "reservado",
    )
    palabras_sin_importancia: tuple[str, ...] = ("disponible", "libre")
    columnas_sin_importancia: tuple[str, ...] = (
        "no",
        "n",
        "item",
        "orden",
        "consecutivo",
        "semana",
        "mes",
        "año",
        "zona",
        "sede",
        "municipio",
        "duración",
    )
    colores_sin_importancia: tuple[Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")], ...] = ()
    jornada: tuple[dt.time, dt.time] = (dt.time(6), dt.time(19))
    horas_de_la_tarde: bool = False
    domingos_y_festivos: bool = False
    renovar_segundos: Annotated[float, Field(ge=0, le=3600)] = 120


class NavegadorSettings(_Section):
    """Which browser, and whether a person sees it.

    Attributes:
        sin_caja_de_arena: why it may do without its sandbox where the system would let it have one; it has one if blank.
    """

    ejecutable: Ruta | None = None
    visible: bool = False
    sin_caja_de_arena: str = ""


class Medio(StrEnum):
    """The paper that the copies go on; `COLA` is whatever the queue has as its own."""

    COLA = ""
    CARTA = "carta"
    OFICIO = "oficio"
    A4 = "A4"
    MEDIA_CARTA = "media carta"
    ROLLO = "rollo 80 mm"


class ImpresionSettings(_Section):
    """Paper: the name of a CUPS queue, or nothing to keep PDFs only; how its sheets are.

    Attributes:
        servidor: where CUPS is, as its own commands take it (CUPS_SERVER): a host, with its port, or the path of a socket.
        ajustar: a sheet that is larger than the paper is made smaller.
        una_cara: each sheet on paper of its own, since customer and archive each keep one.
    """

    impresora: str = ""
    servidor: str = ""
    papel: Medio = Medio.COLA
    ajustar: bool = True
    una_cara: bool = True


class Formato(StrEnum):
    """How a line of the log is written."""

    CONSOLA = "consola"
    JSON = "json"


class BitacoraSettings(_Section):
    """The log of `trabajador` and `servir`. It holds no personal data.

    Attributes:
        formato: for people, or one JSON object a line.
        nivel: from which weight on lines are written; `info` has a line for each part of each solicitud.
        archivo: where it goes; to stderr where absent.
    """

    formato: Formato = Formato.CONSOLA
    nivel: Literal["debug", "info", "warning", "error"] = "warning"
    archivo: Ruta | None = None


class Cuales(StrEnum):
    """Of which solicitudes evidence is kept."""

    FALLAS = "fallas"
    TODAS = "todas"


class Traza(StrEnum):
    """What a Playwright trace records: every action, or with it what the pages held before and after."""

    NO = "no"
    ACCIONES = "acciones"
    PANTALLAS = "pantallas"


class EvidenciaSettings(_Section):
    """What is kept of how a solicitud went, without personal data (docs/qa.md)."""

    cuales: Cuales = Cuales.FALLAS
    traza: Traza = Traza.ACCIONES


class RetencionSettings(_Section):
    """For how many days after its end a solicitud keeps its personal data, its copies and its screenshots."""

    dias: Annotated[int, Field(ge=1, le=3650)] = 30


class MotorSettings(_Section):
    """What carries solicitudes through crashes: the robot's own database and its workers.

    Attributes:
        base_de_datos: URL of a Postgres database that several machines share; a file in the data folder where absent.
        llave: key (Fernet, 44 characters) that the personal data in the database are encrypted with; one is made in the data
            folder where absent. Machines that share a database share the key.
        ejecutor: name of this worker, the same after every restart; the machine's name where absent.
        concurrencia: solicitudes that one worker files at once, each of another Serviweb user in a browser of its own.
        concurrencia_total: the same for all workers together; no limit where 0.
        insistencia_segundos: for how long to go on, after Guardar, while Serviweb or Google do not answer.
        plazo_etapa_segundos: for how long one step may take before its browser is taken for hung and ended.
        relevo_segundos: on Postgres, after how long a worker that gives no sign of life is relieved of its work.
        otlp: address that OpenTelemetry traces of every run and part are sent to (OTLP over HTTP); none where blank. Needs
            the extra `otel`.
    """

    base_de_datos: SecretStr = SecretStr("")
    llave: SecretStr = SecretStr("")
    ejecutor: Annotated[str, Field(pattern=r"^[\w.-]*$", max_length=100)] = ""
    concurrencia: Annotated[int, Field(ge=1, le=16)] = 2
    concurrencia_total: Annotated[int, Field(ge=0, le=256)] = 0
    insistencia_segundos: Annotated[float, Field(ge=0, le=3600)] = 120
    plazo_etapa_segundos: Annotated[float, Field(gt=0, le=7200)] = 600
    relevo_segundos: Annotated[int, Field(ge=2, le=3600)] = 15
    otlp: str = ""


class ReglasSettings(_Section):
    """What holds in this utility.

    Attributes:
        suscriptor, ruta: what its codes look like; regular expressions for the whole value.
        otro_nombre: what becomes of a cédula that Serviweb has under a name without a word in common: `confirmar` refuses it
            until somebody has confirmed that it is the same person, `avisar` files it and tells.
        dias_duplicado: within how many days another visita domiciliaria of a suscriptor may be the same one; never where 0.
        minutos_repetida: within how many minutes the very same solicitud, sent again without a key, is the first one; never
            where 0.
        observacion_maxima: how many characters the field Observación takes, for the count on the form.
        cierres: days, beside weekends and festivos, on which it does not work.
    """

    suscriptor: Patron = PATRON_SUSCRIPTOR
    ruta: Patron = PATRON_RUTA
    otro_nombre: Literal["confirmar", "avisar"] = "confirmar"
    dias_duplicado: Annotated[int, Field(ge=0, le=365)] = 15
    minutos_repetida: Annotated[int, Field(ge=0, le=1440)] = 2
    observacion_maxima: Annotated[int, Field(ge=100, le=20_000)] = 1000
    cierres: tuple[dt.date, ...] = ()


class ProcedimientosSettings(_Section):
    """By which procedures this office files.

    Attributes:
        carpeta: folder with TOML files of its own, one a procedure; they go before shipped ones of the same código. A file that
            comes or changes is taken without a restart.
        activos: the códigos that are in use, own or shipped; the first one is meant where none is named. «*» is every one of the
            folder.
    """

    carpeta: Ruta | None = None
    activos: Annotated[tuple[str, ...], Field(min_length=1)] = ("SC-PQRS-PRO-018",)


class ConciliacionSettings(_Section):
    """Comparing Serviweb, Programación and the robot.

    Attributes:
        asesor: key of the Serviweb account that it reads with, best one that nobody else uses; the first configured where blank.
        horario: when it is done by itself (cron, in Colombian time); never where blank.
        dias: how many days back it looks.
        dias_antes: how many days before its cita a trámite may have been filed.
        dias_por_vencer: from how many working days before its end on a legal term is near.
        reparar: whether what it does by itself also repairs what cannot harm.
        paginas: how many pages of CONSULTA it reads at most.
        dudas: how many suscriptores it looks up one by one, where a radicado was not among what it read.
        llamadas_por_minuto: how many calls it makes to Google in a minute, so that asesores have the rest.
    """

    asesor: str = ""
    horario: Cron = ""
    dias: Annotated[int, Field(ge=1, le=400)] = 30
    dias_antes: Annotated[int, Field(ge=0, le=400)] = 45
    dias_por_vencer: Annotated[int, Field(ge=0, le=15)] = 3
    reparar: bool = True
    paginas: Annotated[int, Field(ge=1, le=100_000)] = 3000
    dudas: Annotated[int, Field(ge=0, le=1000)] = 40
    llamadas_por_minuto: Annotated[int, Field(ge=5, le=300)] = 30


class VistazoSettings(_Section):
    """What Serviweb has of a código or a document, shown while it is typed into the form.

    Attributes:
        asesor: key of a Serviweb account that nobody else uses, no asesor and no conciliación; nothing is shown where blank.
        recuerda_minutos: for how long an answer is told again without asking Serviweb; it is kept in memory only.
        por_minuto: how many look-ups an account of the form may ask for in a minute.
    """

    asesor: str = ""
    recuerda_minutos: Annotated[float, Field(ge=0, le=60)] = 5
    por_minuto: Annotated[int, Field(ge=1, le=600)] = 60


class VerificacionSettings(_Section):
    """The morning look at Serviweb's screens; nothing is saved.

    Attributes:
        horario: when it is done by itself (cron, in Colombian time); never where blank.
        asesor: key of the Serviweb account; the conciliación's where blank.
        suscriptor: a código that exists, to see its data, too.
        cedula: somebody whom Serviweb knows, where the form comes in parts.
    """

    horario: Cron = ""
    asesor: str = ""
    suscriptor: str = ""
    cedula: SecretStr = SecretStr("")


def _id_of_spreadsheet(text: str) -> str:
    """The id of a spreadsheet, also where its whole address was copied."""
    found = re.search(r"/spreadsheets/d/([\w-]+)", text)
    return found[1] if found else text.strip()


class HojaSettings(_Section):
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
    columnas: dict[str, tuple[str, ...]] = {}
    columna_enviar: str = ""


class CorreoSettings(_Section):
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


class RecibirSettings(_Section):
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


class AvisosSettings(_Section):
    """Who is told when a conciliación or a verification has something to say, and of each solicitud POR VERIFICAR.

    Attributes:
        correo_servidor, correo_puerto: the SMTP server; nobody is written to where blank.
        correo_seguridad: `starttls`, `tls` or `ninguna`.
        correo_usuario, correo_clave: how to sign in there, if it asks.
        correo_de: the sender.
        correo_para: the receivers.
        webhook: an address that a JSON object is posted to.
        enlace: the address of the form, for a link in the message.
    """

    correo_servidor: str = ""
    correo_puerto: Annotated[int, Field(ge=1, le=65535)] = 587
    correo_seguridad: Literal["starttls", "tls", "ninguna"] = "starttls"
    correo_usuario: str = ""
    correo_clave: SecretStr = SecretStr("")
    correo_de: str = ""
    correo_para: tuple[str, ...] = ()
    webhook: SecretStr = SecretStr("")
    enlace: str = ""


class WebSettings(_Section):
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


class ApiSettings(_Section):
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


class AsesorSettings(_Section):
    """An asesor's own Serviweb account; `nombre` is written into Programación."""

    usuario: str
    clave: SecretStr
    nombre: str


class Settings(BaseSettings):
    """All settings of one run."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
    )

    datos: Annotated[Ruta, Field(validate_default=True)] = Path("~/.local/share/serviweb-robot")
    serviweb: ServiwebSettings = ServiwebSettings()
    red: RedSettings = RedSettings()
    google: GoogleSettings = GoogleSettings()
    programacion: ProgramacionSettings = ProgramacionSettings()
    navegador: NavegadorSettings = NavegadorSettings()
    impresion: ImpresionSettings = ImpresionSettings()
    evidencia: EvidenciaSettings = EvidenciaSettings()
    retencion: RetencionSettings = RetencionSettings()
    motor: MotorSettings = MotorSettings()
    reglas: ReglasSettings = ReglasSettings()
    procedimientos: ProcedimientosSettings = ProcedimientosSettings()
    web: WebSettings = WebSettings()
    api: ApiSettings = ApiSettings()
    bitacora: BitacoraSettings = BitacoraSettings()
    conciliacion: ConciliacionSettings = ConciliacionSettings()
    vistazo: VistazoSettings = VistazoSettings()
    verificacion: VerificacionSettings = VerificacionSettings()
    recibir: RecibirSettings = RecibirSettings()
    avisos: AvisosSettings = AvisosSettings()
    asesores: dict[str, AsesorSettings] = {}

    _leidos: bool = PrivateAttr(default=False)
    _archivo: Path | None = PrivateAttr(default=None)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment over secret files over what `load_settings` read from the configuration file."""
        del settings_cls, dotenv_settings
        secret_files = NestedSecretsSettingsSource(
            file_secret_settings, secrets_dir_missing="error", secrets_nested_delimiter="__", secrets_prefix=""
        )
        return env_settings, secret_files, init_settings

    @property
    def catalogo(self) -> Catalogo:
        """The procedures in force."""
        return catalogue(self.procedimientos.carpeta, self.procedimientos.activos)

    @property
    def reglas_de_solicitud(self) -> Reglas:
        """What a solicitud is judged by now.

        Raises:
            ConfigurationError: the procedures cannot be read.
        """
        procedimientos = self.catalogo.activos
        return Reglas(suscriptor=self.reglas.suscriptor, ruta=self.reglas.ruta, procedimientos=procedimientos)

    def programacion_of(self, procedimiento: Procedimiento) -> ProgramacionSettings:
        """Where the citas of a procedure are booked: as these settings say, but for what it says itself."""
        own = procedimiento.cita
        if own is None:
            return self.programacion
        given = {"carpeta": own.carpeta, "planillas": own.planillas}
        sinonimos = self.programacion.sinonimos | {str(name): words for name, words in own.columnas.items()}
        changed = {name: value for name, value in given.items() if value}
        return self.programacion.model_copy(update={**changed, "sinonimos": sinonimos})

    def agendas(
        self, procedimientos: Iterable[Procedimiento]
    ) -> list[tuple[ProgramacionSettings, tuple[Procedimiento, ...]]]:
        """Every place where citas of these procedures are booked, once, with those that book there."""
        found: list[tuple[ProgramacionSettings, tuple[Procedimiento, ...]]] = []
        for one in procedimientos:
            if not one.lleva_cita:
                continue
            donde = self.programacion_of(one)
            known = next((at for at, (where, _) in enumerate(found) if where == donde), None)
            if known is None:
                found.append((donde, (one,)))
            else:
                found[known] = (donde, (*found[known][1], one))
        return found

    def serviweb_url(self) -> str:
        """The address of Serviweb.

        Raises:
            ConfigurationError: it is not set, or is no web address.
        """
        if not re.match(r"https?://[^/]+", self.serviweb.url):
            raise ConfigurationError(
                "Indique la dirección de Serviweb (http:// o https://).", campo=PREFIX + "SERVIWEB__URL"
            )
        return self.serviweb.url

    def asesor(self, clave_asesor: str) -> Asesor:
        """The account of an asesor.

        Raises:
            ConfigurationError: no such asesor is configured.
        """
        found = self.asesores.get(clave_asesor.lower()) or llavero.find(clave_asesor.lower())
        if found is None:
            known = ", ".join(sorted(self.asesores)) or "ninguno"
            raise ConfigurationError(
                f"El asesor «{clave_asesor}» no está configurado (configurados: {known}). Agregue usuario, clave y nombre.",
                campo=f"{PREFIX}ASESORES__{clave_asesor.upper()}__USUARIO",
            )
        return Asesor(clave_asesor=clave_asesor.lower(), usuario=found.usuario, clave=found.clave, nombre=found.nombre)

    def asesor_al_dia(self, clave_asesor: str) -> Asesor:
        """As `asesor`, with what file, environment, secret files and keyring hold by now.

        Raises:
            ConfigurationError: no such asesor is configured, or the settings cannot be read any more.
        """
        return self.al_dia().asesor(clave_asesor)

    def al_dia(self) -> "Settings":
        """As file, environment and secret files hold them by now.

        Raises:
            ConfigurationError: they cannot be read any more.
        """
        return load_settings(self._archivo) if self._leidos else self


def load_settings(config: Path | None = None) -> Settings:
    """The settings of this run: `config`, else `SERVIWEB_ROBOT_CONFIG`, else `robot.toml` of the working folder.

    Raises:
        ConfigurationError: a file is missing or broken, or values are wrong; all of them are named, none is quoted.
    """
    chosen = config or (Path(named) if (named := os.environ.get(CONFIG_VARIABLE)) else None)
    if chosen is None and Path("robot.toml").is_file():
        chosen = Path("robot.toml")
    values: dict[str, Any] = {}
    if chosen is not None:
        try:
            values = tomllib.loads(chosen.read_text(encoding="utf-8"))
        except OSError:
            raise ConfigurationError(
                f"El archivo de configuración {chosen} no existe o no se puede leer.", campo=CONFIG_VARIABLE
            ) from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
            raise ConfigurationError(
                f"El archivo {chosen} no es TOML válido: {broken}.", campo=CONFIG_VARIABLE
            ) from None
    secrets = os.environ.get(SECRETS_VARIABLE)
    if secrets and not Path(secrets).is_dir():
        raise ConfigurationError(f"La carpeta de secretos {secrets} no existe.", campo=SECRETS_VARIABLE)
    asesores = values.get("asesores")
    if isinstance(asesores, dict):
        values["asesores"] = {str(clave).lower(): asesor for clave, asesor in asesores.items()}
    try:
        settings = Settings(_secrets_dir=secrets or None, **values)
        settings._leidos, settings._archivo = True, chosen
        return settings
    except ValidationError as invalid:
        problems = "; ".join(
            f"{problem.campo}: {problem.mensaje}" for problem in spanish_problems(invalid, whole="configuración")
        )
        raise ConfigurationError(f"Hay valores por corregir: {problems}") from None
    except SettingsError as unreadable:
        raise ConfigurationError(f"Una variable de entorno {PREFIX}… no se puede leer: {unreadable}.") from None
