"""How long `GET /articles` takes among 100,000 records, for known and for unknown articles.

    python bench/lookup.py [RECORDS]

Starts a Kafka, fills the pipeline's topics like bench/trace.py, and starts the ingest API. When the index is
complete, it asks one question after the other, eight at once, and eight at once while 10 pages per second are
posted. The same again where nothing is acknowledged yet. Exits with 1 if an answer takes more than 0.5 s, or
is another than it must be.
"""

import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count, islice
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
#: The first of the numbers of articles that are nowhere.
UNKNOWN = 20_000_000
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


def measure(ingest: IngestProcess, name: str, numbers: list[int], at_once: int) -> tuple[float, Counter[int]]:
    """Ask about all of these; the longest time in seconds, and how often each status was the answer."""
    before = _spent(ingest)
    with ingest.client() as http, ThreadPoolExecutor(at_once) as threads:
        answers = list(threads.map(lambda number: asked(http, number), numbers))
    times, statuses = sorted(seconds for seconds, _ in answers), Counter(status for _, status in answers)
    parts = (times[len(times) // 2], times[-len(times) // 100], times[-1])
    figures = " ".join(f"{seconds * 1000:7.0f}" for seconds in parts)
    spent = (_spent(ingest) - before) / len(numbers) * 1000
    print(f"  {name:<38} {figures} {spent:9.0f}   {dict(statuses)}", flush=True)
    return times[-1], statuses


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


def measure_all(ingest: IngestProcess, known: list[int]) -> bool:
    """Whether each answer was right and in time. Fifty at once are too many, and do not count."""
    print(f"  {'in ms':<38}  median    99 % longest processor")
    kinds = {"known": (known, 200), "unknown": ([UNKNOWN + n for n in range(len(known))], 404)}
    passed = []
    for kind, (numbers, status) in kinds.items():
        rows = [measure(ingest, f"{kind}, one at a time", numbers, 1)]
        rows.append(measure(ingest, f"{kind}, eight at once", numbers, 8))
        with posting(ingest):
            rows.append(measure(ingest, f"{kind}, eight at once, pages posted", numbers, 8))
        passed += [longest <= MOST_SECONDS and set(statuses) == {status} for longest, statuses in rows]
    measure(ingest, "known, fifty at once", known, 50)
    return all(passed)


def some(articles: int) -> list[int]:
    """Numbers of known articles, and often those with many revisions, of which some are removed."""
    spread = (number * 7919 % articles for number in count())
    return [*islice((number for number in spread if number % 100 != 6), QUESTIONS - 20), *(6, 906) * 10]


def acknowledged(node: Broker, folder: Path, records: int) -> bool:
    settings = load_settings(bootstrap_servers=node.bootstrap_servers, prefix="lookup")
    pipeline = load_pipeline(settings)
    create_topics(settings, pipeline.all_topics())
    articles = fill(settings, pipeline, records)
    acknowledge_all(settings, pipeline)
    print(f"{records:,} records of {articles:,} articles, all acknowledged", flush=True)
    with started(settings, folder) as ingest:
        return measure_all(ingest, some(articles))


def waiting(node: Broker, folder: Path, records: int) -> bool:
    settings = load_settings(bootstrap_servers=node.bootstrap_servers, prefix="waiting")
    create_topics(settings, load_pipeline(settings).all_topics())
    with client.producer(settings, linger_ms=20, compression_type="lz4") as out:
        for number in range(records):
            out.send("waiting.raw", key=url(number).encode(), value=raw_value(number))
    print(f"{records:,} raw records, none acknowledged", flush=True)
    with started(settings, folder) as ingest:
        return measure_all(ingest, some(records))


def main() -> None:
    records = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as name, Broker(Path(name) / "kafka") as node:
        passed = [part(node, Path(name), records) for part in (acknowledged, waiting)]
    sys.exit(not all(passed))


if __name__ == "__main__":
    main()
