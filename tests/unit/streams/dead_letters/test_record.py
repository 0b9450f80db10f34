"""A dead letter keeps what its replay needs, and the reason for it."""

from hypothesis import given
from hypothesis import strategies as st

from streams.core.message import Message
from streams.core.stage import Failure, Reason, Stage
from streams.core.topic import MIB, Key, Topic
from streams.dead_letters.record import by_reference, dead_letter, is_ours

IN = Topic(name="raw", key=Key.of("url"), record=dict)
OUT = Topic(name="clean", key=Key.of("id"), record=dict)


async def agent(stream: object, loop: object) -> None: ...


STAGE = Stage(
    name="clean", version="1", reads=IN, writes=OUT, discards=OUT, work="agents.clean.work:load", agent=agent
).at("news")


def message(**changes: object) -> Message:
    fields = {"topic": "news.raw", "partition": 3, "offset": 17, "timestamp": 1_700_000_000_000}
    return Message(**{**fields, "key": b"https://a.example/1", "value": b"\xff\x00", **changes})


def dead(**changes: str) -> Failure:
    return Failure(**{"reason": Reason.FAILED, "error": "ValueError", "message": "boom", **changes})


def written(**changes: object) -> dict[str, bytes]:
    return dict(dead_letter(message(**changes), dead(), STAGE).headers)


def test_key_value_and_headers_are_those_of_the_original() -> None:
    headers = (("x", b"1"), ("x", b"2"), ("ce_id", b"\xff"))
    record = dead_letter(message(headers=headers), dead(), STAGE)
    assert (record.topic, record.key) == ("news.dead.clean", b"https://a.example/1")
    assert record.value == b"\xff\x00"
    assert record.headers[:3] == headers


def test_headers_hold_the_reason_and_the_offset_of_the_original() -> None:
    headers = written()
    assert headers["__connect.errors.topic"] == b"news.raw"
    assert headers["__connect.errors.partition"] == b"3"
    assert headers["__connect.errors.offset"] == b"17"
    assert headers["copydesk_reason"] == b"failed"
    assert headers["copydesk_stage"] == b"clean"


def test_the_origin_is_written_and_an_earlier_origin_is_kept() -> None:
    assert written()["copydesk_raw"] == b"news.raw/3/17"
    assert written()["copydesk_received"] == b"1700000000000"
    known = written(headers=(("copydesk_raw", b"news.raw/1/2"),))
    assert known["copydesk_raw"] == b"news.raw/1/2"


def test_a_dead_letter_that_fails_again_has_only_the_new_reason() -> None:
    first = dead_letter(message(), dead(), STAGE)
    again = dead_letter(message(headers=first.headers), dead(reason=Reason.TIMED_OUT), STAGE)
    reasons = [value for name, value in again.headers if name == "copydesk_reason"]
    assert reasons == [b"timed-out"]


def test_a_dead_letter_by_reference_has_no_value_but_its_size() -> None:
    record = by_reference(dead_letter(message(key=b"k" * 9000), dead(), STAGE))
    assert record.value == b""
    assert len(record.key or b"") <= 1024
    assert dict(record.headers)["copydesk_by_reference"] == b"2"


def test_the_dead_letter_topic_takes_a_mebibyte_more_than_the_topic_that_is_read() -> None:
    assert STAGE.dead.policy.max_message_bytes == 9 * MIB
    assert STAGE.dead.single


@given(st.text(max_size=20_000), st.text(max_size=20_000))
def test_headers_stay_within_8_kib_however_long_the_error_is(text: str, trace: str) -> None:
    record = dead_letter(message(), dead(message=text, trace=trace), STAGE)
    assert sum(len(name) + len(value) for name, value in record.headers if is_ours(name)) <= 8192
