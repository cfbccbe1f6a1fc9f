from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from robot.intake import Ventanilla
from robot.models import Solicitud
from robot.settings import Settings, load_settings
from tests.cups import Cups
from tests.papel.mostrador import Mostrador, two_sheets


@pytest.fixture
def settings(settings: Settings, cups: Cups, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """With a printer."""
    for name, value in cups.environment.items():
        monkeypatch.setenv(name, value)
    return load_settings()


@pytest.fixture
def mostrador(
    cups: Cups, settings: Settings, solicitud: Callable[..., Solicitud], tmp_path: Path
) -> Iterator[Mostrador]:
    """A solicitud whose copies are made, and the printer."""
    with Ventanilla(settings) as ventanilla:
        referencia = ventanilla.accept(solicitud(), quien="ana", otra=True)
        yield Mostrador(cups, ventanilla, referencia, two_sheets(tmp_path / f"{referencia}.pdf"))
