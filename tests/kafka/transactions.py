"""Transactions that somebody has open on topics of a desk."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kafka import KafkaProducer, TopicPartition

from streams.opening import opened
from tests.kafka.harness import PATIENCE


class Transaction:
    """One that has been begun. `places` is where its records lie: `topic/partition/offset`."""

    def __init__(self, bootstrap: str, name: str) -> None:
        self._producer: Any = opened(
            KafkaProducer, bootstrap_servers=bootstrap, transactional_id=name, transaction_timeout_ms=300_000
        )
        self._producer.init_transactions()
        self._producer.begin_transaction()
        self._open = True
        self.places: list[str] = []

    def write(self, place: TopicPartition, value: bytes | None, key: bytes) -> None:
        """One more record, which is there from then on."""
        sent = self._producer.send(place.topic, key=key, value=value, partition=place.partition)
        self.places.append(f"{place.topic}/{place.partition}/{sent.get(timeout=PATIENCE).offset}")

    def commit(self) -> None:
        """What it wrote counts."""
        self._open = False
        self._producer.commit_transaction()

    def abort(self) -> None:
        """What it wrote was never there."""
        self._open = False
        self._producer.abort_transaction()

    def close(self, *, ended: bool = False) -> None:
        """Abort it where it is still open and nobody else has `ended` it."""
        if self._open and not ended:
            self.abort()
        self._producer.close()


@contextmanager
def open_transaction(
    bootstrap: str, name: str, *written: tuple[TopicPartition, bytes | None], key: bytes = b"foreign"
) -> Iterator[Transaction]:
    """One that has written these."""
    transaction = Transaction(bootstrap, name)
    try:
        for place, value in written:
            transaction.write(place, value, key)
        yield transaction
    finally:
        transaction.close()
