"""Finished articles in Parquet files: each record once, no file half, whatever happened to the process."""

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
from tests.unit.agents.sinks.parquet_folder import TOPIC, Clock, Note, delivered, offsets, rows, sink


def test_a_file_is_there_when_its_hour_is_over_and_not_before(tmp_path: Path) -> None:
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


def test_one_thread_makes_all_files_whoever_asks_for_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """malloc keeps memory for each thread that ever made one."""
    write_rows, makers = files._write_rows, []

    def noted(*arguments: Any) -> int:
        # Not its number, which the system gives again.
        makers.append(threading.current_thread().name)
        return write_rows(*arguments)

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


def test_what_was_written_and_not_acknowledged_stands_once(tmp_path: Path) -> None:
    with sink(tmp_path) as opened:
        opened.write([delivered(n) for n in range(6)])
        opened.begin(claim(TOPIC, 0, 3))
        opened.write([delivered(n) for n in range(3, 8)])
    with sink(tmp_path, offset=5) as opened:
        opened.write([delivered(n) for n in range(5, 9)])
    assert offsets(tmp_path) == [(0, n) for n in range(9)]


def test_another_record_at_an_offset_that_stands_here_is_written_too(tmp_path: Path) -> None:
    """A topic that was recreated begins at 0 again."""
    with sink(tmp_path) as opened:
        opened.write([delivered(0)])
    recreated = [replace(delivered(n), event=f"new-{n}", source="another") for n in range(2)]
    for batch in (recreated[:1], recreated):
        with sink(tmp_path, source="another") as opened:
            opened.write(batch)
    assert sorted(row["event"] for row in rows(tmp_path)) == ["e0-0", "new-0", "new-1"]


def journals(folder: Path) -> dict[Path, bytes]:
    """All journals and their indexes, and what stands in them."""
    return {path: path.read_bytes() for path in (folder / "_journal").iterdir()}


def restore(journal: dict[Path, bytes]) -> None:
    """Put them back, as a crash would have left them."""
    for path, content in journal.items():
        path.write_bytes(content)


def test_a_crash_between_naming_a_file_and_removing_its_journal_repeats_nothing(tmp_path: Path) -> None:
    with sink(tmp_path) as opened:
        opened.write([delivered(0)])
        journal = journals(tmp_path)
    restore(journal)
    with sink(tmp_path) as opened:
        opened.write([delivered(0), delivered(1)])
    assert offsets(tmp_path) == [(0, 0), (0, 1)]
    assert list((tmp_path / "_journal").iterdir()) == []


@pytest.mark.parametrize("tail", [b'{"event":"e0-1","ver', b'{"event":"e0-1"}\0\0\0\n', b"\0\0\0\n{}"])
def test_what_a_crash_has_torn_is_written_again(tmp_path: Path, tail: bytes) -> None:
    with sink(tmp_path) as opened:
        opened.write([delivered(0)])
        journal = journals(tmp_path)
    for file in tmp_path.rglob("*.parquet"):
        file.unlink()
    restore(journal)
    with next(path for path in journal if path.suffix == ".jsonl").open("ab") as lines:
        lines.write(tail)
    with sink(tmp_path) as opened:
        opened.write([delivered(0), delivered(1)])
    assert offsets(tmp_path) == [(0, 0), (0, 1)]


def test_a_journal_that_another_process_writes_is_left_to_it(tmp_path: Path) -> None:
    with sink(tmp_path, partitions=[0]) as first, sink(tmp_path, partitions=[1]) as second:
        first.write([delivered(0, 0)])
        second.write([delivered(0, 1)])
        second.finish_due()
        second.begin(claim(TOPIC, 0, 0))
        second.write([delivered(0, 0), delivered(1, 0)])
        assert list(tmp_path.rglob("*.parquet")) == []
    assert offsets(tmp_path) == [(0, 0), (0, 1), (1, 0)]


