"""Each hostile record has one of the outcomes, in the time and memory that a child has."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from streams.settings import WorkerSettings
from tests.hostile.corpus import CORPUS
from tests.hostile.crowds import CROWDS
from tests.hostile.pace import MOST_TIMES, ORDINARY, pace

#: What a page may cost beside what the models take, in MiB. The most is 266 (docs/decisions/0006).
MEMORY = 500
#: Processor time; here the slowest takes 6 s, on a machine with seven others at work 9 s.
SECONDS = WorkerSettings().article_seconds
DEAD = {"invalid", "failed", "too-large"}

pytestmark = [
    pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="only Linux tells peaks of memory"),
    pytest.mark.timeout(600),
]


@dataclass(frozen=True)
class Reported:
    """What was measured of the records, by name."""

    of: dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def report() -> Reported:
    """All of them once through the chain, in processes of their own."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.hostile.chain"], capture_output=True, check=True, timeout=540
    )
    return Reported({one["name"]: one for one in map(json.loads, ran.stdout.splitlines())})


@pytest.mark.parametrize("name", CORPUS)
def test_a_hostile_record_has_one_outcome_in_bounded_time_and_memory_and_leaves_nothing_hostile(
    report: Reported, name: str
) -> None:
    passages = report.of[name]["passages"]
    assert all(one["seconds"] < SECONDS and one["grown"] < MEMORY for one in passages)
    *before, last = passages
    assert all(one["outcome"] == "sent" for one in before)
    if last["outcome"] == "sent":
        assert last["stage"] == "summaries"
    elif last["outcome"] == "discarded":
        assert last["reason"] in {"too-short", "not-an-article"}
    else:
        assert last["reason"] in DEAD
        assert last["said"]
    assert report.of[name]["offences"] == [], "markup, hidden characters or other URLs in the finished record"


def test_a_mb_of_the_worst_takes_no_more_than_some_times_as_long_as_an_ordinary_one(report: Reported) -> None:
    paces = {name: pace(json.dumps(one).encode()) for name, one in report.of.items()}
    worst = max(paces.values(), key=lambda one: one.per_mb)
    assert worst.per_mb < MOST_TIMES * paces[ORDINARY].per_mb, worst


@pytest.mark.parametrize("name", [one for one in CORPUS if one.startswith("16 MB")])
def test_a_text_that_is_larger_than_is_read_is_told_before_any_work_is_done(
    report: Reported, name: str
) -> None:
    [rejected] = report.of[name]["passages"]
    assert (rejected["reason"], "max_text_characters" in rejected["said"]) == ("too-large", True)
    assert rejected["seconds"] < sum(one["seconds"] for one in report.of[ORDINARY]["passages"])


@pytest.mark.parametrize(
    "name", sorted(CROWDS.keys() & {"10,000 headers", "a header of 6 MB", "100,000 nested div"})
)
def test_what_is_only_large_is_read_all_the_same(report: Reported, name: str) -> None:
    assert report.of[name]["passages"][-1]["outcome"] == "sent"
