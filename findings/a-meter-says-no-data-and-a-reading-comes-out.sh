#!/usr/bin/env bash
# pyMeterBus 0.8.5, Python 3.11: a water meter answers by M-Bus (EN 13757-3) with records of a volume in litres, here 123456 of them.
# A VIFE behind the unit may change what the number means: 0x7D multiplies it by 1000, 0x15 says «no data available», 0x18 «data
# error». The library has no names for these: the record comes out with the plain 123.456 m3 as a value of this moment, and only a
# field that a plain record does not even have says UNKNOWN_ENHANCEMENT. A clock that calls its own hour not valid (type F, the
# first bit of the first byte, which libmbus heeds) has not even that, nor has a date of all ones, which other readers take for
# none and which is here the 31st of the month 15 of 2027. Who bills must refuse a record with that field and read dates himself.
# Seen: plain=123.456 x1000=123.456 no data=123.456 data error=123.456 clock not valid=2026-11-30T08:30 no date=2027-15-31; all are
# INSTANTANEOUS_VALUE; marked: x1000, no data, data error
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q pyMeterBus==0.8.5
seen=$("$work/venv/bin/python" - <<'PY'
import json
import meterbus

WATER = bytes.fromhex("08 01 72 78563412 7704 14 07 01 00 0000")
LITRES = "56341200"
SENT = {
    "plain": "0c 13" + LITRES,
    "x1000": "0c 93 7d" + LITRES,
    "no data": "0c 93 15" + LITRES,
    "data error": "0c 93 18" + LITRES,
    "clock not valid": "04 6d 9e 08 5e 3b",
    "no date": "02 6c ff ff",
}


def record(sent):
    body = WATER + bytes.fromhex(sent)
    frame = bytes([0x68, len(body), len(body), 0x68]) + body + bytes([sum(body) % 256, 0x16])
    [one] = json.loads(meterbus.load(frame).to_JSON())["body"]["records"]
    return one


records = {name: record(sent) for name, sent in SENT.items()}
print(*(f"{name}={one['value']}" for name, one in records.items()), end="; all are ")
print(*{one["function"].partition(".")[2] for one in records.values()}, end="; marked: ")
print(*(name for name, one in records.items() if one.get("unit_enh") == "VIFUnitEnhExt.UNKNOWN_ENHANCEMENT"), sep=", ")
PY
)
echo "$seen"
[ "$seen" = "plain=123.456 x1000=123.456 no data=123.456 data error=123.456 clock not valid=2026-11-30T08:30 no date=2027-15-31; \
all are INSTANTANEOUS_VALUE; marked: x1000, no data, data error" ] || { echo "not as it was seen"; exit 1; }
