"""Health of a worker: it asks for a restart only where a restart may help."""

import pytest

from streams.monitoring import health as module
from streams.monitoring.health import REBALANCING, STARTING, Health


class Clock:
    now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    stopped = Clock()
    monkeypatch.setattr(module, "time", stopped)
    return stopped


class Silence:
    """Seconds since Kafka and the event loop last answered."""

    kafka, event_loop = 1.0, 0.0


@pytest.fixture
def silence() -> Silence:
    return Silence()


@pytest.fixture
def health(clock: Clock, silence: Silence) -> Health:
    """A worker with a partition. Kafka has just answered, and it counts as stalled after 100 s."""
    health = Health(
        stall_seconds=100,
        session_seconds=20,
        seconds_since_answer=lambda: silence.kafka,
        silent=lambda: silence.event_loop,
    )
    health.joined([0])
    return health


def pass_time(health: Health, clock: Clock, seconds: int, lag: int) -> None:
    for _ in range(seconds // 10):
        clock.now += 10
        health.looked(lag)


def test_a_stalled_worker_is_unhealthy(health: Health, clock: Clock) -> None:
    pass_time(health, clock, 100, lag=7)
    assert health.unhealthy() is None
    pass_time(health, clock, 10, lag=7)
    assert health.unhealthy() == health.unready() == "7 records wait, and nothing was done for 110 s"
    health.moved()
    assert health.unhealthy() is health.unready() is None


def test_a_worker_without_records_to_read_stays_healthy(health: Health, clock: Clock) -> None:
    pass_time(health, clock, 10_000, lag=0)
    assert health.unhealthy() is health.unready() is None
    pass_time(health, clock, 100, lag=7)
    assert health.unhealthy() is None


def test_a_worker_without_partitions_is_healthy(clock: Clock) -> None:
    health = Health(stall_seconds=100)
    health.joined([])
    pass_time(health, clock, 1000, lag=0)
    assert health.unhealthy() is health.unready() is None


def test_while_kafka_does_not_answer_a_worker_is_unready_but_healthy(
    health: Health, clock: Clock, silence: Silence
) -> None:
    pass_time(health, clock, 60, lag=7)
    silence.kafka = 45.0
    pass_time(health, clock, 600, lag=7)
    assert health.unready() == "Kafka has not answered for 45 s"
    assert health.unhealthy() is None
    silence.kafka = 1.0
    pass_time(health, clock, 100, lag=7)
    assert health.unhealthy() is None
    pass_time(health, clock, 10, lag=7)
    assert health.unhealthy() is not None


def test_an_old_lag_makes_no_worker_unhealthy(health: Health, clock: Clock) -> None:
    pass_time(health, clock, 10, lag=7)
    clock.now += 1000
    assert health.unhealthy() is None
    health.blind()
    assert health.unhealthy() is None


def test_at_the_dead_letter_limit_a_worker_is_unready_but_healthy(health: Health, clock: Clock) -> None:
    health.stop("20 are dead")
    pass_time(health, clock, 1000, lag=7)
    assert health.unready() == "stopped at the dead-letter limit: 20 are dead"
    assert health.unhealthy() is None


def test_behind_an_open_transaction_a_worker_is_unready_but_healthy(health: Health, clock: Clock) -> None:
    health.held(24, 100.0)
    assert health.unready() is None, "a short transaction is no problem"
    health.held(24, 101.0)
    pass_time(health, clock, 1000, lag=0)
    assert health.unready() == (
        "an open transaction has held back 24 records for 101 s: copydesk status says which program opened it"
    )
    assert health.unhealthy() is None
    health.blind()
    assert health.unready() is None
    health.held(24, 101.0)
    health.left(REBALANCING)
    health.joined([1])
    assert health.unready() is None


def test_a_worker_is_unready_before_it_has_joined_and_during_a_rebalance(clock: Clock) -> None:
    health = Health()
    assert (health.unready(), health.unhealthy()) == (STARTING, None)
    health.joined([1, 2])
    assert (health.unready(), health.partitions) == (None, {1, 2})
    health.looked(7)
    health.left(REBALANCING)
    clock.now += 1000
    assert (health.unready(), health.partitions, health.unhealthy()) == (REBALANCING, None, None)


def test_a_deleted_topic_makes_a_worker_unready(health: Health) -> None:
    health.looked(0, "Kafka has no topic t.order any more, or less of it")
    assert health.unready() == "Kafka has no topic t.order any more, or less of it"
    assert health.unhealthy() is None


def test_a_worker_whose_event_loop_does_not_answer_is_unhealthy(health: Health, silence: Silence) -> None:
    silence.event_loop = 29.0
    assert health.unhealthy() is None
    silence.event_loop = 31.0
    assert health.unhealthy() == health.unready() == "the event loop has not answered for 31 s"
