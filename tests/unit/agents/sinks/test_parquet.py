"""Finished articles in Parquet files: each record once, and whole files only, whatever happens."""

import sys
import tempfile
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.sinks.parquet import MISSING_EXTRA, ParquetSettings, files, open_sink
from agents.sinks.parquet.files import Files
from agents.sinks.parquet.schema import schema_of
from agents.sinks.parquet.sink import Parquet
from agents.sinks.rejected import RejectedRecords
from streams.errors import CannotStart, ConfigError, Unavailable
from tests.unit.agents.claims import claim
from tests.unit.agents.sinks.parquet_folder import Clock, Note, delivered, offsets, rows, sink


def test_a_file_appears_when_its_hour_is_over_and_not_before(tmp_path: Path) -> None:
    clock = Clock()
    with sink(tmp_path, clock=clock) as opened:
        opened.write([delivered(0), delivered(1)])
        assert list(tmp_path.rglob("*.parquet")) == []
        clock.now += 61
        opened.write([delivered(2)])
        [file] = tmp_path.rglob("*.parquet")
        assert file.parent == tmp_path / "date=2026-11-26" / "hour=13"
        assert offsets(tmp_path) == [(0, 0), (0, 1)]
        clock.now += 3600
        opened.finish_due()
        assert offsets(tmp_path) == [(0, 0), (0, 1), (0, 2)]
    assert [(row["date"], row["hour"]) for row in rows(tmp_path)] == [("2026-11-26", h) for h in (13, 13, 14)]


def test_a_file_is_finished_earlier_when_it_is_full_or_its_minutes_are_over(tmp_path: Path) -> None:
    clock = Clock()
    with sink(tmp_path, clock=clock, minutes=15, file_bytes=300) as opened:
        clock.now -= 50 * 60
        opened.write([delivered(0)])
        clock.now += 10 * 60
        opened.write([delivered(1)])
        assert offsets(tmp_path) == [(0, 0)]
        opened.write([delivered(2)])
        opened.write([delivered(3)])
        assert offsets(tmp_path) == [(0, 0), (0, 1), (0, 2)]


def test_a_single_thread_makes_all_files_whichever_thread_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """malloc keeps memory for each thread that has ever made a file."""
    make, makers = files._write_rows, []

    def noted(*arguments: Any) -> int:
        # The name: the system uses the number of a thread again.
        makers.append(threading.current_thread().name)
        return make(*arguments)

    monkeypatch.setattr(files, "_write_rows", noted)
    clock = Clock()
    with sink(tmp_path, clock=clock) as opened:
        for offset in range(3):
            opened.write([delivered(offset)])
            clock.now += 3600
            asking = threading.Thread(target=opened.finish_due)
            asking.start()
            asking.join()
    assert (len(makers), len(set(makers))) == (3, 1)


def test_a_record_of_another_log_at_an_offset_that_is_already_there_is_written_too(tmp_path: Path) -> None:
    """A recreated topic starts at offset 0 again."""
    with sink(tmp_path) as opened:
        opened.write([delivered(0)])
    recreated = [replace(delivered(n), event=f"new-{n}", source="another") for n in range(2)]
    for batch in (recreated[:1], recreated):
        with sink(tmp_path, source="another") as opened:
            opened.write(batch)
    assert sorted(row["event"] for row in rows(tmp_path)) == ["e0-0", "new-0", "new-1"]


def crashed(folder: Path) -> Path:
    """Writes a record, and leaves its journal beside the file as a crash may. Returns the journal."""
    with sink(folder) as opened:
        opened.write([delivered(0)])
        journals = {path: path.read_bytes() for path in (folder / "_journal").iterdir()}
    for path, content in journals.items():
        path.write_bytes(content)
    return next(path for path in journals if path.suffix == ".jsonl")


def test_a_crash_between_renaming_a_file_and_deleting_its_journal_repeats_nothing(tmp_path: Path) -> None:
    crashed(tmp_path)
    with sink(tmp_path) as opened:
        opened.write([delivered(0), delivered(1)])
    assert offsets(tmp_path) == [(0, 0), (0, 1)]
    assert list((tmp_path / "_journal").iterdir()) == []


@pytest.mark.parametrize("tail", [b'{"event":"e0-1","ver', b'{"event":"e0-1"}\0\0\0\n', b"\0\0\0\n{}"])
def test_a_line_that_a_crash_left_incomplete_is_written_again(tmp_path: Path, tail: bytes) -> None:
    with crashed(tmp_path).open("ab") as lines:
        lines.write(tail)
    for file in tmp_path.rglob("*.parquet"):
        file.unlink()
    with sink(tmp_path) as opened:
        opened.write([delivered(0), delivered(1)])
    assert offsets(tmp_path) == [(0, 0), (0, 1)]


