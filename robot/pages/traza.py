"""What was done in the browser, in Playwright's own format (`playwright show-trace`), with nobody's data in it.

A trace is written by an allow-list: what is not known to be free of personal data, passwords and cookies is left out.
"""

import io
import json
import re
import tempfile
import zipfile
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext

from robot.errors import struck_out

_RECORDINGS = 3
_TYPED_PARAMS = {"value", "text"}
_PARAMS = _TYPED_PARAMS | {
    "selector", "state", "event", "waitId", "phase", "timeout", "strict", "pageId", "type", "message", "url", "key",
}  # fmt: skip
_TYPED = re.compile(r"^(\s*(?:fill|type|press\w*|selectOption|setInputFiles)\().*\)$", re.DOTALL)
_SHOWN_TEXT = re.compile(r">[^<>]*<")
_SHOWN_VALUE = re.compile(r"\bvalue=(\"[^\"]*\"|'[^']*')")
_READ = re.compile(r"(unexpected value|Received[^:]*:|Actual value:).*", re.DOTALL)
_AFTER_PATH = re.compile(r"[;?#].*", re.DOTALL)
_LABELS = {"HEAD", "STYLE", "TITLE", "LABEL", "LEGEND", "TH", "BUTTON", "H1", "H2", "H3", "H4", "OPTION"}
_ATTRIBUTES = {
    "class", "id", "name", "type", "style", "rel", "for", "role", "colspan", "rowspan", "width", "height", "border", "align",
    "cellpadding", "cellspacing", "bgcolor", "rows", "cols", "size", "disabled", "checked", "readonly", "hidden", "open", "href",
    "src",
}  # fmt: skip
_BUTTONS = {"button", "submit", "reset"}

Suceso = dict[str, Any]


class Grabacion:
    """Records what is done in one browser context for one solicitud, but never a sign-in.

    While it records, the driver keeps on disk all that was typed, and every request in memory: a megabyte a solicitud. So nothing
    is recorded that is nobody's, and what the driver has kept goes as soon as a recording ends.

    Args:
        carpeta: where the browser's driver keeps what it records; nothing where that is somebody else's to clear.
        pantallas: with what each page held before and after each action, too.
    """

    def __init__(self, context: BrowserContext, carpeta: Path | None, *, pantallas: bool) -> None:
        self._tracing = context.tracing
        self._carpeta = carpeta
        self._pantallas = pantallas
        self._of = ""
        self._wanted = False
        self._running = False
        self._ended: deque[bytes] = deque(maxlen=_RECORDINGS)

    def about(self, referencia: str) -> None:
        """What is recorded from now on is of this solicitud; what there is of another one is dropped."""
        if self._of == referencia:
            return
        self.end()
        self._tracing.start(snapshots=self._pantallas)
        self._of, self._running = referencia, True
        if not self._wanted:
            self._tracing.stop_chunk()
            self._running = False

    def end(self) -> None:
        """Record nothing more of this solicitud, and drop what there is."""
        if self._of:
            self._of, self._running = "", False
            self._ended.clear()
            self._tracing.stop()
            self._clear()

    def _clear(self) -> None:
        """The driver removes what it has recorded when the browser ends, and nothing where that is killed.

        One solicitud at a time is worked on in a browser, so that nothing here is of another one.
        """
        if self._carpeta is not None:
            for one in self._carpeta.rglob("*"):
                if not one.is_dir():
                    one.unlink(missing_ok=True)

    def resume(self) -> None:
        self._wanted = True
        if self._of and not self._running:
            self._tracing.start_chunk()
            self._running = True

    def pause(self) -> None:
        """Record nothing until `resume`; what has been recorded is kept in memory."""
        self._wanted = False
        if self._running:
            self._running = False
            with tempfile.TemporaryDirectory(dir=self._carpeta) as folder:
                raw = Path(folder) / "traza.zip"
                self._tracing.stop_chunk(path=raw)
                self._ended.append(raw.read_bytes())

    def take(self, secretos: Iterable[str]) -> list[bytes]:
        """The recordings of this solicitud, oldest first, without personal data; nothing is kept here any more."""
        self.pause()
        raw = list(self._ended)
        self.end()
        words = tuple(secretos)
        return [scrubbed(one, words) for one in raw]


