"""A pipeline under test: real topics on a real broker, real worker processes, and what they wrote."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any

import psutil
import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import KafkaError

from streams.core.pipeline import load_pipeline
from streams.kafka.client import opened
from streams.kafka.initial_offsets import begin_groups
from streams.kafka.topics import create_topics
from streams.settings import load_settings
from tests.support.machine.patience import FACTOR
from tests.support.places import ROOT

#: Workers under test have it on their path: pipelines that they load, and programs in place of `streams`.
PROGRAMS = ROOT / "tests" / "support" / "programs"
PATIENCE = 60.0 * FACTOR
#: How Python runs a worker; `--first-loop` puts the loop as it was first written in its place.
WORKER = ["-m", "streams"]


def until(condition: Callable[[], Any], description: str, patience: float = 60.0) -> Any:
    """Wait until `condition` gives something true, and return that.

    Fail after `patience` seconds, or more on a slow machine (`TEST_PATIENCE`).
    """
    deadline = time.monotonic() + patience * FACTOR
    while not (result := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"after {patience * FACTOR:g} s still not: {description}")
        time.sleep(0.05)
    return result


@dataclass
class UnderTest:
    """The toy pipeline with a prefix of its own. Its files are in `folder`."""

    bootstrap: str
    prefix: str
    folder: Path
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=lambda: {"COPYDESK_PROBES__PORT": "0"})

    def configure(self, *, work: dict[str, Any] | None = None, partitions: int = 4, **worker: Any) -> None:
        """Write the configuration for workers and commands of this pipeline."""
        self.folder.mkdir(parents=True, exist_ok=True)
        quick = {"commit_seconds": 0.3, "session_seconds": 6, "rebalance_seconds": 20, "article_seconds": 5}
        lines = [
            'pipeline = "toy_pipeline"',
            f'bootstrap_servers = "{self.bootstrap}"',
            f'prefix = "{self.prefix}"',
            f"partitions = {partitions}",
            "[worker]",
            *(f"{name} = {json.dumps(value)}" for name, value in {**quick, **worker}.items()),
            "[stages.toy.work]",
            *(f"{name} = {json.dumps(value)}" for name, value in (work or {}).items()),
            "[sinks.jsonl]",
            f'folder = "{self.folder / "articles"}"',
        ]
        (self.folder / "copydesk.toml").write_text("\n".join(lines) + "\n")

    def run(
        self, *arguments: str, program: Sequence[str] = ("-m", "streams")
    ) -> subprocess.CompletedProcess[str]:
        """Run a command of the command line to its end."""
        return subprocess.run(
            [sys.executable, *program, *arguments],
            env=self._environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )

    def create_topics(self, **overrides: dict[str, int]) -> None:
        """Create the topics; `overrides` as in `[topics.<name>]`, with `_` for the dot in a topic's name."""
        path = self.folder / "copydesk.toml"
        tables = [
            f'[topics."{name.replace("_", ".")}"]\n'
            + "".join(f'"{key}" = {value}\n' for key, value in settings.items())
            for name, settings in overrides.items()
        ]
        path.write_text(path.read_text() + "".join(tables))
        with pytest.MonkeyPatch.context() as patch:
            patch.syspath_prepend(str(PROGRAMS))
            for variable, value in self._variables().items():
                patch.setenv(variable, value)
            settings = load_settings()
            pipeline = load_pipeline(settings)
            begin_groups(settings, pipeline, create_topics(settings, pipeline.all_topics()).created)

    def start(self, *arguments: str, program: Sequence[str] = ()) -> subprocess.Popen[bytes]:
        """Start a worker (`worker toy` by default). Its log is `worker-<n>.log`."""
        with (self.folder / f"worker-{len(self.workers)}.log").open("wb") as log:
            worker = subprocess.Popen(
                [sys.executable, *(program or WORKER), *(arguments or ("worker", "toy"))],
                env=self._environment(),
                stderr=log,
            )
        self.workers.append(worker)
        return worker

    def log(self, number: int = 0) -> str:
        """The log of a worker so far."""
        return (self.folder / f"worker-{number}.log").read_text()

    def publish(
        self,
        orders: Iterable[dict[str, Any] | tuple[bytes | None, bytes | None]],
        topic: str = "order",
        **producer: Any,
    ) -> int:
        """Publish orders, or pairs of key and raw value, all confirmed. Returns their number."""
        with self.producer(**producer) as out:
            sent = [
                out.send(self.topic(topic), key=key, value=value)
                for key, value in map(_key_and_value, orders)
            ]
            out.flush()
            for future in sent:
                future.get(timeout=PATIENCE)
        return len(sent)

    @contextmanager
    def producer(self, **settings: Any) -> Iterator[Any]:
        """A producer that takes large records."""
        out = opened(
            KafkaProducer, bootstrap_servers=self.bootstrap, **{"max_request_size": 64_000_000, **settings}
        )
        try:
            yield out
        finally:
            out.close()

    def read(self, name: str) -> list[Any]:
        """All records of a topic, by partition and offset."""
        reader, topic = self.reader, self.topic(name)
        partitions = _partitions(reader, topic)
        ends = reader.end_offsets(partitions)
        reader.assign(partitions)
        reader.seek_to_beginning(*partitions)
        read: list[Any] = []
        while any(reader.position(partition) < end for partition, end in ends.items()):
            for records in reader.poll(timeout_ms=500).values():
                read += records
        return sorted(read, key=lambda record: (record.partition, record.offset))

    @cached_property
    def reader(self) -> Any:
        """A consumer of committed records only. Open until `stop`: what is awaited is read many times."""
        return opened(
            KafkaConsumer,
            bootstrap_servers=self.bootstrap,
            isolation_level="read_committed",
            max_partition_fetch_bytes=16_000_000,
        )

    @cached_property
    def admin(self) -> Any:
        """An admin client, open until `stop`."""
        return opened(KafkaAdminClient, bootstrap_servers=self.bootstrap)

    def results(self) -> list[dict[str, Any]]:
        """The results that the stage has written, without takedowns."""
        return [json.loads(record.value) for record in self.read("result") if record.value is not None]

    def dead_letters(self) -> list[tuple[str, int]]:
        """Reason and order number (-1 if it has none) of each dead letter."""
        return [
            (header(record, "copydesk_reason"), _number(record.value)) for record in self.read("dead.toy")
        ]

    def lag(self) -> int:
        """Records that the group has not acknowledged. A partition without a commit counts in full."""
        group = f"copydesk.{self.prefix}.toy"
        try:
            committed = self.admin.list_group_offsets([group])[group]
        except KafkaError as error:
            if not error.retriable:
                raise
            committed = {}  # a broker that has just started knows no group yet, or answers "not yet"
        partitions = _partitions(self.reader, self.topic("order"))
        ends = self.reader.end_offsets(partitions)
        offsets = {partition: max(0, stored.offset) for partition, stored in committed.items()}
        return sum(ends[partition] - offsets.get(partition, 0) for partition in partitions)

    def drained(self, patience: float = 60.0) -> None:
        until(lambda: self.lag() == 0, f"drained ({self.prefix})", patience)

    def topic(self, name: str) -> str:
        return f"{self.prefix}.{name}"

    def stop(self) -> None:
        """Kill all workers that are still running, and close our clients."""
        for worker in self.workers:
            if worker.poll() is None:
                worker.send_signal(signal.SIGCONT)
                worker.kill()
            worker.wait()
        for name in {"reader", "admin"} & vars(self).keys():
            vars(self).pop(name).close()

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "streams", *arguments]

    def _environment(self) -> dict[str, str]:
        return {**os.environ, **self.variables}

    @property
    def variables(self) -> dict[str, str]:
        """What a command of this pipeline needs in its environment."""
        path = os.pathsep.join([str(PROGRAMS), str(ROOT), os.environ.get("PYTHONPATH", "")])
        return {"PYTHONPATH": path, **self._variables()}

    def _variables(self) -> dict[str, str]:
        return {**self.environment, "COPYDESK_CONFIG": str(self.folder / "copydesk.toml")}


