"""Settings: environment over secret files over `robot.toml`. `robot.example.toml` documents every one of them."""

import os
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, PrivateAttr, ValidationError
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
from robot.models import Asesor, Reglas, spanish_problems
from robot.procedimientos import Catalogo, catalogue
from robot.procedure.definition import Procedimiento
from robot.red import RedSettings
from robot.sections.looking import AvisosSettings, ConciliacionSettings, VerificacionSettings, VistazoSettings
from robot.sections.machine import (
    BitacoraSettings,
    Cuales,
    EvidenciaSettings,
    Formato,
    ImpresionSettings,
    Medio,
    MotorSettings,
    NavegadorSettings,
    RetencionSettings,
    Traza,
)
from robot.sections.office import AsesorSettings, ProcedimientosSettings, ReglasSettings
from robot.sections.section import Ruta
from robot.sections.systems import GoogleSettings, Parecidos, ProgramacionSettings, ServiwebSettings
from robot.sections.ways_in import ApiSettings, CorreoSettings, HojaSettings, RecibirSettings, WebSettings, web_path

__all__ = [
    "CONFIG_VARIABLE",
    "PREFIX",
    "ApiSettings",
    "AsesorSettings",
    "AvisosSettings",
    "BitacoraSettings",
    "ConciliacionSettings",
    "CorreoSettings",
    "Cuales",
    "EvidenciaSettings",
    "Formato",
    "GoogleSettings",
    "HojaSettings",
    "ImpresionSettings",
    "Medio",
    "MotorSettings",
    "NavegadorSettings",
    "Parecidos",
    "ProcedimientosSettings",
    "ProgramacionSettings",
    "RecibirSettings",
    "ReglasSettings",
    "RetencionSettings",
    "ServiwebSettings",
    "Settings",
    "Traza",
    "VerificacionSettings",
    "VistazoSettings",
    "WebSettings",
    "load_settings",
    "web_path",
]

PREFIX = "SERVIWEB_ROBOT_"
CONFIG_VARIABLE = PREFIX + "CONFIG"


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