def test_a_folder_that_went_away_is_an_outage(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    with sink(folder) as opened:
        (folder / "_journal").rmdir()
        with pytest.raises(Unavailable, match=r"^cannot write to the folder .*: No such file or directory"):
            opened.write([delivered(0)])
        (folder / "_journal").mkdir()
        opened.write([delivered(0)])
    assert offsets(folder) == [(0, 0)]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"minutes": 0}, "minutes of a parquet sink must be from 1 to 60"),
        ({"file_bytes": 0}, "file_bytes of a parquet sink must be above 0"),
        ({"record": "nowhere:Article"}, "there is no record 'nowhere:Article'"),
        ({"record": "agents.records"}, "there is no record 'agents.records'"),
        ({"record": "agents.ids:article_id"}, "'agents.ids:article_id' is not a record"),
        (
            {"record": "streams.core.sink:Delivered"},
            "the record has a field 'event', which is a column of the sink's own",
        ),
    ],
)
def test_a_setting_that_cannot_be_is_one_sentence(tmp_path: Path, options: Any, sentence: str) -> None:
    with pytest.raises(ConfigError) as raised:
        open_sink(ParquetSettings(folder=str(tmp_path), **options))
    assert str(raised.value).startswith(sentence)


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(
        CannotStart, match=r"^the folder .*/file/x/_journal for Parquet files cannot be made: Not a dir"
    ):
        open_sink(ParquetSettings(folder=str(tmp_path / "file" / "x")))


def test_without_pyarrow_the_sentence_names_the_extra(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "agents.sinks.parquet.files", None)
    with pytest.raises(ConfigError) as raised:
        open_sink(ParquetSettings(folder=str(tmp_path)))
    assert str(raised.value) == MISSING_EXTRA


Step = tuple[str, int]
steps = st.lists(
    st.tuples(st.sampled_from(["batch", "acknowledge", "hand over", "restart", "hour"]), st.integers(1, 5)),
    max_size=16,
)


@given(steps)
@settings(max_examples=40, deadline=None)
def test_whatever_happens_each_record_stands_once(happenings: list[Step]) -> None:
    log = [delivered(n * n) for n in range(100)]
    with tempfile.TemporaryDirectory() as name:
        folder, clock, position, acknowledged = Path(name), Clock(), 0, 0
        files = Files(name, schema_of(Note))
        rejected = RejectedRecords(folder / "_rejected.jsonl", 3)
        opened = Parquet(files, rejected, minutes=60, file_bytes=10**9, clock=clock)
        opened.begin(claim(TOPIC, 0, 0))
        for step, count in happenings:
            if step == "batch":
                opened.write(log[position : position + count])
                position += count
            elif step == "acknowledge":
                acknowledged = min(position, acknowledged + count)
            elif step == "hour":
                clock.now += 3600 * count
                opened.finish_due()
            else:
                if step == "restart":
                    opened.close()
                    opened = Parquet(files, rejected, minutes=60, file_bytes=10**9, clock=clock)
                position = acknowledged
                opened.begin(claim(TOPIC, 0, log[position].offset))
        opened.close()
        last = position and log[position - 1].offset
        got = offsets(folder) if list(folder.rglob("*.parquet")) else []
        # What stood there unacknowledged at a restart stays: it comes again, and is the same.
        assert len(got) == len(set(got))
        assert [at for _, at in got if at <= last][:position] == [record.offset for record in log[:position]]


def test_another_log_is_reported_once_and_a_restart_on_the_same_one_is_not(tmp_path: Path) -> None:
    for source, warnings in (("before", 0), ("before", 0), ("now", 1), ("now", 0)):
        with structlog.testing.capture_logs() as logs, sink(tmp_path, partitions=()) as opened:
            opened.begin(claim(TOPIC, 0, 0, source=source))
        changed = [each for each in logs if "records come from another log than before" in each["event"]]
        assert len(changed) == warnings
