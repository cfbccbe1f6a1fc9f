"""Every frame of a window is asked at once where that can be, and one by one where not: none is left out."""

import pytest
from playwright.sync_api import Page

from robot.pages.marcos import ask_frames

_WORDS = "view => view.document.body.innerText"
_FRAME = "<iframe srcdoc='{}'></iframe>"
_IN_A_TREE_OF_ITS_OWN = """() => {
  const part = document.body.appendChild(document.createElement('div')).attachShadow({mode: 'open'});
  part.innerHTML = "<iframe srcdoc='apart'></iframe>";
}"""


@pytest.mark.parametrize(
    ("page_html", "script", "words"),
    [
        ("outside", "() => null", {"outside"}),
        (
            f"outside{_FRAME.format('inside' + _FRAME.format('').replace(chr(39), chr(34)))}",
            "() => null",
            {"outside", "inside", ""},
        ),
        (f"outside{_FRAME.format('inside')}", _IN_A_TREE_OF_ITS_OWN, {"outside", "inside", "apart"}),
        (f"outside<iframe sandbox srcdoc='{'stranger'}'></iframe>", "() => null", {"outside", "stranger"}),
    ],
    ids=["no_frames", "one_in_another", "in_a_shadow_tree", "of_another_origin"],
)
def test_each_frame_tells_its_own_words(page: Page, page_html: str, script: str, words: set[str]) -> None:
    page.set_content(page_html)
    page.evaluate(script)
    page.wait_for_load_state("load")
    assert {str(one).strip() for one in ask_frames(page, _WORDS)} == words
