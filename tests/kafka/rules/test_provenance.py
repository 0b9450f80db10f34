"""What anybody may say of where a raw record comes from, on a real broker: it counts for nothing."""

from typing import Any

import pytest

from streams.core.pipeline import Pipeline
from streams.inspection.reconciliation import reconcile
from streams.kafka import client
from tests.support.dead_letters import Died, order_that_died, write_dead_letters
from tests.support.dlq import ok, run, sent_again, settings_of, worked_off
from tests.support.harness import PATIENCE, UnderTest, header

pytestmark = pytest.mark.kafka

HIGHEST = b"9999999999999999-9999999999999999-000000-00000000000000000000"


def publish(toy: UnderTest, key: str, *, removed: bool = False, **said: bytes) -> Any:
    """One order into the first partition, with headers of ours; where it lies."""
    headers = [(f"copydesk_{name}", value) for name, value in said.items()]
    value = None if removed else b'{"id": "%s", "n": 1}' % key.encode()
    with toy.producer() as out:
        sent = out.send(toy.topic("order"), key=key.encode(), value=value, headers=headers, partition=0)
        return sent.get(timeout=PATIENCE)


def test_false_headers_make_no_two_orders_one_and_outrank_no_takedown(
    ready: UnderTest, pipeline: Pipeline
) -> None:
    first = publish(ready, "k0")
    there, long_ago = f"{first.topic}/0/{first.offset}".encode(), str(first.timestamp).encode()
    publish(ready, "k1", version=HIGHEST)
    publish(ready, "k2", received=b"999999999999999")
    publish(ready, "k3", raw=b"news.raw/999999999/9999999999999999999")
    publish(ready, "k4", raw=there, received=long_ago)
    publish(ready, "k1", removed=True)
    ready.start()
    worked_off(ready)

    made = {(one.key.decode(), one.value is None): one for one in ready.read("result")}
    places = {int(header(one, "copydesk_raw").rpartition("/")[2]) for one in made.values()}
    assert places == set(range(first.offset, first.offset + 6))
    versions = [header(made["k1", gone], "copydesk_version") for gone in (False, True)]
    assert versions == sorted(versions)
    with client.consumer(settings_of(ready)) as reader:
        reconciliation = reconcile(reader, pipeline, ready.prefix)
    assert (reconciliation.raw, reconciliation.finished, reconciliation.removed, reconciliation.waiting) == (
        6,
        5,
        1,
        0,
    )


def test_a_dead_letter_with_a_false_version_is_not_replayed_over_a_takedown(
    ready: UnderTest, pipeline: Pipeline
) -> None:
    """As an earlier release wrote it."""
    false = Died(value=b'{"id": "k1", "n": 1}', key=b"k1", headers=[("copydesk_version", HIGHEST)])
    write_dead_letters(ready, pipeline.stage("toy"), [false, order_that_died(2)])
    publish(ready, "k1", removed=True)

    made = run(ready, "replay", "toy", "--all", "--yes")

    assert made.stdout == "1 replayed, 1 left open\n"
    assert "its article has since been removed" in made.stderr


def test_a_replay_keeps_the_version_and_the_event_of_the_record_that_died(
    ready: UnderTest, pipeline: Pipeline
) -> None:
    [place] = write_dead_letters(ready, pipeline.stage("toy"), [order_that_died(1)])
    publish(ready, "k2")
    assert ok(run(ready, "replay", "toy", "--all", "--yes")) == "1 replayed, 0 left open\n"
    assert len(sent_again(ready)) == 1
    ready.start()
    worked_off(ready)

    made = [one for one in ready.read("result") if one.key == b"k1"]
    assert {header(one, "copydesk_raw") for one in made} == {place}
    assert len({(header(one, "ce_id"), header(one, "copydesk_version")) for one in made}) == 1
    assert len(made) == 2
