"""A record in a Parquet file: its columns and their types, and records that do not fit them."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import orjson
import pyarrow
import pytest

from agents.records import Speaker
from agents.sinks.parquet import ParquetSettings, open_sink
from agents.sinks.parquet.schema import schema_named, schema_of
from tests.unit.agents.claims import TOPIC, claim
from tests.unit.agents.finished import finished
from tests.unit.agents.sinks.parquet_folder import Note, delivered, offsets, rows, sink


def test_a_finished_article_keeps_its_nested_fields(tmp_path: Path) -> None:
    article = finished(1)
    speaker = Speaker(entity=None, name="Athens", span=None)
    quotes = [*article.quotes, replace(article.quotes[0], cue=None, speaker=speaker)]
    entities = [replace(article.entities[0], salience=1), *article.entities[1:]]
    value = orjson.dumps(replace(article, quotes=quotes, entities=entities))
    opened = open_sink(ParquetSettings(folder=str(tmp_path)))
    opened.begin(claim(0, 0))
    opened.write([delivered(0, value=value), delivered(1, gone=True)])
    opened.close()

    first, takedown = rows(tmp_path)
    assert first.pop("received_at").isoformat(timespec="milliseconds") == "2026-11-26T13:58:20.123+00:00"
    added = {"event": "e0-0", "topic": TOPIC, "partition": 0, "offset": 0, "taken_down": False}
    wanted = (
        json.loads(value)
        | added
        | {"version": delivered(0).version, "meta": '{"job":1,"customer":{"name":"Müller"}}'}
    )
    assert {name: first[name] for name in wanted} == wanted
    assert set(first) - set(wanted) <= {"date", "hour"}
    assert takedown["taken_down"] is True
    assert (takedown["id"], takedown["text"], takedown["entities"]) == ("k1", None, None)


DEEP = b'{"id":"a","n":' + b"[" * 300 + b"]" * 300 + b"}"


@pytest.mark.parametrize(
    "value",
    [b"no json", b"[1]", b'{"id":"a","n":"seven"}', b'{"id":"a","n":1.5}', DEEP],
    ids=["no JSON", "no object", "text for a number", "no whole number", "nested deep"],
)
def test_a_record_that_does_not_fit_is_set_aside_and_the_others_are_written(
    tmp_path: Path, value: bytes
) -> None:
    with sink(tmp_path) as opened:
        opened.write([delivered(0), delivered(1, value=value), delivered(2)])
    assert offsets(tmp_path) == [(0, 0), (0, 2)]
    [aside] = map(json.loads, (tmp_path / "_rejected.jsonl").read_text().splitlines())
    assert (aside["event"], aside["offset"]) == ("e0-1", 1)
    assert "it " in aside["reason"]


def test_missing_fields_are_null_and_unknown_fields_are_left_out(tmp_path: Path) -> None:
    with sink(tmp_path) as opened:
        opened.write([delivered(0, value=b'{"id":"a","more":{"x":[1]}}')])
    [row] = rows(tmp_path)
    assert (row["id"], row["n"], "more" in row) == ("a", None, False)


@dataclass(frozen=True, kw_only=True)
class Odd:
    id: str
    share: float | None
    many: list[Note]
    single: Note | None
    word: Literal["a", "b"]
    any: dict[str, Any]
    sure: bool


def test_the_columns_follow_from_the_fields_of_the_record(tmp_path: Path) -> None:
    note = pyarrow.struct([("id", pyarrow.string()), ("n", pyarrow.int64())])
    schema = schema_of(Odd)
    ours = ["id", "event", "version", "received_at", "topic", "partition", "offset", "taken_down"]
    assert schema.names[:8] == ours
    assert {name: schema.field(name).type for name in schema.names[8:]} == {
        "share": pyarrow.float64(),
        "many": pyarrow.list_(note),
        "single": note,
        "word": pyarrow.string(),
        "any": pyarrow.large_string(),
        "sure": pyarrow.bool_(),
    }
    assert {"entities", "quotes", "summary", "meta"} < set(schema_named("agents.records:Article").names)
