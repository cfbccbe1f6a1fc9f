#!/usr/bin/env bash
# pyipp 0.17.2, Python 3.11: a bill with a bar code must be printed as large as it was drawn (print-scaling «none», PWG 5100.13), in
# one of the trays, only its first page. RFC 8011 has ipp-attribute-fidelity for who must have all that: the printer has to refuse
# the job if it cannot. pyipp sends only the attributes of a table of its own, and leaves the others out with a line for debugging;
# fidelity itself is in the table. So the printer hears «exactly as asked, please» and nothing asked, answers successful-ok, and a
# bar code shrunk to the margins leaves the office. What is not in the table must be read back from the job, or sent otherwise.
# Seen: status=0; heard: ipp-attribute-fidelity copies sides; not heard: print-scaling output-bin page-ranges print-color-mode
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q pyipp==0.17.2
seen=$("$work/venv/bin/python" - <<'PY'
import asyncio
from aiohttp import web
from pyipp import IPP
from pyipp.enums import IppOperation

JOB = {"copies": 1, "sides": "one-sided", "print-scaling": "none", "output-bin": "face-down",
       "page-ranges": (1, 1), "print-color-mode": "monochrome"}


def said(tag, name, value):
    return bytes([tag, 0, len(name)]) + name.encode() + bytes([0, len(value)]) + value.encode()


async def main():
    heard = []

    async def printer(request):
        heard.append(await request.read())
        ok = b"\x02\x00\x00\x00" + heard[-1][4:8] + b"\x01"
        words = said(0x47, "attributes-charset", "utf-8") + said(0x48, "attributes-natural-language", "es")
        return web.Response(body=ok + words + b"\x03", content_type="application/ipp")

    app = web.Application()
    app.router.add_post("/ipp/print", printer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    [(host, port)] = runner.addresses
    async with IPP(host=host, port=port, base_path="/ipp/print") as ipp:
        answer = await ipp.execute(IppOperation.PRINT_JOB, {
            "operation-attributes-tag": {"ipp-attribute-fidelity": True, "document-format": "application/pdf"},
            "job-attributes-tag": JOB, "data": b"%PDF-1.4"})
    await runner.cleanup()
    print(f"status={answer['status-code']}", end="")
    for name, is_heard in (("heard", True), ("not heard", False)):
        print(f"; {name}:", *(one for one in ("ipp-attribute-fidelity", *JOB) if (one.encode() in heard[0]) is is_heard), end="")


asyncio.run(main())
PY
)
echo "$seen"
[ "$seen" = "status=0; heard: ipp-attribute-fidelity copies sides; \
not heard: print-scaling output-bin page-ranges print-color-mode" ] || { echo "not as it was seen"; exit 1; }
