"""Finished articles in Parquet files: each record once, no file half, whatever happened to the process."""

import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import orjson
import pyarrow
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import dataset

from agents.records import Article, Entity, Link, Quote, Span, Speaker, Summary, extend
from agents.sinks.parquet import MISSING_EXTRA, ParquetSettings, open_sink
from agents.sinks.parquet.files import Files
from agents.sinks.parquet.schema import schema_named, schema_of
from agents.sinks.parquet.sink import Parquet
from agents.sinks.refused import Refused
from streams.errors import CannotStart, ConfigError, Unavailable
from streams.sink import Delivered
from tests.agents.articles import tagged_article

TOPIC = "news.summaries"
AT_13_59 = 1_795_701_540.0  # 2026-11-26T13:59:00Z


@dataclass(frozen=True, kw_only=True)
class Note:
    """A record for tests of everything but the columns."""

    id: str
    n: int


class Clock:
    """What the sink takes for the time."""

    def __init__(self) -> None:
        self.now = AT_13_59

    def __call__(self) -> float:
        return self.now


def delivered(
    offset: int, partition: int = 0, *, value: bytes | None = None, gone: bool = False
) -> Delivered:
    """A record at `offset`."""
    value = value or b'{"id":"k%d","n":%d}' % (offset, offset)
    return Delivered(
        key=f"k{offset}",
        record=None if gone else value,
        version="0000001795701500-0001795701500123-000000-00000000000000000007",
        event=f"e{partition}-{offset}",
        topic=TOPIC,
        partition=partition,
        offset=offset,
    )


@contextmanager
def sink(
    folder: Path,
    *,
    clock: Clock | None = None,
    partitions: Sequence[int] = (0,),
    offset: int = 0,
    **given: Any,
) -> Iterator[Parquet]:
    """A sink just started, its partitions to be read from `offset` on."""
    files = Files(str(folder), schema_of(Note))
    wanted = {"minutes": 60, "file_bytes": 10**9, "clock": clock or Clock(), **given}
    opened = Parquet(files, Refused(folder / "_refused.jsonl", 3), **wanted)
    try:
        for partition in partitions:
            opened.begin(TOPIC, partition, offset)
        yield opened
    finally:
        opened.close()


def rows(folder: Path) -> list[dict[str, Any]]:
    """All rows, as anybody reads them."""
    found = dataset.dataset(folder, partitioning="hive", format="parquet").to_table().to_pylist()
    return sorted(found, key=lambda row: (row["partition"], row["offset"]))


def offsets(folder: Path) -> list[tuple[int, int]]:
    """Where the rows come from."""
    return [(row["partition"], row["offset"]) for row in rows(folder)]


def test_a_finished_article_keeps_its_fields_nested_as_they_are(tmp_path: Path) -> None:
    span = Span(field="text", start=0, end=6, text="Athens")
    link = Link(scheme="geonames", id="264371", uri="https://sws.geonames.org/264371/", confidence=0.5)
    entity = Entity(
        id="e1",
        type="place",
        name="Athens",
        count=1,
        salience=1,
        descriptors=[],
        mentions=[span],
        links=[link],
    )
    quote = Quote(
        span=span,
        kind="direct",
        cue=None,
        speaker=Speaker(entity="e1", name="Athens", span=None),
        confidence=0.25,
    )
    summary = Summary(method="extractive", text="Athens.", sentences=[span], phrases=["a", "b"])
    article = extend(
        tagged_article("Athens.", meta={"job": {"n": 7}}),
        Article,
        entities=[entity],
        quotes=[quote],
        summary=summary,
    )
    value = orjson.dumps(article)
    opened = open_sink(ParquetSettings(folder=str(tmp_path)))
    opened.begin(TOPIC, 0, 0)
    opened.write([delivered(0, value=value), delivered(1, gone=True)])
    opened.close()

    first, takedown = rows(tmp_path)
    assert first.pop("received_at").isoformat(timespec="milliseconds") == "2026-11-26T13:58:20.123+00:00"
    own = {"event": "e0-0", "topic": TOPIC, "partition": 0, "offset": 0, "taken_down": False}
    wanted = json.loads(value) | own | {"version": delivered(0).version, "meta": '{"job":{"n":7}}'}
    assert {name: first[name] for name in wanted} == wanted
    assert set(first) - set(wanted) <= {"date", "hour"}
    assert takedown["taken_down"] is True
    assert (takedown["id"], takedown["text"], takedown["entities"]) == ("k1", None, None)


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


