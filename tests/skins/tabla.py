"""What the robot does on each of the mock's faces, and the table of it that stands in docs/perfiles.md."""

from collections.abc import Mapping
from pathlib import Path

from tests.conftest import CADA_UNA, PERFILES

DIBUJADA: Mapping[str, str] = {
    "classic": "by hand: frame, hover menu, alerts",
    "ventanas": "by hand: floating windows, a form in parts",
    "aspx": "by hand: one form, images, postbacks",
    "spa": "by hand: one page, drawn lists",
    "marcos": "by hand: frames in frames, windows",
    "bootstrap": "Bootstrap 4.6, Select2 4.0, DataTables 1.11 (MIT; Debian)",
    "componentes": "Web Awesome 3, shadow DOM (MIT; in `spaday-webawesome`, Apache-2.0)",
    "extjs": "Ext JS 4.2.1 (GPL 3; in `xstatic-extjs`)",
    "jqueryui": "jQuery UI 1.13, meioMask (MIT; Debian)",
    "dojo": "Dojo, Dijit and Dojox 1.17 (BSD; Debian)",
}
SIN_PERFIL = frozenset({"classic", "spa", "bootstrap", "componentes", "extjs", "jqueryui", "dojo"})
"""Those that need no perfil; every one can be worked with by the perfil that it has."""
_BEGINS, _ENDS = "<!-- tests.skins -->\n", "<!-- /tests.skins -->"
_MANUAL = Path(__file__).resolve().parents[2] / "docs" / "perfiles.md"


def lines_of_perfil(skin: str) -> int:
    """How many lines its perfil has, without blank ones and remarks."""
    lines = (PERFILES / f"{skin}.toml").read_text(encoding="utf-8").splitlines()
    return sum(bool(line.strip()) and not line.lstrip().startswith("#") for line in lines)


def as_markdown() -> str:
    """The table; that each cell is so is what `test_tabla` tests."""
    head = "| skin | drawn by | no perfil | perfil lines | verificar | known | unknown | adoption | conciliar |"
    rows = [
        f"| `{skin}` | {DIBUJADA[skin]} | {'yes' if skin in SIN_PERFIL else 'no'} | {lines_of_perfil(skin)} |"
        + " yes |" * 5
        for skin in CADA_UNA
    ]
    return "\n".join([head, "|---" * 9 + "|", *rows]) + "\n"


def manual() -> tuple[str, str]:
    """docs/perfiles.md as it is written, and as it should be."""
    written = _MANUAL.read_text(encoding="utf-8")
    before, _, rest = written.partition(_BEGINS)
    after = rest.partition(_ENDS)[2]
    return written, f"{before}{_BEGINS}{as_markdown()}{_ENDS}{after}"


def write() -> None:
    _MANUAL.write_text(manual()[1], encoding="utf-8")