def scrubbed(traza: bytes, secretos: tuple[str, ...]) -> bytes:
    """A trace with what its reader needs and nothing else.

    Args:
        secretos: words that are struck out wherever they still stand.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(traza)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            if name.endswith(".trace"):
                target.writestr(name, _lines(source.read(name), _event, secretos))
            elif name.endswith(".network"):
                target.writestr(name, _lines(source.read(name), _request, secretos))
            elif name.endswith((".stacks", ".css")):
                target.writestr(name, struck_out(source.read(name).decode(errors="replace"), secretos))
    return out.getvalue()


def _lines(content: bytes, kept: Callable[[Suceso], Suceso | None], secretos: tuple[str, ...]) -> str:
    events = (kept(json.loads(line)) for line in content.splitlines() if line)
    return "".join(
        json.dumps(_struck(event, secretos), ensure_ascii=False) + "\n" for event in events if event is not None
    )


def _struck(value: Any, secretos: tuple[str, ...]) -> Any:  # noqa: ANN401  # whatever JSON holds
    if isinstance(value, str):
        return struck_out(value, secretos)
    if isinstance(value, list):
        return [_struck(one, secretos) for one in value]
    if isinstance(value, dict):
        return {name: _struck(one, secretos) for name, one in value.items()}
    return value


def _event(event: Suceso) -> Suceso | None:
    kind = event["type"]
    if kind in {"before", "event"}:
        given = event.get("params", {}).items()
        params = {name: "•••" if name in _TYPED_PARAMS else value for name, value in given if name in _PARAMS}
        if "url" in params:
            params["url"] = _address(str(params["url"]))
        return {**event, "params": params}
    if kind == "after":
        kept = {name: value for name, value in event.items() if name not in {"result", "attachments"}}
        if "error" in kept:
            kept["error"] = {"name": "Error", "message": _said(str(kept["error"].get("message", "")))}
        return kept
    if kind == "log":
        return {**event, "message": _said(str(event["message"]))}
    if kind == "console":
        return {name: value for name, value in event.items() if name != "args"}
    if kind == "frame-snapshot":
        return {**event, "snapshot": _snapshot(event["snapshot"])}
    return event if kind in {"context-options", "input"} else None


def _said(message: str) -> str:
    """A line of Playwright's own, without the values that it quotes."""
    message = _TYPED.sub(r"\1•••)", message)
    message = _SHOWN_VALUE.sub('value="•••"', _SHOWN_TEXT.sub(">…<", message))
    return _READ.sub(r"\1 •••", message)


def _address(url: str) -> str:
    return _AFTER_PATH.sub("", url)


def _request(event: Suceso) -> Suceso | None:
    if event["type"] != "resource-snapshot":
        return None
    one = event["snapshot"]
    content = one["response"].get("content", {})
    mime = str(content.get("mimeType", ""))
    bare = {"cookies": [], "headers": [], "headersSize": -1, "bodySize": -1, "httpVersion": ""}
    shown = {"size": content.get("size", -1), "mimeType": mime}
    if mime.startswith("text/css") and "_sha1" in content:
        shown["_sha1"] = content["_sha1"]
    request = {**bare, "method": one["request"]["method"], "url": _address(one["request"]["url"]), "queryString": []}
    response = {**bare, "status": one["response"]["status"], "statusText": "", "redirectURL": "", "content": shown}
    rest = ("pageref", "startedDateTime", "time", "timings", "_frameref", "_monotonicTime", "_resourceType")
    kept = {name: one[name] for name in rest if name in one}
    return {**event, "snapshot": {**kept, "request": request, "response": response, "cache": {}}}


def _snapshot(snapshot: Suceso) -> Suceso:
    kept = {name: value for name, value in snapshot.items() if name != "resourceOverrides"}
    return {
        **kept,
        "frameUrl": _address(str(snapshot.get("frameUrl", ""))),
        "resourceOverrides": [],
        "html": _covered(snapshot["html"], shown=False),
    }


def _covered(node: Any, *, shown: bool) -> Any:  # noqa: ANN401  # a tree of lists and strings
    """A page's tree with its labels readable and everything that may be data covered, as long as it was."""
    if isinstance(node, str):
        return node if shown or node.rstrip().endswith(":") else re.sub(r"\S", "•", node)
    if not node or not isinstance(node[0], str):
        return node
    tag, attributes, children = node[0], node[1] if len(node) > 1 else {}, node[2:]
    inside = shown or tag in _LABELS
    return [tag, _attributes(tag, attributes), *(_covered(child, shown=inside) for child in children)]


def _attributes(tag: str, attributes: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in attributes.items() if name in _ATTRIBUTES}
    for name in {"href", "src"} & set(kept):
        kept[name] = _address(kept[name])
    if tag == "INPUT" and attributes.get("type") in _BUTTONS:
        kept["value"] = attributes.get("value", "")
    return kept
