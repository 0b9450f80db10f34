"""Install the packages of a lock file with pip, and show how far it is. Called by make.

    python streams/local/install_packages.py requirements.lock

pip is silent for half a minute, or writes a thousand lines. This runs before anything is installed, so it
uses the standard library alone.
"""

import re
import subprocess
import sys
import sysconfig
import threading
import time
from pathlib import Path

PIP = (sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off")
REQUIREMENT = re.compile(r"^[A-Za-z0-9][\w.\-]*(?:\[.*?\])?==", re.MULTILINE)
COLLECTED = ("Collecting ", "Requirement already satisfied: ")
RETRYING = "WARNING: Retrying ("
INSTALLING = "Installing collected packages: "
#: How often a line is renewed on a terminal, and written elsewhere.
TERMINAL_SECONDS, LINE_SECONDS = 0.2, 2.0
LAST_LINES = 15
CLEARED = "\r\x1b[K"


class Installation:
    """A run of pip, read by a thread. `collected` counts packages whose files are known or fetched."""

    def __init__(self, lock: Path) -> None:
        self.total = len(REQUIREMENT.findall(lock.read_text("utf-8")))
        self.collected = self.to_install = self.retries = 0
        self.lines: list[str] = []
        self._before = installed()
        command = [*PIP, "--require-hashes", "-r", str(lock)]
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            # With standard output: what pip says there must not run into our line.
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self.retries += line.startswith(RETRYING)
            self.lines.append(line.rstrip())
            self.collected += line.startswith(COLLECTED)
            if line.startswith(INSTALLING):
                self.to_install = line.count(",") + 1

    def progress(self) -> str:
        if self.to_install:
            return f"{max(0, installed() - self._before)} of {self.to_install} packages installed"
        return f"{self.collected} of at most {self.total} packages fetched"

    def wait(self) -> int:
        code = self.process.wait()
        self._thread.join()
        return code

    def report(self) -> str:
        """Why pip failed: its last lines, then a sentence."""
        last = [line for line in self.lines if not line.startswith(RETRYING)][-LAST_LINES:]
        if self.retries:
            sentence = "the package index does not answer: connect to the network, and call make again\n"
        else:
            sentence = "pip could not install the packages: see above, and call make again\n"
        return "\n".join([*last, sentence])


def installed() -> int:
    return sum(1 for _ in Path(sysconfig.get_path("purelib")).glob("*.dist-info"))


def main(lock: Path) -> int:
    terminal = sys.stderr.isatty()
    installation = Installation(lock)
    try:
        _show(installation, terminal=terminal)
    except KeyboardInterrupt:
        installation.process.terminate()
        raise
    finally:
        sys.stderr.write(CLEARED if terminal else "")
    code = installation.wait()
    if code:
        sys.stderr.write(installation.report())
    return code


def _show(installation: Installation, *, terminal: bool) -> None:
    """Until pip ends: one line that is renewed on a terminal, and lines elsewhere."""
    began = time.monotonic()
    while True:
        try:
            installation.process.wait(TERMINAL_SECONDS if terminal else LINE_SECONDS)
            break
        except subprocess.TimeoutExpired:
            line = f"  {installation.progress()}, {time.monotonic() - began:.0f} s"
            sys.stderr.write(f"{CLEARED}{line}" if terminal else f"{line}\n")
            sys.stderr.flush()


if __name__ == "__main__":
    try:
        sys.exit(main(Path(sys.argv[1])))
    except KeyboardInterrupt:
        sys.stderr.write("interrupted; the next call of make goes on\n")
        sys.exit(130)
