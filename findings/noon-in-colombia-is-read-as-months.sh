#!/usr/bin/env bash
# babel 2.17.0 (CLDR 46) and dateparser 1.5.0, Python 3.11: in the Spanish of Colombia noon is «12:00 m.», of meridies; the Real
# Academia asks for it, as noon is neither a. m. nor p. m., and CLDR has it for es_CO: babel writes it where a pattern asks for noon.
# dateparser, told that the text is Spanish and the place Colombia, does not know that m: «12:00 m.» is no date to it, which one
# could notice, but «12 m.» is twelve months, so «hoy a las 12 m» is a day of last year, without an error. A notice of a cut or of a
# visit «mañana a las 12 m» goes the same way: who reads such an hour must take the m for noon before a library sees it.
# Seen: written=12:00 m.; read: 12:00 m. -> None; 12 m -> 2025-11-27 09:00; hoy a las 12 m -> 2025-11-27 09:00;
# mañana a las 12 m -> 2027-11-28 09:00; mañana a las 12 p.m. -> 2026-11-28 12:00 (now is 2026-11-27 09:00)
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q babel==2.17.0 dateparser==1.5.0
seen=$("$work/venv/bin/python" - <<'PY'
import datetime as dt
import dateparser
from babel.dates import format_time

print("written=" + format_time(dt.time(12), "h:mm b", locale="es_CO"), end="; read:")
for text in ("12:00 m.", "12 m", "hoy a las 12 m", "mañana a las 12 m", "mañana a las 12 p.m."):
    when = dateparser.parse(text, locales=["es-CO"], settings={"RELATIVE_BASE": dt.datetime(2026, 11, 27, 9)})
    print(f" {text} -> {when and when.strftime('%Y-%m-%d %H:%M')}", end=";")
PY
)
echo "$seen"
[ "$seen" = "written=12:00 m.; read: 12:00 m. -> None; 12 m -> 2025-11-27 09:00; hoy a las 12 m -> 2025-11-27 09:00; \
mañana a las 12 m -> 2027-11-28 09:00; mañana a las 12 p.m. -> 2026-11-28 12:00;" ] || { echo "not as it was seen"; exit 1; }
