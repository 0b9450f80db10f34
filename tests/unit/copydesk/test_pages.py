"""A page becomes the raw record that a scraper would publish."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

import copydesk
from streams.core.message import RecordToPublish
from streams.errors import ConfigError

URL = "https://harbour-courier.example/ferry"
TIME = "2026-03-03T09:00:00Z"


def test_bytes_are_published_as_they_are_and_headers_say_the_rest() -> None:
    page = copydesk.Page(
        b"<p>\xfc", URL, feed="courier", fetched_at=TIME, content_type="text/html; charset=cp1252"
    )
    assert page.record() == RecordToPublish(
        key=URL.encode(),
        value=b"<p>\xfc",
        headers=(
            ("content-type", b"text/html; charset=cp1252"),
            ("ce_time", TIME.encode()),
            ("ce_feed", b"courier"),
        ),
    )


@pytest.mark.parametrize(
    ("content_type", "field"), [("text/html", "html"), ("text/plain; charset=x", "text")]
)
def test_text_is_published_as_a_json_record_that_claims_no_charset(content_type: str, field: str) -> None:
    time = datetime(2026, 3, 3, 9, tzinfo=UTC)
    record = copydesk.Page("ü", URL, feed="courier", fetched_at=time, content_type=content_type).record()
    assert json.loads(record.value or b"") == {"url": URL, field: "ü", "feed": "courier", "fetched_at": TIME}
    assert record.headers == (("content-type", b"application/json"),)


def test_a_raw_record_is_published_unchanged() -> None:
    value = b'{"url": "https://a.example/x", "text": "..."}'
    for content in (value, value.decode()):
        assert copydesk.Page(content, content_type="application/json").record().value == value


def test_the_url_may_be_named_by_the_page() -> None:
    page = copydesk.Page(f'<link rel="canonical" href="{URL}"><p>It is open.'.encode())
    assert page.record().key == URL.encode()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"content": b"<p>It is open."}, "the page does not name its URL: give it as `url`"),
        ({"content": "x", "url": URL, "fetched_at": "soon"}, "must be a time in RFC 3339, and is 'soon'"),
        ({"content": "x", "url": URL, "fetched_at": datetime(2026, 3, 3)}, "must say its time zone"),
        ({"content": "\ud800", "url": URL}, "give the page's bytes: its text cannot be encoded"),
    ],
)
def test_a_page_that_cannot_be_published_is_rejected_when_it_is_made(
    arguments: dict[str, object], sentence: str
) -> None:
    with pytest.raises(ConfigError, match=sentence):
        copydesk.Page(**arguments)  # type: ignore[arg-type]  # one test for all arguments


def test_files_are_read_as_publish_reads_them_and_what_is_rejected_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(f'<link rel="canonical" href="{URL}"><p>It is open.')
    (tmp_path / "b.html").write_text("<p>It is open.")
    (tmp_path / "c.jsonl").write_text('{"url": "https://a.example/x", "text": "It is open."}\n')
    with pytest.warns(UserWarning, match=r"b\.html: its URL is not known"):
        pages = list(copydesk.read(tmp_path))
    assert [(page.url, page.content_type) for page in pages] == [
        (URL, "text/html"),
        ("https://a.example/x", "application/json"),
    ]
