"""A request → the record to publish: CloudEvents over HTTP become CloudEvents over Kafka.

Binary mode: the body is the value, and `ce-*` headers become `ce_*`. Structured mode is sent unchanged.
"""

from contextlib import suppress
from dataclasses import dataclass, replace

from multidict import MultiMapping

from streams.core.cloudevents import MEDIA as STRUCTURED
from streams.core.cloudevents import as_binary
from streams.core.json_keys import need_distinct_keys
from streams.core.message import Message, RecordToPublish
from streams.core.topic import Topic
from streams.errors import Invalid
from streams.ingest.files import named_url
from streams.ingest.http_api.fields import attributes, need_time, readable
from streams.ingest.http_api.problem import Problem

JSON = "application/json"
LINES = frozenset({"application/x-ndjson", "application/ndjson", "application/jsonl"})
PAGES = frozenset({"text/html", "application/xhtml+xml", "text/plain"})
TAKEN = (JSON, STRUCTURED, *sorted(LINES), *sorted(PAGES))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request without its body. `url` is its parameter, `attributes` and the trace are Kafka headers."""

    media: str
    content_type: str
    url: str | None
    attributes: tuple[tuple[str, bytes], ...]


def asked(headers: MultiMapping[str], url: str | None) -> Asked:
    """Read the request's headers. Raises `Problem`: 415 for a media type that is not taken, 400, 422."""
    kafka_headers = attributes(headers)
    content_type = readable("content-type", headers.get("Content-Type", "").strip())
    media = _media(content_type)
    if media not in TAKEN:
        subject = f"content-type {media[:100]!r} is not" if media else "without a content-type nothing is"
        raise Problem(415, f"{subject} taken here; these are: {', '.join(TAKEN)}")
    return Asked(media=media, content_type=content_type, url=url, attributes=kafka_headers)


def page(body: bytes, request: Asked, topic: Topic) -> RecordToPublish:
    """The record of a request with one article. Raises `Problem` (400, 422) with the reason."""
    headers = (("content-type", request.content_type.encode()), *request.attributes)
    if request.media in PAGES:
        return _checked(RecordToPublish(key=_page_url(request), value=body, headers=headers), topic)
    return _of_url(request.url, _checked(RecordToPublish(key=None, value=body, headers=headers), topic))


def line(body: bytes, number: int, request: Asked, topic: Topic) -> RecordToPublish:
    """The record of a line of JSON. If the request has a `ce-id`, that of the line is `<ce-id>/<number>`."""
    named = (("content-type", b"application/json"), *request.attributes)
    headers = tuple((name, value + b"/%d" % number if name == "ce_id" else value) for name, value in named)
    return _of_url(request.url, _checked(RecordToPublish(key=None, value=body, headers=headers), topic))


def takedown(url: str | None, headers: MultiMapping[str], topic: Topic) -> RecordToPublish:
    """The takedown of the article of a URL. Raises `Problem` (400, 422) for a URL that is not valid."""
    if not url:
        raise Problem(400, "which article? Give its URL as ?url=")
    kafka_headers = attributes(headers)
    if dict(kafka_headers).get("ce_subject", url.encode()) != url.encode():
        raise Problem(400, "?url= and ce-subject name two URLs")
    record = RecordToPublish(key=url.encode(), value=None, headers=kafka_headers)
    try:
        topic.forget(record.as_message(topic.name))
    except Invalid as error:
        raise Problem(422, str(error)) from error
    return record


def _page_url(request: Asked) -> bytes:
    subject = next((value.decode() for name, value in request.attributes if name == "ce_subject"), None)
    if request.url and subject and request.url != subject:
        raise Problem(400, "?url= and ce-subject name two URLs")
    url = request.url or subject
    if not url:
        raise Problem(422, "the page's URL is not known: give it as ?url= or in ce-subject")
    return url.encode()


def _of_url(url: str | None, record: RecordToPublish) -> RecordToPublish:
    """The record. Raises `Problem` (400) if the request names another URL."""
    if url and record.key != url.encode():
        raise Problem(400, "?url= and the record name two URLs")
    return record


def _checked(record: RecordToPublish, topic: Topic) -> RecordToPublish:
    """The record with its key. Raises `Problem` (422) if the pipeline's first stage cannot read it."""
    try:
        sent = record.as_message(topic.name)
        message = as_binary(sent)
        key = record.key or _named_url(message)
        read = topic.decode(replace(message, key=key))
        for event in (sent, message):  # an event in JSON, and the JSON in it
            if _media(event.header("content-type")) in {JSON, STRUCTURED}:
                need_distinct_keys(event.value or b"")
    except Invalid as error:
        raise Problem(422, str(error)) from error
    need_time("ce-time" if message is sent else "time", message.header("ce_time"))
    need_time("fetched_at", getattr(read, "fetched_at", None))
    return replace(record, key=key)


def _media(content_type: str | None) -> str:
    return (content_type or "").partition(";")[0].strip().lower()


def _named_url(message: Message) -> bytes | None:
    """The URL that an article in JSON names, or the event around a page."""
    url = None
    if _media(message.header("content-type")) in PAGES:
        url = message.header("ce_subject")
    else:
        with suppress(Invalid):  # the topic words the error
            url = named_url(message.value or b"")
    return url.encode() if url else None
