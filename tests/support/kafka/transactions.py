"""Open transactions of other programs on the topics of a pipeline."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kafka import KafkaProducer, TopicPartition

from streams.kafka.client import opened
from tests.support.pipelines.harness import PATIENCE


class Transaction:
    """A transaction that is open. `places` has `topic/partition/offset` of each of its records."""

    def __init__(self, bootstrap: str, name: str) -> None:
        self._producer: Any = opened(
            KafkaProducer, bootstrap_servers=bootstrap, transactional_id=name, transaction_timeout_ms=300_000
        )
        self._producer.init_transactions()
        self._producer.begin_transaction()
        self._open = True
        self.places: list[str] = []

    def write(self, place: TopicPartition, value: bytes | None, key: bytes) -> None:
        """Write a record and wait for the confirmation."""
        sent = self._producer.send(place.topic, key=key, value=value, partition=place.partition)
        self.places.append(f"{place.topic}/{place.partition}/{sent.get(timeout=PATIENCE).offset}")

    def commit(self) -> None:
        self._open = False
        self._producer.commit_transaction()

    def abort(self) -> None:
        self._open = False
        self._producer.abort_transaction()

    def close(self, *, ended: bool = False) -> None:
        """Abort the transaction if it is still open, unless somebody else has `ended` it."""
        if self._open and not ended:
            self.abort()
        self._producer.close()


@contextmanager
def open_transaction(
    bootstrap: str, name: str, *written: tuple[TopicPartition, bytes | None], key: bytes = b"foreign"
) -> Iterator[Transaction]:
    transaction = Transaction(bootstrap, name)
    try:
        for place, value in written:
            transaction.write(place, value, key)
        yield transaction
    finally:
        transaction.close()
