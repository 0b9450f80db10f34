"""A structured CloudEvent and a binary one are the same event: same value, same identity, same headers."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.cloudevents import as_binary
from streams.core.message import Headers, Message
from streams.core.stage import Processed
from streams.errors import Invalid
from streams.runtime.work.pool_process import StageWorker, load_work
from tests.support.pipelines.actions import STAGE

STRUCTURED = ("content-type", b"application/cloudevents+json; charset=utf-8")
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def message(value: bytes | None, *headers: tuple[str, bytes | None]) -> Message:
    return Message(
        topic="t.order", partition=2, offset=7, timestamp=1000, key=b"k", value=value, headers=headers
    )


def structured(**event: Any) -> Message:
    return message(json.dumps(event).encode(), STRUCTURED)


def value_and_headers(message: Message) -> tuple[bytes | None, Headers]:
    """The value and the headers of the record that a stage writes for this message."""
    result = StageWorker(STAGE, load_work(STAGE, {})).handle(message)
    assert isinstance(result, Processed)
    return result.records[0].value, tuple(sorted(result.records[0].headers))


def test_identity_and_trace_are_taken_from_the_structured_event() -> None:
    event = {"id": "a1", "source": "/crawler", "traceparent": TRACE, "job": 7, "urgent": True}
    binary = {**{f"ce_{name}": str(value) for name, value in event.items()}, "ce_urgent": "true"}
    headers = [(name, value.encode()) for name, value in binary.items()]

    written = value_and_headers(structured(**event, data={"id": "o1"}))

    assert written == value_and_headers(message(b'{"id":"o1"}', *headers, ("traceparent", TRACE.encode())))
    assert dict(written[1])["traceparent"] == TRACE.encode()


@pytest.mark.parametrize(
    ("event", "value", "content"),
    [
        ({"data": {"id": "o1"}}, b'{"id":"o1"}', "application/json"),
        ({"data": "text"}, b'"text"', "application/json"),
        ({"data": "a", "datacontenttype": "text/html;charset=latin-1"}, b"a", "text/html; charset=utf-8"),
        ({"data_base64": "6Q==", "datacontenttype": "text/html"}, b"\xe9", "text/html"),
        ({"data": [1], "datacontenttype": "application/x+json"}, b"[1]", "application/x+json"),
    ],
)
def test_the_data_becomes_the_value_and_its_type_the_content_type(
    event: dict[str, Any], value: bytes, content: str
) -> None:
    binary = as_binary(structured(**event))

    assert (binary.value, binary.header("content-type")) == (value, content)


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (b"{", "the value is not JSON"),
        (b"[1]", "the value is not a CloudEvent"),
        (b'{"id": "a"}', "the CloudEvent has no data"),
        (b'{"data_base64": "?"}', "the CloudEvent's data_base64 is not base64"),
        (b'{"data": {"meta": ' + b"[" * 300 + b"]" * 300 + b"}}", "^the CloudEvent's data cannot be read: "),
    ],
)
def test_an_unreadable_event_is_invalid_and_the_error_says_why(value: bytes, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        as_binary(message(value, STRUCTURED))


@pytest.mark.parametrize("headers", [(), (("content-type", b"application/json"),), (("content-type", None),)])
def test_a_record_that_is_not_a_structured_event_is_left_unchanged(headers: Headers) -> None:
    plain = message(b'{"data": {}}', *headers)
    assert as_binary(plain) is plain
    assert as_binary(message(None, STRUCTURED)).value is None


@given(st.binary(max_size=300))
def test_bytes_in_base64_become_the_value_unchanged(data: bytes) -> None:
    event = structured(data_base64=base64.b64encode(data).decode(), datacontenttype="text/html")
    assert as_binary(event).value == data
