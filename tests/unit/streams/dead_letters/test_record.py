"""A dead letter keeps what is needed to replay it, and says why it is dead."""

from hypothesis import given
from hypothesis import strategies as st

from streams.core.message import Message
from streams.core.stage import Failure, Reason, Stage
from streams.core.topic import MIB, Topic
from streams.dead_letters.record import by_reference, dead_letter, is_ours

IN = Topic(name="raw", key="url", record=dict)
OUT = Topic(name="clean", key="id", record=dict)


async def agent(stream: object, loop: object) -> None: ...


STAGE = Stage(
    name="clean", version="1", reads=IN, writes=OUT, discards=OUT, work="agents.clean.work:load", agent=agent
)


def message(**changes: object) -> Message:
    given = {"topic": "news.raw", "partition": 3, "offset": 17, "timestamp": 1_700_000_000_000}
    return Message(**{**given, "key": b"https://a.example/1", "value": b"\xff\x00", **changes})


def dead(**changes: str) -> Failure:
    return Failure(**{"reason": Reason.FAILED, "error": "ValueError", "message": "boom", **changes})


def written(**changes: object) -> dict[str, bytes]:
    return dict(dead_letter(message(**changes), dead(), STAGE, prefix="news", group="g").headers)


def test_key_value_and_headers_are_the_original_ones() -> None:
    headers = (("x", b"1"), ("x", b"2"), ("ce_id", b"\xff"))
    made = dead_letter(message(headers=headers), dead(), STAGE, prefix="news", group="g")
    assert (made.topic, made.key, made.value) == ("news.dead.clean", b"https://a.example/1", b"\xff\x00")
    assert made.headers[:3] == headers


def test_it_is_identified_by_the_coordinates_of_the_original() -> None:
    headers = written()
    assert headers["__connect.errors.topic"] == b"news.raw"
    assert headers["__connect.errors.partition"] == b"3"
    assert headers["__connect.errors.offset"] == b"17"
    assert headers["copydesk_reason"] == b"failed"
    assert headers["copydesk_stage"] == b"clean"


def test_it_says_where_the_article_came_from_unless_that_is_known() -> None:
    assert written()["copydesk_raw"] == b"news.raw/3/17"
    assert written()["copydesk_received"] == b"1700000000000"
    known = written(headers=(("copydesk_raw", b"news.raw/1/2"),))
    assert known["copydesk_raw"] == b"news.raw/1/2"


def test_a_dead_letter_that_dies_again_carries_one_reason_only() -> None:
    first = dead_letter(message(), dead(), STAGE, prefix="news", group="g")
    again = dead_letter(
        message(headers=first.headers), dead(reason=Reason.TIMED_OUT), STAGE, prefix="news", group="g"
    )
    reasons = [value for name, value in again.headers if name == "copydesk_reason"]
    assert reasons == [b"timed-out"]


def test_by_reference_it_has_no_value_and_says_how_large_it_was() -> None:
    made = by_reference(dead_letter(message(key=b"k" * 9000), dead(), STAGE, prefix="news", group="g"))
    assert made.value == b""
    assert len(made.key or b"") <= 1024
    assert dict(made.headers)["copydesk_by_reference"] == b"2"


def test_the_dead_letters_topic_takes_what_the_read_topic_takes_and_a_mebibyte_more() -> None:
    assert STAGE.dead.policy.max_message_bytes == 9 * MIB
    assert STAGE.dead.single


@given(st.text(max_size=20_000), st.text(max_size=20_000))
def test_its_headers_stay_within_8_kib_whatever_the_error_says(text: str, trace: str) -> None:
    made = dead_letter(message(), dead(message=text, trace=trace), STAGE, prefix="news", group="g")
    assert sum(len(name) + len(value) for name, value in made.headers if is_ours(name)) <= 8192
