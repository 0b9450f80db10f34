"""JSON Schema 2020-12 of the records, read from their dataclasses: types by msgspec, words from docstrings.

Records that a stage writes have every field, so there all are required; those that come from outside may
leave out what has a default. More fields are always allowed: later versions only add.
"""

import ast
import inspect
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import is_dataclass
from itertools import pairwise
from typing import Any, get_args, get_type_hints

import msgspec

from streams.core.headers import dataschema
from streams.core.pipeline import Desk
from streams.core.topic import Topic
from streams.errors import ConfigError

DIALECT = "https://json-schema.org/draft/2020-12/schema"
LOCAL = "#/$defs/{name}"

Schema = dict[str, Any]


def topic_schema(desk: Desk, topic: Topic) -> Schema:
    """The schema of a topic's values; `$id` is their header `ce_dataschema`. Raises `ConfigError`."""
    if topic.record is None:
        raise ConfigError(f"topic {topic.name} has no schema: what lies there is bytes as they came")
    parts = definitions(desk, [topic.record])
    own = parts.pop(topic.record.__name__)
    head = {"$schema": DIALECT, "$id": dataschema(topic.record)}
    return {**head, **own, **({"$defs": parts} if parts else {})}


def desk_schema(desk: Desk) -> Schema:
    """One document with the schemas of all records of the desk under `$defs`."""
    return {"$schema": DIALECT, "$defs": definitions(desk, records(desk))}


def records(desk: Desk) -> list[type[Any]]:
    """The records of the desk's topics, in flow order, each once."""
    return list(dict.fromkeys(topic.record for topic in desk.all_topics() if topic.record))


def definitions(desk: Desk, wanted: Iterable[type[Any]], ref_template: str = LOCAL) -> dict[str, Schema]:
    """Name → schema of the `wanted` records and of what they are made of; references by `ref_template`."""
    outermost = list(wanted)
    _, found = msgspec.json.schema_components(outermost, ref_template=ref_template)
    types = {part.__name__: part for part in _all_parts(outermost)}
    always = _written(desk)
    return {name: _with_words(schema, types[name], types[name] in always) for name, schema in found.items()}


def attribute_docstrings(record: type) -> dict[str, str]:
    """Field → the docstring below it, on one line; those of the classes it extends too."""
    found: dict[str, str] = {}
    for base in reversed(record.__mro__):
        if is_dataclass(base):
            found |= _docstrings_of(_body(base))
    return found


def _body(record: type) -> list[ast.stmt]:
    """The statements of a class; none where its source is not there."""
    try:
        (definition,) = ast.parse(textwrap.dedent(inspect.getsource(record))).body
    except (OSError, TypeError):
        return []
    return definition.body if isinstance(definition, ast.ClassDef) else []


def _docstrings_of(body: list[ast.stmt]) -> dict[str, str]:
    return {
        field.target.id: " ".join(below.value.value.split())
        for field, below in pairwise(body)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(below, ast.Expr)
        and isinstance(below.value, ast.Constant)
        and isinstance(below.value.value, str)
    }


def _written(desk: Desk) -> set[type[Any]]:
    """What only stages write. A type that outsiders send as well may lack fields: it keeps its defaults."""
    ours = {topic.record for stage in desk.stages for topic in (*stage.outputs, stage.discards)}
    theirs = {topic.record for topic in desk.first}
    return _all_parts(ours) - _all_parts(theirs)


def _all_parts(all_records: Iterable[type[Any] | None]) -> set[type[Any]]:
    """The records and the dataclasses that their fields hold, at any depth."""
    found: set[type[Any]] = set()
    waiting = [record for record in all_records if record]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += [part for held in get_type_hints(one).values() for part in _dataclasses(held)]
    return found


def _dataclasses(annotation: Any) -> Iterator[type[Any]]:
    """`list[Span] | None` → `Span`."""
    if isinstance(annotation, type) and is_dataclass(annotation):
        yield annotation
    for argument in get_args(annotation):
        yield from _dataclasses(argument)


def _with_words(schema: Schema, record: type[Any], always: bool) -> Schema:
    """The schema with the docstrings of its fields; where all are `always` there, none has a default."""
    words = attribute_docstrings(record)
    fields = {
        name: ({"description": words[name]} if name in words else {})
        | {key: value for key, value in field.items() if not (always and key == "default")}
        for name, field in schema["properties"].items()
    }
    required = list(fields) if always else schema["required"]
    return {**schema, "properties": fields, "required": required}
