"""Batches that no usual client makes and Kafka takes: each record has one fate, and those of others too."""

import gzip
import json
from collections.abc import Iterator

import pytest

from tests import crafted
from tests.crafted import CODECS, MISPLACED, STRANGE, record
from tests.kafka.dlq import numbers
from tests.kafka.harness import UnderTest, order

pytestmark = pytest.mark.kafka


def value(n: int) -> bytes:
    """An order as it is published."""
    return json.dumps(order(n)).encode()


def strange_batches() -> Iterator[tuple[int, list[bytes]]]:
    """Codec and records of all that Kafka takes, their numbers rising through all of them."""
    kinds = [(codec, made) for codec in CODECS for made in STRANGE.values()]
    for nth, (codec, made) in enumerate([*kinds, *((0, made) for made in MISPLACED.values())]):
        first, second, third = (value(3 * nth + n) for n in range(3))
        yield codec, [record(0, first), made(second), record(2, third)]


def test_every_record_of_batches_made_by_hand_has_one_fate_and_those_of_others_too(toy: UnderTest) -> None:
    toy.configure(partitions=1)
    toy.create_topics()
    batches = list(strange_batches())
    for codec, records in batches:
        assert crafted.publish(toy.bootstrap, toy.topic("order"), crafted.batch(records, codec)) == 0
        toy.publish([order(1000)])
    packed = gzip.compress(record(0, value(2000))) + b"more"
    assert crafted.publish(toy.bootstrap, toy.topic("order"), crafted.packed(packed, 1, 1)) == 0
    toy.start()
    toy.drained()
    assert toy.letters() == []
    once = dict.fromkeys([*range(3 * len(batches)), 2000], 1)
    assert numbers(toy.read("result")) == once | {1000: len(batches)}


def test_a_record_that_cannot_be_unpacked_is_dead_and_the_tools_go_past_it(toy: UnderTest) -> None:
    toy.configure(partitions=1)
    toy.create_topics()
    bad = crafted.unsealed([record(0, value(0)), record(1, value(1))])
    assert crafted.publish(toy.bootstrap, toy.topic("order"), bad) == 0
    toy.publish([order(2)])
    toy.start()
    toy.drained()
    assert toy.letters() == [("invalid", -1), ("invalid", -1)]
    assert numbers(toy.read("result")) == {2: 1}
    shown = toy.run("tail", "order", "--from-start", "--no-follow", "--json")
    assert [json.loads(line)["offset"] for line in shown.stdout.splitlines()] == [0, 1, 2]
