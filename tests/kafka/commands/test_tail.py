"""`copydesk tail` on a real broker."""

import json
import os
import signal
import subprocess
import sys
from itertools import islice
from typing import Any

import pytest
from kafka import TopicPartition

from streams.core.pipeline import Pipeline
from streams.errors import BrokerError
from streams.inspection.tail import Sought, tail
from streams.kafka import client
from streams.settings import Settings
from tests.support.pipelines.harness import UnderTest

pytestmark = pytest.mark.kafka


def send(producer: Any, topic: str, *values: bytes, key: bytes = b"k", partition: int = 0) -> None:
    for value in values:
        producer.send(topic, key=key, value=value, partition=partition).get(timeout=20)


@pytest.mark.parametrize("follow", [False, True])
def test_records_of_all_partitions_are_shown_to_their_end_or_their_count(
    settings: Settings, pipeline: Pipeline, producer: Any, follow: bool
) -> None:
    topic = f"{settings.prefix}.order"
    for partition in range(4):
        send(producer, topic, *[b'{"n": %d}' % n for n in range(5)], partition=partition)

    sought = Sought(count=20 if follow else None)
    shown = list(tail(settings, pipeline, topic, sought, from_start=True, follow=follow))

    assert len(shown) == 20
    for partition in range(4):
        assert [record.offset for record in shown if record.partition == partition] == [0, 1, 2, 3, 4]


def test_only_records_that_match_are_shown(settings: Settings, pipeline: Pipeline, producer: Any) -> None:
    topic = f"{settings.prefix}.order"
    send(producer, topic, b'{"title": "F\\u00e4hre"}', b'{"title": "Bahn"}', b"FERRY", key=b"a")
    send(producer, topic, b"ferry", key=b"b")

    def values(sought: Sought) -> list[bytes | None]:
        records = tail(settings, pipeline, topic, sought, from_start=True, follow=False)
        return [record.value for record in records]

    assert values(Sought(text="fähre")) == [b'{"title": "F\\u00e4hre"}']
    assert values(Sought(text="ferry")) == [b"FERRY", b"ferry"]
    assert values(Sought(text="ferry", key="b")) == [b"ferry"]
    assert values(Sought(count=1)) == [b'{"title": "F\\u00e4hre"}']


def test_a_record_of_an_aborted_transaction_is_not_shown(settings: Settings, pipeline: Pipeline) -> None:
    topic = f"{settings.prefix}.order"
    with client.producer(settings, transactional_id=f"{settings.prefix}.t") as transactional:
        transactional.init_transactions()
        for value, end in (
            (b"no", transactional.abort_transaction),
            (b"yes", transactional.commit_transaction),
        ):
            transactional.begin_transaction()
            transactional.send(topic, key=b"k", value=value, partition=0)
            transactional.flush()
            end()

    shown = list(tail(settings, pipeline, topic, Sought(), from_start=True, follow=False))

    assert [record.value for record in shown] == [b"yes"]


def test_an_unknown_topic_is_one_sentence_with_the_topics_of_the_pipeline(
    settings: Settings, pipeline: Pipeline
) -> None:
    with pytest.raises(
        BrokerError, match=r"^there is no topic nosuch on Kafka; this pipeline has: order, result, "
    ):
        next(tail(settings, pipeline, "nosuch", Sought(), from_start=False, follow=True))


def start_tail(toy: UnderTest, *arguments: str) -> "subprocess.Popen[str]":
    toy.configure()
    toy.create_topics()
    environment = {**os.environ, **toy._environment(), "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(
        [sys.executable, "-m", "streams", "tail", *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_followed_topic_shows_records_as_they_arrive_and_ctrl_c_ends_it_quietly(toy: UnderTest) -> None:
    with start_tail(toy, "order", "--from-start", "--json") as process:
        assert process.stdout is not None
        toy.publish([(b"k1", b'{"n": 1}')])
        first = json.loads(process.stdout.readline())
        toy.publish([(b"k2", b"\xff")])
        second = json.loads(process.stdout.readline())
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)

    assert (first["key"], first["value"]) == ("k1", {"n": 1})
    assert (second["key"], second["value"]) == ("k2", "/w==")
    assert (process.returncode, out, err) == (0, "", "")


def test_a_tail_whose_output_is_closed_ends_quietly(toy: UnderTest) -> None:
    with start_tail(toy, "order", "--from-start") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        toy.publish([(b"k", b'{"title": "one"}')] * 3)
        seen = "".join(islice(process.stdout, 3))
        process.stdout.close()
        toy.publish([(b"k", b'{"title": "%s"}' % (b"x" * 300))] * 300)
        assert process.wait(timeout=20) == 0
        assert process.stderr.read() == ""

    assert "title one" in " ".join(seen.split())
    assert TopicPartition(toy.topic("order"), 0).topic in seen
