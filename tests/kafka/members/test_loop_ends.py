"""When a worker ends: by a signal; without pool process, topics, group or target; at the dead-letter limit.

Tests marked `breaks_first_loop` fail on the loop as it was first written: `make prove`.
"""

import signal
from contextlib import closing

import pytest
from kafka import KafkaConsumer
from kafka.coordinator.assignors.range import RangePartitionAssignor

from streams.kafka.client import opened
from tests.support.pipelines.harness import UnderTest, newest, order, until

pytestmark = pytest.mark.kafka


@pytest.mark.breaks_first_loop
def test_a_pool_process_that_cannot_start_ends_the_worker_and_no_article_is_blamed(toy: UnderTest) -> None:
    broken = toy.folder / "broken"
    toy.configure(work={"broken": str(broken)}, recycle_after=5)
    toy.create_topics()
    worker = toy.start()
    toy.publish([order(n) for n in range(3)])
    toy.drained()
    broken.touch()
    toy.publish([order(n) for n in range(3, 60)])
    assert worker.wait(30) == 75
    assert toy.dead_letters() == []
    second = toy.start()
    assert second.wait(30) == 1
    assert "the toy is broken" in toy.log(1)
    broken.unlink()
    toy.start()
    toy.drained()
    assert newest(toy) == {f"k{n}": n for n in range(60)}


def test_a_pool_process_that_exits_with_the_shared_lock_ends_the_worker_whatever_waits(
    toy: UnderTest,
) -> None:
    """The oldest article waits to be tried alone, the others for a pool process, and none for the lock."""
    toy.configure(pool_processes=1, article_seconds=5, partitions=1)
    toy.create_topics()
    seized = toy.folder / "seized"
    toy.publish([order(0, do="seize", pad=str(seized)), *[order(n) for n in range(1, 40)]])
    worker = toy.start()
    assert worker.wait(40) == 75
    assert "the pool processes of stage toy no longer answer" in toy.log()
    toy.start()
    toy.drained()
    assert (newest(toy), toy.dead_letters()) == ({f"k{n}": n for n in range(40)}, [])


def test_sigterm_abandons_what_hangs_unacknowledged_and_ends_within_the_grace(toy: UnderTest) -> None:
    toy.configure(pool_processes=2, article_seconds=10, partitions=1, stop_seconds=30)
    toy.create_topics()
    toy.publish([order(0), order(1), *[order(n, do="nap", pad="9") for n in range(2, 10)]])
    worker = toy.start()
    until(lambda: len(toy.results()) == 2, "the first two are finished")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(8) == 0
    assert toy.lag() == 8
    assert toy.dead_letters() == []


@pytest.mark.breaks_first_loop
def test_a_worker_whose_topics_are_missing_says_so_and_exits_1(toy: UnderTest) -> None:
    toy.configure()
    worker = toy.start()
    assert worker.wait(30) == 1
    assert "topics create" in toy.log()
    assert toy.topic("order") in toy.log()


def test_a_target_that_is_unavailable_is_retried_and_no_article_is_blamed(toy: UnderTest) -> None:
    away = toy.folder / "away"
    toy.configure(work={"away": str(away)}, unavailable_seconds=2)
    toy.create_topics()
    away.touch()
    toy.publish([order(n) for n in range(10)])
    worker = toy.start()
    assert worker.wait(30) == 75
    assert "target is unavailable" in toy.log()
    toy.start()
    away.unlink()
    toy.drained()
    assert {result["n"] for result in toy.results()} == set(range(10))
    assert toy.dead_letters() == []


def test_too_many_dead_letters_stop_the_worker_and_a_restart_does_not_reset_it(toy: UnderTest) -> None:
    run, window = 20, 8
    toy.configure(partitions=1, dead_run=run, window=window)
    toy.create_topics()
    toy.publish([order(n, do="fail") for n in range(100)])
    worker = toy.start()
    until(lambda: "stopped at the dead-letter limit" in toy.log(0), "it stops")
    assert worker.poll() is None
    dead_lettered = len(toy.dead_letters())
    # Articles that finish together are dead-lettered together: at most a window of them.
    assert run <= dead_lettered < run + window
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(20) == 0

    second = toy.start()
    until(lambda: "stopped at the dead-letter limit" in toy.log(1), "it stops again")
    assert len(toy.dead_letters()) == dead_lettered
    second.kill()
    second.wait()

    toy.start("worker", "toy", "--acknowledge-dead-letters")
    until(lambda: "stopped at the dead-letter limit" in toy.log(2), "it goes on and stops again")
    assert run <= len(toy.dead_letters()) - dead_lettered < run + window


def test_a_worker_whose_group_is_lost_for_good_ends_instead_of_idling(toy: UnderTest) -> None:
    """A member that assigns partitions in another way makes Kafka reject the worker: no retry fixes that."""
    toy.configure()
    toy.create_topics()
    toy.publish([order(1)])
    other = opened(
        KafkaConsumer,
        bootstrap_servers=toy.bootstrap,
        group_id=f"copydesk.{toy.prefix}.toy",
        partition_assignment_strategy=[RangePartitionAssignor],
        # It may join before it knows the topic, and would then look again only after five minutes.
        metadata_max_age_ms=1000,
    )
    with closing(other):
        other.subscribe([toy.topic("order")])
        until(lambda: other.poll(timeout_ms=200) or other.assignment(), "the other member is in the group")
        worker = toy.start()

        def ended() -> bool:
            other.poll(timeout_ms=200)
            return worker.poll() is not None

        until(ended, "the worker ends")
    assert worker.returncode == 75
    assert "the consumer group is lost" in toy.log()
