"""The captures in the documents are of this version, and whole in themselves."""

import html
import re

import pytest

from tests.support.documents.captures import FOLDER, FORMAT, WORKING_FOLDER

#: Capture → what it must show.
SHOWN = {
    "demo": ("Finished", "Reconciliation", "next: `copydesk up --local`"),
    "up": ("ready after", "try, in another terminal:", "stopped; Kafka's data are kept in"),
    "publish": ("of 10,000 records", "10,000 published, 0 failed"),
    "status": ("lag", "entities", "summaries"),
    "trace": ("revision 1", "clean", "finished"),
}


def test_captures_ask_no_other_host_for_a_font() -> None:
    assert "font-face" not in FORMAT
    assert "url(" not in FORMAT.replace("url(#", "")


@pytest.mark.parametrize("name", SHOWN)
def test_a_capture_shows_what_the_command_shows(name: str) -> None:
    image = (FOLDER / f"{name}.svg").read_text()
    words = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", image)).split())

    for text in SHOWN[name]:
        assert text in words
    assert re.findall(r"https?://(?!www\.w3\.org/|127\.0\.0\.1:|[\w.-]+\.example)[^\s\"<]+", image) == []
    assert set(re.findall(r"/(?:tmp|root|home)/\S*?(?=/data|[.,])", words)) <= {WORKING_FOLDER}
