"""A command on a terminal of its own, watched: what it writes and when, and keys typed at what is seen."""

import fcntl
import itertools
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import pyte

from tests.support.terminal.metronome import Metronome
from tests.support.terminal.screen import ROWS, Screen

CTRL_C = b"\x03"
PATIENCE = 100.0
#: The command becomes the terminal's foreground process, so that Ctrl-C reaches it and all that it starts.
FOREGROUND = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0);"
    " os.execv(sys.argv[1], sys.argv[1:])"
)
#: What comes within this time belongs together: a row that is half written is not looked at.
TOGETHER_SECONDS = 0.02
COPYDESK = (sys.executable, "-m", "streams")


@dataclass(frozen=True, slots=True)
class Write:
    """What was written at a time, in seconds since the start."""

    seconds: float
    output: bytes


class Session:
    """A running command. As a context manager it is killed at the end, if it still runs.

    `writes` says when it wrote what, `screen` what is seen of it. `metronome` measures the machine meanwhile.
    """

    def __init__(
        self,
        *arguments: str,
        columns: int,
        environment: Mapping[str, str],
        folder: Path,
        program: Sequence[str],
    ) -> None:
        self.writes: list[Write] = []
        self.screen = Screen(columns)
        self.metronome = Metronome()
        self._command = [*program, *arguments]
        self._environment = _environment(environment)
        self._folder = folder
        self._changed = threading.Condition()
        self._ended = False

    def __enter__(self) -> Self:
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, self.screen.columns, 0, 0))
        self.metronome.__enter__()
        self._began = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-S", "-c", FOREGROUND, *self._command],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=self._environment,
            cwd=self._folder,
            start_new_session=True,
        )
        os.close(theirs)
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        return self

    def __exit__(self, *_: TracebackType | type[BaseException] | BaseException | None) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.end()

    def type(self, keys: bytes) -> None:
        os.write(self._ours, keys)

    def wait_for(self, text: str, patience: float = PATIENCE) -> float:
        """Wait until a row with this text is seen. Returns the seconds since the start."""
        self._wait(lambda: any(text in row for row in self.screen.seen), f"{text!r} is seen", patience)
        return self.seconds

    def wait_until_shown(self, text: str, patience: float = PATIENCE) -> None:
        """Wait until the last row has this text, whatever was seen before."""
        self._wait(lambda: text in "".join(self.screen.rows()[-1:]), f"{text!r} is shown", patience)

    def end(self) -> int:
        """Wait until the command ends. Returns its exit code."""
        if not self._ended:
            self._ended = True
            self.process.wait(PATIENCE)
            self.ended_after = self.seconds
            self._reader.join()
            os.close(self._ours)
            self.metronome.__exit__()
        return self.process.returncode

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began

    @property
    def silences(self) -> list[tuple[float, float]]:
        """Each pause in the output: when it began, and how long it was. The longest first."""
        times = [0.0, *(write.seconds for write in self.writes), self.ended_after]
        pauses = [(before, after - before) for before, after in itertools.pairwise(times)]
        return sorted(pauses, key=lambda pause: -pause[1])

    def _wait(self, seen: Callable[[], bool], description: str, patience: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: seen() or self.process.poll() is not None, patience)
            if not seen():
                raise AssertionError("\n".join([f"not so: {description}. The screen:", *self.screen.rows()]))

    def _read(self) -> None:
        # Reading a terminal whose other end is closed raises an error.
        stream = pyte.ByteStream(self.screen)
        with suppress(OSError):
            while output := os.read(self._ours, 65_536):
                self.writes.append(Write(self.seconds, output))
                with self._changed:
                    stream.feed(output)
                    if not select.select([self._ours], [], [], TOGETHER_SECONDS)[0]:
                        self.screen.look()
                    self._changed.notify_all()
        with self._changed:
            self.screen.look()
            self._changed.notify_all()


def copydesk(*arguments: str, columns: int, environment: Mapping[str, str], folder: Path) -> Session:
    """`copydesk ARGUMENTS` on a terminal, in a working folder."""
    return Session(*arguments, columns=columns, environment=environment, folder=folder, program=COPYDESK)


def _environment(own: Mapping[str, str]) -> dict[str, str]:
    """Ours without what would decide about colours and width in place of the terminal."""
    left_out = {"COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "TERM"}
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    return {**kept, "TERM": "xterm-256color", **own}
