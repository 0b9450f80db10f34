"""Keeps the processes of a pipeline running: one per stage and sink, each restarted when it exits.

Stages are crash-only: what they cannot handle ends them, and a restart is the repair. A process that exits
at once again and again, or that the machine cannot start (no file handle, no memory, too many processes), is
restarted after ever longer pauses. On a stop, processes are waited for, then killed.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import structlog

from streams.errors import CannotStart
from streams.exit_codes import ExitCode
from streams.monitoring import metrics
from streams.settings import Settings

log = structlog.get_logger("copydesk.supervisor")

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
#: A process that ran for this long has started well; its next exit counts as its first.
STEADY_SECONDS = 60.0


def environment(settings: Settings) -> dict[str, str]:
    """Settings of this process that the command line may have changed, for the processes it starts."""
    return {
        "COPYDESK_BOOTSTRAP_SERVERS": settings.bootstrap_servers,
        "COPYDESK_PREFIX": settings.prefix,
        "COPYDESK_PIPELINE": settings.pipeline,
        "COPYDESK_PARTITIONS": str(settings.partitions),
    }


@dataclass(slots=True)
class SupervisedProcess:
    """A process. `exits`: how often it exited in succession, or could not be started."""

    name: str
    arguments: Sequence[str]
    own: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    next_start: float = 0.0
    exits: int = 0
    restarts: int = 0


@dataclass(slots=True)
class Supervisor:
    """Starts, watches and stops.

    Standard error of the processes goes to files in the folder `output`, else to the file handle `terminal`,
    else to ours.
    """

    environment: Mapping[str, str]
    stop_seconds: float
    output: Path | None = None
    terminal: int | None = None
    on_exit: Callable[[str, int], None] = lambda name, code: None
    processes: dict[str, SupervisedProcess] = field(default_factory=dict)

    def start(self, name: str, arguments: Sequence[str], own: Mapping[str, str] | None = None) -> None:
        """Start `python -m streams ARGUMENTS` and keep it running under `name`, `own` in its environment."""
        self.processes[name] = SupervisedProcess(name, arguments, own or {})
        metrics.PROCESS_RESTARTS.labels(*_owner(arguments))
        self._spawn(self.processes[name])

    def look(self) -> None:
        """Record exits, and restart processes whose pause is over. Call it several times a second.

        Raises `CannotStart` when one exited because of a wrong configuration: no restart fixes that.
        """
        now = time.monotonic()
        for supervised in self.processes.values():
            if supervised.process is not None and supervised.process.poll() is not None:
                self._record_exit(supervised, supervised.process.returncode, now)
            if supervised.process is None and now >= supervised.next_start:
                supervised.restarts += 1
                metrics.PROCESS_RESTARTS.labels(*_owner(supervised.arguments)).inc()
                self._spawn(supervised)

    def unhealthy(self) -> str | None:
        """None: a supervisor that answers is healthy."""
        return None

    def unready(self) -> str | None:
        """Which processes are down, in a sentence, or None."""
        down = [supervised.name for supervised in list(self.processes.values()) if supervised.process is None]
        return f"to be restarted: {', '.join(down)}" if down else None

    def stop(self) -> None:
        """SIGTERM to all; SIGKILL to those that still run when the time is over."""
        running = [supervised.process for supervised in self.processes.values() if supervised.process]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + self.stop_seconds
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes.clear()

    def _spawn(self, supervised: SupervisedProcess) -> None:
        """Start it, or note that it could not be started and when to try again."""
        try:
            supervised.process = self._popen(supervised)
        except (OSError, MemoryError) as error:
            pause = self._back_off(supervised, time.monotonic())
            text = str(error) or type(error).__name__
            log.warning("a process could not be started", process=supervised.name, error=text, again_in=pause)
        else:
            supervised.started = time.monotonic()

    def _popen(self, supervised: SupervisedProcess) -> subprocess.Popen[bytes]:
        # What the resource tracker would print after every kill -9.
        quiet = ["-W", "ignore:resource_tracker:UserWarning"]
        program = [sys.executable, *quiet, "-m", "streams", *supervised.arguments]
        with self._output(supervised.name) as errors:
            return subprocess.Popen(
                [*program, "--end-with", str(os.getpid())],
                env={**os.environ, **self.environment, **supervised.own},
                stdin=subprocess.DEVNULL,
                stderr=errors,
            )

    def _record_exit(self, supervised: SupervisedProcess, code: int, now: float) -> None:
        if now - supervised.started > STEADY_SECONDS:
            supervised.exits = 0
        supervised.process = None
        name, pause = supervised.name, self._back_off(supervised, now)
        how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        log.warning("a process exited", process=name, how=how, again_in=pause)
        self.on_exit(name, code)
        if code == ExitCode.USAGE:
            raise CannotStart(f"{name} cannot run with this configuration{self._last_words(name)}")

    def _back_off(self, supervised: SupervisedProcess, now: float) -> float:
        """Seconds until the next start: twice as many each time, up to a limit."""
        supervised.exits += 1
        pause = min(FIRST_PAUSE * 2.0 ** min(supervised.exits - 1, 10), LONGEST_PAUSE)
        supervised.next_start = now + pause
        return pause

    def _last_words(self, name: str) -> str:
        """The last line that a process wrote, if its output is kept."""
        if self.output is None:
            return "; its messages are above"
        try:
            lines = (self.output / f"{name}.log").read_text("utf-8", "replace").split("\n")
        except OSError as error:
            return f"; its log cannot be read: {error}"
        return ": " + next((line for line in reversed(lines) if line.strip()), "its log is empty")

    def _output(self, name: str) -> IO[bytes]:
        if self.output is None:
            return os.fdopen(os.dup(self.terminal or sys.stderr.fileno()), "wb")
        return (self.output / f"{name}.log").open("ab")


def _owner(arguments: Sequence[str]) -> tuple[str, str]:
    """The stage and the sink that a process runs; one of them is empty."""
    kind, name = arguments[:2]
    return ("", name) if kind == "sink" else (name, "")
