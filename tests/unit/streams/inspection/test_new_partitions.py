"""`tail --follow` when partitions are added to the topic."""

import pytest
from kafka import TopicPartition

from streams.inspection.tail import _add_partitions
from streams.kafka.reader import Extent

OLD, NEW = TopicPartition("t", 0), TopicPartition("t", 1)


class Reader:
    """Its position in the old partition is `None` while it is not known, as in kafka-python."""

    def __init__(self, position: int | None) -> None:
        self.positions = {OLD: position}

    def assignment(self) -> set[TopicPartition]:
        return set(self.positions)

    def position(self, partition: TopicPartition) -> int | None:
        return self.positions[partition]

    def assign(self, partitions: list[TopicPartition]) -> None:
        self.positions = dict.fromkeys(partitions)

    def seek(self, partition: TopicPartition, offset: int) -> None:
        self.positions[partition] = offset


@pytest.mark.parametrize(
    ("position", "expected"),
    [(7, {OLD: 7, NEW: 2}), (0, {OLD: 0, NEW: 2}), (None, {OLD: None})],
    ids=["in the middle", "at the start", "not known in time"],
)
def test_a_new_partition_is_read_from_its_start_once_the_positions_of_the_others_are_known(
    position: int | None, expected: dict[TopicPartition, int | None]
) -> None:
    reader = Reader(position)
    _add_partitions(reader, {OLD: Extent(begin=0, end=9), NEW: Extent(begin=2, end=5)})
    assert reader.positions == expected
