"""The faults, in the order of the table."""

from tests.reliability.row import Fault
from tests.reliability.rows import (
    articles,
    brokers,
    kafka_lost,
    retention,
    sinks,
    taken_over,
    targets,
    topics,
    transactions,
    workers,
)

FAULTS: tuple[Fault, ...] = (
    *workers.FAULTS,
    *brokers.FAULTS,
    *articles.FAULTS,
    *topics.FAULTS,
    *retention.FAULTS,
    *transactions.FAULTS,
    *targets.FAULTS,
    *sinks.FAULTS,
    *taken_over.FAULTS,
    *kafka_lost.FAULTS,
)
