"""A sink that is stopped at any moment, its successor, and what the first still does when it resumes."""

import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.sinks import journal
from agents.sinks.journal import Held, Journal, Owner
from streams.errors import CopydeskError, Fenced, Unavailable
from tests.unit.agents.claims import SOURCE, TOPIC, claim

PARTITION = (TOPIC, 0)
CODE = str(Path(journal.__file__).parent)
PATIENCE = 10
Batch = Mapping[tuple[str, int], list[tuple[int, bytes]]]


def line(offset: int) -> bytes:
    return b"%d %s\n" % (offset, b"x" * (offset % 7))


def batch(first: int, end: int) -> Batch:
    return {PARTITION: [(offset, line(offset)) for offset in range(first, end)]}


def started(folder: Path, offset: int, generation: int, file_bytes: int = 10**9) -> Journal:
    """A journal with a claim on the partition."""
    opened = Journal(folder, folder, file_bytes)
    opened.begin(claim(0, offset, generation=generation))
    return opened


def write(
    folder: Path, offset: int, *spans: tuple[int, int], generation: int = 1, file_bytes: int = 10**9
) -> None:
    """A journal starts at `offset`, writes these spans, each as a batch, and ends."""
    opened = started(folder, offset, generation, file_bytes)
    for span in spans:
        opened.write(batch(*span))
    opened.close()


def content(folder: Path) -> list[bytes]:
    """All lines, incomplete ones included."""
    return [line for path in sorted(folder.glob("*.jsonl")) for line in path.read_bytes().splitlines(True)]


def lines(end: int) -> list[bytes]:
    return [line(offset) for offset in range(end)]


class Stopped:
    """Runs a function in a thread, and stops it at the nth line of the journal's code until `wake`.

    Lines are fine enough: each system call is on a line of its own.
    """

    def __init__(self, function: Callable[[], Any], at: int) -> None:
        self._function = function
        self._left = at
        self._stopped, self._wake = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        assert self._stopped.wait(PATIENCE)

    def wake(self) -> None:
        """Let the function run to its end."""
        self._wake.set()
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()

    def _run(self) -> None:
        sys.settrace(self._trace)
        try:
            with suppress(CopydeskError, OSError):
                self._function()
        finally:
            sys.settrace(None)
            self._stopped.set()

    def _trace(self, frame: Any, event: str, _: Any) -> Any:
        if not frame.f_code.co_filename.startswith(CODE):
            return None
        if event == "line":
            self._left -= 1
            if self._left == 0:
                self._stopped.set()
                self._wake.wait(PATIENCE)
        return self._trace


class Worker:
    """A process of the sink: it starts where the last one acknowledged, writes batches, acknowledges each."""

    def __init__(self, folder: Path, log: "Log", generation: int, file_bytes: int) -> None:
        self.folder = folder
        self.log = log
        self.generation = generation
        self.journal = Journal(folder, folder, file_bytes)

    def work(self, batches: list[int]) -> None:
        """Acknowledges as long as its generation is the current one: Kafka rejects older generations."""
        offset = self.log.acknowledged
        self.journal.begin(claim(0, offset, generation=self.generation))
        for size in batches:
            self.journal.write(batch(offset, offset + size))
            offset += size
            self.log.written = max(self.log.written, offset)
            if self.generation == self.log.generation:
                self.log.acknowledged = offset
        self.journal.release()


class Log:
    def __init__(self) -> None:
        self.acknowledged = self.written = 0
        self.generation = 1


SCRIPTS = st.lists(
    st.tuples(st.integers(1, 900), st.lists(st.integers(1, 6), min_size=1, max_size=4)),
    min_size=1,
    max_size=3,
)


@contextmanager
def new_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@given(SCRIPTS, st.permutations(range(3)), st.sampled_from([30, 10**9]))
@settings(max_examples=60)
def test_wherever_a_process_is_stopped_and_whenever_it_resumes_each_record_is_written_once(
    scripts: list[tuple[int, list[int]]], order: list[int], file_bytes: int
) -> None:
    """Each process is stopped somewhere and followed by the next; the last one finishes, then all resume."""
    with new_folder() as folder:
        log, stopped = Log(), []
        for at, batches in scripts:
            worker = Worker(folder, log, log.generation, file_bytes)
            stopped.append((Stopped(partial(worker.work, batches), at), worker))
            log.generation += 1
        last = Worker(folder, log, log.generation, file_bytes)
        last.work([3, 3])
        for nth in order:
            if nth < len(stopped):
                stopped[nth][0].wake()
        last.journal.begin(claim(0, log.acknowledged, generation=log.generation))
        last.journal.write(batch(log.acknowledged, log.written + 5))
        end = log.written + 5
        for _, worker in stopped:
            worker.journal.close()
        last.journal.close()
        assert content(folder) == lines(end)
        write(folder, 0, (0, end), generation=99)
        assert content(folder) == lines(end)


