"""The records that the plain member hands to a loop, and which of them are acknowledged."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiokafka import TopicPartition


@dataclass(slots=True)
class Event:
    """A record of aiokafka, but with its timestamp in seconds, and whether it is acknowledged."""

    message: Any
    acknowledged: bool = False

    def ack(self) -> None:
        self.acknowledged = True


class Assignment:
    """The partitions of one generation of the group: records that were handed out and are not committed."""

    def __init__(self) -> None:
        self._events: dict[TopicPartition, deque[Event]] = {}
        self._committable: dict[TopicPartition, int] = {}

    def give_out(self, partition: TopicPartition, event: Event) -> None:
        self._events.setdefault(partition, deque()).append(event)

    def committable(self) -> dict[TopicPartition, int]:
        """Partition → the first offset that is not acknowledged, where Kafka does not have it yet."""
        for partition, events in self._events.items():
            while events and events[0].acknowledged:
                self._committable[partition] = events.popleft().message.offset + 1
        return dict(self._committable)

    def committed(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Kafka has these offsets now."""
        self._committable = dict(self._committable.items() - offsets.items())
