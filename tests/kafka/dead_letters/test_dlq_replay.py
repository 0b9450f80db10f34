"""Dead letters sent again: each once, whoever dies meanwhile, as the record that died, or left open."""

import asyncio
import json
import subprocess
from collections import Counter
from dataclasses import replace
from random import Random

import pytest
from aiokafka import AIOKafkaProducer
from kafka import TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType

from streams.core import record_headers
from streams.core.message import Outgoing
from streams.core.pipeline import Pipeline
from streams.dead_letters.ledger import read_ledger
from streams.dead_letters.record import by_reference
from streams.kafka import client
from streams.kafka.reader import as_message
from tests.support.dead_letters import Died, order_that_died, write_dead_letters
from tests.support.dlq import numbers, ok, open_dead_letters, run, sent_again, settings_of, worked_off
from tests.support.harness import PATIENCE, UnderTest, order, until

pytestmark = pytest.mark.kafka


def test_a_replay_that_is_killed_again_and_again_sends_every_dead_letter_once(
    ready: UnderTest, pipeline: Pipeline
) -> None:
    """`kill -9` with a transaction open, and at any other time."""
    number, choice = 1000, Random(7)
    write_dead_letters(
        ready, pipeline.stage("toy"), (order_that_died(n, pad="x" * 2000) for n in range(number))
    )
    killed = 0
    while not killed_after(ready, choice.randrange(1, 250)):
        killed += 1

    assert killed >= 3
    assert numbers(sent_again(ready)) == Counter(range(number))
    assert open_dead_letters(ready) == []
    with client.consumer(settings_of(ready)) as reader:
        places = {one.to for one in read_ledger(reader, ready.topic("dead.resolved")).values()}
    assert places == {as_message(one).coordinates for one in sent_again(ready)}


def killed_after(toy: UnderTest, more: int) -> bool:
    """Replay all, killed once so many more are done; whether it came to its end before."""
    ledger = TopicPartition(toy.topic("dead.resolved"), 0)
    with toy.consumer() as reader:
        before = reader.end_offsets([ledger])[ledger]
        process = subprocess.Popen(replay_all(toy), env=toy._environment())
        until(
            lambda: process.poll() is not None or reader.end_offsets([ledger])[ledger] > before + more,
            "some are replayed, or all",
        )
    process.kill()
    return process.wait() == 0


