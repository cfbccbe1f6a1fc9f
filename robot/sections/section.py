"""What every section of the settings is made of."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict


def _expanded(path: Path) -> Path:
    return path.expanduser()


def _is_cron(text: str) -> str:
    from croniter import croniter  # noqa: PLC0415  # slow, and needed by few

    if text and not croniter.is_valid(text):
        raise ValueError("no es un horario cron, como «0 6 * * 1-6»")
    return text


Ruta = Annotated[Path, AfterValidator(_expanded)]
Cron = Annotated[str, AfterValidator(_is_cron)]


class Section(BaseModel):
    """One table of `robot.toml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")
