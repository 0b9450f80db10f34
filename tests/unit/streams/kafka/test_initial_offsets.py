"""Which initial offsets are written: none that lets a group skip a record."""

from contextlib import nullcontext
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kafka import TopicPartition
from kafka.errors import NoError

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
