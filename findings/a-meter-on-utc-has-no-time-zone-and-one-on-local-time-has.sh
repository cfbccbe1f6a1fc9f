#!/usr/bin/env bash
# dlms-cosem 25.1.0 and gurux-dlms 1.0.203, Python 3.11: a date-time of DLMS/COSEM (IEC 62056-6-2) is twelve bytes; two of them are
# the minutes from local time to UTC: 300 in Bogotá, 0 in a meter that keeps UTC, and 0x8000 for «not specified». gurux-dlms tells
# the three apart. dlms-cosem asks whether the minutes are true, and 0 is not: the hour in UTC comes out without a zone, the same as
# the one not specified, which programs take for local time, five hours off. It is the case that one thinks safe. What it has itself
# written from an hour in UTC it reads so, and writes again as not specified. And the last byte, all ones for «no status», is
# read as all flags set, a clock that is invalid: a reading that was good is thrown out by who heeds them.
# Seen: dlms-cosem Bogotá=2026-11-30T08:30:00-05:00 UTC=2026-11-30T13:30:00 none=2026-11-30T08:30:00; gurux-dlms
# Bogotá=2026-11-30T08:30:00-05:00 UTC=2026-11-30T13:30:00+00:00 none=2026-11-30T08:30:00; UTC written 0000, read and written 8000;
# no status: invalid=True doubtful=True
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q dlms-cosem==25.1.0 gurux-dlms==1.0.203
seen=$("$work/venv/bin/python" - <<'PY'
import datetime as dt
from dlms_cosem.time import datetime_from_bytes, datetime_to_bytes
from gurux_dlms import GXDLMSClient
from gurux_dlms.enums import DataType

SENT = {name: bytes.fromhex(f"07ea 0b 1e 01 {rest}") for name, rest in {
    "Bogotá": "08 1e 00 00 012c 00", "UTC": "0d 1e 00 00 0000 00", "none": "08 1e 00 00 8000 ff"}.items()}
READERS = {"dlms-cosem": lambda sent: datetime_from_bytes(sent)[0],
           "gurux-dlms": lambda sent: GXDLMSClient.changeType(sent, DataType.DATETIME).value}
for library, read in READERS.items():
    print(library, *(f"{name}={read(sent).isoformat()}" for name, sent in SENT.items()), end="; ")
written = datetime_to_bytes(dt.datetime(2026, 11, 30, 13, 30, tzinfo=dt.timezone.utc))
again = datetime_to_bytes(datetime_from_bytes(written)[0])
print(f"UTC written {written[9:11].hex()}, read and written {again[9:11].hex()}", end="; ")
status = datetime_from_bytes(SENT["none"])[1]
print(f"no status: invalid={status.invalid} doubtful={status.doubtful}")
PY
)
echo "$seen"
[ "$seen" = "dlms-cosem Bogotá=2026-11-30T08:30:00-05:00 UTC=2026-11-30T13:30:00 none=2026-11-30T08:30:00; \
gurux-dlms Bogotá=2026-11-30T08:30:00-05:00 UTC=2026-11-30T13:30:00+00:00 none=2026-11-30T08:30:00; \
UTC written 0000, read and written 8000; no status: invalid=True doubtful=True" ] || { echo "not as it was seen"; exit 1; }
