#!/usr/bin/env bash
# babel 2.17.0 and dateparser 1.2.2, Python 3.11: in the Spanish of Colombia, CLDR abbreviates martes and marzo alike, «mar».
# A sheet whose tabs are named by day shows Tuesday the 24th as «mar 24»; dateparser, told that the text is Spanish, reads the 24th
# of March, without an error. Whoever reads schedules must ask what stands around an abbreviation before it is a month.
# Seen: day=mar month=mar read=03-24
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q babel==2.17.0 dateparser==1.2.2
seen=$("$work/venv/bin/python" - <<'PY'
import datetime as dt
import dateparser
from babel.dates import get_day_names, get_month_names
day = get_day_names("abbreviated", locale="es_CO")[1]
month = get_month_names("abbreviated", locale="es_CO")[3]
read = dateparser.parse("mar 24", languages=["es"], settings={"RELATIVE_BASE": dt.datetime(2026, 11, 20)})
print(f"day={day} month={month} read={read:%m-%d}")
PY
)
echo "$seen"
[ "$seen" = "day=mar month=mar read=03-24" ] || { echo "not as it was seen"; exit 1; }
