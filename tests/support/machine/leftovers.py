"""Nothing outlives a test run: a guardian process ends what the run started, even after kill -9.

Processes of a run inherit a word in their environment; folders of a run have the word in their name. Parent
process and user do not show it: PostgreSQL is not below the run's process, and runs as another user.
"""

import glob
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress

import psutil

VARIABLE = "TEST_RUN_OF_COPYDESK"
#: The guardian looks several times, because a process may start another one between two looks.
LOOKS, PAUSE = 8, 0.25
DONE = b"done\n"
PROGRAM = "from tests.support.machine.leftovers import main; main()"


class Guardian:
    """Starts with the run, and waits for the end of a pipe that only the run holds open."""

    def __init__(self) -> None:
        word = secrets.token_hex(8)
        environment = {name: value for name, value in os.environ.items() if name != VARIABLE}
        self._process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, word],
            stdin=subprocess.PIPE,
            start_new_session=True,
            env={**environment, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        )
        os.environ[VARIABLE] = word

    def end(self) -> None:
        """The run has ended normally. What it has left is ended."""
        self._process.communicate(DONE)


def folder_prefix(kind: str) -> str:
    """The start of the name of a folder of this run."""
    return f"copydesk-{kind}-{os.environ.get(VARIABLE, '')}-"


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    word = sys.argv[1]
    looks = 1 if sys.stdin.buffer.read() == DONE else LOOKS
    for _ in range(looks):
        for process in _processes_of(word):
            with suppress(psutil.Error):
                process.kill()
        if looks > 1:
            time.sleep(PAUSE)
    for folder in glob.glob(f"{tempfile.gettempdir()}/copydesk-*-{word}-*"):
        shutil.rmtree(folder, ignore_errors=True)


def _processes_of(word: str) -> Iterator[psutil.Process]:
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            named = any(word in argument for argument in process.cmdline())
            if process.pid != os.getpid() and (named or process.environ().get(VARIABLE) == word):
                yield process
