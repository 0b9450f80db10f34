"""Whether any process grows: the whole pipeline at half of its throughput, with every kind of sink.

    python -m bench.soak --minutes 60                      a table, and build/soak.json
    python -m bench.soak --minutes 8 --file-minutes 1      many Parquet files in a short time

Starts a Kafka, the stages with the real models, and the sinks sql (SQLite), jsonl, parquet and webhook (a
receiver on loopback). It measures the throughput first. Every 10 s it notes the memory of each process.
The verdict goes by its own (anonymous) memory: RSS counts mapped files too, which the kernel may take back.
"""

import argparse
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from itertools import count, cycle
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from bench.growth import Sample, judged, markdown
from streams.core.pipeline import Pipeline, load_pipeline
from streams.errors import CopydeskError
from streams.inspection.status import read_status
from streams.kafka import client
from streams.kafka.topics import create_topics
from streams.local.broker.node import Broker
from streams.local.supervisor import Supervisor
from streams.settings import Settings, load_settings
from tests.reliability.articles import HEADERS, articles
from tests.reliability.receiver import Receiver, sink
from tests.reliability.watched import pool_processes_of

EXAMPLE = "example: python -m bench.soak --minutes 8 --file-minutes 1 --out build/soak.json"
SINKS = ("lines", "rows", "files", "posts")
#: Articles that are published at once: to warm up, and then to measure the throughput.
WARM_UP, BURST = 60, 400
SAMPLE_SECONDS = 10.0
STUCK_SECONDS = 300.0
MIB = 1_048_576

Record = tuple[bytes, bytes | None, list[tuple[str, bytes]]]


