"""Readers while Kafka deletes records: they end, and report the records that they could not read."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from kafka import TopicPartition

from streams.cli.status import reconciliation_words
from streams.core.pipeline import Pipeline
from streams.inspection import tail
from streams.inspection.reconciliation import reconcile
from streams.kafka import client
from streams.kafka.reader import extents, scan
from streams.kafka.topics import create_topics
from streams.settings import Settings
from tests.support.pipelines.harness import PATIENCE, noise

pytestmark = pytest.mark.kafka

#: Records so large that a fetch returns only some of them.
SIZE, COUNT = 100_000, 60
LITTLE = {"max_partition_fetch_bytes": 2 * SIZE, "fetch_max_bytes": 2 * SIZE}


@pytest.fixture
def topic(settings: Settings, pipeline: Pipeline) -> str:
    """A topic with more records than a reader fetches at once. Nothing of it is deleted yet."""
    create_topics(settings, pipeline.all_topics())
    name = f"{settings.prefix}.result"
    with client.producer(settings) as producer:
        for number in range(COUNT):
            origin = [("copydesk_raw", f"{settings.prefix}.order/0/{number}".encode())]
            value = noise(SIZE, number).encode()
            producer.send(name, key=b"k", value=value, partition=0, headers=origin).get(timeout=PATIENCE)
            producer.send(f"{settings.prefix}.order", key=b"k", value=b"x", partition=0)
    return name


def delete_before(settings: Settings, topic: str, offset: int) -> None:
    with client.admin(settings) as admin:
        admin.delete_records({TopicPartition(topic, 0): offset})


def test_records_deleted_before_they_were_read_are_reported_and_others_are_not(
    settings: Settings, topic: str
) -> None:
    report: list[int] = []
    with client.consumer(settings, **LITTLE) as reader:
        records = scan(reader, extents(reader, [topic]), report.append)
        read = [next(records).offset]
        delete_before(settings, topic, COUNT - 5)
        read += [record.offset for record in records]
    assert read[-5:] == list(range(COUNT - 5, COUNT))
    assert report == [COUNT - len(read)] != [0]

    report.clear()
    with client.consumer(settings, **LITTLE) as reader, client.consumer(settings, **LITTLE) as late:
        spans = extents(late, [topic])
        assert len(list(scan(reader, extents(reader, [topic]), report.append))) == 5
        delete_before(settings, topic, COUNT)
        assert report == []
        assert list(scan(late, spans, report.append)) == [], "it does not wait for what was deleted"
    assert report == [5]


def test_a_reconciliation_whose_results_are_deleted_meanwhile_says_so(
    settings: Settings, pipeline: Pipeline, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """These articles are finished, but seem to wait."""
    monkeypatch.setattr("streams.inspection.reconciliation.scan", deleting(settings, topic, before=40))
    with client.consumer(settings, **LITTLE) as reader:
        reconciliation = reconcile(reader, pipeline)
    assert (reconciliation.raw, reconciliation.finished + reconciliation.waiting) == (COUNT, COUNT)
    assert reconciliation.deleted == reconciliation.waiting > 0
    assert (
        f"; up to {reconciliation.deleted} records were deleted while they were counted"
        in reconciliation_words(reconciliation)
    )


def deleting(settings: Settings, topic: str, before: int) -> Callable[..., Iterator[Any]]:
    """A scan that deletes records once it has started to read the topic."""

    def overtaken(reader: Any, spans: Any, deleted: Any) -> Iterator[Any]:
        for number, record in enumerate(scan(reader, spans, deleted)):
            yield record
            if number == 0 and record.topic == topic:
                delete_before(settings, topic, before)

    return overtaken


@pytest.mark.parametrize("follow", [False, True])
def test_a_tail_that_is_overtaken_says_so(
    settings: Settings, pipeline: Pipeline, topic: str, follow: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    consumer = client.consumer
    monkeypatch.setattr(
        "streams.inspection.tail.client.consumer", lambda settings: consumer(settings, **LITTLE)
    )
    notes: list[str] = []
    shown = tail.tail(
        settings, pipeline, topic, tail.Sought(), from_start=True, follow=follow, aside=notes.append
    )
    read = [next(shown).offset]
    delete_before(settings, topic, COUNT - 5)
    while read[-1] < COUNT - 1:
        read.append(next(shown).offset)
    assert next(shown, None) is None if not follow else True
    assert notes == [f"not shown: up to {COUNT - len(read)} records of {topic} were deleted meanwhile"]
