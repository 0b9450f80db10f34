"""A desk under test: real topics on a real broker, real worker processes, and what they wrote."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import psutil
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import KafkaError

from streams.opening import opened

TOY_DESK = Path(__file__).parent
PATIENCE = 60.0
#: How Python runs a worker; `--first-loop` puts the loop as it was first written in its place.
WORKER = ["-m", "streams"]


def until(happened: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
    """Wait for something outside this process; fail with `what` when patience is at its end."""
    deadline = time.monotonic() + patience
    while not (result := happened()):
        if time.monotonic() > deadline:
            raise AssertionError(f"after {patience:g} s still not: {what}")
        time.sleep(0.05)
    return result


@dataclass
class UnderTest:
    """The toy desk on one prefix. Its files lie in `folder`."""

    bootstrap: str
    prefix: str
    folder: Path
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=lambda: {"COPYDESK_PROBES__PORT": "0"})

    def configure(self, *, work: dict[str, Any] | None = None, partitions: int = 4, **worker: Any) -> None:
        """Write the configuration that workers and commands of this desk read."""
        self.folder.mkdir(parents=True, exist_ok=True)
        quick = {"commit_seconds": 0.3, "session_seconds": 6, "rebalance_seconds": 20, "article_seconds": 5}
        lines = [
            'desk = "toydesk"',
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
        """A command of the command line, to its end."""
        return subprocess.run(
            [sys.executable, *program, *arguments],
            env=self._environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )

    def create_topics(self, **overrides: dict[str, int]) -> None:
        """Make the topics; `overrides` as in `[topics.<name>]`, with `_` for the dot of a name."""
        path = self.folder / "copydesk.toml"
        tables = [
            f'[topics."{name.replace("_", ".")}"]\n'
            + "".join(f'"{key}" = {value}\n' for key, value in one.items())
            for name, one in overrides.items()
        ]
        path.write_text(path.read_text() + "".join(tables))
        made = self.run("topics", "create")
        assert made.returncode == 0, made.stderr

    def start(self, *arguments: str, program: Sequence[str] = ()) -> subprocess.Popen[bytes]:
        """A worker (`worker toy` unless told otherwise), its log in `worker-<n>.log`."""
        with (self.folder / f"worker-{len(self.workers)}.log").open("wb") as log:
            worker = subprocess.Popen(
                [sys.executable, *(program or WORKER), *(arguments or ("worker", "toy"))],
                env=self._environment(),
                stderr=log,
            )
        self.workers.append(worker)
        return worker

    def log(self, number: int = 0) -> str:
        """What a worker has logged so far."""
        return (self.folder / f"worker-{number}.log").read_text()

    def publish(
        self, orders: Iterable[dict[str, Any] | tuple[bytes | None, bytes | None]], **producer: Any
    ) -> int:
        """Publish orders (or keys and raw values), all confirmed. How many they were."""
        with self.producer(**producer) as out:
            sent = [
                out.send(self.topic("order"), key=key, value=value) for key, value in map(_record, orders)
            ]
            out.flush()
            for one in sent:
                one.get(timeout=PATIENCE)
        return len(sent)

    @contextmanager
    def producer(self, **settings: Any) -> Iterator[Any]:
        """A producer that takes large records."""
        out = opened(
            KafkaProducer,
            bootstrap_servers=self.bootstrap,
            **{"max_request_size": 64_000_000, **settings},
        )
        try:
            yield out
        finally:
            out.close()

    def read(self, name: str) -> list[Any]:
        """All records of a topic, each partition in order."""
        with self.consumer() as reader:
            topic = self.topic(name)
            partitions = [TopicPartition(topic, one) for one in reader.partitions_for_topic(topic) or ()]
            ends = reader.end_offsets(partitions)
            reader.assign(partitions)
            reader.seek_to_beginning(*partitions)
            found: list[Any] = []
            while any(reader.position(one) < end for one, end in ends.items()):
                for records in reader.poll(timeout_ms=500).values():
                    found += records
            return sorted(found, key=lambda one: (one.partition, one.offset))

    @contextmanager
    def consumer(self, **settings: Any) -> Iterator[Any]:
        """A plain reader, committed records only."""
        reader = opened(
            KafkaConsumer,
            bootstrap_servers=self.bootstrap,
            isolation_level="read_committed",
            max_partition_fetch_bytes=16_000_000,
            **settings,
        )
        try:
            yield reader
        finally:
            reader.close()

    def results(self) -> list[dict[str, Any]]:
        """What the stage has written, takedowns left out."""
        return [json.loads(one.value) for one in self.read("result") if one.value is not None]

    def letters(self) -> list[tuple[str, int]]:
        """(reason, number of the order or -1) of each dead letter."""
        return [(header(one, "copydesk_reason"), _number(one.value)) for one in self.read("dead.toy")]

    def lag(self) -> int:
        """Records that the group has not committed; a partition without a commit counts in full."""
        admin = opened(KafkaAdminClient, bootstrap_servers=self.bootstrap)
        try:
            group = f"copydesk.{self.prefix}.toy"
            committed = admin.list_group_offsets([group])[group]
        except KafkaError as error:
            if not error.retriable:
                raise
            committed = {}  # a broker just started has no group yet, or says "not yet"
        finally:
            admin.close()
        with self.consumer() as reader:
            topic = self.topic("order")
            partitions = [TopicPartition(topic, one) for one in reader.partitions_for_topic(topic) or ()]
            ends = reader.end_offsets(partitions)
        done = {one: max(0, committed[one].offset) if one in committed else 0 for one in partitions}
        return sum(ends[one] - done[one] for one in partitions)

    def drained(self, patience: float = PATIENCE) -> None:
        """Wait until all is acknowledged."""
        until(lambda: self.lag() == 0, f"drained ({self.prefix})", patience)

    def topic(self, name: str) -> str:
        """The full name of a topic."""
        return f"{self.prefix}.{name}"

    def stop(self) -> None:
        """End all workers that are still there."""
        for worker in self.workers:
            if worker.poll() is None:
                worker.send_signal(signal.SIGCONT)
                worker.kill()
            worker.wait()

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "streams", *arguments]

    def _environment(self) -> dict[str, str]:
        path = os.pathsep.join([str(TOY_DESK), str(TOY_DESK.parent.parent), os.environ.get("PYTHONPATH", "")])
        own = {"PYTHONPATH": path, "COPYDESK_CONFIG": str(self.folder / "copydesk.toml")}
        return {**os.environ, **self.environment, **own}


def order(n: int, *, key: str | None = None, do: str = "", pad: str = "") -> dict[str, Any]:
    """An order; its id is its key."""
    return {"id": key or f"k{n}", "n": n, "do": do, "pad": pad}


def header(record: Any, name: str) -> str:
    """A header of a kafka-python record as text, the last of that name; empty where absent."""
    return next((value.decode() for key, value in reversed(record.headers) if key == name), "")


def newest(desk: UnderTest) -> dict[str, int | None]:
    """What a reader that keeps the last record of each key ends with: its number, None if taken down."""
    return {
        one.key.decode(): None if one.value is None else json.loads(one.value)["n"]
        for one in desk.read("result")
    }


def noise(size: int, seed: int = 1) -> str:
    """Text that hardly compresses."""
    return Random(seed).randbytes(size // 2).hex()


def children_of(pid: int) -> list[psutil.Process]:
    """The processes below one."""
    return psutil.Process(pid).children(recursive=True)


def _record(one: dict[str, Any] | tuple[bytes | None, bytes | None]) -> tuple[bytes | None, bytes | None]:
    return one if isinstance(one, tuple) else (one["id"].encode(), json.dumps(one).encode())


def _number(value: bytes | None) -> int:
    try:
        return int(json.loads(value or b"null")["n"])
    except (ValueError, TypeError, KeyError):
        return -1