def test_what_was_written_and_not_acknowledged_stands_once(tmp_path: Path) -> None:
    with sink(tmp_path) as opened:
        opened.write([delivered(n) for n in range(6)])
        opened.begin(TOPIC, 0, 3)
        opened.write([delivered(n) for n in range(3, 8)])
    with sink(tmp_path, offset=5) as opened:
        opened.write([delivered(n) for n in range(5, 9)])
    assert offsets(tmp_path) == [(0, n) for n in range(9)]


def test_another_record_at_an_offset_that_stands_here_is_written_too(tmp_path: Path) -> None:
    """A topic that was made anew begins at 0 again."""
    with sink(tmp_path) as opened:
        opened.write([delivered(0)])
    anew = [replace(delivered(n), event=f"new-{n}") for n in range(2)]
    for batch in (anew[:1], anew):
        with sink(tmp_path) as opened:
            opened.write(batch)
    assert sorted(row["event"] for row in rows(tmp_path)) == ["e0-0", "new-0", "new-1"]


def test_a_crash_between_naming_a_file_and_removing_its_journal_repeats_nothing(tmp_path: Path) -> None:
    with sink(tmp_path) as opened:
        opened.write([delivered(0)])
        [journal] = (tmp_path / "_journal").glob("*.jsonl")
        content = journal.read_bytes()
    journal.write_bytes(content)
    with sink(tmp_path) as opened:
        opened.write([delivered(0), delivered(1)])
    assert offsets(tmp_path) == [(0, 0), (0, 1)]
    assert list((tmp_path / "_journal").iterdir()) == []


@pytest.mark.parametrize("tail", [b'{"event":"e0-1","ver', b'{"event":"e0-1"}\0\0\0\n', b"\0\0\0\n{}"])
def test_what_a_crash_has_torn_is_written_anew(tmp_path: Path, tail: bytes) -> None:
    with sink(tmp_path) as opened:
        opened.write([delivered(0)])
        [journal] = (tmp_path / "_journal").glob("*.jsonl")
        content = journal.read_bytes()
    for file in tmp_path.rglob("*.parquet"):
        file.unlink()
    journal.write_bytes(content + tail)
    with sink(tmp_path) as opened:
        opened.write([delivered(0), delivered(1)])
    assert offsets(tmp_path) == [(0, 0), (0, 1)]


def test_a_journal_that_another_process_writes_is_left_to_it(tmp_path: Path) -> None:
    with sink(tmp_path, partitions=[0]) as first, sink(tmp_path, partitions=[1]) as second:
        first.write([delivered(0, 0)])
        second.write([delivered(0, 1)])
        second.finish_due()
        second.begin(TOPIC, 0, 0)
        second.write([delivered(0, 0), delivered(1, 0)])
        assert list(tmp_path.rglob("*.parquet")) == []
    assert offsets(tmp_path) == [(0, 0), (0, 1), (1, 0)]


DEEP = b'{"id":"a","n":' + b"[" * 300 + b"]" * 300 + b"}"


@pytest.mark.parametrize(
    "value",
    [b"no json", b"[1]", b'{"id":"a","n":"seven"}', b'{"id":"a","n":1.5}', DEEP],
    ids=["no JSON", "no object", "text for a number", "no whole number", "nested deep"],
)
def test_a_record_that_does_not_fit_is_set_aside_and_stops_no_other(tmp_path: Path, value: bytes) -> None:
    with sink(tmp_path) as opened:
        opened.write([delivered(0), delivered(1, value=value), delivered(2)])
    assert offsets(tmp_path) == [(0, 0), (0, 2)]
    [aside] = map(json.loads, (tmp_path / "_refused.jsonl").read_text().splitlines())
    assert (aside["event"], aside["offset"]) == ("e0-1", 1)
    assert "it " in aside["reason"]


