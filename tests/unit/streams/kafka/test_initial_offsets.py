"""Which initial offsets are written: none that lets a group skip a record."""

from contextlib import nullcontext
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kafka import TopicPartition
from kafka.errors import NoError, UnknownMemberIdError
from kafka.structs import OffsetAndMetadata

from streams.core.sink_settings import Start
from streams.errors import BrokerError
from streams.kafka import initial_offsets as module
from streams.kafka.initial_offsets import begin_sink, initial_offsets
from streams.settings import Settings

PARTITIONS = [TopicPartition("t.order", number) for number in range(4)]
BEGINS = st.fixed_dictionaries({partition: st.sampled_from([0, 7]) for partition in PARTITIONS})
COMMITTED = st.dictionaries(st.sampled_from(PARTITIONS), st.integers(0, 20))


@given(committed=COMMITTED, begins=BEGINS, new=st.booleans())
def test_only_a_new_group_without_offsets_starts_after_deleted_records(
    committed: dict[TopicPartition, int], begins: dict[TopicPartition, int], new: bool
) -> None:
    written = initial_offsets(committed, begins, new=new)
    assert not written.keys() & committed.keys()
    assert all(offset == begins[partition] for partition, offset in written.items())
    assert {
        partition for partition, offset in begins.items() if offset == 0
    } <= written.keys() | committed.keys()
    if committed or not new:
        assert set(written.values()) <= {0}
    else:
        assert written == begins


class Kafka:
    """Reader and admin of a Kafka that shows a topic of one partition only at the nth request."""

    def __init__(self, shown: float) -> None:
        self._shown = shown
        self._requests = 0
        self.written: dict[Any, Any] = {}

    def partitions_for_topic(self, _: str) -> set[int]:
        """Like the consumer of kafka-python."""
        self._requests += 1
        return {0} if self._requests >= self._shown else set()

    def beginning_offsets(self, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        """Like the consumer of kafka-python."""
        return dict.fromkeys(partitions, 0)

    end_offsets = beginning_offsets

    def list_group_offsets(self, groups: list[str]) -> dict[str, Any]:
        """Like the admin client of kafka-python."""
        return {group: {} for group in groups}

    def alter_group_offsets(self, _: str, offsets: dict[Any, Any]) -> dict[Any, Any]:
        """Like the admin client of kafka-python."""
        self.written |= offsets
        return dict.fromkeys(offsets, NoError)


@pytest.fixture
def warnings_of_start(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A function that starts a sink, and returns what is reported about its initial offsets."""
    monkeypatch.setattr(module, "SHOWN_SECONDS", 1.0)

    def start(kafka: Kafka) -> list[str]:
        monkeypatch.setattr(module.client, "admin", lambda _: nullcontext(kafka))
        monkeypatch.setattr(module.client, "consumer", lambda _: nullcontext(kafka))
        return [str(offsets) for offsets in begin_sink(Settings(), "g", "t.order") if offsets.worth_reporting]

    return start


def test_a_sink_waits_for_a_topic_that_was_just_created_and_reports_if_kafka_does_not_show_it_in_time(
    warnings_of_start: Any,
) -> None:
    shown, hidden = Kafka(shown=3), Kafka(shown=float("inf"))
    assert warnings_of_start(shown) == []
    assert shown.written.keys() == {TopicPartition("t.order", 0)}
    sentence = "g: its initial offsets are not committed: Kafka does not show t.order"
    assert (warnings_of_start(hidden), hidden.written) == ([sentence], {})


class Started(Kafka):
    """A Kafka whose topic has the records 3 to 9, with a group that has members or not."""

    def __init__(self, *, members: bool = False, committed: dict[TopicPartition, int] | None = None) -> None:
        super().__init__(shown=1)
        self._members = members
        self.committed = committed or {}
        self.asked: list[str] = []

    def beginning_offsets(self, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        """The records before were deleted."""
        return dict.fromkeys(partitions, 3)

    def end_offsets(self, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        """Noted, since the order counts."""
        self.asked.append("ends")
        return dict.fromkeys(partitions, 10)

    def list_group_offsets(self, groups: list[str]) -> dict[str, Any]:
        """The offsets that are committed now."""
        self.asked.append("group")
        stored = {at: OffsetAndMetadata(offset, "", -1) for at, offset in self.committed.items()}
        return dict.fromkeys(groups, stored)

    def alter_group_offsets(self, group: str, offsets: dict[Any, Any]) -> dict[Any, Any]:
        """Kafka rejects it for a group with members."""
        if self._members:
            return dict.fromkeys(offsets, UnknownMemberIdError)
        return super().alter_group_offsets(group, offsets)


ZERO = TopicPartition("t.order", 0)


@pytest.fixture
def begins_now(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A function that starts a sink with `from = "now"`, and returns what was committed."""

    def start(kafka: Started) -> tuple[dict[Any, int], list[str]]:
        monkeypatch.setattr(module.client, "admin", lambda _: nullcontext(kafka))
        monkeypatch.setattr(module.client, "consumer", lambda _: nullcontext(kafka))
        initialised = begin_sink(Settings(), "g", "t.order", Start.NOW)
        committed = {at: stored.offset for at, stored in kafka.written.items()}
        return committed, [str(offsets) for offsets in initialised]

    return start


def test_a_sink_that_begins_now_begins_where_the_topic_ends_and_says_what_it_leaves_out(
    begins_now: Any,
) -> None:
    kafka = Started()
    written, [sentence] = begins_now(kafka)
    assert written == {ZERO: 10}
    assert sentence.startswith(
        'g begins now (from = "now"): up to 7 records that t.order has already are not'
    )
    assert kafka.asked[:2] == ["ends", "group"]  # in this order, or records between the two may be left out


def test_a_sink_that_begins_now_and_has_offsets_goes_on_from_them(begins_now: Any) -> None:
    assert begins_now(Started(committed={ZERO: 4})) == ({}, [])


def test_a_partition_that_is_added_later_is_read_from_its_beginning(begins_now: Any) -> None:
    kafka = Started(committed={TopicPartition("t.order", 1): 4})
    kafka.beginning_offsets = lambda partitions: dict.fromkeys(partitions, 0)  # type: ignore[method-assign]  # a fake
    assert begins_now(kafka)[0] == {ZERO: 0}


def test_a_sink_that_cannot_commit_where_it_begins_does_not_start(begins_now: Any) -> None:
    with pytest.raises(BrokerError, match="its initial offsets are not committed: the group has members"):
        begins_now(Started(members=True))


def test_a_sink_beside_another_that_has_just_started_starts(begins_now: Any) -> None:
    """Between the two looks at the group, the other has committed, and joined."""
    kafka = Started(members=True)
    look = kafka.list_group_offsets

    def commit_after_the_first(groups: list[str]) -> dict[str, Any]:
        before = look(groups)
        kafka.committed = {ZERO: 10}
        return before

    kafka.list_group_offsets = commit_after_the_first  # type: ignore[method-assign]  # a fake
    assert begins_now(kafka) == ({}, [])
