"""CloudEvents in structured mode, converted to binary mode.

In structured mode the value is a JSON object that holds the attributes and the data. In binary mode the
attributes are headers and the value is the data. All other modules see binary mode only, so an event has the
same identity, time and trace in either mode. (CloudEvents 1.0, Kafka binding 3.2 and 3.3.)
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
#: Members of the object that are not attributes.
CONTENT = frozenset({"data", "data_base64", "datacontenttype"})
JSON = "application/json"


def as_binary(message: Message) -> Message:
    """The same event in binary mode; a message that is not a structured event is returned unchanged.

    Raises `Invalid` if the event cannot be read.
    """
    media = (message.header("content-type") or "").partition(";")[0].strip().lower()
    if media != MEDIA or message.value is None:
        return message
    event = _event(message.value)
    declared = event.get("datacontenttype")
    value, content = _data(event, declared if isinstance(declared, str) else JSON)
    # Readers take the last header of a name, so the event's own attributes win.
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
        raise Invalid("the CloudEvent has no data")
    media = declared.partition(";")[0].strip()
    if isinstance(data, str) and not media.lower().endswith("json"):
        # A JSON string is characters: whatever charset the data once had, as bytes it is UTF-8.
        return data.encode(), f"{media}; charset=utf-8"
    try:
        return orjson.dumps(data), declared
    except orjson.JSONEncodeError as error:
        raise Invalid(f"the CloudEvent's data cannot be read: {error}") from error


def _attributes(event: dict[str, object]) -> Headers:
    attributes = {
        name: value if isinstance(value, str) else orjson.dumps(value).decode()
        for name, value in event.items()
        if name not in CONTENT and NAME.fullmatch(name) and isinstance(value, str | int)
    }
    trace = (("traceparent", attributes["traceparent"].encode()),) if "traceparent" in attributes else ()
    return (*((f"ce_{name}", value.encode()) for name, value in attributes.items()), *trace)
