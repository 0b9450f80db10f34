"""The columns: the fields of a record, nested as they are, and the record's place in Kafka.

They are made from the dataclass and not from a batch, so that all files have the same. A field that may have
any content (`meta`) is JSON text.
"""

import io
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import orjson
import pyarrow
from pyarrow import json as arrow_json

from agents.sinks.parquet.record import record_named
from agents.sinks.payload import received
from streams.core.sink import Delivered
from streams.errors import ConfigError, Invalid

PLAIN = {
    str: pyarrow.string(),
    int: pyarrow.int64(),
    float: pyarrow.float64(),
    bool: pyarrow.bool_(),
}
#: JSON text of any content, distinguished from other text by its type.
ANY = pyarrow.large_string()
OWN = (
    ("event", pyarrow.string()),
    ("version", pyarrow.string()),
    ("received_at", pyarrow.timestamp("ms", "UTC")),
    ("topic", pyarrow.string()),
    ("partition", pyarrow.int32()),
    ("offset", pyarrow.int64()),
    ("taken_down", pyarrow.bool_()),
)


def schema_named(name: str) -> pyarrow.Schema:
    """The columns for the record `module:class`. Raises `ConfigError`."""
    return schema_of(record_named(name))


def schema_of(record: Any) -> pyarrow.Schema:
    """The columns for a record: its place in Kafka, then its fields. Raises `ConfigError`."""
    own, theirs = dict(OWN), _columns(record)
    if both := own.keys() & theirs.keys():
        raise ConfigError(f"the record has a field {min(both)!r}, which is a column of the sink's own")
    return pyarrow.schema([("id", theirs.pop("id", pyarrow.string())), *own.items(), *theirs.items()])


def line_of(record: Delivered, schema: pyarrow.Schema) -> bytes:
    """A record as a line of JSON with the names of the columns. Raises `Invalid` if it is not an object."""
    try:
        value = {"id": record.key} if record.record is None else orjson.loads(record.record)
    except orjson.JSONDecodeError as error:
        raise Invalid(f"it is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise Invalid("it is not a JSON object")
    try:
        theirs = {name: _text(item) if _is_any(schema, name) else item for name, item in value.items()}
        return orjson.dumps({**_own(record), **theirs}) + b"\n"
    except orjson.JSONEncodeError as error:
        raise Invalid(f"it is nested too deeply to be written: {error}") from error


def place_of(line: bytes) -> tuple[str, int, int, str] | None:
    """Topic, partition, offset and event of a line, without reading the rest; None where the line is torn."""
    head, mark, _ = line.partition(b',"taken_down":')
    try:
        own = orjson.loads(head + b"}")
        return (own["topic"], own["partition"], own["offset"], own["event"]) if mark else None
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return None


def table_of(lines: Sequence[bytes], schema: pyarrow.Schema) -> pyarrow.Table:
    """Lines as a table of these columns; missing values are null. Raises `Invalid` where they do not fit."""
    data = b"".join(lines)
    try:
        return arrow_json.read_json(
            io.BytesIO(data),
            read_options=arrow_json.ReadOptions(use_threads=False, block_size=len(data) + 1),
            parse_options=arrow_json.ParseOptions(
                explicit_schema=schema, unexpected_field_behavior="ignore", newlines_in_values=False
            ),
        ).select(schema.names)
    except (pyarrow.ArrowInvalid, UnicodeDecodeError) as error:
        raise Invalid(f"it does not fit the columns: {error}") from error


def _own(record: Delivered) -> dict[str, Any]:
    # `taken_down` last: `place_of` reads up to it.
    return {
        "event": record.event,
        "version": record.version,
        "received_at": received(record),
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "taken_down": record.record is None,
    }


def _columns(record: Any) -> dict[str, pyarrow.Field | pyarrow.DataType]:
    hints = get_type_hints(record)
    return {field.name: _kind(hints[field.name]) for field in fields(record)}


def _kind(hint: Any) -> pyarrow.DataType:
    origin, inner = get_origin(hint), [arg for arg in get_args(hint) if arg is not NoneType]
    if origin in (Union, UnionType) and len(inner) == 1:
        return _kind(inner[0])
    if origin is list:
        return pyarrow.list_(_kind(inner[0]))
    if origin is Literal:
        return PLAIN[type(inner[0])]
    if is_dataclass(hint):
        return pyarrow.struct(list(_columns(hint).items()))
    return PLAIN.get(hint, ANY)


def _is_any(schema: pyarrow.Schema, name: str) -> bool:
    return name in schema.names and schema.field(name).type == ANY


def _text(value: Any) -> str | None:
    return None if value is None else orjson.dumps(value).decode()
