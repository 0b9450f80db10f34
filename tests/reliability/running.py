"""A Kafka, the processes of the pipeline, and what a fault can do to them."""

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
from tests.reliability.watched import RowError, Watched, pool_processes_of

#: Shorter than the defaults, so that a row takes a minute: each row includes Kafka's time limits.
WORKER = {
    "session_seconds": 6,
    "rebalance_seconds": 20,
    "stop_seconds": 20,
    "article_seconds": 5,
    "unavailable_seconds": 20,
    "commit_seconds": 0.5,
}
#: Articles that a worker has in flight, as by default.
WINDOW = 32
STAGES = ("clean", "entities", "summaries")
SINKS = ("lines", "rows")
PROCESSES = (*STAGES, *SINKS)
#: Files by which a row controls the work of entities (tests/reliability/pipeline/actions.py).
ACTION_FILES = ("broken", "fixed", "held", "drowsy", "dozing")


@dataclass(kw_only=True)
class Running(Watched):
    """The pipeline of one row. `kafka` is a `Broker` or a `Cluster`; `folder` has its files and logs."""

    kafka: Any
    folder: Path
    pipeline_name: str = "agents"
    bootstrap: str | None = None
    worker: Mapping[str, Any] = field(default_factory=dict)
    own: Mapping[str, str] = field(default_factory=dict)
    real: bool = False
    database: str | None = None
    more_sinks: Mapping[str, str] = field(default_factory=dict)
    """Further sinks of this row: name → settings, in TOML."""
    receiver: Any = None
    happened: list[str] = field(default_factory=list)
    gone: set[Origin] = field(default_factory=set)
    """Records of the first topic that Kafka deleted before they were read."""
    recoveries: list[float] = field(default_factory=list)
    proxy: Any = None
    server: Any = None
    publisher: Publisher | None = None

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._supervision = threading.Thread(target=self._supervise, name="supervision", daemon=True)
        self._supervision_error = ""

    def set_up(self) -> None:
        self.file = self.folder / "copydesk.toml"
        self.file.write_text(self._configuration())
        # Otherwise the settings of the user who runs this would also be read here.
        os.environ["COPYDESK_CONFIG"] = str(self.file)
        self.settings: Settings = load_settings(bootstrap_servers=self.kafka.bootstrap_servers)
        self.pipeline: Pipeline = load_pipeline(self.settings)
        own = {"COPYDESK_CONFIG": str(self.file), "COPYDESK_PROBES__PORT": "0", **self.own}
        # When the row stops them, everything is counted already, so nothing needs to be waited for.
        self.supervisor = Supervisor(own, stop_seconds=0, output=self.folder)
        create_topics(self.settings, self.pipeline.all_topics())

    def start(self, *names: str, more: Sequence[str] = (), own: Mapping[str, str] | None = None) -> None:
        """Start the processes, by default all; each is restarted when it exits.

        `clean-2` is a second process of clean. `more` are further arguments, `own` is its own environment.
        """
        for name in names or (*PROCESSES, *self.more_sinks):
            with self._lock:
                self.supervisor.start(name, [*self._arguments(name), *more], own)
        if not self._supervision.is_alive():
            self._supervision.start()

    def stop(self) -> None:
        self._ended.set()
        if self._supervision.is_alive():
            self._supervision.join()
        with self._lock:
            self.supervisor.stop()

    def copydesk(self, *arguments: str, codes: Sequence[int] = (0,)) -> str:
        """Run a command of the command line; its output."""
        environment = {**os.environ, "COPYDESK_BOOTSTRAP_SERVERS": self.settings.bootstrap_servers}
        command = [sys.executable, "-m", "streams", *arguments]
        result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if result.returncode not in codes:
            raise RowError(f"copydesk {' '.join(arguments)}: {result.stdout}{result.stderr}")
        return result.stdout

    def log(self, name: str) -> str:
        """What a process has logged so far."""
        return (self.folder / f"{name}.log").read_text("utf-8", "replace")

    def restarts(self, *names: str) -> int:
        """How often these processes, by default all, were restarted."""
        with self._lock:
            return sum(self.supervisor.processes[name].restarts for name in names or PROCESSES)

    @property
    def raw(self) -> str:
        """The full name of the first topic."""
        return self.pipeline.stages[0].reads.full_name

    def pid(self, name: str) -> int:
        """The process id of a stage or sink; waits until it runs."""
        return int(self.until(lambda: self._pid(name), f"{name} runs"))

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal to the process of a stage or sink, and wait until it has exited; it is restarted."""
        pid = self.pid(name)
        os.kill(pid, number)
        self.until(lambda: self._pid(name) != pid, f"{name} exits after {number.name}", 40)

    def kill_pool_process(self, name: str) -> None:
        process = self.pool_process(name)
        process.kill()
        process.wait(10)

    def pool_process(self, name: str) -> psutil.Process:
        """A pool process of a stage; waits until there is one."""
        worker = psutil.Process(self.pid(name))
        return self.until(lambda: pool_processes_of(worker), f"{name} has a pool process")[-1]

    def leave(self, name: str) -> None:
        """SIGTERM to the process of a stage or sink, without a restart."""
        with self._lock:
            process = self.supervisor.processes.pop(name).process
        if process is None:
            raise RowError(f"{name} cannot be stopped, because it does not run")
        process.terminate()
        try:
            process.wait(WORKER["stop_seconds"] + 10)
        except subprocess.TimeoutExpired as error:
            process.kill()
            raise RowError(f"{name} does not exit after SIGTERM") from error

    def require_supervision(self) -> None:
        """Raises `RowError` if processes are no longer restarted."""
        if self._supervision_error:
            raise RowError(self._supervision_error)

    def _supervise(self) -> None:
        try:
            while not self._ended.wait(0.1):
                with self._lock:
                    self.supervisor.look()
        except Exception as error:  # noqa: BLE001 - the row that waits for a process must report it
            self._supervision_error = f"processes are no longer restarted: {error!r}"

    def _pid(self, name: str) -> int | None:
        with self._lock:
            supervised = self.supervisor.processes.get(name)
            process = supervised and supervised.process
            return process.pid if process and process.poll() is None else None

    def _arguments(self, name: str) -> Sequence[str]:
        component = name.rstrip("0123456789").rstrip("-")
        return ["sink" if component in self.settings.sinks else "worker", component]

    def _configuration(self) -> str:
        actions = "\n".join(f'{name} = "{self.folder / name}"' for name in ACTION_FILES)
        models = actions if self.pipeline_name != "agents" else "" if self.real else "models = {}"
        database = self.database or f"sqlite:///{self.folder / 'pipeline.sqlite'}"
        return "\n".join(
            [
                f'pipeline = "{self.pipeline_name}"',
                f'bootstrap_servers = "{self.bootstrap or self.kafka.bootstrap_servers}"',
                "partitions = 4",
                f"replication = {len(getattr(self.kafka, 'nodes', [self.kafka]))}",
                "[worker]",
                *(f"{name} = {json.dumps(value)}" for name, value in {**WORKER, **self.worker}.items()),
                "[stages.entities.work]",
                models,
                f'[sinks.lines]\nkind = "jsonl"\nfolder = "{self.folder / "lines"}"',
                f'[sinks.rows]\nkind = "sql"\nurl = "{database}"\n',
                *(f"[sinks.{name}]\n{settings}\n" for name, settings in self.more_sinks.items()),
            ]
        )


def start_kafka(folder: Path, nodes: int, **options: Any) -> AbstractContextManager[Any]:
    if nodes == 1:
        return Broker(folder / "kafka", **options)
    return Cluster(folder / "kafka", nodes, heap=192, **options)
