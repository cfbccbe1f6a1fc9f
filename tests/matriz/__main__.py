from pathlib import Path

from tests.matriz.celdas import as_markdown

if __name__ == "__main__":
    (Path(__file__).resolve().parents[2] / "docs" / "fallas.md").write_text(as_markdown(), encoding="utf-8")