def test_a_journal_of_another_running_process_is_left_alone(tmp_path: Path) -> None:
    with sink(tmp_path, partitions=[0]) as first, sink(tmp_path, partitions=[1]) as second:
        first.write([delivered(0, 0)])
        second.write([delivered(0, 1)])
        second.finish_due()
        second.begin(claim(0, 0))
        second.write([delivered(0, 0), delivered(1, 0)])
        assert list(tmp_path.rglob("*.parquet")) == []
    assert offsets(tmp_path) == [(0, 0), (0, 1), (1, 0)]


def test_a_folder_that_disappears_is_an_outage(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    with sink(folder) as opened:
        (folder / "_journal").rmdir()
        with pytest.raises(Unavailable, match=r"^cannot write to the folder .*: No such file or directory"):
            opened.write([delivered(0)])
        (folder / "_journal").mkdir()
        opened.write([delivered(0)])
    assert offsets(folder) == [(0, 0)]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"minutes": 0}, "minutes of a parquet sink must be from 1 to 60"),
        ({"file_bytes": 0}, "file_bytes of a parquet sink must be above 0"),
        ({"record": "nowhere:Article"}, "there is no record 'nowhere:Article'"),
        ({"record": "agents.records"}, "there is no record 'agents.records'"),
        ({"record": "agents.ids:article_id"}, "'agents.ids:article_id' is not a record"),
        ({"record": "streams.core.sink:Delivered"}, "the record has a field 'event', which is a column of "),
    ],
)
def test_an_invalid_setting_is_an_error_of_one_sentence(tmp_path: Path, changed: Any, sentence: str) -> None:
    with pytest.raises(ConfigError) as raised:
        open_sink(ParquetSettings(folder=str(tmp_path), **changed))
    assert str(raised.value).startswith(sentence)


def test_a_folder_that_cannot_be_made_is_an_error_of_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    reason = r"^the folder .*/file/x/_journal for Parquet files cannot be made: Not a dir"
    with pytest.raises(CannotStart, match=reason):
        open_sink(ParquetSettings(folder=str(tmp_path / "file" / "x")))


def test_without_pyarrow_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "agents.sinks.parquet.files", None)
    with pytest.raises(ConfigError) as raised:
        open_sink(ParquetSettings(folder=str(tmp_path)))
    assert str(raised.value) == MISSING_EXTRA


Step = tuple[str, int]
EVENTS = st.sampled_from(["batch", "acknowledge", "hand over", "restart", "hour"])
STEPS = st.lists(st.tuples(EVENTS, st.integers(1, 5)), max_size=16)


@given(STEPS)
@settings(max_examples=40)
def test_whatever_happens_each_record_is_written_once(steps: list[Step]) -> None:
    log = [delivered(n * n) for n in range(100)]
    with tempfile.TemporaryDirectory() as name:
        folder, clock, position, acknowledged = Path(name), Clock(), 0, 0
        files = Files(name, schema_of(Note))
        rejected = RejectedRecords(folder / "_rejected.jsonl", 3)
        opened = Parquet(files, rejected, minutes=60, file_bytes=10**9, clock=clock)
        opened.begin(claim(0, 0))
        for event, count in steps:
            if event == "batch":
                opened.write(log[position : position + count])
                position += count
            elif event == "acknowledge":
                acknowledged = min(position, acknowledged + count)
            elif event == "hour":
                clock.now += 3600 * count
                opened.finish_due()
            else:
                if event == "restart":
                    opened.close()
                    opened = Parquet(files, rejected, minutes=60, file_bytes=10**9, clock=clock)
                position = acknowledged
                opened.begin(claim(0, log[position].offset))
        opened.close()
        last = position and log[position - 1].offset
        written = offsets(folder) if list(folder.rglob("*.parquet")) else []
        # Records that were written but not acknowledged at a restart stay: read again, they are the same.
        assert len(written) == len(set(written))
        wanted = [record.offset for record in log[:position]]
        assert [at for _, at in written if at <= last][:position] == wanted


def test_another_log_is_reported_once_and_a_restart_on_the_same_log_is_not(tmp_path: Path) -> None:
    for source, warnings in (("before", 0), ("before", 0), ("now", 1), ("now", 0)):
        with structlog.testing.capture_logs() as logs, sink(tmp_path, partitions=()) as opened:
            opened.begin(claim(0, 0, source=source))
        changed = [entry for entry in logs if "records come from another log than before" in entry["event"]]
        assert len(changed) == warnings
