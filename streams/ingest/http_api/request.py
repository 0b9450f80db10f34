"""A request → the record it asks for: CloudEvents over HTTP is told as CloudEvents over Kafka.

Binary mode: the body is the value, and `ce-*` headers become `ce_*`. Structured mode goes out as it came.
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
    """What a request says beside its body. `url` is its parameter."""

    media: str
    content_type: str
    url: str | None
    attributes: tuple[tuple[str, bytes], ...]
    """Its CloudEvents attributes and trace, as Kafka headers."""


def asked(headers: MultiMapping[str], url: str | None) -> Asked:
    """Read the request's headers. Raises `Problem`: 415 for a media type that is not taken, 400, 422."""
    said = attributes(headers)
    content_type = readable("content-type", headers.get("Content-Type", "").strip())
    media = content_type.partition(";")[0].strip().lower()
    if media not in TAKEN:
        it = f"content-type {media[:100]!r} is not" if media else "without a content-type nothing is"
        raise Problem(415, f"{it} taken here, but: {', '.join(TAKEN)}")
    return Asked(media=media, content_type=content_type, url=url, attributes=said)


def page(body: bytes, request: Asked, topic: Topic) -> RecordToPublish:
    """The record of a request that holds one article. Raises `Problem` (400, 422) with the reason."""
    headers = (("content-type", request.content_type.encode()), *request.attributes)
    if request.media in PAGES:
        return _checked(RecordToPublish(key=_page_url(request), value=body, headers=headers), topic)
    return _of_url(request.url, _checked(RecordToPublish(key=None, value=body, headers=headers), topic))


def line(body: bytes, number: int, request: Asked, topic: Topic) -> RecordToPublish:
    """The record of one line of JSON. Where the request has a `ce-id`, the line's is `<ce-id>/<number>`."""
    named = (("content-type", b"application/json"), *request.attributes)
    headers = tuple((name, value + b"/%d" % number if name == "ce_id" else value) for name, value in named)
    return _of_url(request.url, _checked(RecordToPublish(key=None, value=body, headers=headers), topic))


def takedown(url: str | None, headers: MultiMapping[str], topic: Topic) -> RecordToPublish:
    """The record that takes down the article of a URL. Raises `Problem` (400, 422) where it cannot be one."""
    if not url:
        raise Problem(400, "which article? Give its URL as ?url=")
    said = attributes(headers)
    if dict(said).get("ce_subject", url.encode()) != url.encode():
        raise Problem(400, "?url= and ce-subject name two URLs")
    record = RecordToPublish(key=url.encode(), value=None, headers=said)
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
    """The record, if it is of the URL that the request names, where it names one."""
    if url and record.key != url.encode():
        raise Problem(400, "?url= and the record name two URLs")
    return record


def _checked(record: RecordToPublish, topic: Topic) -> RecordToPublish:
    """The record with its key, if the pipeline's first stage can read it."""
    try:
        came = record.as_message(topic.name)
        message = as_binary(came)
        key = record.key or _named_url(message)
        read = topic.decode(replace(message, key=key))
        _need_distinct_keys(came, message)
    except Invalid as error:
        raise Problem(422, str(error)) from error
    need_time("ce-time" if message is came else "time", message.header("ce_time"))
    need_time("fetched_at", getattr(read, "fetched_at", None))
    return replace(record, key=key)


def _need_distinct_keys(*messages: Message) -> None:
    """Of an event in JSON and of what is in it. Raises `Invalid`."""
    for one in messages:
        media = (one.header("content-type") or "").partition(";")[0].strip().lower()
        if media in {JSON, STRUCTURED}:
            need_distinct_keys(one.value or b"")


def _named_url(message: Message) -> bytes | None:
    """The URL that an article in JSON names, or the event around a page."""
    if (message.header("content-type") or "").partition(";")[0].strip().lower() in PAGES:
        url = message.header("ce_subject")
    else:
        url = None
        with suppress(Invalid):  # the topic has the exact words for it
            url = named_url(message.value or b"")
    return url.encode() if url else None
