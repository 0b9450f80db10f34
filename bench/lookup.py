"""How long `GET /articles` takes among 100,000 records: one question at a time, and many at once.

    python bench/lookup.py [RECORDS]

Starts a Kafka, fills the pipeline's topics like bench/trace.py, and starts the ingest API. Then it waits
until the index is complete, asks about articles of each kind and about unknown ones, one after the other and
eight at once, and once more while 10 pages per second are posted. The same again where nothing is
acknowledged yet. Exits with 1 above 0.5 s.
"""

import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import httpx
import psutil

from bench.trace import acknowledge_all, fill, raw_value, url
from streams.core.pipeline import load_pipeline
from streams.kafka import client
from streams.kafka.topics import create_topics
from streams.local.broker.node import Broker
from streams.settings import Settings, load_settings
from tests.support.http.ingest_api import IngestProcess, running

MOST_SECONDS = 0.5
QUESTIONS = 200
JSON = {"content-type": "application/json"}


@contextmanager
def started(settings: Settings, folder: Path) -> Iterator[IngestProcess]:
    """The ingest API with a complete index."""
    began = time.monotonic()
    own = {"COPYDESK_BOOTSTRAP_SERVERS": settings.bootstrap_servers, "COPYDESK_PREFIX": settings.prefix}
    config = folder / "none.toml"
    config.touch()
    with running(config, folder / "ingest.log", **own) as ingest, ingest.client() as http:
        while http.get("/articles", params={"url": url(0)}).status_code == 503:
            time.sleep(0.2)
        print(f"  the index is complete {time.monotonic() - began:.1f} s after the start", flush=True)
        yield ingest


def asked(http: httpx.Client, number: int) -> tuple[float, int]:
    """Seconds and status of one question."""
    began = time.monotonic()
    status = http.get("/articles", params={"url": url(number)}).status_code
    return time.monotonic() - began, status


def measure(ingest: IngestProcess, name: str, numbers: list[int], at_once: int) -> float:
    """Ask about all of these; the longest time in seconds."""
    before = _spent(ingest)
    with ingest.client() as http, ThreadPoolExecutor(at_once) as threads:
        answers = list(threads.map(lambda number: asked(http, number), numbers))
    times = sorted(seconds for seconds, _ in answers)
    statuses = dict(Counter(status for _, status in answers))
    parts = {"median": times[len(times) // 2], "99 %": times[-len(times) // 100], "longest": times[-1]}
    figures = ", ".join(f"{part} {seconds * 1000:.0f} ms" for part, seconds in parts.items())
    print(
        f"  {name}: {figures}; {statuses};"
        f" {(_spent(ingest) - before) / len(numbers) * 1000:.0f} ms of processor for each",
        flush=True,
    )
    return times[-1]


def _spent(ingest: IngestProcess) -> float:
    """Processor seconds of the ingest API until now."""
    used = psutil.Process(ingest.process.pid).cpu_times()
    return float(used.user + used.system)


@contextmanager
def posting(ingest: IngestProcess) -> Iterator[None]:
    """Meanwhile, pages are posted."""
    stopped = threading.Event()

    def post() -> None:
        with ingest.client() as http:
            for number in count(10_000_000):
                http.post("/pages", content=raw_value(number), headers=JSON)
                if stopped.wait(0.1):
                    return

    thread = threading.Thread(target=post)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


def measure_all(ingest: IngestProcess, numbers: list[int]) -> float:
    measure(ingest, "an article with many revisions", [6] * 20, 1)
    longest = [measure(ingest, "one at a time", numbers, 1), measure(ingest, "eight at once", numbers, 8)]
    with posting(ingest):
        longest.append(measure(ingest, "eight at once, and pages are posted", numbers, 8))
    measure(ingest, "fifty at once", numbers, 50)
    return max(longest)


def main() -> None:
    records = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder, Broker(Path(folder) / "kafka") as node:
        settings = load_settings(bootstrap_servers=node.bootstrap_servers, prefix="lookup")
        pipeline = load_pipeline(settings)
        create_topics(settings, pipeline.all_topics())
        articles = fill(settings, pipeline, records)
        acknowledge_all(settings, pipeline)
        # Among them articles with many revisions, removed ones, and unknown ones.
        known_and_unknown = articles + articles // 10
        some = [number * 7919 % known_and_unknown for number in range(QUESTIONS - 20)]
        some += [6, 1006, 7006, 906] * 5
        print(f"{records:,} records of {articles:,} articles, all acknowledged")
        with started(settings, Path(folder)) as ingest:
            longest = measure_all(ingest, some)
        other = load_settings(bootstrap_servers=node.bootstrap_servers, prefix="waiting")
        create_topics(other, load_pipeline(other).all_topics())
        with client.producer(other, linger_ms=20, compression_type="lz4") as out:
            for number in range(records):
                out.send("waiting.raw", key=url(number).encode(), value=raw_value(number))
        print(f"{records:,} raw records, none acknowledged")
        with started(other, Path(folder)) as ingest:
            longest = max(longest, measure_all(ingest, some))
    sys.exit(longest > MOST_SECONDS)


if __name__ == "__main__":
    main()
