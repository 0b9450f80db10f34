"""Lag and reconciliation on a real broker, from Kafka alone."""

import json
import signal
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from kafka import TopicPartition

from streams.core.pipeline import Pipeline, load_pipeline
from streams.dead_letters.ledger import DROPPED, entry, entry_key
from streams.inspection.reconciliation import reconcile
from streams.inspection.status import Status, read_status
from streams.kafka import client
from streams.kafka.topics import create_topics
from streams.local.broker.node import Broker
from streams.settings import Settings, load_settings
from tests.support.kafka.toy_group import commit, lag_of, orders

pytestmark = pytest.mark.kafka


def send(producer: Any, topic: TopicPartition, *values: bytes | None, **headers: bytes) -> None:
    for value in values:
        sent = producer.send(
            topic.topic, key=b"k", value=value, partition=topic.partition, headers=list(headers.items())
        )
        sent.get(timeout=20)


def test_lag_and_age_are_those_of_what_is_not_acknowledged(settings: Settings, producer: Any) -> None:
    assert lag_of(settings).drained

    send(producer, orders(settings), b"1", b"2", b"3")

    lag = lag_of(settings)
    assert (lag.lag, lag.members, lag.drained) == (3, 0, False)
    assert [(part.partition, part.committed, part.end, part.lag) for part in lag.partitions] == [
        (0, None, 3, 3),
        (1, None, 0, 0),
        (2, None, 0, 0),
        (3, None, 0, 0),
    ]

    commit(settings, 2)
    lag = lag_of(settings)
    assert lag.lag == 1
    assert lag.partitions[0].committed == 2
    [oldest] = [partition.oldest for partition in lag.partitions if partition.oldest is not None]
    assert lag.age(now=oldest / 1000 + 7.5) == 7.5


def test_the_end_of_a_transaction_does_not_stay_lag_forever(settings: Settings, pipeline: Pipeline) -> None:
    with client.producer(settings, transactional_id=f"{settings.prefix}.t") as transactional:
        transactional.init_transactions()
        for end in (transactional.commit_transaction, transactional.abort_transaction):
            transactional.begin_transaction()
            for value in (b"1", b"2"):
                transactional.send(orders(settings).topic, key=b"k", value=value, partition=0)
            transactional.flush()
            end()
    commit(settings, 2)

    lag = lag_of(settings)

    assert lag.partitions[0].end == 6
    assert lag.drained
    assert lag.age() is None


def test_the_reconciliation_counts_every_order(settings: Settings, pipeline: Pipeline, producer: Any) -> None:
    prefix = settings.prefix
    result = TopicPartition(f"{prefix}.result", 1)
    discarded = TopicPartition(f"{prefix}.discarded", 2)
    dead = TopicPartition(f"{prefix}.dead.toy", 0)

    def raw(offset: int) -> bytes:
        return f"{prefix}.order/0/{offset}".encode()

    send(producer, orders(settings), b"0", b"1", b"2", b"3", b"4", None, None)
    send(producer, result, b"{}", copydesk_raw=raw(0))
    send(producer, result, b"{}", copydesk_raw=raw(0))
    send(producer, result, None, copydesk_raw=raw(5))
    send(producer, discarded, b'{"reason": "too-short", "stage": "toy"}', copydesk_raw=raw(1))
    send(producer, dead, b"2", copydesk_raw=raw(2), copydesk_reason=b"failed", copydesk_stage=b"toy")
    connect = {"topic": b"%s.order" % prefix.encode(), "partition": b"0", "offset": b"3"}
    by_connect = {f"__connect.errors.{name}": value for name, value in connect.items()}
    send(producer, dead, b"3", copydesk_reason=b"invalid", **by_connect)

    with client.consumer(settings) as reader:
        reconciliation = reconcile(reader, pipeline)

    assert (reconciliation.raw, reconciliation.finished) == (7, 1)
    assert (reconciliation.removed, reconciliation.waiting) == (1, 2)
    assert reconciliation.discarded == {"too-short": 1}
    assert reconciliation.discarded_by_stage == {"toy": 1}
    assert reconciliation.dead == {"failed": 1, "invalid": 1}