def order(n: int, *, key: str | None = None, do: str = "", pad: str = "") -> dict[str, Any]:
    """An order. Its id is also its key."""
    return {"id": key or f"k{n}", "n": n, "do": do, "pad": pad}


def results_and_takedowns(count: int) -> Iterator[tuple[bytes, bytes | None]]:
    """Key and value of results of different sizes, revisions of 50 orders; every twentieth is a takedown."""
    for n in range(count):
        value = None if n % 20 == 7 else json.dumps(order(n, pad="x" * (n % 300))).encode()
        yield f"k{n % 50}".encode(), value


def header(record: Any, name: str) -> str:
    """The last header of that name in a kafka-python record, as text; empty if there is none."""
    return next((value.decode() for key, value in reversed(record.headers) if key == name), "")


def newest(pipeline: UnderTest) -> dict[str, int | None]:
    """Key → order number of its last result, None if removed: what a reader that keeps one per key has."""
    return {
        record.key.decode(): None if record.value is None else json.loads(record.value)["n"]
        for record in pipeline.read("result")
    }


def noise(size: int, seed: int = 1) -> str:
    """Random text, which hardly compresses."""
    return Random(seed).randbytes(size // 2).hex()


def descendants_of(pid: int) -> list[psutil.Process]:
    """All processes below a process."""
    return psutil.Process(pid).children(recursive=True)


def _key_and_value(
    record: dict[str, Any] | tuple[bytes | None, bytes | None],
) -> tuple[bytes | None, bytes | None]:
    return record if isinstance(record, tuple) else (record["id"].encode(), json.dumps(record).encode())


def _partitions(reader: Any, topic: str) -> list[TopicPartition]:
    reader.topics()  # else a topic that has grown, or was recreated, is as it was
    return [TopicPartition(topic, number) for number in reader.partitions_for_topic(topic) or ()]


def _number(value: bytes | None) -> int:
    try:
        return int(json.loads(value or b"null")["n"])
    except (ValueError, TypeError, KeyError):
        return -1
