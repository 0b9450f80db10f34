"""The loop on a real broker: every article has one outcome, nothing is lost, order is kept.

Tests marked `breaks_first_loop` fail on the loop as it was first written: `make prove`.
"""

import json
import signal
from collections import Counter, defaultdict
from random import Random
from typing import Any

import psutil
import pytest

from tests.support.pipelines.harness import (
    PROGRAMS,
    UnderTest,
    descendants_of,
    header,
    newest,
    noise,
    order,
    until,
)

pytestmark = pytest.mark.kafka


def repeats_are_equal(pipeline: UnderTest) -> bool:
    """Whether records with the same `ce_id` have the same value."""
    values = defaultdict(set)
    for record in pipeline.read("result"):
        values[header(record, "ce_id")].add(record.value)
    return all(len(repeats) == 1 for repeats in values.values())


def test_every_article_has_one_outcome_and_those_beside_it_finish(toy: UnderTest) -> None:
    toy.configure(pool_processes=2, article_seconds=2)
    toy.create_topics()
    good = [order(n) for n in range(40)]
    odd = [
        order(100, do="fail"),
        order(101, do="die"),
        order(102, do="hang"),
        order(103, do="discard"),
        order(104, do="split"),
        order(106, do="rude"),
        order(107, do="panic"),
        order(108, do="exit"),
        (b"bad-json", b"{not json"),
        (b"bad-type", b'{"id": 7}'),
        (None, b'{"id": "no-key", "n": 105}'),
        (b"gone", None),
    ]
    toy.publish([*good[:20], *odd, *good[20:]])
    toy.start()
    toy.drained()

    assert sorted(toy.dead_letters()) == sorted(
        [
            ("failed", 100),
            ("killed-worker", 101),
            ("timed-out", 102),
            ("failed", 106),
            ("failed", 107),
            ("failed", 108),
            ("invalid", -1),
            ("invalid", -1),
        ]
    )
    assert [json.loads(record.value)["reason"] for record in toy.read("discarded")] == ["boring"]
    finished = newest(toy)
    assert finished.pop("gone") is None
    assert finished.pop("no-key") == 105
    assert {finished.pop(f"k104-{part}") for part in range(3)} == {104}
    assert finished == {f"k{n}": n for n in range(40)}


def test_a_dead_letter_holds_the_original_bytes_and_says_why(toy: UnderTest) -> None:
    toy.configure()
    toy.create_topics()
    toy.publish([(b"bad-type", b'{"id": 7}')])
    toy.start()
    toy.drained()
    [dead_letter] = toy.read("dead.toy")
    assert (dead_letter.key, dead_letter.value) == (b"bad-type", b'{"id": 7}')
    assert header(dead_letter, "__connect.errors.topic") == toy.topic("order")
    assert header(dead_letter, "__connect.errors.exception.message") == (
        "the value is not a Order: Expected `str`, got `int` - at `$.id`"
    )


def test_kill_9_twice_with_records_in_flight_loses_nothing_and_leaves_no_orphans(toy: UnderTest) -> None:
    toy.configure(pool_processes=2, work={"seconds": 0.01})
    toy.create_topics()
    count = toy.publish([order(n, key=f"k{n}") for n in range(600)])
    left: list[psutil.Process] = []
    for share in (0.2, 0.6):
        worker = toy.start()
        until(lambda share=share: len(toy.read("result")) > share * count, "results are coming")
        left += descendants_of(worker.pid)
        worker.kill()
        worker.wait()
    toy.start()
    toy.drained()
    assert newest(toy) == {f"k{n}": n for n in range(600)}
    assert toy.dead_letters() == []
    assert repeats_are_equal(toy)
    psutil.wait_procs(left, timeout=10)
    assert [process.pid for process in left if process.is_running()] == []


@pytest.mark.breaks_first_loop
def test_a_stopped_worker_that_wakes_up_does_not_undo_what_another_has_done(toy: UnderTest) -> None:
    toy.configure(pool_processes=2, work={"seconds": 0.05}, window=64)
    toy.create_topics()
    keys = [f"k{n}" for n in range(60)]
    stopped = toy.start()
    toy.publish([order(1, key=key) for key in keys])
    until(lambda: toy.read("result"), "the first worker has written results")
    stopped.send_signal(signal.SIGSTOP)
    toy.publish([order(2, key=key) for key in keys[:30]])
    toy.publish([(key.encode(), None) for key in keys[30:]])
    toy.start()
    toy.drained()
    written = len(toy.read("result"))

    stopped.send_signal(signal.SIGCONT)
    assert stopped.wait(20) == 75
    assert newest(toy) == {**dict.fromkeys(keys[:30], 2), **dict.fromkeys(keys[30:])}
    assert len(toy.read("result")) == written
    assert "stalled for" in toy.log(0)


