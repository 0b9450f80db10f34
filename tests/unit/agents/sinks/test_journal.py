"""A sink that is stopped at any moment, its successor, and what the first still does when it wakes."""

import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.sinks import journal
from agents.sinks.journal import Held, Journal, Owner
from streams.errors import CopydeskError, Fenced, Unavailable
from tests.unit.agents.claims import SOURCE, claim

TOPIC = "news.summaries"
PLACE = (TOPIC, 0)
CODE = str(Path(journal.__file__).parent)
PATIENCE = 10
Batch = Mapping[tuple[str, int], list[tuple[int, bytes]]]


def line(offset: int) -> bytes:
    return b"%d %s\n" % (offset, b"x" * (offset % 7))


def batch(first: int, end: int) -> Batch:
    return {PLACE: [(offset, line(offset)) for offset in range(first, end)]}


def started(folder: Path, offset: int, generation: int, file_bytes: int = 10**9) -> Journal:
    """A journal of a process that was given the partition."""
    journal = Journal(folder, folder, file_bytes)
    journal.begin(claim(TOPIC, 0, offset, generation=generation))
    return journal


def content(folder: Path) -> list[bytes]:
    """All lines, torn ones too."""
    return [line for path in sorted(folder.glob("*.jsonl")) for line in path.read_bytes().splitlines(True)]


class Stopped:
    """Something that runs in a thread until it comes to the nth line of the journal's code, and stands there.

    Lines, since each call of the system is on one of its own.
    """

    def __init__(self, does: Callable[[], Any], at: int) -> None:
        self.ended_with: CopydeskError | OSError | None = None
        self.stood = False
        self._does = does
        self._left = at
        self._still, self._wake = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        assert self._still.wait(PATIENCE)

    def wake(self) -> None:
        """Let it go on to its end."""
        self._wake.set()
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()

    def _run(self) -> None:
        sys.settrace(self._trace)
        try:
            self._does()
        except (CopydeskError, OSError) as error:
            self.ended_with = error
        finally:
            sys.settrace(None)
            self._still.set()

    def _trace(self, frame: Any, event: str, _: Any) -> Any:
        if not frame.f_code.co_filename.startswith(CODE):
            return None
        if event == "line":
            self._left -= 1
            if self._left == 0:
                self.stood = True
                self._still.set()
                self._wake.wait(PATIENCE)
        return self._trace


class Worker:
    """A process of the sink: takes over at what was acknowledged, writes batches, acknowledges each."""

    def __init__(self, folder: Path, log: "Log", generation: int, file_bytes: int) -> None:
        self.folder = folder
        self.log = log
        self.generation = generation
        self.journal = Journal(folder, folder, file_bytes)

    def work(self, batches: list[int]) -> None:
        """Kafka rejects what an old generation acknowledges."""
        offset = self.log.acknowledged
        self.journal.begin(claim(TOPIC, 0, offset, generation=self.generation))
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
def folder_of_its_own() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@given(SCRIPTS, st.permutations(range(3)), st.sampled_from([30, 10**9]))
@settings(max_examples=60, deadline=None)
def test_wherever_a_process_is_stopped_and_whenever_it_wakes_each_record_stands_once(
    scripts: list[tuple[int, list[int]]], order: list[int], file_bytes: int
) -> None:
    """Each is stopped at its moment and followed by the next, the last works to its end; then all wake."""
    with folder_of_its_own() as folder:
        log, stopped = Log(), []
        for at, batches in scripts:
            worker = Worker(folder, log, log.generation, file_bytes)
            stopped.append((Stopped(lambda worker=worker, sizes=batches: worker.work(sizes), at), worker))
            log.generation += 1
        last = Worker(folder, log, log.generation, file_bytes)
        last.work([3, 3])
        for nth in order:
            if nth < len(stopped):
                stopped[nth][0].wake()
        last.journal.begin(claim(TOPIC, 0, log.acknowledged, generation=log.generation))
        last.journal.write(batch(log.acknowledged, log.written + 5))
        end = log.written + 5
        for _, worker in stopped:
            worker.journal.close()
        last.journal.close()
        assert content(folder) == [line(offset) for offset in range(end)]
        after = started(folder, 0, 99)
        after.write(batch(0, end))
        after.close()
        assert content(folder) == [line(offset) for offset in range(end)]


