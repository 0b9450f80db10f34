"""Rows of `make faults` with few articles, in processes of their own, as a user runs them.

A row fails by itself if its fault did not happen.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.support.places import ROOT

#: Few enough that all rows, two at a time, take less than six minutes; enough for each kind of bad article.
ARTICLES = 350


def faults(folder: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
    command = ["-m", "tests.reliability", "--articles", str(ARTICLES), "--out", str(folder), *arguments]
    done = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False)
    file = folder / "faults.json"
    assert file.exists(), done.stderr
    return done.returncode, json.loads(file.read_text())["rows"][0]


def check(name: str, folder: Path) -> None:
    """Nothing is lost, repeats are equal, no article ends older, and the pipeline went on after the fault."""
    code, row = faults(folder, "--fault", name)
    assert (row["failure"], code) == ("", 0)
    counts = row["counts"]
    assert counts["confirmed"] > 0
    assert counts["lost"] == counts["lost_in_sinks"] == 0
    assert counts["repeated_with_other_id"] == counts["repeated_with_other_bytes"] == 0
    assert counts["ended_older"] == counts["topics_ended_older"] == 0
    assert row["happened"]
    assert row["recovery"] is not None
