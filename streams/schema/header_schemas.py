"""The headers of a record as a schema, for the AsyncAPI document. A test compares them with real records."""

from typing import Any

from streams.core.record_headers import RAW, RECEIVED, VERSION, VERSION_FORM
from streams.core.stage import Reason
from streams.dead_letters.record import BY_REFERENCE, CONNECT, REASON, STAGE

Schema = dict[str, Any]


def _text(description: str, **more: Any) -> Schema:
    return {"type": "string", "description": description, **more}


TRACE = _text("W3C trace context; derived from the event where the scraper sent none.")
#: On every record that a stage writes.
WRITTEN: dict[str, Schema] = {
    "ce_specversion": _text("CloudEvents 1.0, Kafka binding, binary mode.", const="1.0"),
    "ce_id": _text("The event: a repeat has the same; a correction, a new version or a new model another."),
    "ce_source": _text("`/copydesk/<prefix>/<stage>`"),
    "ce_type": _text("`copydesk.<topic>`"),
    "ce_time": _text("When Kafka took the raw record.", format="date-time"),
    "ce_subject": _text("The key."),
    "traceparent": TRACE,
    RAW: _text("`topic/partition/offset` of the raw record that it was made from."),
    RECEIVED: _text("When Kafka took the raw record, in milliseconds since 1970: latency = now - this."),
    VERSION: _text("Which revision is newer: compares as text.", pattern=f"^{VERSION_FORM.pattern}$"),
}
#: On records that have a value.
OF_A_VALUE: dict[str, Schema] = {
    "content-type": _text("The media type.", const="application/json"),
    "ce_dataschema": _text("`$id` of the value's schema."),
}
#: The headers of scrapers that are read; none is required.
READ: dict[str, Schema] = {
    "content-type": _text("What the value is; without it, JSON if it starts with `{`."),
    "ce_subject": _text("The URL, where the key is another."),
    "ce_time": _text("When it was fetched.", format="date-time"),
    "ce_id": _text("With `ce_source`: the identity of the event; without them, its place is its identity."),
    "ce_source": _text("Who sends it."),
    "traceparent": TRACE,
}
#: Added to the record's own headers by a dead letter.
OF_A_DEAD_LETTER: dict[str, Schema] = {
    REASON: _text("Why it is dead.", enum=[reason.value for reason in Reason]),
    STAGE: _text("The stage that could not process it."),
    f"{CONNECT}topic": _text("Topic of the record that could not be processed."),
    f"{CONNECT}partition": _text("Partition of that record."),
    f"{CONNECT}offset": _text("Offset of that record. Topic, partition and offset identify the dead letter."),
    f"{CONNECT}connector.name": _text("The consumer group."),
    f"{CONNECT}task.id": _text("Always 0."),
    f"{CONNECT}stage": _text("Same as `copydesk_stage`."),
    f"{CONNECT}class.name": _text("The stage's work: `module:function`."),
    f"{CONNECT}exception.class.name": _text("The class of the error."),
    f"{CONNECT}exception.message": _text("Its message, at most 1 KiB."),
    f"{CONNECT}exception.stacktrace": _text("The end of its trace, at most 4 KiB."),
}
#: On a dead letter that was too large for its topic, and so has no value.
OF_A_REFERENCE: dict[str, Schema] = {
    BY_REFERENCE: _text(
        "Size of the original in bytes. The dead letter has no value; `__connect.errors.topic`, `.partition`"
        " and `.offset` locate the original."
    )
}
#: Each set as a schema of its own, by its name in the document.
SETS: dict[str, tuple[dict[str, Schema], bool]] = {
    "headers.read": (READ, False),
    "headers.written": (WRITTEN, True),
    "headers.value": (OF_A_VALUE, True),
    "headers.dead_letter": (OF_A_DEAD_LETTER, True),
    "headers.reference": (OF_A_REFERENCE, False),
}


def schemas() -> dict[str, Schema]:
    """Name → schema of every set of headers. Other headers are passed on unchanged."""
    return {
        name: {"type": "object", "properties": headers, **({"required": list(headers)} if needed else {})}
        for name, (headers, needed) in SETS.items()
    }


def of(*sets: str, **values: str) -> Schema:
    """Headers of all these sets; `values` are those with a constant value."""
    fixed = {name: {"const": value} for name, value in values.items()}
    return {
        "type": "object",
        "allOf": [{"$ref": f"#/components/schemas/headers.{name}"} for name in sets],
        **({"properties": fixed} if fixed else {}),
    }
