#!/usr/bin/env bash
# mail-parser-reply 1.36, Python 3.11: the library has Spanish among its languages («es»), and one expects it to cut the quoted mail
# from an answer and to leave what the person wrote. Gmail heads a quote with one line, «On … wrote:» or «El … escribió:». The
# English one is found; the Spanish pattern refuses, by looking ahead, the very line that it asks for, so no answer written in a
# Spanish Gmail is ever cut. And two lines in a row that begin with De: or Para: are the head of a quoted mail, wherever they stand:
# who asks for a move «De: this address, Para: that address» loses the request, and nothing tells that there was one. A petition
# (PQR) must be kept whole: such a cut may be a view of it, and never what is filed.
# Seen: English Gmail: quote cut; Spanish Gmail: quote kept; of the move is left: Pido el traslado del servicio:
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q mail-parser-reply==1.36
seen=$("$work/venv/bin/python" - <<'PY'
from mailparser_reply import EmailReplyParser

HEADS = {"English": "On Fri, 27 Nov 2026 at 10:02, Oficina <oficina@ejemplo.co> wrote:",
         "Spanish": "El vie, 27 nov 2026 a las 10:02, Oficina (<oficina@ejemplo.co>) escribió:"}
MOVE = "Pido el traslado del servicio:\n\nDe: Calle 45 # 12-34\nPara: Carrera 7 # 24-10\n\nVivo allí desde el lunes.\n"
parser = EmailReplyParser(languages=["es", "en"])
for language, head in HEADS.items():
    left = parser.parse_reply(f"Sí, fue el lunes.\n\n{head}\n\n> ¿Qué día fue la visita?\n")
    print(f"{language} Gmail: quote", "kept" if "visita" in left else "cut", end="; ")
print("of the move is left:", parser.parse_reply(MOVE).strip())
PY
)
echo "$seen"
[ "$seen" = "English Gmail: quote cut; Spanish Gmail: quote kept; \
of the move is left: Pido el traslado del servicio:" ] || { echo "not as it was seen"; exit 1; }