def test_two_who_replay_at_once_send_every_dead_letter_once(ready: UnderTest, pipeline: Pipeline) -> None:
    write_dead_letters(
        ready, pipeline.stage("toy"), (order_that_died(n, pad="x" * 2000) for n in range(1000))
    )
    both = [
        subprocess.Popen(replay_all(ready), env=ready._environment(), stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [one.communicate(timeout=PATIENCE)[1] for one in both]

    assert numbers(sent_again(ready)) == Counter(range(1000))
    assert 0 in [one.returncode for one in both]
    for one, words in zip(both, said, strict=True):
        if one.returncode:
            assert words.startswith("copydesk: another process has begun as copydesk.")
            assert len(words.splitlines()) == 1


def replay_all(toy: UnderTest) -> list[str]:
    return toy._command("dlq", "replay", "toy", "--all", "--yes")


def test_a_replayed_record_is_the_one_that_died(ready: UnderTest, pipeline: Pipeline) -> None:
    """Key, bytes, headers, partition, and what later stages make its `ce_id` and version of."""
    given = [
        Died(value=b"\xff\x00", key=None, headers=[("x", b"1"), ("x", b"2"), ("copydesk_raw", b"nonsense")]),
        Died(value=None, key=b"\xfe", partition=3),
        Died(value=b"{}", key=b"k", headers=[("ce_id", b"7"), ("ce_source", b"/s")], partition=2),
    ]
    placed = write_dead_letters(ready, pipeline.stage("toy"), given)
    before = {as_message(one).coordinates: as_message(one) for one in ready.read("order")}
    ok(run(ready, "replay", "toy", "--all", "--yes"))

    after = {
        record_headers.origin(message).raw: message
        for message in map(as_message, ready.read("order"))
        if message.coordinates not in before
    }
    assert sorted(after) == sorted(placed)
    for place, replayed in after.items():
        died = before[place]
        assert (replayed.key, replayed.value, replayed.partition) == (died.key, died.value, died.partition)
        assert replayed.headers[: len(died.headers)] == died.headers
        assert {name for name, _ in replayed.headers} - {name for name, _ in died.headers} <= {
            *("copydesk_raw", "copydesk_received")
        }
        assert record_headers.origin(replayed) == record_headers.origin(died)


async def test_a_header_without_a_value_comes_back_too(ready: UnderTest, pipeline: Pipeline) -> None:
    headers = [("empty", None), ("copydesk_reason", b"failed")]
    async with AIOKafkaProducer(bootstrap_servers=ready.bootstrap) as out:
        await out.send_and_wait(ready.topic("dead.toy"), b"{}", key=b"k", headers=headers)

    replay = await asyncio.to_thread(run, ready, "replay", "toy", "--all", "--yes")

    assert ok(replay) == "1 replayed, 0 left open\n"
    [sent] = ready.read("order")
    assert (sent.key, sent.value, sent.headers) == (b"k", b"{}", [("empty", None)])


def test_a_dead_letter_older_than_a_takedown_of_its_article_stays_open(
    ready: UnderTest, pipeline: Pipeline
) -> None:
    """Whether the takedown has gone through, or is still on its way."""
    died = [order_that_died(1), order_that_died(2), order_that_died(3)]
    placed = write_dead_letters(ready, pipeline.stage("toy"), died)
    with ready.producer() as out:
        version = f"{9 * 10**12:016d}-{9 * 10**12:016d}-{0:06d}-{0:020d}".encode()
        out.send(ready.topic("result"), key=b"k1", headers=[("copydesk_version", version)]).get(PATIENCE)
        out.send(ready.topic("order"), key=b"k2").get(PATIENCE)
    shown = ok(run(ready, "show", "toy", placed[0]))
    made = run(ready, "replay", "toy", "--all", "--yes")

    assert "its article has since been removed" in shown
    assert (made.exit_code, made.stdout) == (1, "1 replayed, 2 left open\n")
    assert sorted(made.stderr.splitlines()) == sorted(
        f"left open  {place}: its article has since been removed" for place in placed[:2]
    )
    assert {one["record"] for one in open_dead_letters(ready)} == set(placed[:2])
    assert ok(run(ready, "drop", "toy", *placed[:2], "--yes")) == "2 dropped, 0 left open\n"
    assert open_dead_letters(ready) == []


def test_an_older_takedown_hinders_no_newer_dead_letter(ready: UnderTest, pipeline: Pipeline) -> None:
    with ready.producer() as out:
        out.send(ready.topic("order"), key=b"k1").get(PATIENCE)
    write_dead_letters(ready, pipeline.stage("toy"), [order_that_died(1)])
    assert ok(run(ready, "replay", "toy", "--all", "--yes")) == "1 replayed, 0 left open\n"


def test_a_dead_letter_without_a_value_sends_the_record_it_speaks_of(
    ready: UnderTest, pipeline: Pipeline
) -> None:
    stage = pipeline.stage("toy")
    first, second = write_dead_letters(
        ready, stage, [order_that_died(1, pad="x" * 9), order_that_died(2)], by_reference
    )
    gone = write_dead_letters(
        ready, stage, [order_that_died(3)], lambda made: _of_nowhere(by_reference(made))
    )
    [dead_letter] = open_dead_letters(ready, "--key", "k1")
    assert dead_letter["by_reference"]
    value = json.dumps({"id": "k1", "n": 1, "pad": "x" * 9})
    assert (dead_letter["size"], ok(run(ready, "show", "toy", first, "--value"))) == (len(value), value)

    made = run(ready, "replay", "toy", "--all", "--yes")

    assert (made.exit_code, made.stdout) == (1, "2 replayed, 1 left open\n")
    assert "its record is no longer kept, and the dead letter holds no copy" in made.stderr
    assert numbers(sent_again(ready)) == Counter([1, 2])
    assert (len(gone), second) == (1, second)


def _of_nowhere(made: Outgoing) -> Outgoing:
    name = "__connect.errors.offset"
    return replace(
        made, headers=tuple((key, b"4711" if key == name else value) for key, value in made.headers)
    )


def test_a_record_that_its_topic_no_longer_takes_stays_open_and_the_others_go(
    ready: UnderTest, pipeline: Pipeline
) -> None:
    digits = Random(1).randbytes(700_000).hex()
    died = [order_that_died(n, pad=digits if n == 3 else "") for n in range(8)]
    placed = write_dead_letters(ready, pipeline.stage("toy"), died)
    smaller = {"max.message.bytes": "300000"}
    with client.admin(settings_of(ready)) as admin:
        admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, ready.topic("order"), smaller)])

    made = run(ready, "replay", "toy", "--all", "--yes")

    assert (made.exit_code, made.stdout) == (1, "7 replayed, 1 left open\n")
    assert made.stderr == f"left open  {placed[3]}: it is too large for {ready.topic('order')}\n"
    assert numbers(sent_again(ready)) == Counter([0, 1, 2, 4, 5, 6, 7])


def test_a_record_that_dies_again_is_a_new_dead_letter_that_says_so(ready: UnderTest) -> None:
    ready.publish([order(1, do="fail")])
    ready.start()
    worked_off(ready)
    ok(run(ready, "replay", "toy", "--all", "--yes"))
    worked_off(ready)

    [dead_letter] = open_dead_letters(ready)
    assert dead_letter["again"]
    assert dead_letter["raw"] != dead_letter["record"]
    assert "(again)" in ok(run(ready, "list"))