def test_fields_that_are_missing_are_null_and_unknown_ones_are_left_out(tmp_path: Path) -> None:
    with sink(tmp_path) as opened:
        opened.write([delivered(0, value=b'{"id":"a","more":{"x":[1]}}')])
    [row] = rows(tmp_path)
    assert (row["id"], row["n"], "more" in row) == ("a", None, False)


def test_a_folder_that_went_away_is_an_outage(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    with sink(folder) as opened:
        (folder / "_journal").rmdir()
        with pytest.raises(Unavailable, match="takes no more: No such file or directory"):
            opened.write([delivered(0)])
        (folder / "_journal").mkdir()
        opened.write([delivered(0)])
    assert offsets(folder) == [(0, 0)]


@dataclass(frozen=True, kw_only=True)
class Odd:
    """Fields of every kind."""

    id: str
    share: float | None
    many: list[Note]
    one: Note | None
    word: Literal["a", "b"]
    any: dict[str, Any]
    sure: bool


def test_the_columns_come_from_the_record(tmp_path: Path) -> None:
    note = pyarrow.struct([("id", pyarrow.string()), ("n", pyarrow.int64())])
    made = schema_of(Odd)
    assert made.names[:8] == [
        *("id", "event", "version", "received_at", "topic", "partition", "offset", "taken_down"),
    ]
    assert {name: made.field(name).type for name in made.names[8:]} == {
        "share": pyarrow.float64(),
        "many": pyarrow.list_(note),
        "one": note,
        "word": pyarrow.string(),
        "any": pyarrow.large_string(),
        "sure": pyarrow.bool_(),
    }
    assert {"entities", "quotes", "summary", "meta"} < set(schema_named("agents.records:Article").names)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"minutes": 0}, "minutes of a parquet sink must be from 1 to 60"),
        ({"file_bytes": 0}, "file_bytes of a parquet sink must be above 0"),
        ({"record": "nowhere:Article"}, "there is no record 'nowhere:Article'"),
        ({"record": "agents.records"}, "there is no record 'agents.records'"),
        ({"record": "agents.ids:article_id"}, "'agents.ids:article_id' is no record, which is a dataclass"),
        (
            {"record": "streams.sink:Delivered"},
            "the record has a field 'event', which the sink has a column for",
        ),
    ],
)
def test_a_setting_that_cannot_be_is_one_sentence(tmp_path: Path, given: Any, sentence: str) -> None:
    with pytest.raises(ConfigError) as raised:
        open_sink(ParquetSettings(folder=str(tmp_path), **given))
    assert str(raised.value).startswith(sentence)


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(
        CannotStart, match=r"^the folder .*/file/x for Parquet files cannot be made: Not a dir"
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
        refused = Refused(folder / "_refused.jsonl", 3)
        opened = Parquet(files, refused, minutes=60, file_bytes=10**9, clock=clock)
        opened.begin(TOPIC, 0, 0)
        for what, count in happenings:
            if what == "batch":
                opened.write(log[position : position + count])
                position += count
            elif what == "acknowledge":
                acknowledged = min(position, acknowledged + count)
            elif what == "hour":
                clock.now += 3600 * count
                opened.finish_due()
            else:
                if what == "restart":
                    opened.close()
                    opened = Parquet(files, refused, minutes=60, file_bytes=10**9, clock=clock)
                position = acknowledged
                opened.begin(TOPIC, 0, log[position].offset)
        opened.close()
        last = position and log[position - 1].offset
        got = offsets(folder) if list(folder.rglob("*.parquet")) else []
        # What stood there unacknowledged at a restart stays: it comes again, and is the same.
        assert len(got) == len(set(got))
        assert [at for _, at in got if at <= last][:position] == [one.offset for one in log[:position]]
