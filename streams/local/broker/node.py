"""A node of Apache Kafka as a process of its own, with its data in a folder."""

import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from streams.core.backoff import poll_until
from streams.errors import BrokerError, CannotStart
from streams.local.broker.configuration import HOST, Listener, Node, properties_text, server_properties
from streams.local.broker.diagnosis import reason, since
from streams.local.broker.java import command
from streams.local.broker.orphan_guard import Guarded
from streams.local.broker.ports import PortTakenError, answers, free_ports, listens
from streams.local.broker.preflight import Startable
from streams.local.broker.storage import cluster_id, meta, reject_a_folder_in_use

#: How often another program may take a port that was free a moment ago.
TRIES = 3
HEAP = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A node's place in a cluster. `quorum`: every node's id and its controller's port."""

    id: int
    quorum: Mapping[int, int]
    cluster: str


class Broker(Startable):
    """A single Kafka node, listening on loopback. As a context manager it starts and stops.

    The files in `folder` (created if absent) outlast it: `data/`, `server.properties`, `kafka.log` and, from
    Java itself, `java.log`. The node ends when the process that started it ends, even by kill -9.
    """

    def __init__(
        self,
        folder: Path,
        port: int = 0,
        *,
        heap: int = HEAP,
        member: Member | None = None,
        listeners: Sequence[Listener] = (),
        settings: Mapping[str, str] | None = None,
        format_with: Sequence[str] = (),
    ) -> None:
        """`port` 0 takes a free one, the same one at every restart. `heap` in MB.

        `listeners` and `settings` (Kafka's own) are added to its configuration, `format_with` to the
        arguments of `kafka-storage format`. `member`: its place in a cluster; None: it is alone.
        """
        self.folder, self.port, self.heap = folder.absolute(), port, heap
        self._member, self._listeners = member, tuple(listeners)
        self._settings, self._format_with = dict(settings or {}), tuple(format_with)
        self.data = self.folder / "data"
        self.log = self.folder / "kafka.log"
        self._java_log = self.folder / "java.log"
        self._properties = self.folder / "server.properties"
        self._process: Guarded | None = None
        self._log_offset = 0
        # It becomes `port` once Kafka answers there: until then another program may take it.
        self._listens_on = port

    @property
    def bootstrap_servers(self) -> str:
        """`host:port`, once it has started."""
        return f"{HOST}:{self.port}"

    @property
    def pid(self) -> int:
        """The Java process. Raises `BrokerError` if there is none."""
        return self._running().pid

    def start(self) -> None:
        """Start, and return once Kafka answers (about 2 s). Does nothing if it runs.

        Raises `CannotStart`: the jars cannot be downloaded, the port or folder is taken, the disk is full, or
        the machine has no file handle, thread or memory left.
        """
        if self.alive:
            return
        try:
            self._start()
        except (OSError, RuntimeError, MemoryError) as error:
            raise CannotStart(self._failed(_words(error))) from error

    def _start(self) -> None:
        for left in reversed(range(1 if self.port else TRIES)):
            try:
                self.launch()
                self.wait_until_usable()
                return
            except PortTakenError:
                if not left:
                    raise

    def launch(self) -> None:
        """Start without waiting for an answer: nodes of a cluster wait for others. Raises as `start` does."""
        if self.alive:
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            reject_a_folder_in_use(self.data)
            self._launch()
        except (OSError, MemoryError) as error:
            raise CannotStart(self._failed(_words(error))) from error

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.alive

    @property
    def reason(self) -> str:
        """Why it has ended or does not start: the signal that ended it, or what its logs say."""
        code = self._process.process.returncode if self._process else None
        if code is not None and code < 0:
            return f"it was killed by {signal.Signals(-code).name}"
        return reason(since(self._java_log, 0) + since(self.log, self._log_offset))

    def wait_until_usable(self, seconds: float = 90) -> None:
        """Wait until an admin call is answered. Raises `BrokerError` if the process ends or takes longer."""
        try:
            usable = poll_until(self._is_usable, seconds=seconds, pause=0.03)
        except BaseException:
            self.kill()
            raise
        if not usable:
            self.kill()
            raise BrokerError(self._failed(f"it did not answer within {seconds:g} s"))
        self.port = self._listens_on

    def stop(self, seconds: float = 30) -> None:
        """Stop in good order; after `seconds` by force. Does nothing if it does not run."""
        process, self._process = self._process, None
        if process is not None:
            process.terminate(seconds)

    def kill(self) -> None:
        """Kill -9, like a power cut. Does nothing if it does not run."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()

    def restart(self) -> None:
        self.stop()
        self.start()

    def wait(self) -> None:
        """Wait until the process ends by itself. Raises `BrokerError` with the reason then."""
        self._running().process.wait()
        raise BrokerError(self._failed(self.reason, "stopped"))

    def _launch(self) -> None:
        self._listens_on, controller = free_ports(self.port)
        member = self._member or Member(id=1, quorum={1: controller}, cluster="")
        node = Node(
            id=member.id,
            port=self._listens_on,
            quorum=member.quorum,
            data=self.data,
            listeners=self._listeners,
            settings=self._settings,
        )
        self._properties.write_text(properties_text(server_properties(node)), "ascii")
        self._format(member.cluster or cluster_id())
        self._log_offset = self.log.stat().st_size if self.log.exists() else 0
        with self._java_log.open("wb") as output:
            self._process = Guarded(self._command("kafka.Kafka", str(self._properties)), output)

    def _command(self, main: str, *arguments: str) -> list[str]:
        flags, logging = [f"-Xms{min(64, self.heap)}m"], "log4j2-broker.xml"
        return command(main, *arguments, heap=self.heap, logging=logging, log=self.log, flags=flags)

    def _format(self, identity: str) -> None:
        """Give an empty data folder the identity of its cluster."""
        if (self.data / "meta.properties").exists():
            return
        options = (f"--cluster-id={identity}", "--ignore-formatted", "-c", str(self._properties))
        line = self._command("kafka.tools.StorageTool", "format", *options, *self._format_with)
        done = subprocess.run(line, capture_output=True, check=False)
        if done.returncode:
            raise BrokerError(self._failed(reason((done.stdout + done.stderr).decode("utf-8", "replace"))))

    def _is_usable(self) -> bool:
        if not self._running().alive:
            kind = PortTakenError if "port is taken" in self.reason else BrokerError
            raise kind(self._failed(self.reason))
        port = self._listens_on
        return listens(port) and answers(port, meta(self.data).get("cluster.id", ""))

    def _running(self) -> Guarded:
        if self._process is None:
            raise BrokerError(f"the Kafka in {self.folder} does not run")
        return self._process

    def _failed(self, reason: str, verb: str = "could not start") -> str:
        return f"the Kafka in {self.folder} {verb}: {reason.rstrip('.')} (its log: {self.log})"


def _words(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or "the machine has no memory left"