def test_a_worker_cut_off_from_kafka_does_not_undo_what_another_has_done(toy: UnderTest) -> None:
    """Its clock did not jump, but Kafka has not heard from it.

    What was sent before the cable was cut cannot be taken back: readers recognise it by `copydesk_version`.
    """
    toy.configure(partitions=1, rebalance_seconds=10)
    toy.create_topics()
    cut = toy.folder / "cut"
    first = toy.start(program=[str(PROGRAMS / "cut_off.py")])
    toy.publish([order(0)])
    toy.drained()
    toy.publish([order(1, key="k", do="nap", pad="4.5")])
    cut.touch()
    toy.start()
    until(lambda: newest(toy).get("k") == 1, "the other has taken over")
    toy.publish([order(2, key="k")])
    toy.drained()

    cut.unlink()
    assert first.wait(40) == 75
    assert newest(toy) == {"k0": 0, "k": 2}


@pytest.mark.breaks_first_loop
def test_a_correction_does_not_overtake_the_article_before_it(toy: UnderTest) -> None:
    """When results were sent by `gather`, the first of a group arrived last: 8 of 300 keys ended old."""
    toy.configure(pool_processes=2, partitions=1)
    toy.create_topics()
    sizes = Random(1).choices([2_000, 20_000, 100_000, 200_000, 400_000, 900_000], k=60)
    orders: list[Any] = []
    for n, size in enumerate(sizes):
        # While it naps, those after it finish, and are published together with it.
        slow = {"do": "nap", "pad": "0.5"} if n % 6 == 0 else {"pad": noise(size, n)}
        later = order(2, key=f"k{n}") if n % 2 else (f"k{n}".encode(), None)
        orders += [order(1, key=f"k{n}", **slow), later]
    toy.publish(orders)
    toy.start()
    toy.drained()
    assert newest(toy) == {f"k{n}": 2 if n % 2 else None for n in range(len(sizes))}


@pytest.mark.breaks_first_loop
def test_hanging_articles_fill_the_window_and_each_is_dead_once(toy: UnderTest) -> None:
    toy.configure(pool_processes=2, article_seconds=1, rebalance_seconds=10, partitions=2)
    toy.create_topics()
    toy.publish([order(n, do="hang") for n in range(8)])
    toy.publish([order(n) for n in range(8, 40)])
    toy.start()
    until(lambda: toy.dead_letters(), "the first is dead-lettered")
    toy.start()
    toy.drained()
    assert sorted(toy.dead_letters()) == [("timed-out", n) for n in range(8)]
    assert newest(toy) == {f"k{n}": n for n in range(8, 40)}


def test_a_quiet_restart_repeats_nothing(toy: UnderTest) -> None:
    toy.configure(pool_processes=2, work={"seconds": 0.01})
    toy.create_topics()
    count = toy.publish([order(n) for n in range(300)])
    for share in (0.3, 0.6):
        worker = toy.start()
        until(lambda share=share: len(toy.results()) > share * count, "results are coming")
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(20) == 0
    toy.start()
    toy.drained()
    assert Counter(result["n"] for result in toy.results()) == dict.fromkeys(range(count), 1)


def test_workers_that_join_and_leave_lose_nothing(toy: UnderTest) -> None:
    toy.configure(work={"seconds": 0.02})
    toy.create_topics()
    count = toy.publish([order(n, key=f"k{n % 50}") for n in range(500)])
    first = toy.start()
    until(lambda: len(toy.results()) > 50, "results are coming")
    toy.start()
    until(lambda: len(toy.results()) > 200, "results are coming")
    first.send_signal(signal.SIGTERM)
    first.wait(20)
    toy.drained()
    assert {result["n"] for result in toy.results()} == set(range(count))
    assert newest(toy) == {f"k{n}": 450 + n for n in range(50)}
    assert repeats_are_equal(toy)
    assert toy.dead_letters() == []


@pytest.mark.breaks_first_loop
def test_what_an_aborted_transaction_wrote_is_not_processed(toy: UnderTest) -> None:
    toy.configure()
    toy.create_topics()
    with toy.producer(transactional_id=f"{toy.prefix}-t") as out:
        out.init_transactions()
        for committed in (False, True):
            out.begin_transaction()
            for n in range(15):
                record = order(n + 100 * committed)
                out.send(toy.topic("order"), key=record["id"].encode(), value=json.dumps(record).encode())
            out.flush()
            out.commit_transaction() if committed else out.abort_transaction()
    toy.start()
    until(lambda: len(toy.results()) >= 15, "the committed orders are finished")
    toy.publish([order(500)])
    until(lambda: any(result["n"] == 500 for result in toy.results()), "the order after them is finished")
    assert {result["n"] for result in toy.results()} == {*range(100, 115), 500}
