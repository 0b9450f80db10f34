"""Finished articles in files: each once, whatever happens to the process or the disk."""

import os
import resource
import shutil
import signal
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.sinks.jsonl import Jsonl, JsonlSettings, open_sink
from streams.core.sink import Delivered
from streams.errors import CannotStart, Unavailable
from tests.unit.agents.claims import SOURCE, claim

TOPIC = "news.summaries"


def delivered(offset: int, partition: int = 0, *, gone: bool = False, size: int = 0) -> Delivered:
    """A record at `offset`. Its length depends on the offset, so that lines differ in size."""
    record = b'{"n":%d,"pad":"%s"}' % (offset, b"x" * (size or offset % 7))
    return Delivered(
        key=f"k{offset}",
        record=None if gone else record,
        version="1",
        event=f"e{offset}",
        source=SOURCE,
        topic=TOPIC,
        partition=partition,
        offset=offset,
    )


def line(record: Delivered) -> bytes:
    """The line that a record must be in the file."""
    if record.record is None:
        return b'{"id":"%s","taken_down":true}\n' % record.key.encode()
    return record.record + b"\n"


def content(folder: Path, partition: int = 0) -> bytes:
    """All lines of a partition, from its files in the order of their names."""
    return b"".join(path.read_bytes() for path in sorted(folder.glob(f"{TOPIC}-{partition:02d}-*.jsonl")))


def started(folder: Path, offset: int, partitions: Sequence[int] = (0,)) -> Jsonl:
    """A sink that has just started, with claims on its partitions from `offset` on."""
    sink = open_sink(JsonlSettings(folder=str(folder)))
    for partition in partitions:
        sink.begin(claim(TOPIC, partition, offset))
    return sink


def write(folder: Path, *records: Delivered) -> None:
    """A sink starts, writes a batch and ends. How it ends makes no difference."""
    sink = started(folder, records[0].offset, sorted({record.partition for record in records}))
    sink.write(records)
    sink.close()


