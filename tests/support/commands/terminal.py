"""A command on a terminal of its own, and the characters in its output that a terminal would obey or hide."""

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

COPYDESK = ("-m", "streams")
#: One character of every kind. No slash and no NUL, so that it can also be the name of a file.
KINDS = (
    "\x1b]0;title\x07\x1b[2J\x1b[41m\x1b]8;;evil:x\x1b\\link\x9b31m\x9d0;x\x9c\x85\x7f\x08\r\x0b"
    "\u202e\u202a\u2066\u2069\u200e\u200f\u061c\u200b\u2060\u2064\ufeff\xad\u2028\u2029\u115f\u3164\u034f"
    "\u180e\u206a\ufff9\ufe01\U000e0001\U000e0041\U000e0101\U0001d173\u200d\u200c"
)
#: Shows a test that the text was printed at all. Its markup must be printed unchanged.
MARK = "Mark[red]er[blink]"
HOSTILE = f"{MARK}{KINDS}"
#: What rich and structlog write: colours, cursor hidden or shown, one line up, line cleared.
OURS = re.compile(r"\x1b\[(?:[0-9;]*m|\?25[lh]|[0-9]*A|2K)|\r")
FOREIGN_COLOUR = "\x1b[41m"
#: By category alphabetic characters and marks, and still invisible.
BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"


def obeyed_or_hidden(output: str) -> set[str]:
    """What a terminal would obey or hide and rich did not write: characters, or the foreign colour."""
    rest = OURS.sub("", output)
    controls = {ascii(character) for character in rest if character not in "\n\t" and _is_control(character)}
    return controls | ({"foreign colour"} if FOREIGN_COLOUR in output else set())


def text_of(output: str) -> str:
    """The text without colours and other sequences of rich and structlog."""
    return OURS.sub("", output)


def _is_control(character: str) -> bool:
    selector = "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
    category = unicodedata.category(character)
    return selector or character in BLANK or category in {"Cc", "Cf", "Cs", "Zl", "Zp", "Cn"}


class OnTerminal:
    """A running command whose three standard streams are one terminal."""

    def __init__(
        self, arguments: Sequence[str], environment: Mapping[str, str], program: Sequence[str] = COPYDESK
    ) -> None:
        ours, theirs = pty.openpty()
        command = [sys.executable, *program, *arguments]
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
        """Wait until the command ends. Returns what the terminal received."""
        self.process.wait(timeout=90)
        self._reader.join()
        os.close(self._ours)
        return self.shown

    def _read(self) -> None:
        # Reading a terminal whose other end is closed raises an error.
        with suppress(OSError):
            while output := os.read(self._ours, 65536):
                self._shown += output


def on_terminal(
    arguments: Sequence[str], environment: Mapping[str, str], program: Sequence[str] = COPYDESK
) -> str:
    """Run a command to its end. Returns what the terminal received."""
    return OnTerminal(arguments, environment, program).end()


@contextmanager
def running_on_terminal(
    arguments: Sequence[str], environment: Mapping[str, str]
) -> Iterator[tuple[OnTerminal, Callable[[], str]]]:
    """A command that runs until the function that comes with it stops it."""
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
