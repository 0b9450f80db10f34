"""The worst pages on a real broker: one fate each, those beside them finish, and memory stays bounded."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaProducer

from streams.broker.node import Broker
from streams.opening import opened
from tests.hostile.corpus import CORPUS
from tests.hostile.record import JSON, URL
from tests.hostile.rule import offences
from tests.kafka.harness import PATIENCE, header, until
from tests.kafka.newsdesk import NewsDesk, Raw
from tests.kafka.newspaper import raw, url

pytestmark = [
    pytest.mark.kafka,
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells peaks of memory"),
]
MIB = 1_048_576
GOOD = 20
#: What each becomes at the clean stage.
WORST = {
    "gzip bomb": "invalid",
    "100,000 attributes on one tag": "invalid",
    "a million empty tags": "invalid",
    "JSON 100,000 levels deep": "invalid",
    "half a pair in JSON": "invalid",
    "meta 500 levels deep": "failed",
    "gzip bomb in gzip": "not-an-article",
    "a ZIP": "not-an-article",
    "100,000 nested div": "sent",
    "billion laughs": "sent",
    "10,000 headers": "sent",
    "a header of 6 MB": "sent",
    "turns": "sent",
    "script in the page": "sent",
    "script in JSON-LD": "sent",
}
#: In memory; on the way 10 and 300 KB. Two of 200 MiB, unpacked in one go, took the worker 960.
VAST = 80 * MIB


class Seen:
    """The desk, what was made of each record, and the greatest memory of the worker itself in MiB."""

    def __init__(self, desk: NewsDesk, placed: dict[str, str], memory: int) -> None:
        self.memory = memory
        made = desk.made_of("clean", "discarded", "dead.clean")
        self.of = {name: made.get(at, []) for name, at in placed.items()}


@pytest.fixture(scope="module")
def seen(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    """The worst among good ones, worked off by the clean stage."""
    desk = NewsDesk(broker.bootstrap_servers, "hostile", tmp_path_factory.mktemp("hostile"))
    desk.set_up(partitions=1)
    pages = {name: CORPUS[name]() for name in WORST}
    records = {
        **{f"good {n}": Raw(value=raw(n)) for n in range(GOOD // 2)},
        **{name: Raw(key=one.key, value=one.value, headers=one.headers) for name, one in pages.items()},
    }
    last = {f"good {n}": Raw(value=raw(n)) for n in range(GOOD // 2, GOOD)}
    try:
        placed = dict(zip(records, desk.publish_raw(records.values()), strict=True))
        placed |= {codec: vast(desk, codec) for codec in ("zstd", "lz4")}
        placed |= dict(zip(last, desk.publish_raw(last.values()), strict=True))
        worker = desk.start("worker", "clean")
        until(lambda: desk.lag_of("clean") == 0, "the clean stage has worked off all", 100)
        peak = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{worker.pid}/status").read_text())
        yield Seen(desk, placed, int(peak[1]) // 1024 if peak else 0)
    finally:
        desk.stop()


def vast(desk: NewsDesk, codec: str) -> str:
    """Publish a record that is small only on the way. Where it lies."""
    value = b'{"url": "%s", "text": "%s"}' % (URL.encode(), b"a" * VAST)
    producer: Any = opened(
        KafkaProducer,
        bootstrap_servers=desk.bootstrap,
        compression_type=codec,
        max_request_size=2 * VAST,
        batch_size=0,
    )
    lies = producer.send(desk.topic("raw"), key=URL.encode(), value=value, headers=list(JSON)).get(PATIENCE)
    producer.close()
    return f"{lies.topic}/{lies.partition}/{lies.offset}"


@pytest.mark.parametrize("name", WORST)
def test_a_hostile_record_has_one_fate_and_its_reason(seen: Seen, name: str) -> None:
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
def test_a_record_that_is_small_only_compressed_is_too_large_and_its_letter_says_where_it_lies(
    seen: Seen, codec: str
) -> None:
    [letter] = seen.of[codec]
    assert header(letter, "copydesk_reason") == "too-large"
    assert letter.value == b""
    assert VAST < int(header(letter, "copydesk_by_reference")) < VAST + 1000


@pytest.mark.parametrize("number", range(GOOD))
def test_the_articles_around_them_finish(seen: Seen, number: int) -> None:
    [record] = seen.of[f"good {number}"]
    assert json.loads(record.value)["url"] == url(number)


def test_the_worker_itself_stays_small(seen: Seen) -> None:
    assert seen.memory < 400
