"""What a dead letter says of itself."""

import json

import pytest

from streams.core.message import Message
from streams.dead_letters.listing import read_dead_letter
from streams.dead_letters.record import dead_letter
from tests.unit.streams.dead_letters.test_record import STAGE, dead, message


def as_read(**changes: object) -> Message:
    made = dead_letter(message(**changes), dead(message="line\nof two"), STAGE, prefix="news", group="g")
    return Message(
        topic=made.topic,
        partition=0,
        offset=4,
        timestamp=5,
        key=made.key,
        value=made.value,
        headers=made.headers,
    )


def test_it_is_named_by_the_record_that_died_and_says_why_in_one_line() -> None:
    found = read_dead_letter(as_read(), "clean")
    assert (found.record, found.place, found.raw) == ("news.raw/3/17", "news.dead.clean/0/4", "news.raw/3/17")
    assert (found.reason, found.error, found.at) == ("failed", "ValueError: line of two", 5)


def test_a_value_that_is_nested_too_deep_to_be_read_says_nothing_and_stops_nobody() -> None:
    deep = b'{"feed": "wire", "meta": ' + b"[" * 5000 + b"]" * 5000 + b"}"
    assert read_dead_letter(as_read(value=deep), "clean").feed is None


def test_a_dead_letter_that_somebody_else_has_put_there_goes_by_its_own_place() -> None:
    foreign = Message(topic="news.dead.clean", partition=0, offset=4, timestamp=5, key=None, value=b"x")
    found = read_dead_letter(foreign, "clean")
    assert (found.record, found.reason, found.error) == ("news.dead.clean/0/4", "unknown", "")


@pytest.mark.parametrize(
    ("value", "headers", "feed"),
    [
        (json.dumps({"feed": "north", "url": "x"}).encode(), (), "north"),
        (json.dumps({"data": {"feed": "north"}, "type": "x"}).encode(), (), "north"),
        (b"<html>", (("ce_feed", b"north"),), "north"),
        (b'{"feed": 7}', (), None),
        (b'{"feed": "north"', (), None),
        (b'{"feed": "caf\xe9"}', (), None),
        (b"<html>", (), None),
        (None, (), None),
    ],
)
def test_its_feed_is_told_where_it_can_be_read(
    value: bytes | None, headers: tuple[tuple[str, bytes], ...], feed: str | None
) -> None:
    assert read_dead_letter(as_read(value=value, headers=headers), "clean").feed == feed
