import os
from pathlib import Path
from typing import get_args

import pytest

from fixtures.procesos import bare_environment
from robot.browser import find_browser
from robot.errors import ConfigurationError
from robot.llavero import SECRETS_VARIABLE
from robot.perfil.perfil import Perfil
from robot.settings import CONFIG_VARIABLE, PREFIX, MotorSettings, NavegadorSettings, Settings, load_settings

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_environment_wins_over_secret_files_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = write(
        tmp_path / "uno.toml",
        '[serviweb]\nurl = "http://archivo"\nespera_segundos = 3\n'
        '[asesores.Ana]\nusuario = "a"\nclave = "archivo"\nnombre = "A"\n',
    )
    secrets = tmp_path / "secretos"
    secrets.mkdir()
    write(secrets / "asesores__ana__clave", "de-archivo-secreto\n")
    monkeypatch.setenv(SECRETS_VARIABLE, str(secrets))
    monkeypatch.setenv(PREFIX + "SERVIWEB__URL", "http://entorno")
    monkeypatch.setenv(CONFIG_VARIABLE, str(config))
    settings = load_settings()
    assert settings.serviweb.url == "http://entorno"
    assert settings.serviweb.espera_segundos == 3
    assert settings.asesor("ana").nombre == "A"


def test_a_secret_file_gives_a_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = tmp_path / "secretos"
    secrets.mkdir()
    write(secrets / "asesores__ana__clave", "de-archivo-secreto\n")
    monkeypatch.setenv(SECRETS_VARIABLE, str(secrets))
    monkeypatch.setenv(PREFIX + "ASESORES__ANA__USUARIO", "a")
    monkeypatch.setenv(PREFIX + "ASESORES__ANA__NOMBRE", "A")
    assert load_settings().asesor("ANA").clave.get_secret_value() == "de-archivo-secreto"


def test_a_password_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PREFIX + "ASESORES__ANA__USUARIO", "a")
    monkeypatch.setenv(PREFIX + "ASESORES__ANA__CLAVE", "hola-mundo")
    with pytest.raises(ConfigurationError) as incomplete:
        load_settings()
    assert "asesores.ana.nombre" in str(incomplete.value)
    assert "hola-mundo" not in str(incomplete.value)
    monkeypatch.setenv(PREFIX + "ASESORES__ANA__NOMBRE", "A")
    assert "hola-mundo" not in repr(load_settings())


@pytest.mark.parametrize("text", ["[serviweb", '[serviweb]\ncolor = "rojo"\n', '[serviweb]\nespera_segundos = "x"\n'])
def test_a_broken_file_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigurationError):
        load_settings(write(tmp_path / "malo.toml", text))


def test_a_missing_file_and_a_missing_address_name_the_setting(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=CONFIG_VARIABLE):
        load_settings(tmp_path / "no.toml")
    with pytest.raises(ConfigurationError, match="SERVIWEB__URL"):
        load_settings().serviweb_url()


def test_an_unknown_asesor_says_which_ones_there_are() -> None:
    with pytest.raises(ConfigurationError, match="ninguno"):
        load_settings().asesor("ana")


def test_the_example_is_valid_and_names_every_setting() -> None:
    example = ROOT / "robot.example.toml"
    text = example.read_text(encoding="utf-8")
    assert load_settings(example).asesores
    for section, field in Settings.model_fields.items():
        assert section in text
        _require_named(text, section, field.annotation)


def _require_named(text: str, section: str, kind: object) -> None:
    for name, field in getattr(kind, "model_fields", {}).items():
        own = next(
            (one for one in (field.annotation, *get_args(field.annotation)) if hasattr(one, "model_fields")), None
        )
        assert f"{name} =" in text or (own is not None and f"[{section}.{name}]" in text), f"{section}.{name}"
        _require_named(text, f"{section}.{name}", own)


def test_the_configured_browser_must_exist(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="NAVEGADOR__EJECUTABLE"):
        find_browser(NavegadorSettings(ejecutable=tmp_path / "no-hay"))


def test_a_browser_that_nobody_sees_is_one_without_windows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("chromium", "chromium-headless-shell"):
        write(tmp_path / name, "").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_browser(NavegadorSettings()) == tmp_path / "chromium-headless-shell"
    assert find_browser(NavegadorSettings(visible=True)) == tmp_path / "chromium"


def test_a_perfil_overrides_a_locator_and_a_pattern(tmp_path: Path) -> None:
    perfil = Perfil.load(
        write(
            tmp_path / "p.toml",
            '[pantallas.tramite]\nmarco = "#cuerpo"\n[pantallas.tramite.localizadores]\nzona = { css = "#z" }\n'
            '[patrones]\nradicado = "R-(\\\\d+)"\n',
        )
    )
    assert perfil.pantalla("tramite").marco == "#cuerpo"
    assert perfil.pantalla("tramite").localizadores["zona"].css == "#z"
    assert perfil.patrones.radicado == r"R-(\d+)"
    assert perfil.pantalla("consulta").marco is None


@pytest.mark.parametrize(
    "text",
    [
        "[pantalas.tramite]\n",
        '[patrones]\nradicado = "("\n',
        '[pantallas.tramite.localizadores]\nzona = { css = "#z", texto = "Zona" }\n',
        "[pantallas.tramite.localizadores]\nzona = {}\n",
        "no es toml",
    ],
)
def test_a_broken_perfil_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigurationError):
        Perfil.load(write(tmp_path / "p.toml", text))


def test_a_demo_has_nothing_of_the_office_s_own_but_its_browser(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Else what is tried out would be filed by the robot at work, through its database, and the mailbox emptied."""
    (tmp_path / "robot.toml").write_text('[recibir.correo]\nservidor = "imap.oficina.example"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(PREFIX + "MOTOR__BASE_DE_DATOS", "postgresql://oficina/robot")
    monkeypatch.setenv(PREFIX + "NAVEGADOR__EJECUTABLE", "/opt/chromium")
    demo = tmp_path / "demo"
    demo.mkdir()
    bare = bare_environment(demo)
    for name in list(os.environ):
        if name.startswith(PREFIX):
            monkeypatch.delenv(name)
    for name, value in bare.items():
        monkeypatch.setenv(name, value)
    settings = load_settings()
    assert (settings.recibir.correo.servidor, settings.motor.base_de_datos) == ("", MotorSettings().base_de_datos)
    assert str(settings.navegador.ejecutable) == "/opt/chromium"
