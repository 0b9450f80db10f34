"""A person names an article by any spelling of its URL; raw records are found by the URL that they name."""

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


def record(value: bytes | None = b"<p>", key: bytes | None = None, **headers: bytes) -> Message:
    return Message(
        topic="raw", partition=0, offset=0, timestamp=0, key=key, value=value, headers=tuple(headers.items())
    )


def test_the_key_is_the_article_id_of_any_spelling_or_the_id_itself() -> None:
    assert identify(URL).key == identify(f" {OTHER} ").key == identify(article_id(URL)).key
    assert identify(URL).key == article_id(OTHER).encode()


@pytest.mark.parametrize("text", ["the ferry story", "", "ftp://a.example/1", "https://"])
def test_what_is_no_url_means_no_article(text: str) -> None:
    with pytest.raises(Invalid):
        identify(text)


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
        record(value=b'{"url": "', key=OTHER.upper().replace("/2026/03/FERRY", "/2026/03/ferry").encode()),
    ],
)
def test_a_raw_record_is_of_the_article_that_it_names(named: Message) -> None:
    for text in (URL, OTHER, article_id(URL)):
        assert identify(text).named_by(named)
        assert not identify("https://harbour-courier.example/2026/03/bridge").named_by(named)


@pytest.mark.parametrize(
    "nothing", [record(), record(key=b"\xff"), record(value=b"[1]"), record(key=b"4711")]
)
def test_a_record_that_names_nothing_is_of_no_article(nothing: Message) -> None:
    assert not identify(URL).named_by(nothing)


def test_a_record_that_is_nested_too_deep_to_be_read_goes_by_its_key() -> None:
    deep = b'{"url": "https://b.example/2", "meta": ' + b"[" * 5000 + b"]" * 5000 + b"}"
    assert identify("https://a.example/1").named_by(record(deep, key=b"https://a.example/1"))


def test_the_quick_look_finds_whatever_has_the_same_id() -> None:
    """Every URL of the golden table sought among all of them."""
    for sought in GOLDEN:
        identity = identify(sought["given"])
        named = {case["given"] for case in GOLDEN if identity.named_by(record(key=case["given"].encode()))}
        assert named == {case["given"] for case in GOLDEN if case["id"] == sought["id"]}