@pytest.mark.parametrize("torn", [False, True])
def test_a_stopped_process_writes_nothing_more_when_it_resumes(tmp_path: Path, torn: bool) -> None:
    """It has written 0 to 9 and acknowledged up to 5. With `torn` it was stopped within the next batch."""
    first = started(tmp_path, 0, 1)
    first.write(batch(0, 10))
    if torn:
        with next(tmp_path.glob("*.jsonl")).open("ab") as file:
            file.write(b"torn")
    second = started(tmp_path, 5, 2)
    second.write(batch(5, 12))
    with pytest.raises(Fenced, match="another process has taken over"):
        first.write(batch(10, 12))
    first.close()
    second.close()
    assert content(tmp_path) == lines(12)


def test_a_process_of_an_older_generation_writes_nothing_while_a_later_one_runs(tmp_path: Path) -> None:
    later = started(tmp_path, 0, 7)
    later.write(batch(0, 3))
    with pytest.raises(Unavailable, match="generation 7 of the consumer group and in use, ours is 5"):
        started(tmp_path, 0, 5)
    later.write(batch(3, 5))
    later.close()
    assert content(tmp_path) == lines(5)


def test_a_recreated_group_counts_from_1_and_continues_after_the_process_that_exited(tmp_path: Path) -> None:
    exited = started(tmp_path, 0, 40)
    exited.write(batch(0, 3))
    exited.release()
    assert exited.owner
    exited.owner._lock.close()  # as happens when its process exits
    write(tmp_path, 0, (0, 5))
    assert content(tmp_path) == lines(5)
    assert list((tmp_path / "_owners").iterdir()) == []


def test_processes_of_the_same_generation_do_not_fence_each_other(tmp_path: Path) -> None:
    first, second = Owner(tmp_path, SOURCE, 3), Owner(tmp_path, SOURCE, 3)
    first.check()
    second.check()
    Owner(tmp_path, "another", 9).close()
    first.check()
    assert len(list((tmp_path / "_owners").iterdir())) == 2
    first.close()
    second.close()


def test_after_offsets_are_reset_nothing_is_written_twice_and_gaps_are_filled(tmp_path: Path) -> None:
    """Files of 0 to 4, 5 to 9 and 10 to 14; the middle file is deleted."""
    write(tmp_path, 0, (0, 5), (5, 10), (10, 15), file_bytes=1)
    sorted(tmp_path.glob("*.jsonl"))[1].unlink()
    write(tmp_path, 0, (0, 20), generation=2)
    assert Counter(content(tmp_path)) == Counter(lines(20))
    assert len(list(tmp_path.glob("*.jsonl"))) == 4


def test_after_a_full_file_comes_another(tmp_path: Path) -> None:
    write(tmp_path, 0, (0, 3), (3, 6), (6, 9), (9, 12), file_bytes=20)
    assert len(list(tmp_path.glob("*.jsonl"))) == 2
    assert content(tmp_path) == lines(12)


def test_an_index_that_a_crash_filled_with_zeros_still_covers_what_is_before(tmp_path: Path) -> None:
    write(tmp_path, 0, (0, 4))
    [index] = tmp_path.glob("*.offsets")
    entries = index.read_bytes().splitlines(keepends=True)
    index.write_bytes(b"".join(entries[:2]) + bytes(len(entries[2])) + entries[3])
    write(tmp_path, 2, (2, 6), generation=2)
    # The last entry of the index is whole, and covers all of the file.
    assert content(tmp_path) == lines(6)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 5))), st.integers(0, 40))
def test_the_held_offsets_are_those_within_a_span(lengths: list[tuple[int, int]], offset: int) -> None:
    spans = [(first, first + more) for first, more in lengths]
    assert (offset in Held(spans)) == any(first <= offset <= last for first, last in spans)
