"""A command on a terminal of its own, and what of its output a terminal would obey or not show."""

import os
import pty
import re
import signal
import subprocess
import sys
import threading
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

#: One of every kind; no slash and no NUL, so that it can be a file's name as well.
KINDS = (
    "\x1b]0;title\x07\x1b[2J\x1b[41m\x1b]8;;evil:x\x1b\\link\x9b31m\x9d0;x\x9c\x85\x7f\x08\r\x0b"
    "\u202e\u202a\u2066\u2069\u200e\u200f\u061c\u200b\u2060\u2064\ufeff\xad\u2028\u2029\u115f\u3164\u034f"
    "\u180e\u206a\ufff9\ufe01\U000e0001\U000e0041\U000e0101\U0001d173\u200d\u200c"
)
#: So that a test sees that the text was shown at all; what is markup elsewhere stands there as it is.
MARK = "Mark[red]er[blink]"
HOSTILE = f"{MARK}{KINDS}"
#: What rich and structlog write: colours, the cursor hidden and shown, a line up, a line emptied.
OURS = re.compile(r"\x1b\[(?:[0-9;]*m|\?25[lh]|[0-9]*A|2K)|\r")
FOREIGN_COLOUR = "\x1b[41m"
#: Dead letters and marks by category, nothing to see by nature.
BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"


def obeyed_or_hidden(output: str) -> set[str]:
    """What a terminal would do or hide, other than for rich: character names, or the foreign colour."""
    rest = OURS.sub("", output)
    found = {ascii(one) for one in rest if one not in "\n\t" and _steers(one)}
    return found | ({"foreign colour"} if FOREIGN_COLOUR in output else set())


def text_of(output: str) -> str:
    """What is read there: without colours, and with lines as they were before the terminal wrapped them."""
    return OURS.sub("", output)


def _steers(one: str) -> bool:
    selector = "\ufe00" <= one <= "\ufe0f" or "\U000e0100" <= one <= "\U000e01ef"
    return selector or one in BLANK or unicodedata.category(one) in {"Cc", "Cf", "Cs", "Zl", "Zp", "Cn"}


class OnTerminal:
    """A running command, its three streams on one terminal."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        ours, theirs = pty.openpty()
        command = [sys.executable, "-m", "streams", *arguments]
        wanted = {"TERM": "xterm-256color", "COLUMNS": "400", **os.environ, **environment}
        self.process = subprocess.Popen(command, env=wanted, stdin=theirs, stdout=theirs, stderr=theirs)
        os.close(theirs)
        self._ours = ours
        self._shown = bytearray()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    @property
    def shown(self) -> str:
        return bytes(self._shown).decode("utf-8", "backslashreplace")

    def type(self, keys: bytes) -> None:
        os.write(self._ours, keys)

    def end(self) -> str:
        """Wait for its end; what the terminal got."""
        self.process.wait(timeout=90)
        self._reader.join()
        os.close(self._ours)
        return self.shown

    def _read(self) -> None:
        # A terminal whose other end is closed is an error to who reads it.
        with suppress(OSError):
            while got := os.read(self._ours, 65536):
                self._shown += got


def on_terminal(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """A command to its end; what the terminal got."""
    return OnTerminal(arguments, environment).end()


@contextmanager
def running_on_terminal(
    arguments: Sequence[str], environment: Mapping[str, str]
) -> Iterator[tuple[OnTerminal, Callable[[], str]]]:
    """A command that runs until it is told to stop."""
    command = OnTerminal(arguments, environment)

    def stop() -> str:
        command.process.send_signal(signal.SIGTERM)
        return command.end()

    try:
        yield command, stop
    finally:
        if command.process.poll() is None:
            command.process.kill()
            command.end()
