"""Finished articles in files: each once, whatever happens to the process or the disk."""

import os
import resource
import signal
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.sinks.jsonl import Jsonl, JsonlSettings, open_sink
from streams.core.sink import Delivered
from streams.errors import CannotStart, Unavailable
from tests.unit.agents.claims import SOURCE, TOPIC, claim, record_at


def delivered(offset: int, partition: int = 0, *, gone: bool = False, size: int = 0) -> Delivered:
    """A record at `offset`. Its length depends on the offset, so that lines differ in size."""
    value = b'{"n":%d,"pad":"%s"}' % (offset, b"x" * (size or offset % 7))
    return record_at(offset, None if gone else value, partition=partition)


def line(record: Delivered) -> bytes:
    """The line that a record must be in the file."""
    if record.record is None:
        return b'{"id":"%s","taken_down":true}\n' % record.key.encode()
    return record.record + b"\n"


def content(folder: Path, partition: int = 0) -> bytes:
    """All lines of a partition, from its files in the order of their names."""
    return b"".join(path.read_bytes() for path in sorted(folder.glob(f"{TOPIC}-{partition:02d}-*.jsonl")))


def lines(offsets: Iterable[int]) -> bytes:
    return b"".join(line(delivered(offset)) for offset in offsets)


def started(folder: Path, offset: int, partitions: Sequence[int] = (0,)) -> Jsonl:
    """A sink that has just started, with claims on its partitions from `offset` on."""
    sink = open_sink(JsonlSettings(folder=str(folder)))
    for partition in partitions:
        sink.begin(claim(partition, offset))
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
    assert file.read_bytes() == b'{"n":5,"pad":"xxxxx"}\n{"id":"k6","taken_down":true}\n{"n":9,"pad":"xx"}\n'
    assert file.with_suffix(".offsets").read_bytes() == b"5 22\n6 52\n9 71\n"


def test_an_index_ahead_of_its_lines_does_not_fill_the_file_with_zeros(tmp_path: Path) -> None:
    """Compaction removed offsets 2 to 8 in between: the first record that is read again is 9."""
    write(tmp_path, *(delivered(n) for n in range(3)))
    [file] = tmp_path.glob("*.jsonl")
    os.truncate(file, file.stat().st_size - 5)

    write(tmp_path, delivered(9))

    assert content(tmp_path) == lines([0, 1, 9])


def test_a_file_whose_index_somebody_deleted_is_left_alone_and_the_sink_reports_it(tmp_path: Path) -> None:
    write(tmp_path, delivered(0))
    [index] = tmp_path.glob("*.offsets")
    index.unlink()

    sink = open_sink(JsonlSettings(folder=str(tmp_path)))
    with pytest.raises(CannotStart, match=r"0.jsonl has lost its index .*0.offsets: put it back, or move"):
        sink.begin(claim(0, 1))
    sink.close()
    assert content(tmp_path) == lines([0])


def test_a_file_may_be_moved_away(tmp_path: Path) -> None:
    write(tmp_path, delivered(0))
    [file] = tmp_path.glob("*.jsonl")
    file.unlink()

    write(tmp_path, delivered(0), delivered(1))
    write(tmp_path, delivered(2))

    assert content(tmp_path) == lines(range(3))


def test_on_a_full_disk_a_batch_is_written_whole_or_not_at_all_and_is_retried(tmp_path: Path) -> None:
    sink = started(tmp_path, 0, [0, 1])
    sink.write([delivered(0, 0), delivered(0, 1)])
    batch = [delivered(1, 0), *(delivered(n, 1, size=5000) for n in range(1, 5))]

    with disk_that_holds(12_000), pytest.raises(Unavailable, match=r"cannot write to .*: File too large"):
        sink.write(batch)
    assert content(tmp_path, 0) == content(tmp_path, 1) == lines([0])

    sink.write(batch)
    sink.close()
    written = (lines([0, 1]), lines([0]) + b"".join(map(line, batch[1:])))
    assert (content(tmp_path, 0), content(tmp_path, 1)) == written
    # The indexes cover all of it: a restart cuts nothing off.
    started(tmp_path, 5, [0, 1]).close()
    assert (content(tmp_path, 0), content(tmp_path, 1)) == written


def test_a_folder_that_cannot_be_made_is_an_error_of_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CannotStart, match=r"the folder .*/articles for finished articles cannot be made"):
        open_sink(JsonlSettings(folder=str(tmp_path / "file" / "articles")))


Step = tuple[str, int, float, float]
EVENTS = st.sampled_from(["batch", "acknowledge", "crash", "hand over"])
STEPS = st.lists(st.tuples(EVENTS, st.integers(1, 5), st.floats(0, 1), st.floats(0, 1)), max_size=14)


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
        sink.begin(claim(0, self.log[self.position].offset))

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
@settings(max_examples=80)
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


def test_with_what_its_headers_say_a_record_keeps_its_bytes(tmp_path: Path) -> None:
    version = "0001772528399000-0001772528400123-000003-00000000000000000017"
    value = b'{"title":"caf\\u00e9" ,\t"n": 1.0}'
    sink = open_sink(JsonlSettings(folder=str(tmp_path), with_headers=True))
    sink.begin(claim(0, 7))
    sink.write([record_at(7, value, version=version), record_at(8, None, version="9")])
    sink.close()

    about = b'{"id":"k7","event":"e7","version":"%s"' % version.encode()
    received = b',"received_at":"2026-03-03T09:00:00.123Z"'
    gone = b'{"id":"k8","event":"e8","version":"9","received_at":null,"record":null}'
    assert content(tmp_path) == about + received + b',"record":' + value + b"}\n" + gone + b"\n"
    assert orjson.loads(content(tmp_path).splitlines()[0])["record"] == {"title": "café", "n": 1.0}
