"""A terminal for the processes of a pipeline, so that their lines do not run into the live line of ours."""

import os
import pty
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Self


class ProcessTerminal:
    """What is written to `fileno()` comes to `write`, line by line. As on any terminal, logs have colours."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._ours, self._theirs = pty.openpty()
        self._thread = threading.Thread(target=self._read, name="process terminal", daemon=True)

    def fileno(self) -> int:
        return self._theirs

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Close our end. What ended processes have written is still passed on."""
        os.close(self._theirs)
        self._thread.join(1.0)

    def _read(self) -> None:
        rest = b""
        # At the end of a terminal, once all its writers are gone, Linux raises an error.
        with suppress(OSError):
            while written := os.read(self._ours, 65_536):
                *lines, rest = (rest + written).split(b"\n")
                for line in lines:
                    self._pass_on(line)
        if rest:
            self._pass_on(rest)
        os.close(self._ours)

    def _pass_on(self, line: bytes) -> None:
        self._write(line.decode("utf-8", "replace").rstrip("\r"))
