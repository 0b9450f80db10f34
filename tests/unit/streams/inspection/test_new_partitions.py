"""`tail --follow` when a topic gets more partitions while it reads."""

import pytest
from kafka import TopicPartition

from streams.inspection.tail import _add_partitions
from streams.kafka.reader import Extent

OLD, NEW = TopicPartition("t", 0), TopicPartition("t", 1)


class Reader:
    """At a place in the old partition, or not yet: kafka-python then says None."""

    def __init__(self, place: int | None) -> None:
        self.places = {OLD: place}

    def assignment(self) -> set[TopicPartition]:
        return set(self.places)

    def position(self, partition: TopicPartition) -> int | None:
        return self.places[partition]

    def assign(self, partitions: list[TopicPartition]) -> None:
        self.places = dict.fromkeys(partitions)

    def seek(self, partition: TopicPartition, offset: int) -> None:
        self.places[partition] = offset


@pytest.mark.parametrize(
    ("place", "expected"),
    [(7, {OLD: 7, NEW: 2}), (0, {OLD: 0, NEW: 2}), (None, {OLD: None})],
    ids=["on its way", "at its beginning", "not known in time"],
)
def test_a_new_partition_is_read_from_its_beginning_once_the_places_of_the_others_are_known(
    place: int | None, expected: dict[TopicPartition, int | None]
) -> None:
    reader = Reader(place)
    _add_partitions(reader, {OLD: Extent(begin=0, end=9), NEW: Extent(begin=2, end=5)})
    assert reader.places == expected
