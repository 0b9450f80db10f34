"""Replays of dead letters: each is sent once, even after kills, as the record that failed, or left open."""

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
from streams.dead_letters.ledger import read_ledger
from streams.dead_letters.record import by_reference
from streams.kafka import client
from streams.kafka.reader import as_message
from tests.support.commands.dlq import (
    numbers,
    ok,
    open_dead_letters,
    replayed_orders,
    run,
    settings_of,
    worked_off,
)
from tests.support.kafka.dead_letters import FailedRecord, failed_order, write_dead_letters
from tests.support.pipelines.harness import PATIENCE, UnderTest, order, until

pytestmark = pytest.mark.kafka


def test_a_replay_that_is_killed_again_and_again_sends_every_dead_letter_once(ready: UnderTest) -> None:
    """With `kill -9` while a transaction is open, and at any other time."""
    count, choice = 1000, Random(7)
    write_dead_letters(ready, (failed_order(n, pad="x" * 2000) for n in range(count)))
    killed = 0
    while not killed_after(ready, choice.randrange(1, 250)):
        killed += 1

    assert killed >= 3
    assert numbers(replayed_orders(ready)) == Counter(range(count))
    assert open_dead_letters(ready) == []
    with client.consumer(settings_of(ready)) as reader:
        places = {entry.to for entry in read_ledger(reader, ready.topic("dead.resolved")).values()}
    assert places == {as_message(record).coordinates for record in replayed_orders(ready)}


def killed_after(toy: UnderTest, more: int) -> bool:
    """Replay all, and kill it after `more` replays. Returns whether it ended before."""
    ledger = TopicPartition(toy.topic("dead.resolved"), 0)
    before = toy.reader.end_offsets([ledger])[ledger]
    process = subprocess.Popen(replay_all(toy), env=toy._environment())
    until(
        lambda: process.poll() is not None or toy.reader.end_offsets([ledger])[ledger] > before + more,
        "enough are replayed, or all",
    )
    process.kill()
    return process.wait() == 0


