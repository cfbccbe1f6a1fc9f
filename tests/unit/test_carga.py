import base64
import html
import json
from collections.abc import Callable
from urllib.parse import quote, urlencode

from hypothesis import given
from hypothesis import strategies as st

from robot.pages.carga import carries, shown_whole
from robot.referencia import Referencia

texts = st.text(st.characters(codec="cp1252", exclude_categories=["Cc"]), max_size=60)
referencias = st.integers(0, 10**9).map(lambda number: Referencia.of_key("VD", str(number)))

WRAPPINGS: dict[str, Callable[[str], bytes]] = {
    "form": lambda text: urlencode({"a": "1", "observacion": text}, encoding="utf-8").encode(),
    "old form": lambda text: urlencode({"observacion": text, "b": ""}, encoding="cp1252").encode(),
    "form in UTF-16": lambda text: f"observacion={text}".encode("utf-16-le"),
    "parts": lambda text: f'--x\r\nContent-Disposition: form-data; name="o"\r\n\r\n{text}\r\n--x--'.encode(),
    "JSON": lambda text: json.dumps({"o": {"texto": text}}).encode(),
    "XML": lambda text: f"<o>{html.escape(text)}</o>".encode(),
    "GWT": lambda text: f"7|0|6|http://s/|{text}|1|2|3|".encode(),
    "base64": lambda text: base64.b64encode(json.dumps({"o": text}).encode()),
    "base64 in a form": lambda text: urlencode({"p": base64.urlsafe_b64encode(text.encode()).decode()}).encode(),
    "JSON in a form": lambda text: urlencode({"datos": json.dumps({"o": text})}).encode(),
    "escaped for a script": lambda text: "".join(f"\\u{ord(character):04x}" for character in text).encode(),
}


@given(texts, referencias, st.sampled_from(sorted(WRAPPINGS)))
def test_what_carries_the_referencia_is_known_however_it_is_wrapped(text: str, referencia: str, how: str) -> None:
    assert carries(referencia, "http://s/guardar", WRAPPINGS[how](f"{text} Ref. {referencia}"))


@given(texts, referencias, referencias, st.sampled_from(sorted(WRAPPINGS)))
def test_what_carries_another_referencia_or_none_is_not_taken_for_it(
    text: str, referencia: str, other: str, how: str
) -> None:
    sent = WRAPPINGS[how](text if other == referencia else f"{text} Ref. {other}")
    assert not carries(referencia, "http://s/latido?t=1", sent)


@given(texts, referencias)
def test_an_address_carries_as_a_body_does(text: str, referencia: str) -> None:
    assert carries(referencia, f"http://s/guardar?obs={quote(text + ' ' + referencia)}", None)
    assert not carries("", "http://s/guardar", None)


def test_a_body_whose_attachment_the_browser_does_not_show_is_told_apart() -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="f"; filename="%s"\r\nContent-Type: text/plain\r\n\r\n%s\r\n--x--\r\n'
    assert not shown_whole(part % (b"firma.txt", b""))
    assert not shown_whole(None)
    assert shown_whole(part % (b"firma.txt", b"sin firma"))
    assert shown_whole(part % (b"", b""))
    assert shown_whole(b"observacion=filename")
