"""The offsets from which takedowns are searched."""

from typing import Any

from kafka import TopicPartition
from kafka.errors import KafkaTimeoutError
from kafka.structs import OffsetAndTimestamp

from streams.dead_letters.takedowns import first_since
from streams.kafka.reader import Extent

PARTITION, OTHER = TopicPartition("t.order", 0), TopicPartition("t.order", 1)
SPANS = {PARTITION: Extent(begin=3, end=9), OTHER: Extent(begin=4, end=8)}


class Kafka:
    """Knows the first record of each partition since a time, or times out."""

    def __init__(self, first: dict[TopicPartition, OffsetAndTimestamp] | None) -> None:
        self._first = first

    def offsets_for_times(self, times: dict[TopicPartition, int], timeout_ms: int) -> Any:
        """Like the consumer of kafka-python."""
        if self._first is None:
            raise KafkaTimeoutError(f"not within {timeout_ms} ms")
        return self._first


def test_older_records_are_not_read_unless_kafka_does_not_answer() -> None:
    first = {PARTITION: OffsetAndTimestamp(7, 1, -1)}
    assert first_since(Kafka(first), SPANS, 1) == {PARTITION: 7, OTHER: 8}
    assert first_since(Kafka(None), SPANS, 1) == {PARTITION: 3, OTHER: 4}
