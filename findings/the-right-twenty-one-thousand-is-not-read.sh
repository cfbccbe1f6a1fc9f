#!/usr/bin/env bash
# text2num 3.1.0, Python 3.11: a person says a meter reading or an amount, and the words become figures. 21 000 is «veintiún mil»:
# the Ortografía of the Real Academia shortens veintiuno before mil and before what is counted, with an accent. text2num knows the
# short form of treinta y uno, and of 21 only the long one, which is wrong there: the right words are refused when they stand alone,
# and in a sentence «ciento veintiún mil» comes out as 100, a word and 1000, without an error. Whoever takes the last figure of the
# sentence writes 1000 for 121 000; what is not one whole figure must be asked about again.
# Seen: veintiuno mil=21000 treinta y un mil=31000 veintiún mil=ValueError; leo ciento veintiún mil litros -> leo 100 veintiún 1000
# litros
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q text2num==3.1.0
seen=$("$work/venv/bin/python" - <<'PY'
from text_to_num import alpha2digit, text2num


def figure(words):
    try:
        return text2num(words, "es")
    except ValueError:
        return "ValueError"


print(*(f"{words}={figure(words)}" for words in ("veintiuno mil", "treinta y un mil", "veintiún mil")), end="; ")
sentence = "leo ciento veintiún mil litros"
print(sentence, "->", alpha2digit(sentence, "es"))
PY
)
echo "$seen"
[ "$seen" = "veintiuno mil=21000 treinta y un mil=31000 veintiún mil=ValueError; \
leo ciento veintiún mil litros -> leo 100 veintiún 1000 litros" ] || { echo "not as it was seen"; exit 1; }
