"""A Kafka and the pipeline's processes on it, and what a fault can do to them."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from streams.core.pipeline import Pipeline, load_pipeline
from streams.inspection.reconciliation import Origin
from streams.kafka.topics import create_topics
from streams.local.broker.node import Broker
from streams.local.supervisor import Supervisor
from streams.settings import Settings, load_settings
from tests.reliability.cluster import Cluster
from tests.reliability.publisher import Publisher
from tests.reliability.watched import RowError, Watched, workers_of

#: Shorter than the defaults, so that a row takes a minute: what Kafka waits for is in every one of them.
WORKER = {
    "session_seconds": 6,
    "rebalance_seconds": 20,
    "stop_seconds": 20,
    "article_seconds": 5,
    "unavailable_seconds": 20,
    "commit_seconds": 0.5,
}
#: Articles that a worker has in flight: the default.
WINDOW = 32
STAGES = ("clean", "entities", "summaries")
SINKS = ("lines", "rows")
PROCESSES = (*STAGES, *SINKS)
#: Files by which a row tells the work of entities what to do (tests/reliability/pipeline/actions.py).
TOLD_BY = ("broken", "fixed", "held", "drowsy", "dozing")


@dataclass(kw_only=True)
class Running(Watched):
    """One row's pipeline. `kafka` is a `Broker` or a `Cluster`; `folder` holds its files and logs."""

    kafka: Any
    folder: Path
    pipeline_name: str = "agents"
    bootstrap: str | None = None
    worker: Mapping[str, Any] = field(default_factory=dict)
    own: Mapping[str, str] = field(default_factory=dict)
    real: bool = False
    database: str | None = None
    more_sinks: Mapping[str, str] = field(default_factory=dict)
    """Sinks beside those of every row: name → its settings, in TOML."""
    receiver: Any = None
    happened: list[str] = field(default_factory=list)
    gone: set[Origin] = field(default_factory=set)
    """Records of the first topic that Kafka has deleted before they were read."""
    recoveries: list[float] = field(default_factory=list)
    proxy: Any = None
    server: Any = None
    publisher: Publisher | None = None

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name="keeper", daemon=True)
        self._trouble = ""

    def set_up(self) -> None:
        self.file = self.folder / "copydesk.toml"
        self.file.write_text(self._configuration())
        # Else what is read here would be the settings of whoever runs this, too.
        os.environ["COPYDESK_CONFIG"] = str(self.file)
        self.settings: Settings = load_settings(bootstrap_servers=self.kafka.bootstrap_servers)
        self.pipeline: Pipeline = load_pipeline(self.settings)
        own = {"COPYDESK_CONFIG": str(self.file), "COPYDESK_PROBES__PORT": "0", **self.own}
        # In the end all is counted: nothing is to be waited for.
        self.supervisor = Supervisor(own, stop_seconds=0, output=self.folder)
        create_topics(self.settings, self.pipeline.all_topics())

    def start(self, *names: str, more: Sequence[str] = (), own: Mapping[str, str] | None = None) -> None:
        """The processes named, all by default; each is restarted when it dies. `clean-2` is one more of
        clean. `more` arguments, and what it has in its environment of its `own`."""
        for name in names or (*PROCESSES, *self.more_sinks):
            with self._lock:
                self.supervisor.start(name, [*self._arguments(name), *more], own)
        if not self._keeper.is_alive():
            self._keeper.start()

    def stop(self) -> None:
        self._ended.set()
        if self._keeper.is_alive():
            self._keeper.join()
        with self._lock:
            self.supervisor.stop()

    def copydesk(self, *arguments: str, codes: Sequence[int] = (0,)) -> str:
        """A command of the command line, to its end; what it said."""
        environment = {**os.environ, "COPYDESK_BOOTSTRAP_SERVERS": self.settings.bootstrap_servers}
        command = [sys.executable, "-m", "streams", *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode not in codes:
            raise RowError(f"copydesk {' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done.stdout

    def log(self, name: str) -> str:
        """What a process has written so far."""
        return (self.folder / f"{name}.log").read_text("utf-8", "replace")

    def deaths(self, *names: str) -> int:
        """How often these processes, all by default, were restarted."""
        with self._lock:
            return sum(self.supervisor.processes[name].restarts for name in names or PROCESSES)

    @property
    def raw(self) -> str:
        """The full name of the first topic."""
        return self.pipeline.stages[0].reads.full_name(self.settings.prefix)

    def pid(self, name: str) -> int:
        """The process of a stage or sink, once it runs."""
        return int(self.until(lambda: self._pid(name), f"{name} runs"))

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal to a stage's or sink's process and wait for its end; it is restarted."""
        pid = self.pid(name)
        os.kill(pid, number)
        self.until(lambda: self._pid(name) != pid, f"{name} ends by {number.name}", 40)

    def kill_child(self, name: str) -> None:
        """Kill -9 of one of the children that do the work of a stage."""
        child = self.child(name)
        child.kill()
        child.wait(10)

    def child(self, name: str) -> psutil.Process:
        """One of the children that do the work of a stage, once there is one."""
        worker = psutil.Process(self.pid(name))
        return self.until(lambda: workers_of(worker), f"{name} has a child")[-1]

    def leave(self, name: str) -> None:
        """SIGTERM, and no restart."""
        with self._lock:
            child = self.supervisor.processes.pop(name)
        if child.process is None:
            raise RowError(f"{name} was not there to be stopped")
        child.process.terminate()
        try:
            child.process.wait(WORKER["stop_seconds"] + 10)
        except subprocess.TimeoutExpired as error:
            child.process.kill()
            raise RowError(f"{name} does not end by SIGTERM") from error

    def well(self) -> None:
        """Raises `RowError` where nobody starts processes anew any more."""
        if self._trouble:
            raise RowError(self._trouble)

    def _keep(self) -> None:
        try:
            while not self._ended.wait(0.1):
                with self._lock:
                    self.supervisor.look()
        except Exception as error:  # noqa: BLE001 - what waits for a process must hear of it
            self._trouble = f"nobody starts processes anew any more: {error!r}"

    def _pid(self, name: str) -> int | None:
        with self._lock:
            child = self.supervisor.processes.get(name)
            return child.process.pid if child and child.process and child.process.poll() is None else None

    def _arguments(self, name: str) -> Sequence[str]:
        own = name.rstrip("0123456789").rstrip("-")
        return ["sink", own] if own in self.settings.sinks else ["worker", own]

    def _configuration(self) -> str:
        actions = "\n".join(f'{name} = "{self.folder / name}"' for name in TOLD_BY)
        models = actions if self.pipeline_name != "agents" else "" if self.real else "models = {}"
        database = self.database or f"sqlite:///{self.folder / 'pipeline.sqlite'}"
        return "\n".join(
            [
                f'pipeline = "{self.pipeline_name}"',
                f'bootstrap_servers = "{self.bootstrap or self.kafka.bootstrap_servers}"',
                "partitions = 4",
                f"replication = {len(getattr(self.kafka, 'nodes', ['one']))}",
                "[worker]",
                *(f"{name} = {json.dumps(value)}" for name, value in {**WORKER, **self.worker}.items()),
                "[stages.entities.work]",
                models,
                f'[sinks.lines]\nkind = "jsonl"\nfolder = "{self.folder / "lines"}"',
                f'[sinks.rows]\nkind = "sql"\nurl = "{database}"\n',
                *(f"[sinks.{name}]\n{given}\n" for name, given in self.more_sinks.items()),
            ]
        )


def a_kafka(folder: Path, nodes: int, **options: Any) -> AbstractContextManager[Any]:
    if nodes == 1:
        return Broker(folder / "kafka", **options)
    return Cluster(folder / "kafka", nodes, heap=192, **options)
