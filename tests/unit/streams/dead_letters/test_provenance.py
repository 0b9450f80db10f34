"""Which headers are believed on a topic that anybody may write. None stops a stage or outranks a takedown."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from streams.core import record_headers
from streams.core.message import Headers, Message
from streams.core.pipeline import load_pipeline
from streams.core.record_headers import COORDINATES, VERSION, VERSION_FORM
from streams.dead_letters.provenance import OLDEST, provenance, replayed_from
from streams.settings import load_settings
from tests.support.kafka.any_headers import HEADERS

NOW = 1_767_225_600_000
PROVENANCE = provenance(load_pipeline(load_settings(pipeline="agents")))
HIGHEST = b"9999999999999999-9999999999999999-000000-00000000000000000000"


def raw(headers: Headers = (), **changes: object) -> Message:
    fields = {"topic": "news.raw", "partition": 2, "offset": 5, "timestamp": NOW, "key": b"k", "value": b"{}"}
    return Message(**{**fields, "headers": headers, **changes})  # type: ignore[arg-type]  # fields of any type, by name


def copydesk_headers(**headers: bytes) -> Headers:
    return tuple((f"copydesk_{name}", value) for name, value in headers.items())


def version_of(message: Message) -> str:
    return record_headers.origin(PROVENANCE.of(message)).version


def test_headers_are_checked_only_on_topics_that_no_stage_writes() -> None:
    assert (PROVENANCE.first, PROVENANCE.dead_letters) == ({"news.raw"}, {"news.dead.clean"})
    written = raw(copydesk_headers(raw=b"news.raw/1/1", received=b"5"), topic="news.clean")
    assert PROVENANCE.of(written) == written


def test_the_version_of_a_raw_record_comes_from_its_offset_whatever_its_header_says() -> None:
    past = f"{1:016d}-{1:016d}-{0:06d}-{0:020d}".encode()
    for false in (HIGHEST, past, b"\xff", b"", None):
        assert version_of(raw(((VERSION, false),))) == version_of(raw())


def test_a_replay_keeps_the_offset_and_time_of_its_original() -> None:
    replay = raw(copydesk_headers(raw=b"news.raw/2/3", received=b"1767225599000"))

    assert PROVENANCE.of(replay) == replay
    assert replayed_from(PROVENANCE.of(replay)) == (2, 3)
    assert version_of(replay) == version_of(raw(offset=3, timestamp=1_767_225_599_000))


def test_an_origin_that_a_replay_cannot_have_is_ignored_with_its_other_headers() -> None:
    elsewhere = (
        *(b"news.raw/2/5", b"news.raw/2/6", b"news.raw/1/3", b"news.clean/2/3", b"other.raw/2/3"),
        *(b"news.raw/2/03", b"news.raw/02/3", b"news.raw/2/-1", b"news.raw/2", b"/2/3", b"", b"\xff"),
        *(b"news.raw/999999999/9999999999999999999", "news.raw/٢/٣".encode(), b"news.raw/2/3\n"),
    )
    for place in elsewhere:
        assert PROVENANCE.of(raw(copydesk_headers(raw=place, received=b"1"))).headers == ()


def test_a_receive_time_in_the_future_is_ignored_with_its_origin() -> None:
    for time in (b"1767225600001", b"999999999999999", b"1" * 5000, b"-1", b"soon"):
        assert PROVENANCE.of(raw(copydesk_headers(raw=b"news.raw/2/3", received=time))).headers == ()
    assert PROVENANCE.of(raw(copydesk_headers(received=b"1"))).headers == ()


def test_a_raw_record_was_received_when_kafka_appended_it_unless_it_is_a_replay() -> None:
    false = copydesk_headers(raw=b"news.raw/1/3", received=b"1767225599000")
    replay = copydesk_headers(raw=b"news.raw/2/3", received=b"1767225599000")

    assert PROVENANCE.received(raw(false)) == NOW
    assert PROVENANCE.received(raw(replay)) == 1_767_225_599_000


def test_headers_of_a_dead_letter_are_removed_from_a_raw_record() -> None:
    place = (("__connect.errors.topic", b"news.raw"), ("__connect.errors.partition", b"0"))
    headers = (*place, ("__connect.errors.offset", b"1"), ("copydesk_reason", b"failed"), ("x", b"1"))
    assert PROVENANCE.of(raw(headers)).headers == (("x", b"1"),)


def dead_letter(headers: Headers, offset: bytes = b"5") -> Message:
    place = {"topic": b"news.raw", "partition": b"2", "offset": offset}
    coordinates = tuple((f"__connect.errors.{name}", value) for name, value in place.items())
    return raw((*headers, *coordinates), topic="news.dead.clean", partition=0, offset=99, timestamp=NOW + 50)


def test_a_dead_letter_of_an_earlier_release_with_false_headers_is_older_than_every_takedown() -> None:
    for false in (
        copydesk_headers(raw=b"news.raw/2/5", received=b"999999999999999"),
        copydesk_headers(raw=b"news.raw/999999/9", received=b"1"),
        copydesk_headers(version=HIGHEST),
    ):
        origin = record_headers.origin(PROVENANCE.of(dead_letter(false)))
        assert (origin.raw, origin.version) == ("news.raw/2/5", OLDEST)


def test_a_dead_letter_with_the_origin_of_its_record_has_the_version_of_that_record() -> None:
    own = copydesk_headers(raw=b"news.raw/2/5", received=str(NOW).encode())
    assert version_of(dead_letter((*own, (VERSION, HIGHEST)))) == version_of(raw())
    clock_behind = copydesk_headers(raw=b"news.raw/2/5", received=str(NOW + 1000).encode())
    assert version_of(dead_letter(clock_behind)) == version_of(raw(timestamp=NOW + 50))
    earlier = copydesk_headers(raw=b"news.raw/2/3", received=str(NOW).encode())
    assert version_of(dead_letter(earlier)) == version_of(raw(offset=3))


@given(
    HEADERS, st.sampled_from(["news.raw", "news.summaries", "news.dead.clean"]), st.integers(-1, 2**63 - 1)
)
def test_with_any_headers_a_version_is_well_formed_and_less_than_that_of_a_later_takedown(
    headers: Headers, topic: str, timestamp: int
) -> None:
    message = raw(headers, topic=topic, timestamp=min(timestamp, NOW))
    origin = record_headers.origin(PROVENANCE.of(message), "9999-12-31T23:59:59-23:59")
    later = record_headers.origin(PROVENANCE.of(raw(topic=topic, offset=6, timestamp=NOW + 1)))

    assert VERSION_FORM.fullmatch(origin.version)
    assert COORDINATES.fullmatch(origin.raw)
    assert origin.version < later.version
    stamp = record_headers.Stamp(stage="clean", version="1", model=None, prefix="news")
    record_headers.write(origin, headers, stamp, topic="clean", key=b"\xff")
    beyond = record_headers.origin(replace(message, timestamp=timestamp))
    assert VERSION_FORM.fullmatch(beyond.version)
    assert record_headers.received_at(beyond.version) is not None
    record_headers.write(beyond, headers, stamp, topic="clean", key=b"\xff")


def test_a_version_later_than_its_own_record_is_replaced_by_the_receive_time() -> None:
    """An earlier release wrote the version: it believed the raw record. The takedown follows at once."""
    article = copydesk_headers(raw=b"news.raw/2/5", received=str(NOW).encode(), version=HIGHEST)
    takedown = copydesk_headers(raw=b"news.raw/2/6", received=str(NOW).encode())
    records = [
        raw(headers, topic="news.summaries", offset=n, timestamp=NOW + 9000)
        for n, headers in enumerate((article, takedown))
    ]
    first, second = (record_headers.origin(record).version for record in records)
    assert first < second