@pytest.mark.parametrize("torn", [False, True])
def test_what_a_stopped_process_writes_when_it_wakes_goes_nowhere(tmp_path: Path, torn: bool) -> None:
    """It had written 0 to 9 and acknowledged 5, and was in the midst of the next batch, or not."""
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
    assert content(tmp_path) == [line(offset) for offset in range(12)]


def test_a_process_of_an_older_generation_touches_nothing_while_a_later_one_lives(tmp_path: Path) -> None:
    later = started(tmp_path, 0, 7)
    later.write(batch(0, 3))
    with pytest.raises(Unavailable, match="generation 7 of the consumer group and in use, ours is 5"):
        started(tmp_path, 0, 5)
    later.write(batch(3, 5))
    later.close()
    assert content(tmp_path) == [line(offset) for offset in range(5)]


def test_a_group_recreated_counts_from_one_and_goes_on_behind_the_dead(tmp_path: Path) -> None:
    dead = started(tmp_path, 0, 40)
    dead.write(batch(0, 3))
    dead.release()
    assert dead.owner
    dead.owner._lock.close()  # as the end of its process does
    restarted = started(tmp_path, 0, 1)
    restarted.write(batch(0, 5))
    restarted.close()
    assert content(tmp_path) == [line(offset) for offset in range(5)]
    assert list((tmp_path / "_owners").iterdir()) == []


def test_processes_of_one_generation_leave_each_other_alone(tmp_path: Path) -> None:
    first, second = Owner(tmp_path, SOURCE, 3), Owner(tmp_path, SOURCE, 3)
    first.check()
    second.check()
    Owner(tmp_path, "another", 9).close()
    first.check()
    first.close()
    second.close()


def test_offsets_led_back_write_nothing_twice_and_fill_what_is_missing(tmp_path: Path) -> None:
    """Files of 0 to 4, 5 to 9, 10 to 14; the middle one was taken away."""
    before = started(tmp_path, 0, 1, file_bytes=1)
    for first in (0, 5, 10):
        before.write(batch(first, first + 5))
    before.close()
    taken = sorted(tmp_path.glob("*.jsonl"))[1]
    taken.unlink()
    after = started(tmp_path, 0, 2)
    after.write(batch(0, 20))
    after.close()
    assert Counter(content(tmp_path)) == Counter(line(offset) for offset in range(20))
    assert len(list(tmp_path.glob("*.jsonl"))) == 4


def test_a_file_that_is_full_is_followed_by_another(tmp_path: Path) -> None:
    before = started(tmp_path, 0, 1, file_bytes=20)
    for first in range(0, 12, 3):
        before.write(batch(first, first + 3))
    before.close()
    assert len(list(tmp_path.glob("*.jsonl"))) == 2
    assert content(tmp_path) == [line(offset) for offset in range(12)]


def test_an_index_that_a_crash_has_filled_with_zeros_vouches_for_what_is_before(tmp_path: Path) -> None:
    write = started(tmp_path, 0, 1)
    write.write(batch(0, 4))
    write.close()
    [index] = tmp_path.glob("*.offsets")
    entries = index.read_bytes().splitlines(keepends=True)
    index.write_bytes(b"".join(entries[:2]) + bytes(len(entries[2])) + entries[3])
    again = started(tmp_path, 2, 2)
    again.write(batch(2, 6))
    again.close()
    # Its last entry is whole, and says that all of the file is vouched for: so it is.
    assert content(tmp_path) == [line(offset) for offset in range(6)]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 5))), st.integers(0, 40))
def test_what_is_held_is_what_lies_in_a_span(given_spans: list[tuple[int, int]], offset: int) -> None:
    spans = [(first, first + more) for first, more in given_spans]
    assert (offset in Held(spans)) == any(first <= offset <= last for first, last in spans)