@contextmanager
def disk_that_holds(size: int) -> Iterator[None]:
    """No file of this process may grow beyond `size` bytes, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


def test_a_line_is_the_record_as_it_is_in_kafka_and_a_takedown_is_marked(tmp_path: Path) -> None:
    write(tmp_path, delivered(5), delivered(6, gone=True), delivered(9))

    file = tmp_path / f"news.summaries-00-{SOURCE}-00000000000000000005.jsonl"
    assert file.read_bytes() == (
        b'{"n":5,"pad":"xxxxx"}\n{"id":"k6","taken_down":true}\n{"n":9,"pad":"xx"}\n'
    )
    assert file.with_suffix(".offsets").read_bytes() == b"5 22\n6 52\n9 71\n"


def test_each_partition_has_its_own_file(tmp_path: Path) -> None:
    write(tmp_path, delivered(0, 3), delivered(0, 11), delivered(1, 3))

    assert content(tmp_path, 3) == line(delivered(0)) + line(delivered(1))
    assert content(tmp_path, 11) == line(delivered(0))


def test_records_that_were_written_but_not_acknowledged_are_there_once_after_a_restart(
    tmp_path: Path,
) -> None:
    first = started(tmp_path, 0)
    first.write([delivered(n) for n in range(4)])
    first.write([delivered(n) for n in range(4, 8)])
    first.close()

    write(tmp_path, *(delivered(n) for n in range(6, 9)))

    assert content(tmp_path) == b"".join(line(delivered(n)) for n in range(9))
    assert len(list(tmp_path.glob("*.jsonl"))) == 2


def test_a_partition_that_is_assigned_again_continues_where_it_was_acknowledged(tmp_path: Path) -> None:
    sink = started(tmp_path, 0)
    sink.write([delivered(n) for n in range(4)])
    sink.begin(claim(TOPIC, 0, 2))
    sink.write([delivered(2), delivered(3)])
    sink.close()

    assert content(tmp_path) == b"".join(line(delivered(n)) for n in range(4))


@pytest.mark.parametrize(("lines_lost", "index_lost"), [(5, 0), (0, 2), (5, 2), (0, 5)])
def test_a_batch_torn_by_a_crash_is_cut_off(tmp_path: Path, lines_lost: int, index_lost: int) -> None:
    write(tmp_path, *(delivered(n) for n in range(4)))
    [lines], [index] = tmp_path.glob("*.jsonl"), tmp_path.glob("*.offsets")
    os.truncate(lines, lines.stat().st_size - lines_lost)
    os.truncate(index, index.stat().st_size - index_lost)

    write(tmp_path, delivered(3), delivered(4))

    assert content(tmp_path) == b"".join(line(delivered(n)) for n in range(5))


def test_an_index_ahead_of_its_lines_does_not_fill_the_file_with_zeros(tmp_path: Path) -> None:
    """Compaction removed offsets 2 to 8 in between: the first record that is read again is 9."""
    write(tmp_path, *(delivered(n) for n in range(3)))
    [lines] = tmp_path.glob("*.jsonl")
    os.truncate(lines, lines.stat().st_size - 5)

    write(tmp_path, delivered(9))

    assert content(tmp_path) == line(delivered(0)) + line(delivered(1)) + line(delivered(9))


def test_a_file_whose_index_somebody_deleted_is_left_alone_and_the_sink_reports_it(tmp_path: Path) -> None:
    write(tmp_path, delivered(0))
    [index] = tmp_path.glob("*.offsets")
    index.unlink()

    sink = open_sink(JsonlSettings(folder=str(tmp_path)))
    with pytest.raises(CannotStart, match=r"0.jsonl has lost its index .*0.offsets: put it back, or move"):
        sink.begin(claim(TOPIC, 0, 1))
    sink.close()
    assert content(tmp_path) == line(delivered(0))


def test_a_file_may_be_moved_away(tmp_path: Path) -> None:
    write(tmp_path, delivered(0))
    [lines] = tmp_path.glob("*.jsonl")
    lines.unlink()

    write(tmp_path, delivered(0), delivered(1))
    write(tmp_path, delivered(2))

    assert content(tmp_path) == b"".join(line(delivered(n)) for n in range(3))


def test_on_a_full_disk_a_batch_is_written_whole_or_not_at_all_and_is_retried(tmp_path: Path) -> None:
    sink = started(tmp_path, 0, [0, 1])
    sink.write([delivered(0, 0), delivered(0, 1)])
    batch = [delivered(1, 0), *(delivered(n, 1, size=5000) for n in range(1, 5))]

    with disk_that_holds(12_000), pytest.raises(Unavailable, match=r"cannot write to .*: File too large"):
        sink.write(batch)
    assert content(tmp_path, 0) == content(tmp_path, 1) == line(delivered(0))

    sink.write(batch)
    sink.close()
    assert content(tmp_path, 0) == line(delivered(0)) + line(delivered(1))
    assert content(tmp_path, 1) == line(delivered(0)) + b"".join(map(line, batch[1:]))
    assert a_restart_changes_nothing(tmp_path, 5)


def a_restart_changes_nothing(folder: Path, offset: int) -> bool:
    """Whether the indexes cover all that is in the files."""
    before = content(folder, 0), content(folder, 1)
    started(folder, offset, [0, 1]).close()
    return before == (content(folder, 0), content(folder, 1))


def test_a_folder_that_cannot_be_made_is_an_error_of_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CannotStart, match=r"the folder .*/articles for finished articles cannot be made"):
        open_sink(JsonlSettings(folder=str(tmp_path / "file" / "articles")))


def test_a_folder_that_disappears_is_an_outage(tmp_path: Path) -> None:
    sink = started(tmp_path / "articles", 0)
    shutil.rmtree(tmp_path / "articles")
    with pytest.raises(Unavailable, match="No such file or directory"):
        sink.write([delivered(0)])
    sink.close()


Step = tuple[str, int, float, float]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["batch", "acknowledge", "crash", "hand over"]),
        st.integers(1, 5),
        st.floats(0, 1),
        st.floats(0, 1),
    ),
    max_size=14,
)


class Run:
    """A partition whose offsets have gaps, a sink on it, and what has been acknowledged."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = [delivered(n * n, gone=n % 5 == 4) for n in range(80)]
        self.acknowledged = self.position = 0
        self.sink = started(folder, 0)

    def step(self, event: str, count: int, lines: float, index: float) -> None:
        """An event. `lines` and `index`: how much of an incomplete batch reached the disk."""
        if event == "batch":
            self._write(count)
        elif event == "acknowledge":
            self.acknowledged = min(self.position, self.acknowledged + count)
        elif event == "hand over":
            self._begin(self.sink)
        else:
            self._tear(count, lines, index)
            self._begin(open_sink(JsonlSettings(folder=str(self.folder))))

    def _write(self, count: int) -> None:
        self.sink.write(self.log[self.position : self.position + count])
        self.position += count

    def _begin(self, sink: Jsonl) -> None:
        self.sink, self.position = sink, self.acknowledged
        sink.begin(claim(TOPIC, 0, self.log[self.position].offset))

    def _tear(self, count: int, lines: float, index: float) -> None:
        before = self._sizes()
        self._write(count)
        self.sink.close()
        for path, size in self._sizes().items():
            kept = before.get(path, 0)
            os.truncate(path, kept + round((lines if path.suffix == ".jsonl" else index) * (size - kept)))

    def _sizes(self) -> dict[Path, int]:
        return {path: path.stat().st_size for path in self.folder.iterdir() if path.is_file()}


@given(STEPS)
@settings(max_examples=80, deadline=None)
def test_whatever_happens_each_record_is_written_once(steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        run = Run(Path(folder))
        for step in steps:
            run.step(*step)
        run.sink.close()
        # Records that were written but not acknowledged at a restart stay: read again, they are the same.
        written = content(Path(folder))
        assert written == b"".join(map(line, run.log[: written.count(b"\n")]))
        assert written.count(b"\n") >= run.position
