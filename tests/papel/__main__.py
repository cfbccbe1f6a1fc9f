"""Writes the table of prints into docs/impresion.md."""

from tests.papel.situaciones import IMPRESION, with_table

if __name__ == "__main__":
    IMPRESION.write_text(with_table(IMPRESION.read_text(encoding="utf-8")), encoding="utf-8")
