"""Record headers: what stays the same from the raw record to the last sink, and what marks a repeat."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core import record_headers
from streams.core.message import Headers, Message
from streams.core.record_headers import Stamp, origin, write

CLEAN = Stamp(stage="clean", version="1", model=None, prefix="news")
ENTITIES = Stamp(stage="entities", version="1", model="md-1", prefix="news")
RECEIVED = 1_767_225_600_000


def raw(offset: int = 5, timestamp: int = RECEIVED, headers: Headers = ()) -> Message:
    message = Message(
        topic="news.raw", partition=2, offset=offset, timestamp=timestamp, key=b"k", value=b"{}"
    )
    return replace(message, headers=headers)


def headers(
    message: Message, stamp: Stamp = CLEAN, topic: str = "clean", fetched: str | None = None
) -> dict[str, str]:
    written = write(origin(message, fetched), message.headers, stamp, topic=topic, key=b"id")
    return {name: value.decode() for name, value in written}


def through(message: Message, stamp: Stamp = CLEAN) -> Message:
    """The message as the next stage reads it."""
    written = write(origin(message), message.headers, stamp, topic="clean", key=b"id")
    later = raw(offset=99, timestamp=RECEIVED + 9, headers=written)
    return replace(later, topic="news.clean", partition=9, key=b"id")


def test_a_stage_writes_all_headers() -> None:
    assert headers(raw(), fetched="2025-12-31T00:00:00Z") == {
        "ce_specversion": "1.0",
        "ce_id": headers(raw())["ce_id"],
        "ce_source": "/copydesk/news/clean",
        "ce_type": "copydesk.clean",
        "ce_time": "2026-01-01T00:00:00.000Z",
        "ce_subject": "id",
        "traceparent": headers(raw())["traceparent"],
        "copydesk_raw": "news.raw/2/5",
        "copydesk_received": "1767225600000",
        "copydesk_version": "0001767139200000-0001767225600000-000002-00000000000000000005",
    }


def test_a_ce_id_is_the_same_only_for_the_same_record_stage_version_model_and_settings() -> None:
    assert headers(raw())["ce_id"] == headers(raw())["ce_id"]
    ids = {
        headers(raw())["ce_id"],
        headers(raw(timestamp=RECEIVED + 86_400_000))["ce_id"],  # the same offset in a recreated topic
        headers(raw(offset=6))["ce_id"],
        headers(raw(), replace(CLEAN, version="2"))["ce_id"],
        headers(raw(), replace(CLEAN, model="other"))["ce_id"],
        headers(raw(), replace(CLEAN, settings="aa"))["ce_id"],
        headers(raw(), replace(CLEAN, stage="entities"))["ce_id"],
    }
    assert len(ids) == 7


def test_an_upgrade_of_a_stage_changes_the_ce_id_in_later_stages_too() -> None:
    before = headers(through(raw()), ENTITIES)["ce_id"]
    after = headers(through(raw(), replace(CLEAN, version="2")), ENTITIES)["ce_id"]
    assert before != after


def test_an_event_id_of_the_scraper_takes_precedence_over_the_offset() -> None:
    own = (("ce_source", b"/crawler"), ("ce_id", b"42"))
    assert headers(raw(offset=1, headers=own))["ce_id"] == headers(raw(offset=2, headers=own))["ce_id"]


def test_origin_version_and_trace_pass_through_a_stage_unchanged() -> None:
    before, after = origin(raw()), origin(through(raw()))
    assert (after.raw, after.received) == ("news.raw/2/5", RECEIVED)
    assert (after.version, after.traceparent) == (before.version, before.traceparent)


def test_a_valid_traceparent_is_kept_and_an_invalid_one_replaced() -> None:
    valid = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    assert headers(raw(headers=(("traceparent", valid.encode()),)))["traceparent"] == valid
    replaced = headers(raw(headers=(("traceparent", b"00-zz"),)))["traceparent"]
    assert record_headers.TRACEPARENT.fullmatch(replaced)


def test_headers_of_others_are_passed_on_in_order_and_with_repeats() -> None:
    theirs = (("crawl", b"7"), ("tag", b"a"), ("tag", b"\xff"))
    written = write(origin(raw()), (*theirs, ("ce_type", b"x")), CLEAN, topic="clean", key=b"id")
    assert written[:3] == theirs
    assert [name for name, _ in written].count("ce_type") == 1


MOMENTS = st.tuples(
    st.integers(0, 2**42), st.integers(0, 2**42), st.integers(0, 99_999), st.integers(0, 2**62)
)


@given(MOMENTS, MOMENTS)
def test_versions_are_ordered_as_text_like_their_numbers(
    moment: tuple[int, int, int, int], other: tuple[int, int, int, int]
) -> None:
    def version(fetched: int, received: int, partition: int, offset: int) -> tuple[str, tuple[int, ...]]:
        place = ("copydesk_raw", f"t/{partition}/{offset}".encode())
        known = (place, ("copydesk_received", str(received).encode()))
        time = datetime.fromtimestamp(min(fetched, 2**41) / 1000, UTC).isoformat()
        numbers = (min(fetched, 2**41, received), received, partition, offset)
        return origin(raw(timestamp=2**42, headers=known), time).version, numbers

    (text, numbers), (other_text, other_numbers) = version(*moment), version(*other)
    assert (text < other_text) == (numbers < other_numbers)


@pytest.mark.parametrize(
    "time",
    ["9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "0000-01-01", "2025-12-31T23:59:60Z", "soon"],
)
def test_a_fetch_time_that_is_unreadable_or_out_of_range_is_ignored(time: str) -> None:
    assert headers(raw(), fetched=time) == headers(raw())


def test_a_fetch_time_with_nine_fractional_digits_is_used() -> None:
    precise = headers(raw(), fetched="2025-12-31T00:00:00.123456789Z")["copydesk_version"]
    assert precise.startswith(f"{1_767_139_200_123:016d}-")


def test_a_forged_receive_time_in_the_future_is_ignored() -> None:
    forged = raw(headers=((record_headers.RECEIVED, b"999999999999999"),))
    assert headers(forged)[record_headers.RECEIVED] == str(RECEIVED)
