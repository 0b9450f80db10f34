"""An article is looked up by any spelling of its URL; a raw record belongs to the article that it names."""

import json
import tomllib
from pathlib import Path

import pytest

from agents.ids import article_id
from agents.lookup import identify
from streams.core.message import Message
from streams.errors import Invalid

GOLDEN = tomllib.loads((Path(__file__).parent / "article_ids.toml").read_text("utf-8"))["url"]
URL = "https://www.harbour-courier.example/2026/03/ferry?utm_source=x"
OTHER = "http://harbour-courier.example/2026/03/ferry/"
NESTED_TOO_DEEP = b'{"url": "https://b.example/2", "meta": ' + b"[" * 5000 + b"]" * 5000 + b"}"


def record(value: bytes | None = b"<p>", key: bytes | None = None, **headers: bytes) -> Message:
    return Message(
        topic="raw", partition=0, offset=0, timestamp=0, key=key, value=value, headers=tuple(headers.items())
    )


def test_the_key_is_the_article_id_of_any_spelling_or_the_id_itself() -> None:
    assert identify(URL).key == identify(f" {OTHER} ").key == identify(article_id(URL)).key
    assert identify(URL).key == article_id(OTHER).encode()


def test_a_text_that_is_not_a_url_is_invalid() -> None:
    with pytest.raises(Invalid, match="the url"):
        identify("the ferry story")


@pytest.mark.parametrize(
    "named",
    [
        record(key=OTHER.encode()),
        record(key=article_id(URL).encode()),
        record(value=None, key=OTHER.encode()),
        record(key=b"4711", ce_subject=OTHER.encode()),
        record(value=json.dumps({"html": "<p>", "url": OTHER}).encode(), key=b"4711"),
        record(value=json.dumps({"data": {"url": OTHER, "text": "x"}, "time": "x"}).encode()),
        record(value=b'{"url": 7}', key=OTHER.encode()),
        record(value=NESTED_TOO_DEEP, key=OTHER.encode()),
        record(value=b'{"url": "', key=OTHER.upper().replace("/2026/03/FERRY", "/2026/03/ferry").encode()),
    ],
)
def test_a_raw_record_belongs_to_the_article_that_it_names(named: Message) -> None:
    for text in (URL, OTHER, article_id(URL)):
        assert identify(text).named_by(named)
        assert not identify("https://harbour-courier.example/2026/03/bridge").named_by(named)


@pytest.mark.parametrize(
    "unnamed", [record(), record(key=b"\xff"), record(value=b"[1]"), record(key=b"4711")]
)
def test_a_record_that_names_nothing_belongs_to_no_article(unnamed: Message) -> None:
    assert not identify(URL).named_by(unnamed)


def test_a_look_up_by_url_finds_exactly_the_urls_with_the_same_id() -> None:
    """Looks up every URL of the golden table among all of them."""
    records = {row["given"]: record(key=row["given"].encode()) for row in GOLDEN}
    for sought in GOLDEN:
        identity = identify(sought["given"])
        named = {url for url, message in records.items() if identity.named_by(message)}
        assert named == {row["given"] for row in GOLDEN if row["id"] == sought["id"]}
