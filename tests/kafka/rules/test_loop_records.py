"""Records of every size, codec and header: what is too large is set aside, and all others are processed.

Tests marked `breaks_first_loop` fail on the loop as it was first written: `make prove`.
"""

import gzip
import json
from collections import Counter
from typing import Any

import psutil
import pytest
from aiokafka import AIOKafkaProducer

from tests.support.pipelines.harness import UnderTest, header, newest, noise, order, until

pytestmark = pytest.mark.kafka


@pytest.mark.breaks_first_loop
def test_a_page_that_is_small_only_compressed_is_dead_lettered_by_reference(toy: UnderTest) -> None:
    toy.configure()
    toy.create_topics()
    page = json.dumps(order(1, pad="a" * 20_800_000)).encode()
    assert len(gzip.compress(page)) < 1_000_000
    toy.publish([(b"page", page), order(2, key="page"), order(3)], compression_type="gzip")
    toy.start()
    toy.drained()
    assert [reason for reason, _ in toy.dead_letters()] == ["too-large"]
    assert newest(toy) == {"page": 2, "k3": 3}


def test_a_dead_letter_that_the_topic_rejects_is_sent_by_reference(toy: UnderTest) -> None:
    toy.configure()
    toy.create_topics(dead_toy={"max.message.bytes": 4000})
    toy.publish([order(1, do="fail", pad=noise(20_000)), order(2)])
    toy.start()
    toy.drained()
    [dead_letter] = toy.read("dead.toy")
    assert dead_letter.value == b""
    assert int(header(dead_letter, "copydesk_by_reference")) > 20_000
    assert header(dead_letter, "copydesk_reason") == "failed"
    assert newest(toy) == {"k2": 2}


async def test_headers_that_are_null_or_enormous_stop_nobody(toy: UnderTest) -> None:
    """A compressed record may have a small value and enormous headers."""
    toy.configure()
    toy.create_topics()
    names = ("copydesk_raw", "traceparent", "ce_id", "ce_source", "content-type", "x")
    null: list[Any] = [(name, None) for name in names]
    bomb = [("bomb", noise(4_000).encode() * 6_000)]
    # kafka-python rejects null headers.
    async with AIOKafkaProducer(
        bootstrap_servers=toy.bootstrap, compression_type="gzip", max_request_size=64_000_000
    ) as out:
        orders = ((order(1), null), (order(2, do="fail"), null), (order(3), bomb), (order(4), []))
        for record, headers in orders:
            key, value = record["id"].encode(), json.dumps(record).encode()
            await out.send_and_wait(toy.topic("order"), value, key=key, headers=headers)
    toy.start()
    toy.drained()
    assert newest(toy) == {"k1": 1, "k4": 4}
    dead_letters = {header(record, "copydesk_reason"): record for record in toy.read("dead.toy")}
    assert sorted(dead_letters) == ["failed", "too-large"]
    assert header(dead_letters["too-large"], "__connect.errors.topic") == toy.topic("order")


def test_a_result_that_the_topic_rejects_is_dead_and_order_is_kept_around_it(toy: UnderTest) -> None:
    toy.configure(partitions=1, pool_processes=2)
    toy.create_topics(result={"max.message.bytes": 60_000})
    orders = [order(n, key=f"k{n % 5}") for n in range(30)]
    orders[7] = order(7, key="k2", do="grow", pad="400000")
    orders[8] = order(8, key="k3", do="grow", pad="400000")
    toy.publish(orders)
    toy.start()
    toy.drained()
    assert sorted(toy.dead_letters()) == [("too-large", 7), ("too-large", 8)]
    assert newest(toy) == {f"k{n}": 25 + n for n in range(5)}
    assert {json.loads(record.value)["n"] for record in toy.read("result")} == set(range(30)) - {7, 8}


def test_of_several_results_all_are_sent_or_none_where_the_topic_rejects_one(toy: UnderTest) -> None:
    """The limit is lowered while the worker runs: what it read at its start is then out of date."""
    toy.configure(partitions=2, pool_processes=2)
    toy.create_topics()
    toy.publish([order(0, do="burst", pad="400000")])
    toy.start()
    toy.drained()
    assert len(toy.results()) == 3
    lowered = toy.run(
        *("kafka", "configs", "--alter", "--entity-type", "topics", "--entity-name", toy.topic("result")),
        *("--add-config", "max.message.bytes=60000"),
    )
    assert lowered.returncode == 0, lowered.stderr
    # A record of 50,000 digits fits, and so does one of half as many; a batch of both does not.
    pads = {n: "400000" if n % 7 == 3 else "50000" for n in range(1, 40) if n % 3}
    toy.publish(
        order(n, key=f"k{n % 5}", do="burst" if n in pads else "", pad=pads.get(n, "")) for n in range(1, 40)
    )
    toy.drained()
    dead = {n for reason, n in toy.dead_letters() if reason == "too-large"}
    assert dead == {n for n, pad in pads.items() if pad == "400000"}
    sent = Counter(result["n"] for result in toy.results() if result["n"])
    assert sent == {n: 3 if n in pads else 1 for n in range(1, 40) if n not in dead}
    for partition in (0, 1):
        own = [
            json.loads(record.value)["n"] for record in toy.read("result") if record.partition == partition
        ]
        by_key = {key: [n for n in own if n % 5 == key] for key in range(5)}
        assert all(numbers == sorted(numbers) for numbers in by_key.values())


def test_batches_in_every_codec_are_read(toy: UnderTest) -> None:
    toy.configure()
    toy.create_topics()
    codecs = [None, "gzip", "snappy", "lz4", "zstd"]
    for index, codec in enumerate(codecs):
        toy.publish([order(10 * index + n, pad="page " * 1000) for n in range(10)], compression_type=codec)
    toy.start()
    toy.drained()
    assert {result["n"] for result in toy.results()} == set(range(10 * len(codecs)))


@pytest.mark.breaks_first_loop
def test_large_pages_do_not_pile_up_in_the_parent(toy: UnderTest) -> None:
    # Large blocks go back to the system at once: what the process holds is then what it uses, and not what
    # glibc keeps for later, which was up to 150 MiB more on a busy machine.
    toy.environment["MALLOC_MMAP_THRESHOLD_"] = str(1_048_576)
    toy.configure(pool_processes=1, work={"seconds": 0.05}, partitions=2)
    toy.create_topics()
    for index in range(5):
        toy.publish([order(8 * index + n, pad=noise(7_500_000, 8 * index + n)) for n in range(8)])
    worker = toy.start()
    peak = 0

    def drained() -> bool:
        nonlocal peak
        peak = max(peak, psutil.Process(worker.pid).memory_info().rss)
        return toy.lag() == 0

    until(drained, "drained", 100)
    assert peak < 350 * 1_048_576
    assert toy.dead_letters() == []
