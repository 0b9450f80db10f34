"""The loop on a real broker: every article has one fate, nothing is lost, nothing overtakes.

Those marked `breaks_first_loop` fail on the loop as it was first written: `make prove`.
"""

import gzip
import json
import signal
from collections import Counter, defaultdict
from random import Random
from typing import Any

import psutil
import pytest
from aiokafka import AIOKafkaProducer
from kafka.coordinator.assignors.range import RangePartitionAssignor

from tests.kafka.harness import TOY_DESK, UnderTest, children_of, header, order, until

pytestmark = pytest.mark.kafka


def newest(desk: UnderTest) -> dict[str, int | None]:
    """What a reader that keeps the last record of each key ends with: its number, None if taken down."""
    return {
        one.key.decode(): None if one.value is None else json.loads(one.value)["n"]
        for one in desk.read("result")
    }


def repeats_are_equal(desk: UnderTest) -> bool:
    """Whether records with one `ce_id` have one value."""
    values = defaultdict(set)
    for one in desk.read("result"):
        values[header(one, "ce_id")].add(one.value)
    return all(len(one) == 1 for one in values.values())


def test_every_article_has_one_fate_and_those_beside_it_finish(toy: UnderTest) -> None:
    toy.configure(children=2, article_seconds=2)
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

    assert sorted(toy.letters()) == sorted(
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
    assert [json.loads(one.value)["reason"] for one in toy.read("discarded")] == ["boring"]
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
    [letter] = toy.read("dead.toy")
    assert (letter.key, letter.value) == (b"bad-type", b'{"id": 7}')
    assert header(letter, "__connect.errors.topic") == toy.topic("order")
    assert header(letter, "__connect.errors.exception.message") == (
        "the value is not a Order: Expected `str`, got `int` - at `$.id`"
    )


def test_kill_9_twice_in_mid_flow_loses_nothing_and_leaves_no_orphans(toy: UnderTest) -> None:
    toy.configure(children=2, work={"seconds": 0.01})
    toy.create_topics()
    count = toy.publish([order(n, key=f"k{n}") for n in range(600)])
    left: list[psutil.Process] = []
    for share in (0.2, 0.6):
        worker = toy.start()
        until(lambda share=share: len(toy.read("result")) > share * count, "results are coming")
        left += children_of(worker.pid)
        worker.kill()
        worker.wait()
    toy.start()
    toy.drained()
    assert newest(toy) == {f"k{n}": n for n in range(600)}
    assert toy.letters() == []
    assert repeats_are_equal(toy)
    psutil.wait_procs(left, timeout=10)
    assert [one.pid for one in left if one.is_running()] == []


@pytest.mark.breaks_first_loop
def test_a_stopped_worker_that_wakes_up_does_not_undo_what_another_has_done(toy: UnderTest) -> None:
    toy.configure(children=2, work={"seconds": 0.05}, window=64)
    toy.create_topics()
    keys = [f"k{n}" for n in range(60)]
    zombie = toy.start()
    toy.publish([order(1, key=key) for key in keys])
    until(lambda: toy.read("result"), "the first worker is at work")
    zombie.send_signal(signal.SIGSTOP)
    toy.publish([order(2, key=key) for key in keys[:30]])
    toy.publish([(key.encode(), None) for key in keys[30:]])
    toy.start()
    toy.drained()
    written = len(toy.read("result"))

    zombie.send_signal(signal.SIGCONT)
    assert zombie.wait(20) == 75
    assert newest(toy) == {**dict.fromkeys(keys[:30], 2), **dict.fromkeys(keys[30:])}
    assert len(toy.read("result")) == written
    assert "stood still" in toy.log(0)


def test_a_worker_cut_off_from_kafka_does_not_undo_what_another_has_done(toy: UnderTest) -> None:
    """It does not stand still, so its beat is heard; but Kafka has not heard from it.

    What was on its way when the cable was cut, nobody can call back: `copydesk_version` tells it.
    """
    toy.configure(partitions=1, rebalance_seconds=10)
    toy.create_topics()
    cut = toy.folder / "cut"
    first = toy.start(program=[str(TOY_DESK / "cut_off.py")])
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
    """Of results that are sent by `gather`, the first of the group came last: 8 of 300 keys ended old."""
    toy.configure(children=2, partitions=1)
    toy.create_topics()
    sizes = Random(1).choices([2_000, 20_000, 100_000, 200_000, 400_000, 900_000], k=60)
    orders: list[Any] = []
    for n, size in enumerate(sizes):
        # While it naps those behind it finish, and are published with it in one go.
        slow = {"do": "nap", "pad": "0.5"} if n % 6 == 0 else {"pad": _noise(size, n)}
        later = order(2, key=f"k{n}") if n % 2 else (f"k{n}".encode(), None)
        orders += [order(1, key=f"k{n}", **slow), later]
    toy.publish(orders)
    toy.start()
    toy.drained()
    assert newest(toy) == {f"k{n}": 2 if n % 2 else None for n in range(len(sizes))}


@pytest.mark.breaks_first_loop
def test_a_page_that_is_small_only_compressed_is_set_aside_by_reference(toy: UnderTest) -> None:
    toy.configure()
    toy.create_topics()
    page = json.dumps(order(1, pad="a" * 20_800_000)).encode()
    assert len(gzip.compress(page)) < 1_000_000
    toy.publish([(b"page", page), order(2, key="page"), order(3)], compression_type="gzip")
    toy.start()
    toy.drained()
    assert [reason for reason, _ in toy.letters()] == ["too-large"]
    assert newest(toy) == {"page": 2, "k3": 3}


def test_a_letter_that_the_topic_refuses_is_sent_by_reference(toy: UnderTest) -> None:
    toy.configure()
    toy.create_topics(dead_toy={"max.message.bytes": 4000})
    toy.publish([order(1, do="fail", pad=_noise(20_000)), order(2)])
    toy.start()
    toy.drained()
    [letter] = toy.read("dead.toy")
    assert letter.value == b""
    assert int(header(letter, "copydesk_by_reference")) > 20_000
    assert header(letter, "copydesk_reason") == "failed"
    assert newest(toy) == {"k2": 2}


async def test_headers_that_are_null_or_enormous_stop_nobody(toy: UnderTest) -> None:
    """A record may be small in its value and compressed, and enormous in its headers."""
    toy.configure()
    toy.create_topics()
    names = ("copydesk_raw", "traceparent", "ce_id", "ce_source", "content-type", "x")
    null: list[Any] = [(name, None) for name in names]
    bomb = [("bomb", _noise(4_000).encode() * 6_000)]
    # kafka-python refuses null headers.
    async with AIOKafkaProducer(
        bootstrap_servers=toy.bootstrap, compression_type="gzip", max_request_size=64_000_000
    ) as out:
        orders = ((order(1), null), (order(2, do="fail"), null), (order(3), bomb), (order(4), []))
        for one, headers in orders:
            key, value = one["id"].encode(), json.dumps(one).encode()
            await out.send_and_wait(toy.topic("order"), value, key=key, headers=headers)
    toy.start()
    toy.drained()
    assert newest(toy) == {"k1": 1, "k4": 4}
    letters = {header(one, "copydesk_reason"): one for one in toy.read("dead.toy")}
    assert sorted(letters) == ["failed", "too-large"]
    assert header(letters["too-large"], "__connect.errors.topic") == toy.topic("order")


def test_a_result_that_the_topic_refuses_is_dead_and_order_is_kept_around_it(toy: UnderTest) -> None:
    toy.configure(partitions=1, children=2)
    toy.create_topics(result={"max.message.bytes": 60_000})
    orders = [order(n, key=f"k{n % 5}") for n in range(30)]
    orders[7] = order(7, key="k2", do="grow", pad="400000")
    orders[8] = order(8, key="k3", do="grow", pad="400000")
    toy.publish(orders)
    toy.start()
    toy.drained()
    assert sorted(toy.letters()) == [("too-large", 7), ("too-large", 8)]
    assert newest(toy) == {f"k{n}": 25 + n for n in range(5)}
    assert {json.loads(one.value)["n"] for one in toy.read("result")} == set(range(30)) - {7, 8}


@pytest.mark.breaks_first_loop
def test_a_child_that_cannot_start_ends_the_process_and_no_article_is_blamed(toy: UnderTest) -> None:
    broken = toy.folder / "broken"
    toy.configure(work={"broken": str(broken)}, recycle_after=5)
    toy.create_topics()
    worker = toy.start()
    toy.publish([order(n) for n in range(3)])
    toy.drained()
    broken.touch()
    toy.publish([order(n) for n in range(3, 60)])
    assert worker.wait(30) == 75
    assert toy.letters() == []
    again = toy.start()
    assert again.wait(30) == 1
    assert "the toy is broken" in toy.log(1)
    broken.unlink()
    toy.start()
    toy.drained()
    assert newest(toy) == {f"k{n}": n for n in range(60)}


@pytest.mark.breaks_first_loop
def test_hanging_articles_fill_the_window_and_each_is_dead_once(toy: UnderTest) -> None:
    toy.configure(children=2, article_seconds=1, rebalance_seconds=10, partitions=2)
    toy.create_topics()
    toy.publish([order(n, do="hang") for n in range(8)])
    toy.publish([order(n) for n in range(8, 40)])
    toy.start()
    until(lambda: toy.letters(), "the first is dead")
    toy.start()
    toy.drained()
    assert sorted(toy.letters()) == [("timed-out", n) for n in range(8)]
    assert newest(toy) == {f"k{n}": n for n in range(8, 40)}


def test_sigterm_abandons_what_hangs_unacknowledged_and_ends_within_the_grace(toy: UnderTest) -> None:
    toy.configure(children=2, article_seconds=10, partitions=1, stop_seconds=30)
    toy.create_topics()
    toy.publish([order(0), order(1), *[order(n, do="nap", pad="9") for n in range(2, 10)]])
    worker = toy.start()
    until(lambda: len(toy.results()) == 2, "the first two are finished")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(8) == 0
    assert toy.lag() == 8
    assert toy.letters() == []


def test_a_quiet_restart_repeats_nothing(toy: UnderTest) -> None:
    toy.configure(children=2, work={"seconds": 0.01})
    toy.create_topics()
    count = toy.publish([order(n) for n in range(300)])
    for share in (0.3, 0.6):
        worker = toy.start()
        until(lambda share=share: len(toy.results()) > share * count, "results are coming")
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(20) == 0
    toy.start()
    toy.drained()
    assert Counter(one["n"] for one in toy.results()) == dict.fromkeys(range(count), 1)


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
    assert {one["n"] for one in toy.results()} == set(range(count))
    assert newest(toy) == {f"k{n}": 450 + n for n in range(50)}
    assert repeats_are_equal(toy)
    assert toy.letters() == []


@pytest.mark.breaks_first_loop
def test_what_an_aborted_transaction_wrote_is_not_processed(toy: UnderTest) -> None:
    toy.configure()
    toy.create_topics()
    with toy.producer(transactional_id=f"{toy.prefix}-t") as out:
        out.init_transactions()
        for committed in (False, True):
            out.begin_transaction()
            for n in range(15):
                one = order(n + 100 * committed)
                out.send(toy.topic("order"), key=one["id"].encode(), value=json.dumps(one).encode())
            out.flush()
            out.commit_transaction() if committed else out.abort_transaction()
    toy.start()
    until(lambda: len(toy.results()) >= 15, "the committed ones are finished")
    toy.publish([order(500)])
    until(lambda: any(one["n"] == 500 for one in toy.results()), "the one behind them is finished")
    assert {one["n"] for one in toy.results()} == {*range(100, 115), 500}


@pytest.mark.breaks_first_loop
def test_a_worker_whose_topics_are_missing_says_so_and_exits_1(toy: UnderTest) -> None:
    toy.configure()
    worker = toy.start()
    assert worker.wait(30) == 1
    assert "topics create" in toy.log()
    assert toy.topic("order") in toy.log()


def test_batches_in_every_codec_are_read(toy: UnderTest) -> None:
    toy.configure()
    toy.create_topics()
    codecs = [None, "gzip", "snappy", "lz4", "zstd"]
    for some, codec in enumerate(codecs):
        toy.publish([order(10 * some + n, pad="page " * 1000) for n in range(10)], compression_type=codec)
    toy.start()
    toy.drained()
    assert {one["n"] for one in toy.results()} == set(range(10 * len(codecs)))


@pytest.mark.breaks_first_loop
def test_large_pages_do_not_pile_up_in_the_parent(toy: UnderTest) -> None:
    toy.configure(children=1, work={"seconds": 0.05}, partitions=2)
    toy.create_topics()
    for some in range(5):
        toy.publish([order(8 * some + n, pad=_noise(7_500_000, 8 * some + n)) for n in range(8)])
    worker = toy.start()
    peak = 0

    def drained() -> bool:
        nonlocal peak
        peak = max(peak, psutil.Process(worker.pid).memory_info().rss)
        return toy.lag() == 0

    until(drained, "drained", 100)
    assert peak < 400 * 1_048_576
    assert toy.letters() == []


def test_an_outside_that_is_away_is_tried_again_and_no_article_is_blamed(toy: UnderTest) -> None:
    away = toy.folder / "away"
    toy.configure(work={"away": str(away)}, unavailable_seconds=2)
    toy.create_topics()
    away.touch()
    toy.publish([order(n) for n in range(10)])
    worker = toy.start()
    assert worker.wait(30) == 75
    assert "outside is away" in toy.log()
    toy.start()
    away.unlink()
    toy.drained()
    assert {one["n"] for one in toy.results()} == set(range(10))
    assert toy.letters() == []


def test_too_many_dead_letters_stop_the_worker_and_a_restart_does_not_reset_it(toy: UnderTest) -> None:
    run, window = 20, 8
    toy.configure(partitions=1, dead_run=run, window=window)
    toy.create_topics()
    toy.publish([order(n, do="fail") for n in range(100)])
    worker = toy.start()
    until(lambda: "stopped at the dead-letter limit" in toy.log(0), "it stops")
    assert worker.poll() is None
    buried = len(toy.letters())
    # Those that are finished together are buried together: a window's worth at most.
    assert run <= buried < run + window
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(20) == 0

    again = toy.start()
    until(lambda: "stopped at the dead-letter limit" in toy.log(1), "it stops again")
    assert len(toy.letters()) == buried
    again.kill()
    again.wait()

    toy.start("worker", "toy", "--accept-dead-letters")
    until(lambda: "stopped at the dead-letter limit" in toy.log(2), "it goes on and stops anew")
    assert run <= len(toy.letters()) - buried < run + window


def _noise(size: int, seed: int = 1) -> str:
    """Text that hardly compresses."""
    return Random(seed).randbytes(size // 2).hex()


def test_a_worker_whose_group_is_lost_for_good_ends_instead_of_idling(toy: UnderTest) -> None:
    """A member that assigns partitions in another way makes Kafka refuse the worker: no retry mends that."""
    toy.configure()
    toy.create_topics()
    toy.publish([order(1)])
    with toy.consumer(
        group_id=f"copydesk.{toy.prefix}.toy",
        partition_assignment_strategy=[RangePartitionAssignor],
        # It may join before it has heard of the topic, and then looks again only in five minutes.
        metadata_max_age_ms=1000,
    ) as other:
        other.subscribe([toy.topic("order")])
        until(lambda: other.poll(timeout_ms=200) or other.assignment(), "the other member is in the group")
        worker = toy.start()

        def ended() -> bool:
            other.poll(timeout_ms=200)
            return worker.poll() is not None

        until(ended, "the worker ends")
    assert worker.returncode == 75
    assert "the consumer group is lost" in toy.log()
