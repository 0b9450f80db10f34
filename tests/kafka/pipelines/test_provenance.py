"""False headers about the origin of a raw record, on a real broker: they have no effect."""

from typing import Any

import pytest

from streams.core.pipeline import Pipeline
from streams.inspection.reconciliation import reconcile
from streams.kafka import client
from tests.support.commands.dlq import run, settings_of, worked_off
from tests.support.kafka.dead_letters import FailedRecord, failed_order, write_dead_letters
from tests.support.pipelines.harness import PATIENCE, UnderTest, header

pytestmark = pytest.mark.kafka

HIGHEST = b"9999999999999999-9999999999999999-000000-00000000000000000000"


def publish(toy: UnderTest, key: str, *, removed: bool = False, **copydesk_headers: bytes) -> Any:
    """Publish an order to partition 0, with headers that start with `copydesk_`. Returns its metadata."""
    headers = [(f"copydesk_{name}", value) for name, value in copydesk_headers.items()]
    value = None if removed else b'{"id": "%s", "n": 1}' % key.encode()
    with toy.producer() as out:
        sent = out.send(toy.topic("order"), key=key.encode(), value=value, headers=headers, partition=0)
        return sent.get(timeout=PATIENCE)


def test_false_headers_merge_no_orders_and_outrank_no_takedown(ready: UnderTest, pipeline: Pipeline) -> None:
    first = publish(ready, "k0")
    origin, received = f"{first.topic}/0/{first.offset}".encode(), str(first.timestamp).encode()
    publish(ready, "k1", version=HIGHEST)
    publish(ready, "k2", received=b"999999999999999")
    publish(ready, "k3", raw=b"news.raw/999999999/9999999999999999999")
    publish(ready, "k4", raw=origin, received=received)
    publish(ready, "k1", removed=True)
    ready.start()
    worked_off(ready)

    results = {(record.key.decode(), record.value is None): record for record in ready.read("result")}
    origins = {int(header(record, "copydesk_raw").rpartition("/")[2]) for record in results.values()}
    assert origins == set(range(first.offset, first.offset + 6))
    versions = [header(results["k1", removed], "copydesk_version") for removed in (False, True)]
    assert versions == sorted(versions)
    with client.consumer(settings_of(ready)) as reader:
        reconciliation = reconcile(reader, pipeline)
    assert (reconciliation.raw, reconciliation.finished) == (6, 5)
    assert (reconciliation.removed, reconciliation.waiting) == (1, 0)


def test_a_dead_letter_with_a_false_version_is_not_replayed_over_a_takedown(ready: UnderTest) -> None:
    """An earlier release could write such a dead letter."""
    false = FailedRecord(value=b'{"id": "k1", "n": 1}', key=b"k1", headers=[("copydesk_version", HIGHEST)])
    write_dead_letters(ready, [false, failed_order(2)])
    publish(ready, "k1", removed=True)

    replay = run(ready, "replay", "toy", "--all", "--yes")

    assert replay.stdout == "1 replayed, 1 left open\n"
    assert "its article has since been removed" in replay.stderr
