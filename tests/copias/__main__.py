"""Writes the table of documents into docs/impresion.md."""

from tests.copias.documentos import IMPRESION, with_table

if __name__ == "__main__":
    IMPRESION.write_text(with_table(IMPRESION.read_text(encoding="utf-8")), encoding="utf-8")
