"""URL parameter and headers of a request: each given once, as text, and with valid times."""

import re
from collections import Counter
from urllib.parse import unquote

from multidict import MultiMapping

from streams.core.timestamps import utc
from streams.ingest.http_api.problem import Problem

ATTRIBUTE = re.compile(r"ce-([a-z0-9]{1,100})")
TRACEPARENT, TRACESTATE = "traceparent", "tracestate"
#: Besides the attributes. Of two values, some readers take the first and some the last.
ONCE = ("content-type", "content-encoding", "authorization", TRACEPARENT)
#: Not allowed in strings by the CloudEvents specification.
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")


def url_parameter(query: MultiMapping[str]) -> str | None:
    """`?url=`. Raises `Problem` (400) where it was cut off at its own `&`, is given twice, or is not text."""
    if set(query) - {"url"}:
        raise Problem(400, "url is the only parameter: a URL with & in it must be percent-encoded")
    values = query.getall("url", [])
    if len(values) > 1:
        raise Problem(400, "?url= is given twice")
    return readable("?url=", values[0]) if values and values[0] else None


def article_parameter(query: MultiMapping[str]) -> str:
    """`?url=` or `?id=`. Raises `Problem` (400) where there is not exactly one of them."""
    if set(query) != {"id"}:
        if url := url_parameter(query):
            return url
        raise Problem(400, "which article? Give its URL as ?url=, or its id as ?id=")
    [first, *more] = query.getall("id")
    if more or not first:
        raise Problem(400, "?id= is given twice" if more else "?id= is empty")
    return readable("?id=", first)


def attributes(headers: MultiMapping[str]) -> tuple[tuple[str, bytes], ...]:
    """`ce-*` as `ce_*`, percent-decoded (CloudEvents HTTP binding, 3.1.3.2), and the trace context.

    Raises `Problem`: 400 for a header that cannot be read or is given twice, 422 for an invalid time.
    """
    need_once(headers)
    named = [(ATTRIBUTE.fullmatch(name.lower()), value) for name, value in headers.items()]
    events = [(f"ce_{match[1]}", _decoded(match[0], value)) for match, value in named if match]
    need_time("ce-time", dict(events).get("ce_time"))
    traces = [(TRACEPARENT, headers[TRACEPARENT])] if TRACEPARENT in headers else []
    if TRACESTATE in headers:
        traces.append((TRACESTATE, ",".join(headers.getall(TRACESTATE))))
    return (
        *((name, value.encode()) for name, value in events),
        *((name, readable(name, value).encode()) for name, value in traces),
    )


def need_once(headers: MultiMapping[str]) -> None:
    """Raises `Problem` (400) for a header that may be given once and is given twice."""
    counts = Counter(name.lower() for name, _ in headers.items())
    for name, count in counts.items():
        if count > 1 and (name in ONCE or ATTRIBUTE.fullmatch(name)):
            raise Problem(400, f"the header {name} is given twice")


def need_time(name: str, written: str | None) -> None:
    """Raises `Problem` (422) for an invalid time."""
    if written is not None and utc(written) is None:
        raise Problem(422, f"{name} {written[:100]!a} is not a time: RFC 3339, such as 2026-03-03T09:00:00Z")


def readable(name: str, text: str) -> str:
    """The text. Raises `Problem` (400) where it is not UTF-8, or holds a control character."""
    if not text.isprintable() and CONTROL.search(text):
        raise Problem(400, f"{name} holds a control character")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise Problem(400, f"{name} is not UTF-8") from error
    return text


def _decoded(name: str, value: str) -> str:
    try:
        return readable(name, unquote(readable(name, value.strip()), errors="strict"))
    except UnicodeDecodeError as error:
        raise Problem(400, f"{name} is not UTF-8 when percent-decoded") from error
