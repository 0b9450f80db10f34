"""How a record is shown to people, and how it is written for scripts."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.display import brief
from streams.core.message import Message, Oversized
from streams.inspection import render
from streams.inspection.render import head
from streams.inspection.tail import Sought, as_json


def message(value: object, *, key: bytes | None = b"k", headers: dict[str, bytes] | None = None) -> Message:
    written = value if isinstance(value, bytes) or value is None else json.dumps(value).encode()
    place = {"topic": "news.clean", "partition": 3, "offset": 17, "timestamp": 1_772_528_401_000}
    return Message(**place, key=key, value=written, headers=tuple((headers or {}).items()))  # type: ignore[arg-type]  # of two types


def body(message: Message) -> list[tuple[str, str]]:
    return render.body(message, brief)


def test_a_finished_article_shows_its_people_and_places() -> None:
    shown = body(
        message(
            {
                "title": "Ferry stops",
                "url": "https://a.example/1",
                "language": {"code": "en"},
                "published_at": "2026-03-03",
                "entities": [
                    {"type": "person", "name": "Ada Brook"},
                    {"type": "place", "name": "Lowport"},
                    {"type": "person", "name": "Ada Brook"},
                ],
                "summary": {"text": "It stops. It starts.", "sentences": [{"text": "It stops."}]},
            }
        )
    )

    assert head(message({})) == "2026-03-03 09:00:01  news.clean/3/17"
    assert shown == [
        ("key", "k"),
        ("title", "Ferry stops"),
        ("url", "https://a.example/1"),
        ("language", "en"),
        ("published", "2026-03-03"),
        ("people", "Ada Brook"),
        ("places", "Lowport"),
        ("summary", "It stops."),
    ]


def test_a_record_shows_when_kafka_received_the_page_it_was_made_from() -> None:
    record = message({"title": "x"}, headers={"copydesk_received": b"1772528399123"})

    assert body(record)[:2] == [("key", "k"), ("received", "2026-03-03 08:59:59")]
    assert json.loads(as_json(record))["received_at"] == "2026-03-03T08:59:59.123Z"
    assert json.loads(as_json(message({})))["received_at"] == "2026-03-03T09:00:01.000Z"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"reason": "too-short"}, "too-short in clean"),
        ({"reason": "too-short", "kind": None}, "too-short in clean"),
        ({"reason": "not-an-article", "kind": "home"}, "not-an-article (home) in clean"),
        ({"reason": "not-an-article", "kind": 7}, "not-an-article in clean"),
    ],
)
def test_a_discarded_article_shows_its_reason_and_kind(fields: dict[str, object], words: str) -> None:
    shown = body(message({"url": "https://a.example/1", "stage": "clean"} | fields))

    assert shown == [("key", "k"), ("discarded", words), ("url", "https://a.example/1")]


def test_a_dead_letter_with_any_bytes_shows_stage_reason_and_error() -> None:
    headers = {
        "copydesk_reason": b"failed",
        "copydesk_stage": b"clean",
        "__connect.errors.topic": b"news.raw",
        "__connect.errors.partition": b"2",
        "__connect.errors.offset": b"40",
        "__connect.errors.exception.class.name": b"ValueError",
        "__connect.errors.exception.message": b"no such thing",
    }

    assert body(message(b"\xff\xfe", headers=headers)) == [
        ("key", "k"),
        ("dead", "failed in clean"),
        ("error", "ValueError: no such thing"),
        ("from", "news.raw/2/40"),
    ]


def test_bytes_and_takedowns_are_named_as_such() -> None:
    page = message(b"<p>", headers={"content-type": b"text/html"})
    assert body(page)[1] == ("value", "3 bytes of text/html")
    assert body(message(None))[1] == ("removed", "it must be removed everywhere")


def test_a_title_cannot_control_the_terminal() -> None:
    assert body(message({"title": "a\x1b[2Jb\u009bc\nd"}))[1] == ("title", r"a\u001b[2Jb\u009bc d")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(["title", "entities", "summary", "reason"]), inner)
    ),
)


@given(JSON | st.binary())
def test_any_value_can_be_shown_and_written(value: object) -> None:
    record = message(value)

    assert all(text for _, text in body(record))
    assert json.loads(as_json(record))["offset"] == 17


def test_a_line_of_json_holds_the_whole_record() -> None:
    line = as_json(message({"n": 1}, headers={"a": b"\xff", "b": b"x"}))

    assert json.loads(line) == {
        "topic": "news.clean",
        "partition": 3,
        "offset": 17,
        "timestamp": 1_772_528_401_000,
        "received_at": "2026-03-03T09:00:01.000Z",
        "key": "k",
        "headers": [["a", "/w=="], ["b", "x"]],
        "value": {"n": 1},
    }
    assert json.loads(as_json(message(b"\xff", key=None)))["value"] == "/w=="
    assert json.loads(as_json(message(None, key=None)))["key"] is None


@pytest.mark.parametrize(
    ("sought", "wanted"),
    [
        (Sought(), True),
        (Sought(text="FÄHRE"), True),
        (Sought(text="bahn"), False),
        (Sought(text="lowport"), True),
        (Sought(key="lowport-1"), True),
        (Sought(key="lowport"), False),
        (Sought(key="lowport-1", text="bahn"), False),
    ],
)
def test_records_are_searched_by_text_in_any_case_and_by_their_whole_key(
    sought: Sought, wanted: bool
) -> None:
    record = message(b'{"title": "Die F\\u00e4hre"}', key=b"lowport-1")

    assert sought.matches(record) is wanted


@pytest.mark.parametrize(("size", "shown"), [(5_000_000, "too large"), (0, "cannot be unpacked")])
def test_an_unread_value_is_shown_as_unread_and_not_as_a_takedown(size: int, shown: str) -> None:
    unread = replace(message(None), value=Oversized.of(size))
    assert shown in dict(body(unread))["value"]
    written = json.loads(as_json(unread))
    assert (written["value"], written["unread"]) == ("", size)
    assert "unread" not in json.loads(as_json(message({})))
