"""Batches that no usual client makes, and that Kafka accepts: every record has an outcome."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.commands.dlq import numbers
from tests.support.kafka import crafted
from tests.support.kafka.crafted import CODECS, MISPLACED, STRANGE, record
from tests.support.pipelines.harness import UnderTest, order

pytestmark = pytest.mark.kafka
OVERSIZED, ENOUGH = 100_000_000, 130_000_000
#: Only Linux reports the peak of a process by itself: `ru_maxrss` starts with the peak of its parent.
linux = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="only Linux reports peaks of memory"
)
MEASURED = """
import sys
from streams.__main__ import main
try:
    main()
finally:
    print(open("/proc/self/status").read().partition("VmHWM:")[2].split()[0], file=sys.stderr)
"""


def value(n: int) -> bytes:
    return json.dumps(order(n)).encode()


def strange_batches() -> Iterator[tuple[int, list[bytes]]]:
    """Codec and records of each batch that Kafka accepts. The orders are numbered through all batches."""
    kinds = [(codec, strange) for codec in CODECS for strange in STRANGE.values()]
    for nth, (codec, strange) in enumerate([*kinds, *((0, misplaced) for misplaced in MISPLACED.values())]):
        first, second, third = (value(3 * nth + n) for n in range(3))
        yield codec, [record(0, first), strange(second), record(2, third)]


def test_every_record_of_handmade_batches_and_between_them_has_one_outcome(toy: UnderTest) -> None:
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
    assert toy.dead_letters() == []
    once = dict.fromkeys([*range(3 * len(batches)), 2000], 1)
    assert numbers(toy.read("result")) == once | {1000: len(batches)}


def test_a_record_that_cannot_be_unpacked_becomes_a_dead_letter_and_tools_skip_it(toy: UnderTest) -> None:
    toy.configure(partitions=1)
    toy.create_topics()
    bad = crafted.unsealed([record(0, value(0)), record(1, value(1))])
    assert crafted.publish(toy.bootstrap, toy.topic("order"), bad) == 0
    toy.publish([order(2)])
    toy.start()
    toy.drained()
    assert toy.dead_letters() == [("invalid", -1), ("invalid", -1)]
    assert numbers(toy.read("result")) == {2: 1}
    shown = toy.run("tail", "order", "--from-start", "--no-follow", "--json")
    assert [json.loads(line)["offset"] for line in shown.stdout.splitlines()] == [0, 1, 2]


@linux
def test_a_record_that_is_small_only_when_compressed_stops_neither_the_worker_nor_a_tool(
    toy: UnderTest,
) -> None:
    toy.configure(partitions=1)
    toy.create_topics()
    oversized = crafted.batch([record(0, value(0)), record(1, bytes(OVERSIZED)), record(2, value(2))], 4)
    assert len(oversized) < 30_000
    assert crafted.publish(toy.bootstrap, toy.topic("order"), oversized) == 0
    toy.publish([order(3)])
    before, memory = measured(toy, "status", "--json")
    assert (json.loads(before)["stages"][0]["lag"], memory < ENOUGH) == (4, True)
    toy.start()
    toy.drained()
    assert toy.dead_letters() == [("too-large", -1)]
    assert numbers(toy.read("result")) == dict.fromkeys([0, 2, 3], 1)
    shown, memory = measured(toy, "tail", "order", "--from-start", "--no-follow", "--json")
    records = [json.loads(line) for line in shown.splitlines()]
    assert [(entry["offset"], entry.get("unread", 0) > OVERSIZED) for entry in records] == [
        (0, False),
        (1, True),
        (2, False),
        (3, False),
    ]
    assert memory < ENOUGH
    listed, memory = measured(toy, "dlq", "show", "toy", "0")
    assert ("too large to be read" in listed, memory < ENOUGH) == (True, True)
    replay = toy.run("dlq", "replay", "toy", "0", "--yes")
    assert "its value is missing" in replay.stdout + replay.stderr


def measured(toy: UnderTest, *arguments: str) -> tuple[str, int]:
    """The output of a command, and the peak of its memory in bytes."""
    completed = toy.run(*arguments, program=("-c", MEASURED))
    assert completed.returncode == 0, completed.stderr
    return completed.stdout, 1024 * int(completed.stderr.split()[-1])
