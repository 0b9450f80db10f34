"""The parts of kafka-python's clients that we use; they ship no types.

Its answers about topics, groups and transactions are dictionaries in the shape of Kafka's own answers.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from kafka import TopicPartition

from streams.core.message import ClientRecord

Answer = Mapping[str, Any]


class Record(ClientRecord, Protocol):
    """A record as it was read. `timestamp` is in milliseconds."""

    @property
    def timestamp(self) -> int: ...


class Dated(Protocol):
    """The place of a partition's first record of a time or later."""

    @property
    def offset(self) -> int: ...


class Reader(Protocol):
    """A consumer without group, to which partitions are assigned."""

    def partitions_for_topic(self, topic: str) -> set[int] | None: ...

    def beginning_offsets(self, partitions: Sequence[TopicPartition]) -> Mapping[TopicPartition, int]: ...

    def end_offsets(self, partitions: Sequence[TopicPartition]) -> Mapping[TopicPartition, int]: ...

    def offsets_for_times(
        self, timestamps: Mapping[TopicPartition, int], timeout_ms: int
    ) -> Mapping[TopicPartition, Dated | None]: ...

    def assign(self, partitions: Sequence[TopicPartition]) -> None: ...

    def assignment(self) -> set[TopicPartition]: ...

    def seek(self, partition: TopicPartition, offset: int) -> None: ...

    def position(self, partition: TopicPartition) -> int | None: ...

    def poll(self, timeout_ms: int, max_records: int) -> Mapping[TopicPartition, Sequence[Record]]: ...


class Handed(Protocol):
    """A record that was handed over. `get` waits until Kafka has it, and raises `KafkaError`."""

    def get(self, timeout: float | None = None) -> Any: ...


class Producer(Protocol):
    """Hands records over in order."""

    def send(
        self,
        topic: str,
        *,
        key: bytes | None,
        value: bytes | None,
        headers: Sequence[tuple[str, bytes | None]] = (),
    ) -> Handed: ...


class Admin(Protocol):
    """Reads and changes topics, groups and transactions."""

    def describe_cluster(self) -> Answer: ...

    def describe_topics(self, topics: Sequence[str]) -> Sequence[Answer]: ...

    def describe_configs(self, resources: Iterable[Any], *, config_filter: Any) -> Mapping[str, Any]: ...

    def create_topics(self, new_topics: Any, *, raise_errors: bool) -> Answer: ...

    def wait_for_topics(self, topics: Sequence[str], *, timeout_ms: int) -> object: ...

    def list_partition_offsets(
        self, partitions: Mapping[TopicPartition, Any]
    ) -> Mapping[TopicPartition, Any]: ...

    def describe_groups(self, groups: Sequence[str]) -> Mapping[str, Any]: ...

    def list_group_offsets(self, groups: Sequence[str]) -> Mapping[str, Any]: ...

    def alter_group_offsets(self, group: str, offsets: Mapping[TopicPartition, Any]) -> Any: ...

    def describe_producers(self, partitions: Sequence[TopicPartition]) -> Mapping[TopicPartition, Any]: ...

    def list_transactions(self, *, producer_id_filters: Sequence[int]) -> Mapping[Any, Any]: ...

    def describe_transactions(self, transactional_ids: Sequence[str]) -> Mapping[str, Any]: ...
