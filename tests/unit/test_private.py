"""What only the robot's own account may read, and what is gone with the process that wrote it."""

import subprocess
import sys
from pathlib import Path

import pytest

from robot.host.private import TEMPORALES, TemporaryFolders, private_folder, settle, write_private
from tests.paciencia import patience

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has access lists instead")
_HOLDER = """
import sys
from pathlib import Path
from robot.host.private import TemporaryFolders
with TemporaryFolders(Path(sys.argv[1])).folder() as own:
    (own / "grabado").write_text("40765123")
    print(own, flush=True)
    sys.stdin.read()
"""


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_what_is_written_is_for_the_robot_only_whatever_stood_there(tmp_path: Path) -> None:
    open_folder = tmp_path / "evidencia"
    open_folder.mkdir(mode=0o755)
    open_folder.chmod(0o755)
    archivo = open_folder / "una.json"
    archivo.write_text("antes")
    archivo.with_suffix(".parcial").write_text("cortado")
    write_private(archivo, b"ahora")
    assert (mode(open_folder), mode(archivo), archivo.read_bytes()) == (0o700, 0o600, b"ahora")
    assert [one.name for one in open_folder.iterdir()] == ["una.json"]
    assert mode(private_folder(tmp_path / "otra")) == 0o700


def test_a_data_folder_that_an_older_version_left_open_is_closed_and_nothing_else_is(tmp_path: Path) -> None:
    datos, foreign = tmp_path / "datos", tmp_path / "ajeno.txt"
    inside = datos / "evidencia" / "VD-1"
    inside.mkdir(parents=True)
    foreign.write_text("de otro")
    left = (datos / "notas.txt", inside / "uno.png", datos / "copias")
    left[0].write_text("un archivo que no es del robot")
    left[1].write_text("x")
    left[2].mkdir()
    (datos / "copias" / "enlace").symlink_to(foreign)
    for one in (foreign, datos, datos / "evidencia", inside, *left):
        one.chmod(0o755 if one.is_dir() else 0o644)
    settle(datos)
    assert {mode(one) for one in (datos, datos / "evidencia", inside, datos / "copias")} == {0o700}
    assert (mode(left[1]), mode(left[0]), mode(foreign)) == (0o600, 0o644, 0o644)


def test_a_data_folder_on_another_disk_is_closed_where_it_is(tmp_path: Path) -> None:
    disk, copias = tmp_path / "disco", tmp_path / "copias"
    for folder in (disk, copias):
        folder.mkdir()
        folder.chmod(0o755)
    (tmp_path / "datos").symlink_to(disk)
    (disk / "copias").symlink_to(copias)
    settle(tmp_path / "datos")
    assert (mode(disk), mode(copias)) == (0o700, 0o700)


def test_a_dead_process_s_folder_is_removed_and_a_living_neighbour_s_is_not(tmp_path: Path) -> None:
    carpeta = tmp_path / TEMPORALES
    command = [sys.executable, "-c", _HOLDER, str(carpeta)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as neighbour:
        assert neighbour.stdout is not None
        theirs = Path(neighbour.stdout.readline().strip())
        try:
            with TemporaryFolders(carpeta).folder() as own:
                (own / "grabado").touch()
                settle(tmp_path)
                assert (theirs / "grabado").is_file()
                assert mode(theirs) == mode(carpeta) == 0o700
                neighbour.kill()
                neighbour.wait(patience(10))
                settle(tmp_path)
                assert not theirs.exists()
                assert own.is_dir()
        finally:
            neighbour.kill()
    assert [one.name for one in carpeta.iterdir()] == [".turno"]
