"""Transactions that somebody has open on topics of a desk."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kafka import KafkaProducer, TopicPartition

from tests.kafka.harness import PATIENCE


@contextmanager
def open_transaction(
    bootstrap: str, name: str, *written: tuple[TopicPartition, bytes | None], key: bytes = b"foreign"
) -> Iterator[Any]:
    """A producer whose transaction has written these and is open; it is aborted in the end, if still open."""
    producer = KafkaProducer(
        bootstrap_servers=bootstrap, transactional_id=name, transaction_timeout_ms=300_000
    )
    producer.init_transactions()
    producer.begin_transaction()
    for place, value in written:
        producer.send(place.topic, key=key, value=value, partition=place.partition).get(timeout=PATIENCE)
    ended = Ended(producer)
    try:
        yield ended
    finally:
        if ended.open:
            ended.abort()
        producer.close()


class Ended:
    """Ends it, once."""

    def __init__(self, producer: Any) -> None:
        self._producer = producer
        self.open = True

    def commit(self) -> None:
        """What it wrote counts."""
        self.open = False
        self._producer.commit_transaction()

    def abort(self) -> None:
        """What it wrote was never there."""
        self.open = False
        self._producer.abort_transaction()
