#!/usr/bin/env bash
# zxing-cpp 3.1.1, Python 3.11: Code 39, of old plates and labels of meters, has the slash, $, + and % among its 43 characters. By
# ISO/IEC 16388 a pair of one of these and a letter may also stand for another character (full ASCII), but the bars do not tell, so
# reader and writer must agree on it; most hand scanners have it off. zxing-cpp takes each text in which every such sign happens to
# stand before a fitting letter for full ASCII: RUTA 12/A07 is read as RUTA 12!07. It cannot read back what it has itself written as
# plain Code 39, and who asks for BarcodeFormat.Code39 alone gets the same; only Code39Std reads the label. C/2026-01 is read right,
# as no pair fits, so a test with that label passes. The search by the label finds no meter, or another one.
# Seen: RUTA 12/A07 written ]A0 read=RUTA 12!07 ]A4 Code39=RUTA 12!07 Code39Std=RUTA 12/A07; MED+A7 written ]A0 read=MEDa7 ]A4
# Code39=MEDa7 Code39Std=MED+A7; C/2026-01 written ]A0 read=C/2026-01 ]A0 Code39=C/2026-01 Code39Std=C/2026-01
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q zxing-cpp==3.1.1
seen=$("$work/venv/bin/python" - <<'PY'
import zxingcpp
from zxingcpp import BarcodeFormat


def told(label):
    written = zxingcpp.create_barcode(label, BarcodeFormat.Code39)
    picture = written.to_image(scale=3)
    [read] = zxingcpp.read_barcodes(picture)
    [asked] = zxingcpp.read_barcodes(picture, formats=BarcodeFormat.Code39)
    [plain] = zxingcpp.read_barcodes(picture, formats=BarcodeFormat.Code39Std)
    return (f"{label} written {written.symbology_identifier} read={read.text} {read.symbology_identifier} "
            f"Code39={asked.text} Code39Std={plain.text}")


print(*map(told, ("RUTA 12/A07", "MED+A7", "C/2026-01")), sep="; ")
PY
)
echo "$seen"
[ "$seen" = "RUTA 12/A07 written ]A0 read=RUTA 12!07 ]A4 Code39=RUTA 12!07 Code39Std=RUTA 12/A07; \
MED+A7 written ]A0 read=MEDa7 ]A4 Code39=MEDa7 Code39Std=MED+A7; \
C/2026-01 written ]A0 read=C/2026-01 ]A0 Code39=C/2026-01 Code39Std=C/2026-01" ] || { echo "not as it was seen"; exit 1; }
