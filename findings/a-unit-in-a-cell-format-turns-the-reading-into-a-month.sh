#!/usr/bin/env bash
# xlsx2csv 0.8.6 (and openpyxl 3.1.5 to write the workbook), Python 3.11: an office shows a reading with its unit by the format of
# the cell, 0" m3"; what stands in quotes is text by ECMA-376 (part 1, numFmts), the cell holds the plain number 12345. One expects
# 12345 in the CSV, as the same cell gives with 0" L". xlsx2csv looks for one of the letters h, s, m, d or y anywhere in the format,
# takes it for a date and lays the number on the format: out comes 0" 103", where 10 is October, the month of the day 12345. The
# number is in it no more, below 1 it is an hour of the day, and the exit code is 0. Readings in m3, kWh or «días» are lost so, and
# those in L are not; --ignore-formats date time keeps them, and then the true dates of the sheet are numbers.
# Seen: exit 0: L=12345 m3=0" 103" m3=12:00 días=0" 14ías" kWh=0" kw12" Medidor="02e10i10or "0; ignoring dates: L=12345 m3=12345
# m3=0.5 días=15 kWh=12345 Medidor=42
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q xlsx2csv==0.8.6 openpyxl==3.1.5
seen=$("$work/venv/bin/python" - "$work" <<'PY'
import csv
import subprocess
import sys
from pathlib import Path
import openpyxl

CELLS = [("L", 12345, '0" L"'), ("m3", 12345, '0" m3"'), ("m3", 0.5, '0.0" m3"'), ("días", 15, '0" días"'),
         ("kWh", 12345, '0" kWh"'), ("Medidor", 42, '"Medidor "0')]
work = Path(sys.argv[1])
book = openpyxl.Workbook()
for name, value, shown in CELLS:
    book.active.append([name, value])
    book.active.cell(book.active.max_row, 2).number_format = shown
book.save(work / "lecturas.xlsx")


def converted(*options):
    done = subprocess.run([work / "venv/bin/xlsx2csv", work / "lecturas.xlsx", *options], stdout=subprocess.PIPE, encoding="utf-8")
    return done.returncode, " ".join("=".join(row) for row in csv.reader(done.stdout.splitlines()))


print("exit {}: {}".format(*converted()), end="; ")
print("ignoring dates:", converted("--ignore-formats", "date", "time")[1])
PY
)
echo "$seen"
[ "$seen" = 'exit 0: L=12345 m3=0" 103" m3=12:00 días=0" 14ías" kWh=0" kw12" Medidor="02e10i10or "0; ignoring dates: L=12345 '\
'm3=12345 m3=0.5 días=15 kWh=12345 Medidor=42' ] || { echo "not as it was seen"; exit 1; }
