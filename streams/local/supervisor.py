"""Keeps the processes of a desk running: one a stage, one a sink, each started anew when it dies.

Stages are crash-only: what they cannot handle ends them, and a new start is the repair. A process that dies
at once again and again, or that the machine cannot start (no file handle, no memory, too many processes), is
started ever more slowly; one that was told to stop is waited for, then killed.
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
from streams.monitoring import metrics
from streams.settings import Settings

log = structlog.get_logger("copydesk.supervisor")

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
#: A process that lived for so long has started well; its next death counts as its first.
STEADY_SECONDS = 60.0
#: The exit code of a process that was started wrongly (streams/errors.py).
USAGE = 2


def environment(settings: Settings) -> dict[str, str]:
    """What the processes are to have in common with this one, where the command line said it."""
    return {
        "COPYDESK_BOOTSTRAP_SERVERS": settings.bootstrap_servers,
        "COPYDESK_PREFIX": settings.prefix,
        "COPYDESK_DESK": settings.desk,
        "COPYDESK_PARTITIONS": str(settings.partitions),
    }


@dataclass(slots=True)
class Child:
    """One process and how often it died lately, or could not be started."""

    name: str
    arguments: Sequence[str]
    own: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    next_start: float = 0.0
    deaths: int = 0
    restarts: int = 0


@dataclass(slots=True)
class Supervisor:
    """Starts, watches and stops. `output` takes the processes' standard error; None: this process's own."""

    environment: Mapping[str, str]
    stop_seconds: float
    output: Path | None = None
    on_death: Callable[[str, int], None] = lambda name, code: None
    children: dict[str, Child] = field(default_factory=dict)

    def start(self, name: str, arguments: Sequence[str], own: Mapping[str, str] | None = None) -> None:
        """Start `python -m streams ARGUMENTS` and keep it running under `name`, `own` in its environment."""
        self.children[name] = Child(name, arguments, own or {})
        metrics.PROCESS_RESTARTS.labels(*_who(arguments))
        self._spawn(self.children[name])

    def look(self) -> None:
        """Note who died and start anew whose pause is over. To be called several times a second.

        Raises `CannotStart` when one died of a wrong configuration: no new start mends that.
        """
        now = time.monotonic()
        for child in self.children.values():
            if child.process is not None and child.process.poll() is not None:
                self._bury(child, child.process.returncode, now)
            if child.process is None and now >= child.next_start:
                child.restarts += 1
                metrics.PROCESS_RESTARTS.labels(*_who(child.arguments)).inc()
                self._spawn(child)

    def unhealthy(self) -> str | None:
        """None: it does its work as long as it answers."""
        return None

    def unready(self) -> str | None:
        """Which processes are down, in a sentence, or None."""
        down = [child.name for child in list(self.children.values()) if child.process is None]
        return f"to be started anew: {', '.join(down)}" if down else None

    def stop(self) -> None:
        """SIGTERM to all; SIGKILL to those that are still there when the time is over."""
        running = [child.process for child in self.children.values() if child.process is not None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + self.stop_seconds
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.children.clear()

    def _spawn(self, child: Child) -> None:
        """Start it, or note that it could not be started and when to try again."""
        try:
            child.process = self._popen(child)
        except (OSError, MemoryError) as error:
            pause = self._put_off(child, time.monotonic())
            reason = str(error) or type(error).__name__
            log.warning("a process could not be started", process=child.name, error=reason, again_in=pause)
        else:
            child.started = time.monotonic()

    def _popen(self, child: Child) -> subprocess.Popen[bytes]:
        quiet = ["-W", "ignore:resource_tracker:UserWarning"]  # its farewell after every kill -9
        command = [sys.executable, *quiet, "-m", "streams", *child.arguments, "--end-with", str(os.getpid())]
        with self._output(child.name) as errors:
            return subprocess.Popen(
                command,
                env={**os.environ, **self.environment, **child.own},
                stdin=subprocess.DEVNULL,
                stderr=errors,
            )

    def _bury(self, child: Child, code: int, now: float) -> None:
        if now - child.started > STEADY_SECONDS:
            child.deaths = 0
        child.process = None
        how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        log.warning("a process died", process=child.name, how=how, again_in=self._put_off(child, now))
        self.on_death(child.name, code)
        if code == USAGE:
            raise CannotStart(f"{child.name} cannot run with this configuration{self._said(child.name)}")

    def _put_off(self, child: Child, now: float) -> float:
        """Seconds until the next start: twice as many each time, up to a limit."""
        child.deaths += 1
        pause = min(FIRST_PAUSE * 2.0 ** min(child.deaths - 1, 10), LONGEST_PAUSE)
        child.next_start = now + pause
        return pause

    def _said(self, name: str) -> str:
        """The last line that a process wrote, where its output is kept."""
        if self.output is None:
            return "; what it said stands above"
        try:
            lines = (self.output / f"{name}.log").read_text("utf-8", "replace").split("\n")
        except OSError as error:
            return f"; its log cannot be read: {error}"
        return ": " + next((line for line in reversed(lines) if line.strip()), "it said nothing")

    def _output(self, name: str) -> IO[bytes]:
        if self.output is None:
            return os.fdopen(os.dup(sys.stderr.fileno()), "wb")
        return (self.output / f"{name}.log").open("ab")


def _who(arguments: Sequence[str]) -> tuple[str, str]:
    """The stage and the sink that a process runs; one of them is empty."""
    kind, name = arguments[:2]
    return ("", name) if kind == "sink" else (name, "")
