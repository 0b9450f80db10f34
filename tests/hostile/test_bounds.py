"""Each hostile record has one of the fates, in the time and memory that a child has."""

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
class Told:
    """What was measured of the records, by name."""

    of: dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def told() -> Told:
    """All of them once through the chain, in processes of their own."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.hostile.chain"], capture_output=True, check=True, timeout=540
    )
    return Told({one["name"]: one for one in map(json.loads, ran.stdout.splitlines())})


@pytest.mark.parametrize("name", CORPUS)
def test_a_hostile_record_has_one_fate_in_bounded_time_and_memory_and_leaves_nothing_hostile(
    told: Told, name: str
) -> None:
    passages = told.of[name]["passages"]
    assert all(one["seconds"] < SECONDS and one["grown"] < MEMORY for one in passages)
    *before, last = passages
    assert all(one["fate"] == "sent" for one in before)
    if last["fate"] == "sent":
        assert last["stage"] == "summaries"
    elif last["fate"] == "discarded":
        assert last["reason"] in {"too-short", "not-an-article"}
    else:
        assert last["reason"] in DEAD
        assert last["said"]
    assert told.of[name]["offences"] == [], "markup, hidden characters or other URLs in the finished record"


def test_a_mb_of_the_worst_takes_no_more_than_some_times_as_long_as_an_ordinary_one(told: Told) -> None:
    paces = {name: pace(json.dumps(one).encode()) for name, one in told.of.items()}
    worst = max(paces.values(), key=lambda one: one.per_mb)
    assert worst.per_mb < MOST_TIMES * paces[ORDINARY].per_mb, worst


@pytest.mark.parametrize("name", [one for one in CORPUS if one.startswith("16 MB")])
def test_a_text_that_is_larger_than_is_read_is_told_before_any_work_is_done(told: Told, name: str) -> None:
    [refused] = told.of[name]["passages"]
    assert (refused["reason"], "max_text_characters" in refused["said"]) == ("too-large", True)
    assert refused["seconds"] < sum(one["seconds"] for one in told.of[ORDINARY]["passages"])


@pytest.mark.parametrize(
    "name", sorted(CROWDS.keys() & {"10,000 headers", "a header of 6 MB", "100,000 nested div"})
)
def test_what_is_only_large_is_read_all_the_same(told: Told, name: str) -> None:
    assert told.of[name]["passages"][-1]["fate"] == "sent"
