#!/usr/bin/env bash
# python-barcode 0.16.1, zxing-cpp 3.1.1 and biip 5.2.0, Python 3.11: the bar code of a Colombian bill is a GS1-128 of (415) who is
# paid, (8020) the reference, (3900) the amount and (96) the last day. By the GS1 General Specifications the parentheses are only
# for people and FNC1 closes a field of free length; some encoders (BWIPP, so treepoem) take the text with parentheses and see to
# that. python-barcode puts the parentheses into the bars and says nothing. The usual test, to read the picture back, does not tell:
# zxing-cpp dresses the right code in parentheses too, so the text and the kind (GS1) of both are the same to the letter; only the
# bytes differ. A bank's reader refuses the bill that the test let pass: compare the bytes, or parse them (biip does refuse).
# Seen: text and kind alike; right 4157701234567897802000001234567890<GS>390000085400<GS>9620261215 parsed=415 8020 3900 96; wrong
# (415)7701234567897(8020)00001234567890(3900)00085400(96)20261215 parsed=no
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q python-barcode==0.16.1 pillow==12.0.0 zxing-cpp==3.1.1 biip==5.2.0
seen=$("$work/venv/bin/python" - <<'PY'
import io
import barcode
import biip
import zxingcpp
from barcode.writer import ImageWriter
from PIL import Image


def read_back(code):
    picture = io.BytesIO()
    barcode.get("gs1_128", code, writer=ImageWriter()).write(picture, options={"write_text": False})
    [found] = zxingcpp.read_barcodes(Image.open(picture))
    return found


def fields(data):
    message = biip.parse(data).gs1_message
    return " ".join(one.ai.ai for one in message.element_strings) if message else "no"


fnc1 = "\xf1"
right = read_back(f"4157701234567897802000001234567890{fnc1}390000085400{fnc1}9620261215")
wrong = read_back("(415)7701234567897(8020)00001234567890(3900)00085400(96)20261215")
alike = (right.text, right.content_type, right.symbology_identifier) == (wrong.text, wrong.content_type, wrong.symbology_identifier)
print("text and kind", "alike" if alike else "not alike", end="")
for name, found in (("right", right), ("wrong", wrong)):
    data = bytes(found.bytes).decode("ascii")
    print(f"; {name}", data.replace("\x1d", "<GS>"), f"parsed={fields(data)}", end="")
PY
)
echo "$seen"
[ "$seen" = "text and kind alike; right 4157701234567897802000001234567890<GS>390000085400<GS>9620261215 parsed=415 8020 3900 96; \
wrong (415)7701234567897(8020)00001234567890(3900)00085400(96)20261215 parsed=no" ] || { echo "not as it was seen"; exit 1; }
