#!/usr/bin/env bash
# holidays 0.109, holidays-co 1.1.3 and workalendar 17.0.0, Python 3.11: three libraries, one country, two answers on either side of
# a law. Ley 2578 de 2026 made the 9th of July a holiday, and Ley 51 de 1983 moves it to the next Monday: the 13th of July 2026 is
# the first one. One expects a holiday library to know it from 2026 on and not before. workalendar does not know it, so it would
# send a crew on the 12th of July 2027; holidays-co has it in every year, so it makes a holiday of the 14th of July 2025, on which
# everybody worked. The fifteen working days in which a utility must answer a petition (Ley 142 de 1994, article 158) end a day late
# by that for whoever counts an old term again: the silence has already been taken for a yes.
# Seen: holidays 2025-07-14=no 2026-07-13=yes 2027-07-12=yes; holidays-co 2025-07-14=yes 2026-07-13=yes 2027-07-12=yes; workalendar
# 2025-07-14=no 2026-07-13=no 2027-07-12=no; fifteen working days after 2025-07-01: 2025-07-22, 2025-07-23, 2025-07-22
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q holidays==0.109 holidays-co==1.1.3 workalendar==17.0.0
seen=$("$work/venv/bin/python" - <<'PY'
import datetime as dt
import holidays
import holidays_co
from workalendar.america import Colombia

rest = {
    "holidays": lambda day: day in holidays.Colombia(years=day.year),
    "holidays-co": holidays_co.is_holiday_date,
    "workalendar": Colombia().is_holiday,
}
asked = [dt.date(2025, 7, 14), dt.date(2026, 7, 13), dt.date(2027, 7, 12)]
for name, is_rest in rest.items():
    print(name, *(f"{day}={'yes' if is_rest(day) else 'no'}" for day in asked), end="; ")


def term(is_rest, day, left=15):
    while left:
        day += dt.timedelta(days=1)
        left -= day.weekday() < 5 and not is_rest(day)
    return day


print("fifteen working days after 2025-07-01:", ", ".join(str(term(one, dt.date(2025, 7, 1))) for one in rest.values()))
PY
)
echo "$seen"
[ "$seen" = "holidays 2025-07-14=no 2026-07-13=yes 2027-07-12=yes; holidays-co 2025-07-14=yes 2026-07-13=yes 2027-07-12=yes; \
workalendar 2025-07-14=no 2026-07-13=no 2027-07-12=no; \
fifteen working days after 2025-07-01: 2025-07-22, 2025-07-23, 2025-07-22" ] || { echo "not as it was seen"; exit 1; }