def test_the_status_reads_lag_and_reconciliation_with_one_reader_unless_there_are_many_records(
    settings: Settings, pipeline: Pipeline, producer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader with partitions still paused would never get their records: the reconciliation would hang."""
    for partition in range(4):
        send(producer, TopicPartition(orders(settings).topic, partition), *[b"x"] * 20)

    status: Status = read_status(settings.model_copy(update={"sinks": {"jsonl": {}}}), pipeline)

    [toy], [sink] = status.stages, status.sinks
    assert (toy.lag, toy.members, toy.state) == (80, 0, "no worker")
    assert (toy.sent, toy.discarded, toy.dead) == (0, 0, 0)
    assert (sink.name, sink.reads, sink.lag) == ("jsonl", f"{settings.prefix}.result", 0)
    assert status.reconciliation is not None
    assert (status.reconciliation.raw, status.reconciliation.waiting, status.records) == (80, 80, 80)

    monkeypatch.setattr("streams.inspection.status.RECONCILED_RECORDS", 79)
    assert read_status(settings, pipeline).reconciliation is None
    assert read_status(settings, pipeline, with_reconciliation=True).reconciliation is not None


def test_open_dead_letters_are_counted_once_and_not_when_they_were_resolved(
    settings: Settings, pipeline: Pipeline, producer: Any
) -> None:
    dead, ledger = f"{settings.prefix}.dead.toy", f"{settings.prefix}.dead.resolved"
    for offset in (b"1", b"1", b"2"):
        connect = {"topic": b"order", "partition": b"0", "offset": offset}
        by_connect = {f"__connect.errors.{name}": value for name, value in connect.items()}
        send(producer, TopicPartition(dead, 0), b"x", **by_connect)
    dropped = entry(DROPPED, died=9 * 10**12)
    producer.send(ledger, key=entry_key(dead, "order/0/2"), value=json.dumps(asdict(dropped)).encode())
    producer.flush()

    [toy] = read_status(settings, pipeline).stages

    assert (toy.dead, toy.open) == (3, 1)


def test_a_pipeline_without_topics_says_so(settings: Settings, toy_pipeline: None) -> None:
    pipeline = load_pipeline(settings.model_copy(update={"pipeline": "toy_pipeline"}))

    assert [stage.state for stage in read_status(settings, pipeline).stages] == ["no topic"]


def test_a_watch_goes_on_through_an_outage_until_ctrl_c(tmp_path: Path) -> None:
    """With a broker of its own, which is killed and restarted."""
    with Broker(tmp_path / "kafka") as node:
        settings = load_settings(bootstrap_servers=node.bootstrap_servers, prefix="watched", partitions=1)
        create_topics(settings, load_pipeline(settings).all_topics())
        command = [sys.executable, "-m", "streams", "status", "--watch", "--every", "0.5", "--json"]
        address = ["-b", node.bootstrap_servers, "--prefix", "watched"]
        with subprocess.Popen(
            [*command, *address], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as watch:
            assert watch.stdout is not None
            assert watch.stderr is not None
            first = json.loads(watch.stdout.readline())
            node.kill()
            error = watch.stderr.readline()
            node.start()
            with client.producer(settings) as producer:
                producer.send("watched.raw", key=b"k", value=b"x").get(timeout=20)
            reports = map(json.loads, watch.stdout)
            after = next(report for report in reports if report["stages"][0]["lag"] == 1)
            watch.send_signal(signal.SIGINT)
            watch.communicate(timeout=30)

    assert [stage["state"] for stage in first["stages"]] == ["no worker"] * 3
    assert error.startswith("copydesk: ")
    assert after["reconciliation"]["waiting"] == 1
    assert watch.returncode == 0
