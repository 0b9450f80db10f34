"""One node of Apache Kafka as a pool process, with its data in a folder."""

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from streams.core.backoff import poll_until
from streams.errors import BrokerError, CannotStart
from streams.local.broker.configuration import HOST, Listener, Node, properties_text, server_properties
from streams.local.broker.diagnosis import since, why
from streams.local.broker.java import command
from streams.local.broker.orphan_guard import Guarded
from streams.local.broker.ports import PortTakenError, answers, free_ports, listens
from streams.local.broker.preflight import Startable
from streams.local.broker.storage import cluster_id, meta, reject_a_folder_in_use

#: Of ports that were free a moment ago: how often another program may have been quicker.
TRIES = 3
HEAP = 256


def default_folder() -> Path:
    """Where a broker keeps its data unless told otherwise: of the user, and there after a restart."""
    return Path(platformdirs.user_data_dir("copydesk")) / "broker"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Which node of which cluster. `quorum`: every node's id and its controller's port."""

    id: int
    quorum: Mapping[int, int]
    cluster: str


class Broker(Startable):
    """A single Kafka node, listening on loopback. As a context manager it starts and stops.

    What is in `folder` (made if absent) outlasts it: `data/`, `server.properties`, `kafka.log` and, from Java
    itself, `java.log`. The process dies with the one that started it, even by kill -9.
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
        """`port` 0 takes a free one, the same again at every restart. `heap` in MB.

        `listeners` and `settings` (Kafka's own) are added to what it is told, `format_with` to the arguments
        of `kafka-storage format`. `member`: its place in a cluster; None: it is alone.
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
        # `port` becomes it once Kafka answers there: until then another program may be quicker.
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

        Raises `CannotStart`: the jars cannot be had, the port or folder is taken, the disk is full, the
        machine has no file handle, thread or memory to spare.
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
        """Start, and let it come up by itself: a node of a cluster waits for others. Raises as `start`."""
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

    def wait_until_usable(self, seconds: float = 90) -> None:
        """Until an admin call is answered. Raises `BrokerError` if the process ends or takes longer."""
        try:
            self._wait_until_usable(self._listens_on, seconds)
        except BaseException:
            self.kill()
            raise
        self.port = self._listens_on

    def stop(self, seconds: float = 30) -> None:
        """Stop in good order; after `seconds` by force. Does nothing if it does not run."""
        if self._process is not None:
            process, self._process = self._process, None
            process.terminate(seconds)

    def kill(self) -> None:
        """Kill -9, as a power cut would. Does nothing if it does not run."""
        if self._process is not None:
            process, self._process = self._process, None
            process.kill()

    def restart(self) -> None:
        """Stop and start, on the same port and data."""
        self.stop()
        self.start()

    def wait(self) -> None:
        """Wait until the process ends of itself. Raises `BrokerError` with the reason when it does."""
        process = self._running()
        process.process.wait()
        raise BrokerError(self._failed(self._reason(), "stopped"))

    def _launch(self) -> None:
        self._listens_on, controller = free_ports(self.port)
        alone = Member(id=1, quorum={1: controller}, cluster="")
        place = self._member or alone
        node = Node(
            id=place.id,
            port=self._listens_on,
            quorum=place.quorum,
            data=self.data,
            listeners=self._listeners,
            settings=self._settings,
        )
        self._properties.write_text(properties_text(server_properties(node)), "ascii")
        self._format(place.cluster or cluster_id())
        self._log_offset = self.log.stat().st_size if self.log.exists() else 0
        with self._java_log.open("wb") as output:
            self._process = Guarded(self._command("kafka.Kafka", str(self._properties)), output)

    def _command(self, main: str, *arguments: str) -> list[str]:
        flags = [f"-Xms{min(64, self.heap)}m"]
        return command(
            main, *arguments, heap=self.heap, logging="log4j2-broker.xml", log=self.log, flags=flags
        )

    def _format(self, identity: str) -> None:
        """Give an empty data folder the identity of its cluster."""
        if (self.data / "meta.properties").exists():
            return
        arguments = (
            "format",
            f"--cluster-id={identity}",
            "--ignore-formatted",
            "-c",
            str(self._properties),
            *self._format_with,
        )
        done = subprocess.run(
            self._command("kafka.tools.StorageTool", *arguments), capture_output=True, check=False
        )
        if done.returncode:
            raise BrokerError(self._failed(why((done.stdout + done.stderr).decode("utf-8", "replace"))))

    def _wait_until_usable(self, port: int, seconds: float) -> None:
        if not poll_until(lambda: self._is_usable(port), seconds=seconds, pause=0.03):
            raise BrokerError(self._failed(f"it did not answer within {seconds:g} s"))

    def _is_usable(self, port: int) -> bool:
        if not self._running().alive:
            kind = PortTakenError if "port is taken" in self._reason() else BrokerError
            raise kind(self._failed(self._reason()))
        return listens(port) and answers(port, meta(self.data).get("cluster.id", ""))

    def _running(self) -> Guarded:
        if self._process is None:
            raise BrokerError(f"the Kafka in {self.folder} does not run")
        return self._process

    def _reason(self) -> str:
        return why(since(self._java_log, 0) + since(self.log, self._log_offset))

    def _failed(self, reason: str, verb: str = "could not start") -> str:
        return f"the Kafka in {self.folder} {verb}: {reason.rstrip('.')} (its log: {self.log})"


def _words(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or "the machine has no memory left"
