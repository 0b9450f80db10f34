"""Some of the faults of `make faults`, with few articles: nothing lost, and what repeats is equal.

Each row fails by itself where its fault did not happen. In processes of their own, as a user runs them.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.faults.articles import articles
from bench.faults.row import Fault
from bench.faults.rows import FAULTS

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(400)]

ROOT = Path(__file__).parent.parent.parent
#: So few that all rows take less than 6 minutes, and enough that each kind of poison is among them.
ARTICLES = 350
ROWS = (
    "worker-kill",
    "rolling-restart",
    "worker-frozen",
    "brokers-in-turn",
    "records-held",
    "read-only",
    "poison",
)


def faults(folder: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
    """Exit code, and the row."""
    command = [
        sys.executable,
        "-m",
        "bench.faults",
        "--articles",
        str(ARTICLES),
        "--out",
        str(folder),
        *arguments,
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    file = folder / "faults.json"
    assert file.exists(), done.stderr
    return done.returncode, json.loads(file.read_text())["rows"][0]


@pytest.mark.parametrize("name", ROWS)
def test_a_fault_loses_nothing_and_what_repeats_is_equal(name: str, tmp_path: Path) -> None:
    code, row = faults(tmp_path, "--fault", name)
    assert (row["failure"], code) == ("", 0)
    counts = row["counts"]
    assert counts["confirmed"] > 0
    assert counts["lost"] == counts["lost_in_sinks"] == 0
    assert counts["repeated_with_other_id"] == counts["repeated_with_other_bytes"] == 0
    assert counts["ended_older"] == counts["topics_ended_older"] == 0
    assert row["happened"]
    assert row["recovery"] is not None


def test_a_rule_that_is_broken_on_purpose_is_noticed(tmp_path: Path) -> None:
    code, row = faults(tmp_path, "--fault", "worker-kill", "--mutant", "id-from-the-clock")
    assert code == 1
    assert row["counts"]["repeated_with_other_id"] > 0


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_the_same_seed_publishes_the_same_records(fault: Fault) -> None:
    first, again, other = (list(articles(120, seed, fault.mix)) for seed in (7, 7, 8))
    assert first == again != other


def test_a_fault_that_is_not_there_is_told_in_a_sentence() -> None:
    command = [sys.executable, "-m", "bench.faults", "--fault", "flood"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "no fault is called 'flood'; --list names them\n"
