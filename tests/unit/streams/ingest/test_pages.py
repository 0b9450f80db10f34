"""The URL of a page, and the record that it becomes."""

import json
from pathlib import Path

import pytest

from streams.errors import ConfigError, Invalid
from streams.ingest.forms import Form
from streams.ingest.pages import IndexEntry, declared_url, page_record, read_index

URL = "https://harbour-courier.example/ferry"
OWN = "https://a.example/own"
ENTRY = IndexEntry(file="a.html", url=URL, feed="courier", fetched_at="2026-03-03T09:00:00Z")
NO_FEED = IndexEntry(file="a.html", url=URL, feed=None, fetched_at="2026-03-03T09:00:00Z")


@pytest.mark.parametrize(
    ("page", "url"),
    [
        (b'<link rel="canonical" href="https://a.example/x?a=1&amp;b=2">', "https://a.example/x?a=1&b=2"),
        (b"<LINK href='https://a.example/x' REL='canonical'>", "https://a.example/x"),
        (b"<link rel=canonical href=https://a.example/x>", "https://a.example/x"),
        (b'<meta content="https://a.example/og" property="og:url"/>', "https://a.example/og"),
        (b'<meta property="og:url" content="http://a"><link rel="canonical" href="http://b">', "http://b"),
        (b'<link rel="canonical" href="/relative"><meta property="og:url" content="http://a">', "http://a"),
        (b'<link rel="canonical" href="file:///etc/passwd">', None),
        (b'<link rel="stylesheet" href="https://a.example/x.css">', None),
        (b" " * 65_536 + b'<link rel="canonical" href="https://a.example/x">', None),
        (b"", None),
    ],
)
def test_the_url_of_a_page_is_read_from_its_first_bytes_if_it_is_http(page: bytes, url: str | None) -> None:
    assert declared_url(page) == url


def test_a_page_without_a_feed_is_published_as_bytes() -> None:
    record = page_record(b"<p>caf\xe9", ".html", NO_FEED, url=None, form=None)

    assert (record.key, record.value) == (URL.encode(), b"<p>caf\xe9")
    assert record.headers == (("content-type", b"text/html"), ("ce_time", b"2026-03-03T09:00:00Z"))


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "byte order mark"])
def test_a_page_with_a_feed_is_published_as_json_that_contains_the_feed(mark: bytes) -> None:
    record = page_record(mark + "<p>café".encode(), ".html", ENTRY, url=None, form=None)

    assert record.headers == (("content-type", b"application/json"),)
    assert json.loads(record.value or b"") == {
        "url": URL,
        "html": "<p>café",
        "charset": "utf-8",
        "feed": "courier",
        "fetched_at": "2026-03-03T09:00:00Z",
    }


def test_a_page_with_a_feed_that_is_not_utf_8_is_published_only_as_bytes_with_the_feed_in_a_header() -> None:
    record = page_record(b"caf\xe9", ".html", ENTRY, url=None, form=None)

    assert record.value == b"caf\xe9"
    assert ("ce_feed", b"courier") in record.headers
    with pytest.raises(Invalid, match="not UTF-8"):
        page_record(b"caf\xe9", ".html", ENTRY, url=None, form=Form.JSON)


def test_a_text_file_is_published_as_text() -> None:
    as_bytes = page_record(b"News.", ".txt", None, url=URL, form=Form.BYTES)
    as_json = page_record(b"News.", ".txt", None, url=URL, form=Form.JSON)

    assert as_bytes.headers == (("content-type", b"text/plain"),)
    assert json.loads(as_json.value or b"") == {"url": URL, "text": "News."}


@pytest.mark.parametrize(
    ("url", "index", "key"),
    [
        ("https://a.example/given", NO_FEED, "https://a.example/given"),
        (None, NO_FEED, URL),
        (None, None, OWN),
    ],
)
def test_the_option_url_takes_precedence_over_the_index_and_the_index_over_the_page(
    url: str | None, index: IndexEntry | None, key: str
) -> None:
    page = f'<link rel="canonical" href="{OWN}">'.encode()
    assert page_record(page, ".html", index, url=url, form=None).key == key.encode()


def test_the_error_for_a_page_without_a_url_lists_the_ways_to_give_it() -> None:
    with pytest.raises(Invalid, match=r"give --url, an index\.toml beside it, or a canonical link"):
        page_record(b"<p>Who am I", ".html", None, url=None, form=None)


def test_an_index_is_read_in_order_with_times_as_toml_or_text(tmp_path: Path) -> None:
    (tmp_path / "index.toml").write_text(
        '[[page]]\nfile = "b.html"\nurl = "https://b.example/"\nfetched_at = 2026-03-03T09:00:00Z\n'
        '[[page]]\nfile = "a.html"\nfetched_at = "2026-03-04T09:00:00Z"\nfeed = "f"\nother = 1\n'
        '[[page]]\nurl = "nowhere"\n'
    )

    assert list(read_index(tmp_path).values()) == [
        IndexEntry(file="b.html", url="https://b.example/", feed=None, fetched_at="2026-03-03T09:00:00Z"),
        IndexEntry(file="a.html", url=None, feed="f", fetched_at="2026-03-04T09:00:00Z"),
    ]


def test_an_index_that_is_not_toml_is_an_error_of_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "index.toml").write_text("[[page")

    with pytest.raises(ConfigError, match=r"index\.toml cannot be read: "):
        read_index(tmp_path)
