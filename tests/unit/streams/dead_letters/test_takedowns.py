"""From where on takedowns are looked for."""

from typing import Any

from kafka import TopicPartition
from kafka.errors import KafkaTimeoutError
from kafka.structs import OffsetAndTimestamp

from streams.dead_letters.takedowns import first_since
from streams.kafka.reader import Extent

PARTITION, OTHER = TopicPartition("t.order", 0), TopicPartition("t.order", 1)
SPANS = {PARTITION: Extent(begin=3, end=9), OTHER: Extent(begin=4, end=8)}


class Kafka:
    """Says which record was the first at a time, or does not."""

    def __init__(self, said: dict[TopicPartition, OffsetAndTimestamp] | None) -> None:
        self._said = said

    def offsets_for_times(self, times: dict[TopicPartition, int], timeout_ms: int) -> Any:
        """As kafka-python's consumer."""
        if self._said is None:
            raise KafkaTimeoutError(f"not within {timeout_ms} ms")
        return self._said


def test_what_is_older_is_not_read() -> None:
    said = {PARTITION: OffsetAndTimestamp(7, 1, -1)}
    assert first_since(Kafka(said), SPANS, 1) == {PARTITION: 7, OTHER: 8}


def test_where_kafka_cannot_tell_what_is_older_all_is_read() -> None:
    assert first_since(Kafka(None), SPANS, 1) == {PARTITION: 3, OTHER: 4}
