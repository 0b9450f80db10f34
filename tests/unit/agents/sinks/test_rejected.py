"""The file of what a target rejects: bounded work and memory, several processes, crashes."""

import json
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from agents.sinks.rejected import RejectedRecords
from streams.core.sink import Delivered
from streams.errors import Unavailable
from tests.unit.agents.sinks.posting import delivered

MIB = 1_048_576


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def events(path: Path) -> list[str]:
    return [line["event"] for line in lines(path)]


def large(offset: int) -> Delivered:
    return replace(delivered(offset), record=b'"' + b"x" * MIB + b'"')


def peak(call: Callable[[], None]) -> int:
    """Bytes that Python held at most during the call."""
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.skipif(not hasattr(psutil.Process, "io_counters"), reason="only Linux counts what is read")
def test_one_more_record_costs_what_it_weighs_however_many_stand_there(tmp_path: Path) -> None:
    path, process = tmp_path / "rejected.jsonl", psutil.Process()
    rejected = RejectedRecords(path, 100)
    rejected.add(large(0), "no")
    first = peak(lambda: rejected.add(large(1), "no"))
    for n in range(2, 40):
        rejected.add(large(n), "no")
    read = process.io_counters().read_chars
    another = peak(lambda: rejected.add(large(40), "no"))
    assert process.io_counters().read_chars - read < 4 * MIB
    assert another < 1.5 * first
    assert len(lines(path)) == 41


def test_a_file_that_is_there_is_read_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "rejected.jsonl"
    before = RejectedRecords(path, 100)
    before.add(large(0), "no")
    first = peak(lambda: RejectedRecords(path, 100).add(large(0), "no"))
    for n in range(1, 40):
        before.add(large(n), "no")
    assert peak(lambda: RejectedRecords(path, 100).add(large(7), "no")) < 1.5 * first
    assert len(lines(path)) == 40


def test_two_processes_of_one_sink_see_what_the_other_has_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "rejected.jsonl"
    first, other = RejectedRecords(path, 3), RejectedRecords(path, 3)
    first.add(delivered(0), "no")
    other.add(delivered(0), "no")
    other.add(delivered(1), "no")
    first.add(delivered(1), "no")
    first.add(delivered(2), "no")
    assert events(path) == ["e0", "e1", "e2"]
    for each in (first, other):
        with pytest.raises(Unavailable, match="3 records were rejected"):
            each.add(delivered(3), "no")


def test_a_file_that_was_moved_away_or_emptied_counts_from_nothing(tmp_path: Path) -> None:
    path = tmp_path / "rejected.jsonl"
    rejected = RejectedRecords(path, 2)
    for n in range(2):
        rejected.add(delivered(n), "no")
    path.rename(tmp_path / "seen.jsonl")
    for n in range(2):
        rejected.add(delivered(n), "no")
    assert events(path) == ["e0", "e1"]
    path.write_bytes(b"")
    rejected.add(delivered(5), "no")
    assert events(path) == ["e5"]


@pytest.mark.parametrize("cut", [1, 40, 90])
def test_a_line_that_a_crash_has_torn_is_no_record_and_spoils_none_behind_it(
    tmp_path: Path, cut: int
) -> None:
    path = tmp_path / "rejected.jsonl"
    RejectedRecords(path, 2).add(delivered(0), "no")
    whole = path.read_bytes()
    path.write_bytes(whole + whole.replace(b"e0", b"e1")[:cut])
    after = RejectedRecords(path, 2)
    after.add(delivered(1), "no")
    with pytest.raises(Unavailable, match="2 records were rejected"):
        after.add(delivered(2), "no")
    kept = path.read_bytes().splitlines()
    assert [json.loads(kept[at])["event"] for at in (0, 2)] == ["e0", "e1"]
    assert len(kept) == 3


def test_a_record_whose_own_text_looks_like_another_s_place_hides_none(tmp_path: Path) -> None:
    path = tmp_path / "rejected.jsonl"
    rejected = RejectedRecords(path, 9)
    rejected.add(delivered(0), "no")
    inside = lines(path)[0]
    path.unlink()
    rejected.add(replace(delivered(3), record=json.dumps(inside, separators=(",", ":")).encode()), "no")
    rejected.add(delivered(0), "no")
    assert events(path) == ["e3", "e0"]
