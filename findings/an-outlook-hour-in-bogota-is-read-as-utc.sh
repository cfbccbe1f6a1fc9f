#!/usr/bin/env bash
# ics 0.7.3, icalendar 7.3.2 and vobject 0.9.9, Python 3.11: an invitation that Outlook sends from Colombia calls its time zone «SA
# Pacific Standard Time» and carries a VTIMEZONE of that name, which says five hours west; RFC 5545 (3.2.19) lets a TZID be any name,
# as the VTIMEZONE of the file defines it. icalendar and vobject do as the file says. ics looks only for a zone of that name on the
# machine, finds none and takes the hour for UTC, without a word: a visit at 8 in the morning stands in the plan at 3 at night. As
# the visits that were written on a telephone («America/Bogota») are right, the error looks like that of one person.
# Seen: icalendar=2026-11-30T08:00:00-05:00 vobject=2026-11-30T08:00:00-05:00 ics=2026-11-30T08:00:00+00:00
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q ics==0.7.3 icalendar==7.3.2 vobject==0.9.9
seen=$("$work/venv/bin/python" - <<'PY'
import icalendar
import ics
import vobject

zone = "SA Pacific Standard Time"
offset = ("DTSTART:16010101T000000", "TZOFFSETFROM:-0500", "TZOFFSETTO:-0500")
lines = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//ejemplo//visitas//ES",
         "BEGIN:VTIMEZONE", f"TZID:{zone}",
         "BEGIN:STANDARD", *offset, "END:STANDARD", "BEGIN:DAYLIGHT", *offset, "END:DAYLIGHT",
         "END:VTIMEZONE",
         "BEGIN:VEVENT", "UID:1@ejemplo.co", "DTSTAMP:20261120T120000Z", "SUMMARY:Visita",
         f"DTSTART;TZID={zone}:20261130T080000", f"DTEND;TZID={zone}:20261130T090000",
         "END:VEVENT", "END:VCALENDAR", "")
text = "\r\n".join(lines)
[event] = icalendar.Calendar.from_ical(text).walk("VEVENT")
print("icalendar=" + event["DTSTART"].dt.isoformat(), end=" ")
print("vobject=" + vobject.readOne(text).vevent.dtstart.value.isoformat(), end=" ")
[event] = ics.Calendar(text).events
print("ics=" + event.begin.isoformat())
PY
)
echo "$seen"
[ "$seen" = "icalendar=2026-11-30T08:00:00-05:00 vobject=2026-11-30T08:00:00-05:00 \
ics=2026-11-30T08:00:00+00:00" ] || { echo "not as it was seen"; exit 1; }
