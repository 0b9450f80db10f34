"""Each hostile record has an outcome, within the time and memory that a pool process has."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from streams.settings import WorkerSettings
from tests.hostile.corpus import CORPUS
from tests.hostile.pace import MOST_TIMES, ORDINARY, pace

#: MiB that a page may take in addition to the models. The most is 266 (docs/decisions/0006).
MEMORY = 500
#: Processor time. The slowest record takes 6 s here, and 9 s on a machine with seven other busy processes.
SECONDS = WorkerSettings().article_seconds
DEAD = {"invalid", "failed", "too-large"}

pytestmark = [
    pytest.mark.skipif(
        not Path("/proc/self/clear_refs").exists(), reason="only Linux reports peaks of memory"
    ),
    pytest.mark.timeout(600),
]


Report = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def report() -> Report:
    """What was measured, by the name of the record. All are processed once, in another process."""
    process = subprocess.run(
        [sys.executable, "-m", "tests.hostile.chain"], capture_output=True, check=True, timeout=540
    )
    return {record["name"]: record for record in map(json.loads, process.stdout.splitlines())}


@pytest.mark.parametrize("name", CORPUS)
def test_a_hostile_record_has_an_outcome_in_bounded_time_and_memory_and_leaves_nothing_hostile(
    report: Report, name: str
) -> None:
    passages = report[name]["passages"]
    assert all(passage["seconds"] < SECONDS and passage["grown"] < MEMORY for passage in passages)
    *before, last = passages
    assert all(passage["outcome"] == "sent" for passage in before)
    if last["outcome"] == "sent":
        assert last["stage"] == "summaries"
    elif last["outcome"] == "discarded":
        assert last["reason"] in {"too-short", "not-an-article"}
    else:
        assert last["reason"] in DEAD
        assert last["message"]
    assert report[name]["offences"] == [], "markup, hidden characters or other URLs in the finished record"


def test_a_mb_of_the_worst_record_takes_at_most_a_few_times_as_long_as_an_ordinary_mb(report: Report) -> None:
    paces = {name: pace(json.dumps(record).encode()) for name, record in report.items()}
    worst = max(paces.values(), key=lambda measured: measured.per_mb)
    assert worst.per_mb < MOST_TIMES * paces[ORDINARY].per_mb, worst


@pytest.mark.parametrize("name", [name for name in CORPUS if name.startswith("16 MB")])
def test_a_text_over_the_limit_is_rejected_before_any_work_is_done(report: Report, name: str) -> None:
    [rejected] = report[name]["passages"]
    assert (rejected["reason"], "max_text_characters" in rejected["message"]) == ("too-large", True)
    assert rejected["seconds"] < sum(passage["seconds"] for passage in report[ORDINARY]["passages"])


@pytest.mark.parametrize("name", ["10,000 headers", "a header of 6 MB", "100,000 nested div"])
def test_a_record_that_is_merely_large_is_processed(report: Report, name: str) -> None:
    assert report[name]["passages"][-1]["outcome"] == "sent"
