#!/usr/bin/env bash
# babel 2.17.0 (CLDR 46), Python 3.11: of the Spanish locales that a spreadsheet can be set to, those of Panama and Puerto Rico put
# the month first in a short date, as en_US does; every other one puts the day first. So 1/2/2027 typed in a spreadsheet «in
# Spanish» may be the 2nd of January: the language of a locale does not tell the order of its dates.
# Seen: month first: es_PA es_PR; es_PA reads 2027-01-02, es_CO reads 2027-02-01
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q babel==2.17.0
seen=$("$work/venv/bin/python" - <<'PY'
from babel import Locale
from babel.dates import parse_date
from babel.localedata import locale_identifiers
spanish = sorted(one for one in locale_identifiers() if one.startswith("es_"))
first = [one for one in spanish if Locale.parse(one).date_formats["short"].pattern.startswith("M")]
print("month first:", *first, end="; ")
print("es_PA reads", parse_date("1/2/2027", locale="es_PA", format="short"), end=", ")
print("es_CO reads", parse_date("1/2/2027", locale="es_CO", format="short"))
PY
)
echo "$seen"
[ "$seen" = "month first: es_PA es_PR; es_PA reads 2027-01-02, es_CO reads 2027-02-01" ] || { echo "not as it was seen"; exit 1; }
