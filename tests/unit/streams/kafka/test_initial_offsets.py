"""Which first offsets are written: none that leaves out what a group was promised."""

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
BEGINS = st.fixed_dictionaries({one: st.sampled_from([0, 7]) for one in PARTITIONS})
THERE = st.dictionaries(st.sampled_from(PARTITIONS), st.integers(0, 20))


@given(there=THERE, begins=BEGINS, new=st.booleans())
def test_only_a_new_group_without_any_offset_begins_behind_what_was_deleted(
    there: dict[TopicPartition, int], begins: dict[TopicPartition, int], new: bool
) -> None:
    written = initial_offsets(there, begins, new=new)
    assert not written.keys() & there.keys()
    assert all(at == begins[one] for one, at in written.items())
    assert {one for one, at in begins.items() if at == 0} <= written.keys() | there.keys()
    if there or not new:
        assert set(written.values()) <= {0}
    else:
        assert written == begins


class Kafka:
    """Reader and admin of a Kafka that shows a topic of one partition only when asked for the nth time."""

    def __init__(self, shown: float) -> None:
        self._shown = shown
        self._asked = 0
        self.written: dict[Any, Any] = {}

    def partitions_for_topic(self, _: str) -> set[int]:
        """As kafka-python's consumer."""
        self._asked += 1
        return {0} if self._asked >= self._shown else set()

    def beginning_offsets(self, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        """As kafka-python's consumer."""
        return dict.fromkeys(partitions, 0)

    end_offsets = beginning_offsets

    def list_group_offsets(self, _: list[str]) -> dict[str, Any]:
        """As kafka-python's admin."""
        return {}

    def alter_group_offsets(self, _: str, offsets: dict[Any, Any]) -> dict[Any, Any]:
        """As kafka-python's admin."""
        self.written |= offsets
        return dict.fromkeys(offsets, NoError)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What is asked of a Kafka at the start of a sink."""
    monkeypatch.setattr(module, "SHOWN_SECONDS", 1.0)

    def begin(kafka: Kafka) -> list[str]:
        monkeypatch.setattr(module.client, "admin", lambda _: nullcontext(kafka))
        monkeypatch.setattr(module.client, "consumer", lambda _: nullcontext(kafka))
        return [str(one) for one in begin_sink(Settings(), "g", "t.order") if one.worth_reporting]

    return begin


def test_a_topic_just_made_is_waited_for(asked: Any) -> None:
    kafka = Kafka(shown=3)
    assert asked(kafka) == []
    assert kafka.written.keys() == {TopicPartition("t.order", 0)}


def test_a_topic_that_is_not_shown_in_time_is_told(asked: Any) -> None:
    kafka = Kafka(shown=float("inf"))
    assert asked(kafka) == ["g: its initial offsets are not committed: Kafka does not show t.order"]
    assert kafka.written == {}
