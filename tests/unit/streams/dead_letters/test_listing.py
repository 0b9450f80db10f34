"""What is read from a dead-letter record."""

import json
from dataclasses import replace

import pytest

from streams.core.message import Message
from streams.dead_letters.listing import read_dead_letter
from streams.dead_letters.record import dead_letter
from tests.unit.streams.dead_letters.test_record import STAGE, dead, message


def as_read(**changes: object) -> Message:
    record = dead_letter(message(**changes), dead(message="line\nof two"), STAGE)
    read = Message(topic=record.topic, partition=0, offset=4, timestamp=5, key=record.key, value=record.value)
    return replace(read, headers=record.headers)


def test_a_dead_letter_is_named_after_its_original_and_its_error_is_one_line() -> None:
    listed = read_dead_letter(as_read(), "clean")
    assert (listed.record, listed.place) == ("news.raw/3/17", "news.dead.clean/0/4")
    assert listed.raw == listed.record
    assert (listed.reason, listed.error, listed.at) == ("failed", "ValueError: line of two", 5)


def test_a_record_without_dead_letter_headers_is_named_after_its_own_offset() -> None:
    foreign = Message(topic="news.dead.clean", partition=0, offset=4, timestamp=5, key=None, value=b"x")
    listed = read_dead_letter(foreign, "clean")
    assert (listed.record, listed.reason, listed.error) == ("news.dead.clean/0/4", "unknown", "")


@pytest.mark.parametrize(
    ("value", "headers", "feed"),
    [
        (json.dumps({"feed": "north", "url": "x"}).encode(), (), "north"),
        (json.dumps({"data": {"feed": "north"}, "type": "x"}).encode(), (), "north"),
        (b"<html>", (("ce_feed", b"north"),), "north"),
        (b'{"feed": "wire", "meta": ' + b"[" * 5000 + b"]" * 5000 + b"}", (), None),
        (b'{"feed": 7}', (), None),
        (b'{"feed": "north"', (), None),
        (b'{"feed": "caf\xe9"}', (), None),
        (b"<html>", (), None),
        (None, (), None),
    ],
)
def test_the_feed_is_read_from_the_headers_or_from_a_value_that_can_be_read(
    value: bytes | None, headers: tuple[tuple[str, bytes], ...], feed: str | None
) -> None:
    assert read_dead_letter(as_read(value=value, headers=headers), "clean").feed == feed
