"""The worst pages on a real broker: each has an outcome, other articles finish, and memory stays bounded."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaProducer

from streams.kafka.client import opened
from streams.local.broker.node import Broker
from tests.hostile.corpus import CORPUS
from tests.hostile.record import JSON, URL
from tests.hostile.rule import offences
from tests.support.articles.newspaper import raw, url
from tests.support.pipelines.harness import PATIENCE, header, until
from tests.support.pipelines.news import NewsPipeline, Raw

pytestmark = [
    pytest.mark.kafka,
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux reports peaks of memory"),
]
MIB = 1_048_576
GOOD = 20
#: The outcome, or its reason, of each at the clean stage.
WORST = {
    "gzip bomb": "invalid",
    "100,000 attributes on one tag": "invalid",
    "a million empty tags": "invalid",
    "JSON 100,000 levels deep": "invalid",
    "half a pair in JSON": "invalid",
    "meta 500 levels deep": "failed",
    "gzip bomb in gzip": "invalid",
    "a ZIP": "not-an-article",
    "100,000 nested div": "sent",
    "billion laughs": "sent",
    "10,000 headers": "sent",
    "a header of 6 MB": "sent",
    "turns": "sent",
    "script in the page": "sent",
    "script in JSON-LD": "sent",
}
#: In memory; compressed 10 and 300 KB. Two of 200 MiB, unpacked at once, took the worker to 960 MiB.
OVERSIZED = 80 * MIB


class Seen:
    """The records that came of each raw record, by its name, and the peak memory of the worker in MiB."""

    def __init__(self, pipeline: NewsPipeline, placed: dict[str, str], memory: int) -> None:
        self.memory = memory
        results = pipeline.made_of("clean", "discarded", "dead.clean")
        self.of = {name: results.get(place, []) for name, place in placed.items()}


@pytest.fixture(scope="module")
def seen(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    """The worst pages among good articles, processed by the clean stage."""
    pipeline = NewsPipeline(broker.bootstrap_servers, "hostile", tmp_path_factory.mktemp("hostile"))
    pipeline.set_up(partitions=1)
    pages = {name: CORPUS[name]() for name in WORST}
    records = {
        **{f"good {n}": Raw(value=raw(n)) for n in range(GOOD // 2)},
        **{name: Raw(key=page.key, value=page.value, headers=page.headers) for name, page in pages.items()},
    }
    last = {f"good {n}": Raw(value=raw(n)) for n in range(GOOD // 2, GOOD)}
    try:
        placed = dict(zip(records, pipeline.publish_raw(records.values()), strict=True))
        placed |= {codec: oversized(pipeline, codec) for codec in ("zstd", "lz4")}
        placed |= dict(zip(last, pipeline.publish_raw(last.values()), strict=True))
        worker = pipeline.start("worker", "clean")
        until(lambda: pipeline.lag_of("clean") == 0, "the clean stage has worked off all", 100)
        peak = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{worker.pid}/status").read_text())
        yield Seen(pipeline, placed, int(peak[1]) // 1024 if peak else 0)
    finally:
        pipeline.stop()


def oversized(pipeline: NewsPipeline, codec: str) -> str:
    """Publish a record that is small only when compressed. Returns its topic, partition and offset."""
    value = b'{"url": "%s", "text": "%s"}' % (URL.encode(), b"a" * OVERSIZED)
    producer: Any = opened(
        KafkaProducer,
        bootstrap_servers=pipeline.bootstrap,
        compression_type=codec,
        max_request_size=2 * OVERSIZED,
        batch_size=0,
    )
    sent = producer.send(pipeline.topic("raw"), key=URL.encode(), value=value, headers=list(JSON))
    metadata = sent.get(PATIENCE)
    producer.close()
    return f"{metadata.topic}/{metadata.partition}/{metadata.offset}"


@pytest.mark.parametrize("name", WORST)
def test_a_hostile_record_has_one_outcome_and_its_reason(seen: Seen, name: str) -> None:
    [record] = seen.of[name]
    if record.topic.endswith(".clean") and "dead" not in record.topic:
        assert WORST[name] == "sent"
        assert offences(json.loads(record.value)) == []
    elif record.topic.endswith(".discarded"):
        assert json.loads(record.value)["reason"] == WORST[name]
    else:
        assert header(record, "copydesk_reason") == WORST[name]
        assert header(record, "__connect.errors.exception.message")


@pytest.mark.parametrize("codec", ["zstd", "lz4"])
def test_a_record_that_is_small_only_when_compressed_is_too_large_and_its_dead_letter_refers_to_it(
    seen: Seen, codec: str
) -> None:
    [dead_letter] = seen.of[codec]
    assert header(dead_letter, "copydesk_reason") == "too-large"
    assert dead_letter.value == b""
    assert OVERSIZED < int(header(dead_letter, "copydesk_by_reference")) < OVERSIZED + 1000


def test_the_articles_around_them_finish_and_the_worker_itself_stays_small(seen: Seen) -> None:
    for number in range(GOOD):
        [record] = seen.of[f"good {number}"]
        assert json.loads(record.value)["url"] == url(number)
    assert seen.memory < 400