def main() -> int:
    """Run, print the table, write the JSON. Exit code 1 where a process grows."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="copydesk-soak-") as name, ExitStack() as stack:
        soak = Soak(stack, options.keep or Path(name), options.file_minutes)
        rate = soak.throughput(options.rate) / 2
        soak.run(options.minutes, rate)
    verdicts = judged(soak.samples)
    text = markdown(verdicts)
    about = {"minutes": options.minutes, "file_minutes": options.file_minutes, "articles_a_second": rate}
    about |= {"published": soak.published, "posted": soak.receiver.posted, "samples": soak.samples}
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps({**about, "verdicts": [verdict.as_dict() for verdict in verdicts]}))
    print(text)
    print(f"{soak.published:,} articles, {rate:.1f}/s, {options.minutes:g} min; samples: {options.out}")
    return 1 if any(verdict.grows for verdict in verdicts) else 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.soak",
        description=__doc__,
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--minutes", type=float, default=60, help="how long at half load (%(default)s)")
    parser.add_argument("--file-minutes", type=int, default=5, help="of the sink parquet (%(default)s)")
    parser.add_argument("--rate", type=float, help="full load, articles a second; else it is measured")
    parser.add_argument("--out", type=Path, default=Path("build/soak.json"), help="samples (%(default)s)")
    parser.add_argument("--keep", type=Path, help="keep Kafka's data, the sinks' files and the logs here")
    return parser.parse_args()


class Soak:
    """The pipeline with its own Kafka; the stack stops both."""

    def __init__(self, stack: ExitStack, folder: Path, file_minutes: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.console = Console(stderr=True)
        self.console.print("starting Kafka and the pipeline")
        self.samples: dict[str, list[Sample]] = {}
        self.published = 0
        self.receiver = Receiver()
        stack.callback(self.receiver.stop)
        self.kafka = stack.enter_context(Broker(folder / "kafka"))
        file = folder / "copydesk.toml"
        file.write_text(configuration(folder, self.kafka, self.receiver.url, file_minutes))
        os.environ["COPYDESK_CONFIG"] = str(file)
        self.settings: Settings = load_settings(bootstrap_servers=self.kafka.bootstrap_servers)
        self.pipeline: Pipeline = load_pipeline(self.settings)
        create_topics(self.settings, self.pipeline.all_topics())
        own = {"COPYDESK_CONFIG": str(file), "COPYDESK_PROBES__PORT": "0"}
        self.supervisor = Supervisor(own, self.settings.worker.stop_seconds, output=folder)
        stack.callback(self.supervisor.stop)
        for stage in self.pipeline.stages:
            self.supervisor.start(stage.name, ["worker", stage.name])
        for name in SINKS:
            self.supervisor.start(name, ["sink", name])
        self._producer = stack.enter_context(client.producer(self.settings, linger_ms=5))
        self._records = records(self.pipeline)
        self._progress = stack.enter_context(
            Progress(TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=self.console)
        )

    def throughput(self, known: float | None) -> float:
        """Articles a second through all stages and sinks: as given, or measured after a warm-up."""
        task = self._progress.add_task("measuring the throughput", total=None)
        self._publish(WARM_UP)
        self._drained()
        if known:
            self._progress.remove_task(task)
            return known
        began = time.monotonic()
        self._publish(BURST)
        self._drained()
        full = BURST / (time.monotonic() - began)
        self._progress.remove_task(task)
        self.console.print(f"full load: {full:.1f} articles a second")
        return full

    def run(self, minutes: float, rate: float) -> None:
        """Publish at this rate for this long, and note the memory of each process."""
        task = self._progress.add_task("at half load", total=60 * minutes)
        began = time.monotonic()
        before, next_sample = self.published, 0.0
        while (now := time.monotonic() - began) < 60 * minutes:
            self.supervisor.look()
            self._publish(max(0, int(rate * now) - (self.published - before)))
            if now >= next_sample:
                self._sample(now)
                next_sample += SAMPLE_SECONDS
                report = f"{self.published:,} published, {self._lag():,} records wait"
                self._progress.update(task, completed=now, description=report)
            time.sleep(0.1)
        self._progress.update(task, completed=60 * minutes, description="working off the rest")
        self._drained()

    def _publish(self, many: int) -> None:
        topic = self.pipeline.stages[0].reads.full_name
        for _ in range(many):
            key, value, headers = next(self._records)
            self._producer.send(topic, value, key, headers=headers)
        self.published += many

    def _drained(self) -> None:
        """Wait until no stage or sink has lag."""
        self._producer.flush()
        least, since = self._lag(), time.monotonic()
        while (lag := self._lag()) or self._lag():
            self.supervisor.look()
            if lag < least:
                least, since = lag, time.monotonic()
            if time.monotonic() - since > STUCK_SECONDS:
                raise SystemExit(f"the lag stayed at {lag:,} records for {STUCK_SECONDS:g} s")
            time.sleep(0.2)

    def _lag(self) -> int:
        try:
            status = read_status(self.settings, self.pipeline, with_reconciliation=False)
        except CopydeskError:
            return sys.maxsize
        return sum(owner.lag for owner in (*status.stages, *status.sinks))

    def _sample(self, now: float) -> None:
        for name, process in self._processes():
            with suppress(psutil.NoSuchProcess):
                self.samples.setdefault(name, []).append((now, *held(process)))

    def _processes(self) -> Iterator[tuple[str, psutil.Process]]:
        yield "Kafka (Java)", psutil.Process(self.kafka.pid)
        for name, supervised in self.supervisor.processes.items():
            if supervised.process is None:
                continue
            with suppress(psutil.NoSuchProcess):
                parent = psutil.Process(supervised.process.pid)
                yield name, parent
                workers = sorted(pool_processes_of(parent), key=lambda process: process.pid)
                for number, process in enumerate(workers, 1):
                    yield f"{name}, pool process {number}", process


def held(process: psutil.Process) -> tuple[float, float]:
    """MiB of RSS, and of the process's own memory. On Linux that is anonymous memory: USS changes when other
    processes map the same library."""
    status = Path(f"/proc/{process.pid}/status")
    if not status.exists():
        full = process.memory_full_info()
        return full.rss / MIB, full.uss / MIB
    lines = dict(line.partition(":")[::2] for line in status.read_text().splitlines())
    rss, own = (int(lines[name].split()[0]) / 1024 for name in ("VmRSS", "RssAnon"))
    return rss, own


def records(pipeline: Pipeline) -> Iterator[Record]:
    """Realistic pages, each with its own URL, and between them short ones with corrections and takedowns;
    without end."""
    assert pipeline.samples is not None
    pages = [
        path.read_bytes() for path in sorted(pipeline.samples.glob("*.html")) if path.stat().st_size > 2000
    ]
    short = articles(sys.maxsize, 2026)
    for number, page in zip(count(), cycle(pages)):
        yield (
            f"https://soak.example/{number}".encode(),
            numbered(page, number),
            [("content-type", b"text/html")],
        )
        article = next(short)
        yield article.key, article.value, list(HEADERS)


def numbered(page: bytes, number: int) -> bytes:
    """The page with its own name and number in the text: otherwise all would have the same content."""
    return page.replace(b"</p>", b" File %d was read by Ms. Agent%d Miller.</p>" % (number, number), 1)


def configuration(folder: Path, kafka: Any, url: str, file_minutes: int) -> str:
    """The configuration of the pipeline with every kind of sink."""
    return f"""
bootstrap_servers = "{kafka.bootstrap_servers}"
partitions = 4
[sinks.lines]
kind = "jsonl"
folder = "{folder / "lines"}"
[sinks.rows]
kind = "sql"
url = "sqlite:///{folder / "rows.sqlite"}"
[sinks.files]
kind = "parquet"
folder = "{folder / "files"}"
minutes = {file_minutes}
[sinks.posts]
{sink(url, folder)}"""


if __name__ == "__main__":
    sys.exit(main())
