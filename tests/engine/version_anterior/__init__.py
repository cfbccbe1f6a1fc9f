"""Databases of older versions with their work in flight, and what makes them."""

import gzip
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

VERSION = "e003dad"
_HERE = Path(__file__).resolve().parent
LLAVE = (_HERE / f"{VERSION}.llave").read_text(encoding="ascii")


def lay_out(datos: Path) -> Path:
    """The data folder as a robot of that version left it, in the place of another one; its database."""
    shutil.rmtree(datos, ignore_errors=True)
    datos.mkdir(mode=0o700)
    (datos / "robot.llave").write_text(LLAVE, encoding="ascii")
    archivo = datos / "robot.sqlite"
    with closing(sqlite3.connect(archivo)) as base:
        base.executescript(gzip.decompress((_HERE / f"{VERSION}.sql.gz").read_bytes()).decode())
    return archivo
