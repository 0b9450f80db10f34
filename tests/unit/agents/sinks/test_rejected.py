"""The file of rejected records: bounded work and memory, several processes, crashes."""

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


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rejected.jsonl"


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def events(path: Path) -> list[str]:
    return [line["event"] for line in lines(path)]


def large(offset: int) -> Delivered:
    return replace(delivered(offset), record=b'"' + b"x" * MIB + b'"')


def peak(call: Callable[[], None]) -> int:
    """The most bytes that Python held during the call."""
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.skipif(
    not hasattr(psutil.Process, "io_counters"), reason="only Linux counts the bytes that a process reads"
)
def test_another_record_costs_by_its_own_size_however_many_are_there(path: Path) -> None:
    process = psutil.Process()
    rejected = RejectedRecords(path, 100)
    rejected.add(large(0), "no")
    second = peak(lambda: rejected.add(large(1), "no"))
    for n in range(2, 40):
        rejected.add(large(n), "no")
    read = process.io_counters().read_chars
    last = peak(lambda: rejected.add(large(40), "no"))
    assert process.io_counters().read_chars - read < 4 * MIB
    assert last < 1.5 * second
    assert len(lines(path)) == 41


def test_an_existing_file_is_read_line_by_line(path: Path) -> None:
    before = RejectedRecords(path, 100)
    before.add(large(0), "no")
    small = peak(lambda: RejectedRecords(path, 100).add(large(0), "no"))
    for n in range(1, 40):
        before.add(large(n), "no")
    assert peak(lambda: RejectedRecords(path, 100).add(large(7), "no")) < 1.5 * small
    assert len(lines(path)) == 40


def test_each_of_two_processes_of_a_sink_sees_what_the_other_has_set_aside(path: Path) -> None:
    first, second = RejectedRecords(path, 3), RejectedRecords(path, 3)
    first.add(delivered(0), "no")
    second.add(delivered(0), "no")
    second.add(delivered(1), "no")
    first.add(delivered(1), "no")
    first.add(delivered(2), "no")
    assert events(path) == ["e0", "e1", "e2"]
    for rejected in (first, second):
        with pytest.raises(Unavailable, match="3 records were rejected"):
            rejected.add(delivered(3), "no")


def test_after_the_file_was_moved_or_emptied_the_count_starts_at_zero(path: Path) -> None:
    rejected = RejectedRecords(path, 2)
    for n in range(2):
        rejected.add(delivered(n), "no")
    path.rename(path.with_name("seen.jsonl"))
    for n in range(2):
        rejected.add(delivered(n), "no")
    assert events(path) == ["e0", "e1"]
    path.write_bytes(b"")
    rejected.add(delivered(5), "no")
    assert events(path) == ["e5"]


@pytest.mark.parametrize("cut", [1, 40, 90])
def test_a_line_that_a_crash_left_incomplete_does_not_count_and_does_not_spoil_the_next(
    path: Path, cut: int
) -> None:
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


def test_a_record_whose_text_looks_like_the_entry_of_another_does_not_hide_it(path: Path) -> None:
    rejected = RejectedRecords(path, 9)
    rejected.add(delivered(0), "no")
    inside = lines(path)[0]
    path.unlink()
    rejected.add(replace(delivered(3), record=json.dumps(inside, separators=(",", ":")).encode()), "no")
    rejected.add(delivered(0), "no")
    assert events(path) == ["e3", "e0"]
