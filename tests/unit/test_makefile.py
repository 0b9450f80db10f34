"""`make` on a machine without a fitting Python says how to get one."""

import subprocess
from pathlib import Path

import pytest

from tests.support.places import ROOT


@pytest.mark.parametrize("python", ["", "false"])
def test_without_a_fitting_python_make_says_how_to_get_one_in_one_line(tmp_path: Path, python: str) -> None:
    command = ["make", "-s", "-f", str(ROOT / "Makefile"), f"PYTHON={python}", "demo"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.stdout.splitlines() == [
        f"Copydesk needs Python 3.11 to 3.14, and found {python or 'none'}."
        " Get one with uv: uv python install 3.13; make PYTHON=$(uv python find 3.13) demo"
    ]
    assert run.returncode != 0
