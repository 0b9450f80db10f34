"""What a command is doing now: a live line on a terminal, a line every two seconds elsewhere."""

import io
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from streams.terminal import Terminal, shortened

LINE_SECONDS = 2.0


class LinesAbove(io.TextIOBase):
    """A stream for logs: what is written to it appears above the live line, which does not cover it."""

    def __init__(self, console: Terminal) -> None:
        self._console = console

    def write(self, text: str, /) -> int:
        if line := text.rstrip("\n"):
            self._console.say(Text.from_ansi(line))
        return len(text)


class Steps:
    """Shows the current step and its seconds, on stderr. What else is printed to `console` comes above it.

    `lines`: whether it is written as lines where there is no terminal.
    """

    def __init__(self, console: Terminal, *, lines: bool = True) -> None:
        self.console = console
        self._lines = lines and not console.is_interactive
        self._spinner = Spinner("dots")
        self._text, self._began = "", time.monotonic()
        self._idle, self._stop = threading.Event(), threading.Event()
        self._idle.set()

    @contextmanager
    def shown(self) -> Iterator[Self]:
        """May be entered again after it was left, for output of others in between."""
        self._stop.clear()
        thread = threading.Thread(target=self._run, name="steps", daemon=True)
        live = Live(
            self._spinner,
            console=self.console,
            refresh_per_second=8,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        if self.console.is_interactive:
            live.start()
        thread.start()
        try:
            yield self
        finally:
            self._stop.set()
            thread.join()
            if self.console.is_interactive:
                live.stop()

    def step(self, text: str) -> None:
        """Begin a step; its seconds are counted."""
        self._text, self._began = text, time.monotonic()
        self._idle.clear()
        if self._lines:
            self.console.say(f"{text} ...")
        self._show()

    def detail(self, text: str) -> None:
        """More about the current step: it goes on."""
        self._text = text
        self._show()

    def still(self, text: str | Text) -> None:
        """A state that lasts, without seconds: shown on a terminal only."""
        self._idle.set()
        self._update(text if isinstance(text, Text) else Text(text))

    def _run(self) -> None:
        written = time.monotonic()
        while not self._stop.wait(LINE_SECONDS / 8):
            if self._idle.is_set():
                continue
            self._show()
            if self._lines and time.monotonic() - max(written, self._began) >= LINE_SECONDS * 0.9:
                written = time.monotonic()
                self.console.say(f"{self._text} ({self._seconds():.0f} s)")

    def _seconds(self) -> float:
        return time.monotonic() - self._began

    def _show(self) -> None:
        seconds = self._seconds()
        self._update(Text(self._text + (f"  {seconds:.0f} s" if seconds >= 1 else "")))

    def _update(self, text: Text) -> None:
        self._spinner.update(text=shortened(text, max(20, self.console.width - 3)))
