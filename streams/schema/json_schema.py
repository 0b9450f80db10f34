"""JSON Schema 2020-12 of the records, made from their dataclasses by msgspec.

Records that a stage writes have every field, so all are required; records of others may leave out fields that
have a default. Further fields are always allowed: later versions only add fields.
"""

from collections.abc import Iterable, Iterator
from dataclasses import is_dataclass
from typing import Any, get_args, get_type_hints

import msgspec

from streams.core.pipeline import Pipeline
from streams.core.record_headers import dataschema
from streams.core.topic import Topic
from streams.errors import ConfigError

DIALECT = "https://json-schema.org/draft/2020-12/schema"
LOCAL = "#/$defs/{name}"

Schema = dict[str, Any]


def topic_schema(pipeline: Pipeline, topic: Topic) -> Schema:
    """The schema of a topic's values; `$id` is their header `ce_dataschema`. Raises `ConfigError`."""
    if topic.record is None:
        raise ConfigError(f"topic {topic.name} has no schema: its values are bytes as received")
    parts = definitions(pipeline, [topic.record])
    own = parts.pop(topic.record.__name__)
    head = {"$schema": DIALECT, "$id": dataschema(topic.record)}
    return {**head, **own, **({"$defs": parts} if parts else {})}


def pipeline_schema(pipeline: Pipeline) -> Schema:
    """One document with the schemas of all records of the pipeline under `$defs`."""
    return {"$schema": DIALECT, "$defs": definitions(pipeline, records(pipeline))}


def records(pipeline: Pipeline) -> list[type[Any]]:
    """The records of the pipeline's topics, in flow order, each once."""
    return list(dict.fromkeys(topic.record for topic in pipeline.all_topics() if topic.record))


def definitions(
    pipeline: Pipeline, wanted: Iterable[type[Any]], ref_template: str = LOCAL
) -> dict[str, Schema]:
    """Name → schema of the `wanted` records and of their parts; references by `ref_template`."""
    outermost = list(wanted)
    _, schemas = msgspec.json.schema_components(outermost, ref_template=ref_template)
    always = {part.__name__ for part in _all_parts(outermost) & _written(pipeline)}
    return {name: _always_there(schema) if name in always else schema for name, schema in schemas.items()}


def _written(pipeline: Pipeline) -> set[type[Any]]:
    """Types that only stages write. A type that others send too may lack fields: it keeps its defaults."""
    ours = {topic.record for stage in pipeline.stages for topic in (*stage.outputs, stage.discards)}
    theirs = {topic.record for topic in pipeline.first}
    return _all_parts(ours) - _all_parts(theirs)


def _all_parts(all_records: Iterable[type[Any] | None]) -> set[type[Any]]:
    """The records and the dataclasses that their fields hold, at any depth."""
    parts: set[type[Any]] = set()
    waiting = [record for record in all_records if record]
    while waiting:
        part = waiting.pop()
        if part not in parts:
            parts.add(part)
            waiting += [inner for hint in get_type_hints(part).values() for inner in _dataclasses(hint)]
    return parts


def _dataclasses(annotation: Any) -> Iterator[type[Any]]:
    """`list[Span] | None` → `Span`."""
    if isinstance(annotation, type) and is_dataclass(annotation):
        yield annotation
    for argument in get_args(annotation):
        yield from _dataclasses(argument)


def _always_there(schema: Schema) -> Schema:
    """The schema of a record that has every field: all are required, and none has a default."""
    fields = {
        name: {key: value for key, value in field.items() if key != "default"}
        for name, field in schema["properties"].items()
    }
    return {**schema, "properties": fields, "required": list(fields)}
