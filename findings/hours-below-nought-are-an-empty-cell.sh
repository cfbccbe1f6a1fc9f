#!/usr/bin/env bash
# pyexcel-ods3 0.6.1 (pyexcel-io 0.6.8) and python-calamine 0.9.1, Python 3.11: the hours that a crew worked, in an ODS (odfpy 1.4.1).
# By OpenDocument 1.3 (part 3, office:value-type «time») such a cell holds a duration of XML Schema: it may be more than a day,
# below nought, or have parts of a second, as LibreOffice writes them. pyexcel-ods3 knows one form, whole hours, minutes and
# seconds. Any other is an empty cell, without an error: the hours owed are as if never written, and so is a shift that a formula
# made 7:29:59.5. calamine keeps them, but gives the hour of a clock where it can and the bare text of the file where it cannot:
# one column, two types, and who adds up what is a time leaves out every sum over a day. Read the duration of the file yourself.
# Seen: pyexcel-ods3 07:30=time 26:30=timedelta -01:30=None 07:29:59,5=None; calamine 07:30=time 26:30=str -01:30=str
# 07:29:59,5=time
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q pyexcel-ods3==0.6.1 pyexcel-io==0.6.8 python-calamine==0.9.1 odfpy==1.4.1
seen=$("$work/venv/bin/python" - "$work/horas.ods" <<'PY'
import sys
import pyexcel_ods3
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P
from python_calamine import CalamineWorkbook

HOURS = {"07:30": "PT07H30M00S", "26:30": "PT26H30M00S", "-01:30": "-PT01H30M00S", "07:29:59,5": "PT07H29M59.5S"}
file = sys.argv[1]
sheet = Table(name="Cuadrilla")
for shown, duration in HOURS.items():
    row, worked, text = TableRow(), TableCell(valuetype="time", timevalue=duration), TableCell(valuetype="string")
    for cell in (worked, text):
        cell.addElement(P(text=shown))
        row.addElement(cell)
    sheet.addElement(row)
book = OpenDocumentSpreadsheet()
book.spreadsheet.addElement(sheet)
book.save(file)
READ = {"pyexcel-ods3": pyexcel_ods3.get_data(file)["Cuadrilla"],
        "calamine": CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()}
kind = {type(None): "None"}
told = [" ".join([name, *(f"{text}={kind.get(type(worked), type(worked).__name__)}" for worked, text in rows)])
        for name, rows in READ.items()]
print(*told, sep="; ")
PY
)
echo "$seen"
[ "$seen" = "pyexcel-ods3 07:30=time 26:30=timedelta -01:30=None 07:29:59,5=None; \
calamine 07:30=time 26:30=str -01:30=str 07:29:59,5=time" ] || { echo "not as it was seen"; exit 1; }
