"""Processes that do not outlive the process that started them, however that one ends.

A guard waits for the end of a pipe that only the parent holds open. When the parent is gone, even by
kill -9, the system closes the pipe, and the guard kills the process. It works alike on Linux and macOS.
Linux's own PR_SET_PDEATHSIG would fire when the *thread* that started the process ends, and macOS has nothing
like it.
"""

import os
import subprocess
from collections.abc import Sequence
from typing import IO

#: Starts the program only after the guard is started: a parent that exits in between leaves neither.
ON_WORD = 'read -r go && exec "$@" </dev/null'
AT_POST = 'read -r nothing; kill -9 "$1" 2>/dev/null'


class Guarded:
    """A process in a session of its own (Ctrl-C at the terminal reaches only the parent), with its guard.

    A parent that forks without exec shares the pipe with its copy: the guard then waits for both.
    """

    def __init__(self, command: Sequence[str], output: IO[bytes]) -> None:
        """Start `command`; its stdout and stderr go to `output`. Raises `OSError`."""
        self.process = subprocess.Popen(
            ["/bin/sh", "-c", ON_WORD, "sh", *command],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            self.guard = subprocess.Popen(
                ["/bin/sh", "-c", AT_POST, "sh", str(self.process.pid)],
                stdin=subprocess.PIPE,
                start_new_session=True,
                cwd=os.sep,
            )
        except OSError:
            # The process must not start without a guard.
            self.process.kill()
            self.process.wait()
            if self.process.stdin:
                self.process.stdin.close()
            raise
        if self.process.stdin:
            self.process.stdin.write(b"go\n")
            self.process.stdin.close()

    @property
    def pid(self) -> int:
        """Of the process, not of its guard."""
        return self.process.pid

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def terminate(self, seconds: float) -> None:
        """SIGTERM, and SIGKILL to a process that is still there after `seconds`."""
        self.process.terminate()
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            pass
        finally:
            self.kill()

    def kill(self) -> None:
        """SIGKILL, then wait for the end; the guard is ended too. After the end it only cleans up."""
        self.process.kill()
        self.process.wait()
        # The guard before its pipe: at the end of the pipe it would kill whatever has that number by then.
        self.guard.kill()
        self.guard.wait()
        if self.guard.stdin:
            self.guard.stdin.close()
