"""A CloudEvent in structured mode, told as the same event in binary mode.

Structured, the value is a JSON object that holds the attributes and the data; binary, the attributes are
headers and the value is the data. Everything behind this module sees binary mode alone, so one event has one
identity, one time and one trace in whichever mode it came. (CloudEvents 1.0, Kafka binding 3.2 and 3.3.)
"""

import base64
import binascii
import re
from dataclasses import replace

import msgspec
import orjson

from streams.core.message import Headers, Message
from streams.errors import Invalid

MEDIA = "application/cloudevents+json"
NAME = re.compile(r"[a-z0-9]{1,100}")
#: Members of the object that are no attributes.
CONTENT = frozenset({"data", "data_base64", "datacontenttype"})
JSON = "application/json"


def as_binary(message: Message) -> Message:
    """The same event in binary mode; a message that is no structured event comes back as it is.

    Raises `Invalid` where the event cannot be read.
    """
    media = (message.header("content-type") or "").partition(";")[0].strip().lower()
    if media != MEDIA or message.value is None:
        return message
    event = _event(message.value)
    declared = event.get("datacontenttype")
    value, content = _data(event, declared if isinstance(declared, str) else JSON)
    # A reader takes the last header of a name, so what the event itself says wins.
    headers = (*message.headers, ("content-type", content.encode()), *_attributes(event))
    return replace(message, value=value, headers=headers)


def _event(value: bytes) -> dict[str, object]:
    try:
        return msgspec.convert(orjson.loads(value), dict[str, object])
    except orjson.JSONDecodeError as error:
        raise Invalid(f"the value is not JSON: {error}") from error
    except msgspec.ValidationError as error:
        raise Invalid(f"the value is not a CloudEvent: {error}") from error


def _data(event: dict[str, object], declared: str) -> tuple[bytes, str]:
    """The data as bytes, and its content type."""
    encoded, data = event.get("data_base64"), event.get("data")
    if isinstance(encoded, str):
        try:
            return base64.b64decode(encoded, validate=True), declared
        except (binascii.Error, ValueError) as error:
            raise Invalid(f"the CloudEvent's data_base64 is not base64: {error}") from error
    if data is None:
        raise Invalid("the CloudEvent's data is not there")
    media = declared.partition(";")[0].strip()
    if isinstance(data, str) and not media.lower().endswith("json"):
        # A JSON string is characters: whatever charset the data once had, as bytes it is UTF-8.
        return data.encode(), f"{media}; charset=utf-8"
    try:
        return orjson.dumps(data), declared
    except orjson.JSONEncodeError as error:
        raise Invalid(f"the CloudEvent's data cannot be read: {error}") from error


def _attributes(event: dict[str, object]) -> Headers:
    said = {
        name: value if isinstance(value, str) else orjson.dumps(value).decode()
        for name, value in event.items()
        if name not in CONTENT and NAME.fullmatch(name) and isinstance(value, str | int)
    }
    trace = (("traceparent", said["traceparent"].encode()),) if "traceparent" in said else ()
    return (*((f"ce_{name}", value.encode()) for name, value in said.items()), *trace)
