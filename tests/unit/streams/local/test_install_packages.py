"""make installs packages with progress, and says what went wrong."""

import os
import subprocess
import sys
from pathlib import Path

from tests.support.places import ROOT

SCRIPT = ROOT / "streams/local/install_packages.py"


def locked(name: str) -> str:
    """The lines of one package in the lock, with their hashes."""
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith(f"{name}=="))
    last = next(number for number in range(first, len(lines)) if not lines[number].endswith("\\"))
    return "\n".join(lines[first : last + 1]) + "\n"


def install(lock: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PIP_NO_INDEX": "1"}
    return subprocess.run(
        [sys.executable, SCRIPT, lock], env=environment, capture_output=True, text=True, check=False
    )


def test_packages_that_are_there_are_not_installed_again(tmp_path: Path) -> None:
    lock = tmp_path / "one.lock"
    lock.write_text(locked("tomli-w"))

    assert install(lock).returncode == 0


def test_a_package_that_cannot_be_had_is_named_with_what_pip_says(tmp_path: Path) -> None:
    lock = tmp_path / "none.lock"
    lock.write_text(f"no-such-package==1.0 --hash=sha256:{'0' * 64}\n")

    report = install(lock)

    assert report.returncode == 1
    assert "no-such-package" in report.stderr
    end = "pip could not install the packages: see above, and call make again\n"
    assert report.stderr.endswith(end)