def test_two_replays_at_once_send_every_dead_letter_once(ready: UnderTest) -> None:
    write_dead_letters(ready, (failed_order(n, pad="x" * 2000) for n in range(1000)))
    both = [
        subprocess.Popen(replay_all(ready), env=ready._environment(), stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    errors = [process.communicate(timeout=PATIENCE)[1] for process in both]

    assert numbers(replayed_orders(ready)) == Counter(range(1000))
    assert 0 in [process.returncode for process in both]
    for process, text in zip(both, errors, strict=True):
        if process.returncode:
            assert text.startswith("copydesk: another process has started as copydesk.")
            assert len(text.splitlines()) == 1


def replay_all(toy: UnderTest) -> list[str]:
    return toy._command("dlq", "replay", "toy", "--all", "--yes")


def test_a_replayed_record_is_the_one_that_failed(ready: UnderTest) -> None:
    """Key, bytes, headers and partition are the same, and what `ce_id` and version are derived from."""
    failed = [
        FailedRecord(
            value=b"\xff\x00", key=None, headers=[("x", b"1"), ("x", b"2"), ("copydesk_raw", b"nonsense")]
        ),
        FailedRecord(value=None, key=b"\xfe", partition=3),
        FailedRecord(value=b"{}", key=b"k", headers=[("ce_id", b"7"), ("ce_source", b"/s")], partition=2),
    ]
    placed = write_dead_letters(ready, failed)
    before = {message.coordinates: message for message in map(as_message, ready.read("order"))}
    ok(run(ready, "replay", "toy", "--all", "--yes"))

    after = {
        record_headers.origin(message).raw: message
        for message in map(as_message, ready.read("order"))
        if message.coordinates not in before
    }
    assert sorted(after) == sorted(placed)
    for place, replayed in after.items():
        original = before[place]
        assert (replayed.key, replayed.value) == (original.key, original.value)
        assert replayed.partition == original.partition
        assert replayed.headers[: len(original.headers)] == original.headers
        added = {name for name, _ in replayed.headers} - {name for name, _ in original.headers}
        assert added <= {"copydesk_raw", "copydesk_received"}
        assert record_headers.origin(replayed) == record_headers.origin(original)


async def test_a_header_without_a_value_is_replayed_too(ready: UnderTest) -> None:
    headers = [("empty", None), ("copydesk_reason", b"failed")]
    async with AIOKafkaProducer(bootstrap_servers=ready.bootstrap) as out:
        await out.send_and_wait(ready.topic("dead.toy"), b"{}", key=b"k", headers=headers)

    replay = await asyncio.to_thread(run, ready, "replay", "toy", "--all", "--yes")

    assert ok(replay) == "1 replayed, 0 left open\n"
    [sent] = ready.read("order")
    assert (sent.key, sent.value, sent.headers) == (b"k", b"{}", [("empty", None)])


def test_only_a_dead_letter_older_than_a_takedown_of_its_article_stays_open(ready: UnderTest) -> None:
    """Whether the takedown has passed all stages or is still waiting."""
    ready.publish([(b"k3", None)])  # older than the dead letter
    failed = [failed_order(1), failed_order(2), failed_order(3)]
    placed = write_dead_letters(ready, failed)
    ready.publish([(b"k2", None)])
    with ready.producer() as out:
        version = f"{9 * 10**12:016d}-{9 * 10**12:016d}-{0:06d}-{0:020d}".encode()
        out.send(ready.topic("result"), key=b"k1", headers=[("copydesk_version", version)]).get(PATIENCE)
    shown = ok(run(ready, "show", "toy", placed[0]))
    replay = run(ready, "replay", "toy", "--all", "--yes")

    assert "its article has since been removed" in shown
    assert (replay.exit_code, replay.stdout) == (1, "1 replayed, 2 left open\n")
    assert sorted(replay.stderr.splitlines()) == sorted(
        f"left open  {place}: its article has since been removed" for place in placed[:2]
    )
    assert {dead_letter["record"] for dead_letter in open_dead_letters(ready)} == set(placed[:2])
    assert ok(run(ready, "drop", "toy", *placed[:2], "--yes")) == "2 dropped, 0 left open\n"
    assert open_dead_letters(ready) == []


def test_a_dead_letter_without_a_value_sends_the_record_it_refers_to(ready: UnderTest) -> None:
    first, second = write_dead_letters(ready, [failed_order(1, pad="x" * 9), failed_order(2)], by_reference)
    gone = write_dead_letters(
        ready, [failed_order(3)], lambda record: _without_original(by_reference(record))
    )
    [dead_letter] = open_dead_letters(ready, "--key", "k1")
    assert dead_letter["by_reference"]
    value = json.dumps({"id": "k1", "n": 1, "pad": "x" * 9})
    assert (dead_letter["size"], ok(run(ready, "show", "toy", first, "--value"))) == (len(value), value)

    replay = run(ready, "replay", "toy", "--all", "--yes")

    assert (replay.exit_code, replay.stdout) == (1, "2 replayed, 1 left open\n")
    assert "its record is no longer kept, and the dead letter holds no copy" in replay.stderr
    assert numbers(replayed_orders(ready)) == Counter([1, 2])
    assert (len(gone), second) == (1, second)


def _without_original(record: Outgoing) -> Outgoing:
    headers = (
        (name, b"4711" if name == "__connect.errors.offset" else value) for name, value in record.headers
    )
    return replace(record, headers=tuple(headers))


def test_a_record_too_large_for_its_topic_now_stays_open_and_the_others_are_replayed(
    ready: UnderTest,
) -> None:
    digits = Random(1).randbytes(700_000).hex()
    failed = [failed_order(n, pad=digits if n == 3 else "") for n in range(8)]
    placed = write_dead_letters(ready, failed)
    smaller = {"max.message.bytes": "300000"}
    with client.admin(settings_of(ready)) as admin:
        admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, ready.topic("order"), smaller)])

    replay = run(ready, "replay", "toy", "--all", "--yes")

    assert (replay.exit_code, replay.stdout) == (1, "7 replayed, 1 left open\n")
    assert replay.stderr == f"left open  {placed[3]}: it is too large for {ready.topic('order')}\n"
    assert numbers(replayed_orders(ready)) == Counter([0, 1, 2, 4, 5, 6, 7])


def test_a_record_that_fails_again_is_a_new_dead_letter_that_says_so(ready: UnderTest) -> None:
    ready.publish([order(1, do="fail")])
    ready.start()
    worked_off(ready)
    ok(run(ready, "replay", "toy", "--all", "--yes"))
    worked_off(ready)

    [dead_letter] = open_dead_letters(ready)
    assert dead_letter["again"]
    assert dead_letter["raw"] != dead_letter["record"]
    assert "(again)" in ok(run(ready, "list"))
