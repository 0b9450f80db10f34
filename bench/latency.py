"""How long a page takes from its publication to its finished record, on an idle developer's machine.

    python bench/latency.py            30 pages, one at a time
    python bench/latency.py 100        100 pages

Starts its own Kafka and the three stages. The pages are those of ../shared/data if that exists, else the
pipeline's samples. Measured from before the send until a reader has the record. Aim: a median under 150 ms.
"""

import gzip
import json
import logging
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from kafka import TopicPartition

from streams.core.pipeline import load_pipeline
from streams.ingest.files import Input, ReadOptions, find_sources, read_sources
from streams.kafka import client
from streams.local.demo import pipeline_in_a_folder
from streams.settings import Settings, load_settings

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
HTML = [("content-type", b"text/html")]
ENDS = ("summaries", "discarded", "dead.clean", "dead.entities", "dead.summaries")
PATIENCE_SECONDS = 60.0
AIM_MS = 150


def pages(samples: Path) -> Iterator[tuple[bytes, bytes, list[tuple[str, bytes]]]]:
    """Key, value and headers of each page."""
    if DATA.is_dir():
        for row in (DATA / "pages" / "aeb.jsonl").read_text("utf-8").splitlines():
            gold = json.loads(row)
            yield gold["url"].encode(), gzip.decompress((DATA / gold["file"]).read_bytes()), HTML
        return
    for page in read_sources(find_sources([str(samples)], ReadOptions()), ReadOptions()):
        if isinstance(page, Input):
            yield page.record.key or b"", page.record.value, list(page.record.headers)


class Follower:
    """Reads the topics in which an article can end, from now on."""

    def __init__(self, reader: Any, prefix: str) -> None:
        names = [f"{prefix}.{name}" for name in ENDS]
        self._reader = reader
        partitions = [TopicPartition(n, p) for n in names for p in reader.partitions_for_topic(n) or ()]
        reader.assign(partitions)
        reader.seek_to_end(*partitions)
        for partition in partitions:
            reader.position(partition)

    def next_end(self) -> str:
        """The topic in which the next article ends."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            for records in self._reader.poll(timeout_ms=1000).values():
                return str(records[0].topic)
        raise SystemExit(f"a page was not finished within {PATIENCE_SECONDS:g} s")


def measure(settings: Settings, samples: Path, count: int) -> list[float]:
    """Milliseconds for each finished page. The first three are only for warming up."""
    took: list[float] = []
    with client.consumer(settings) as reader, client.producer(settings) as out:
        follower = Follower(reader, settings.prefix)
        for number, (key, value, headers) in zip(range(count + 3), pages(samples), strict=False):
            began = time.perf_counter()
            out.send(f"{settings.prefix}.raw", key=key, value=value, headers=headers)
            out.flush()
            ended = follower.next_end()
            milliseconds = 1000 * (time.perf_counter() - began)
            if number >= 3 and ended.endswith(".summaries"):
                took.append(milliseconds)
            # So that the pipeline is idle for every page.
            time.sleep(0.1)
    return took


def main() -> None:
    # A new topic has no leader for a moment, and kafka-python warns of that.
    logging.getLogger("kafka").setLevel(logging.ERROR)
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    settings = load_settings()
    pipeline = load_pipeline(settings)
    assert pipeline.samples is not None
    with pipeline_in_a_folder(settings, pipeline, lambda text: print(text, file=sys.stderr)) as (ours, _):
        took = sorted(measure(ours, pipeline.samples, count))
    p50, p95 = statistics.median(took), took[len(took) * 95 // 100]
    print(f"{len(took)} pages, ms: p50 {p50:.0f}, p95 {p95:.0f}, max {took[-1]:.0f} (aim: p50 < {AIM_MS})")


if __name__ == "__main__":
    main()
