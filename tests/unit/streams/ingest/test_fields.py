"""Fields of a request and of its record: what the ingest API accepts can be read, the rest is rejected."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from multidict import CIMultiDict, MultiDict

from agents import STAGES
from agents.ids import article_id
from agents.records import RawArticle
from agents.topics import RAW
from streams.core.message import Message, RecordToPublish
from streams.core.stage import Discard, Processed
from streams.ingest.http_api import request
from streams.ingest.http_api.fields import url_parameter
from streams.ingest.http_api.problem import Problem
from streams.runtime.work.pool_process import StageWorker

Pairs = Sequence[tuple[str, str]]

URL = "https://a.example/x"
BEFORE_TIME, AFTER_TIME = "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"
LEAP = "2026-12-31T23:59:60Z"
#: The fields of an article with another URL.
OTHER = b'"url": "https://b.example/", "text": "x"'
PAGE = [("Content-Type", "text/html")]
JSON = [("Content-Type", "application/json")]
EVENT = [("Content-Type", "application/cloudevents+json")]
LINES = [("Content-Type", "application/x-ndjson")]

#: aiohttp gives bytes that are not UTF-8 as surrogates.
TEXTS = st.text(max_size=20) | st.text(st.characters(codec="latin-1") | st.just("\udce9"), max_size=9)
TIMES = st.one_of(
    st.sampled_from([BEFORE_TIME, AFTER_TIME, LEAP, "0000-01-01T00:00:00Z", "2026-03-03", ""]),
    st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat()),
    TEXTS,
)
URLS = (
    st.sampled_from([URL, "https://b.example/%E9", "http://[", "ftp://a.example/", "", f"{URL}\udcff"])
    | TEXTS
)
FIELDS = st.one_of(
    st.tuples(st.sampled_from(["url", "subject"]), URLS),
    st.tuples(st.sampled_from(["fetched_at", "time"]), TIMES),
    st.tuples(st.sampled_from(["html", "text", "feed", "id", "source", "datacontenttype", "data"]), TEXTS),
    st.tuples(st.just("meta"), st.dictionaries(st.text(max_size=5), st.integers() | st.none(), max_size=3)),
    st.tuples(st.sampled_from(["id", "time", "url", "data"]), st.integers() | st.booleans() | st.none()),
)
HEADERS = st.one_of(
    st.tuples(
        st.sampled_from(["Ce-Id", "Ce-Source", "ce-feed", "ce-type", "traceparent", "tracestate"]), TEXTS
    ),
    st.tuples(st.just("ce-time"), TIMES),
    st.tuples(st.just("CE-Subject"), URLS),
)
KINDS = st.sampled_from(
    [*PAGE, *JSON, *EVENT, *LINES, ("Content-Type", "text/plain; charset=latin-1"), ("Content-Type", "x/y")]
)


def written(pairs: Sequence[tuple[str, object]]) -> bytes:
    """A JSON object. A name may be in it twice."""
    inner = ",".join(f"{json.dumps(name)}:{json.dumps(value)}" for name, value in pairs)
    return f"{{{inner}}}".encode()


ARTICLES = st.lists(FIELDS, max_size=4).map(
    lambda more: written([("url", URL), ("text", "x"), *more][len(more) % 2 :])
)
EVENTS = st.tuples(st.lists(FIELDS, max_size=3), ARTICLES).map(
    lambda both: written(both[0])[:-1] + (b"," if both[0] else b"") + b'"data":' + both[1] + b"}"
)
BODIES = st.one_of(ARTICLES, EVENTS, st.binary(max_size=30), st.just(b"<p>caf\xe9"))


def accepted(headers: Pairs, query: Pairs, body: bytes) -> RecordToPublish:
    """The record of a request. Raises `Problem`."""
    asked = request.asked(CIMultiDict(headers), url_parameter(MultiDict(query)))
    if asked.media in request.LINES:
        return request.line(body, 7, asked, RAW)
    return request.page(body, asked, RAW)


def record_or_problem(accept: Callable[[], RecordToPublish]) -> RecordToPublish | Problem:
    try:
        return accept()
    except Problem as problem:
        return problem


def as_read(record: RecordToPublish) -> Message:
    """The record as a worker of the first stage reads it."""
    return replace(record.as_message("news.raw"), partition=3, offset=4, timestamp=1_700_000_000_000)


@settings(max_examples=600)
@given(
    headers=st.lists(HEADERS, max_size=4),
    kind=KINDS,
    query=st.lists(st.tuples(st.just("url"), URLS), max_size=2),
    body=BODIES,
)
@example(headers=[("ce-time", AFTER_TIME)], kind=PAGE[0], query=[("url", URL)], body=b"<p>")
@example(
    headers=[],
    kind=EVENT[0],
    query=[],
    body=b'{"time": "' + AFTER_TIME.encode() + b'", "data": {"url": "https://a.example/x", "text": "x"}}',
)
def test_an_accepted_record_can_be_read_by_the_first_stage_and_all_others_are_rejected(
    headers: Pairs, kind: tuple[str, str], query: Pairs, body: bytes
) -> None:
    answer = record_or_problem(lambda: accepted([kind, *headers], query, body))
    if isinstance(answer, Problem):
        assert 400 <= answer.status < 500
        assert answer.detail
        return
    read: list[RawArticle] = []

    def work(article: RawArticle) -> Discard:
        read.append(article)
        return Discard("seen")

    result = StageWorker(STAGES[0].at("news"), work).handle(as_read(answer))

    assert isinstance(result, Processed), result
    assert read[0].id == article_id((answer.key or b"").decode())


@settings(max_examples=200)
@given(headers=st.lists(HEADERS, max_size=4), query=st.lists(st.tuples(st.just("url"), URLS), max_size=2))
def test_an_accepted_takedown_removes_the_article_of_its_url(headers: Pairs, query: Pairs) -> None:
    answer = record_or_problem(
        lambda: request.takedown(url_parameter(MultiDict(query)), CIMultiDict(headers), RAW)
    )
    if isinstance(answer, Problem):
        assert 400 <= answer.status < 500
        assert answer.detail
        return

    result = StageWorker(STAGES[0].at("news"), lambda article: Discard("seen")).handle(as_read(answer))

    assert isinstance(result, Processed), result
    assert [takedown.key for takedown in result.records] == [article_id(query[0][1]).encode()]


@pytest.mark.parametrize(
    ("headers", "query", "body", "detail"),
    [
        (PAGE, [("url", URL), ("url", f"{URL}2")], b"<p>", "?url= is given twice"),
        ([*PAGE, *JSON], [("url", URL)], b"<p>", "the header content-type is given twice"),
        ([*PAGE, ("ce-id", "1"), ("Ce-Id", "1")], [("url", URL)], b"<p>", "the header ce-id is given twice"),
        ([*PAGE, ("ce-time", AFTER_TIME)], [("url", URL)], b"<p>", f"ce-time '{AFTER_TIME}' is not a time: "),
        ([*PAGE, ("ce-time", "yesterday")], [("url", URL)], b"<p>", "ce-time 'yesterday' is not a time: "),
        ([*PAGE, ("ce-feed", "caf\udce9")], [("url", URL)], b"<p>", "ce-feed is not UTF-8"),
        ([*PAGE, ("ce-feed", "caf%E9")], [("url", URL)], b"<p>", "ce-feed is not UTF-8 when percent-"),
        ([*PAGE, ("ce-id", "%0A")], [("url", URL)], b"<p>", "ce-id holds a control character"),
        (PAGE, [("url", f"{URL}\udcff")], b"<p>", "?url= is not UTF-8"),
        (JSON, [("url", URL)], b"{%s}" % OTHER, "?url= and the record name two"),
        (JSON, [], b'{%s, "url": "https://a.example/"}' % OTHER, "the JSON names 'url' twice"),
        (LINES, [], b'{%s, "meta": {"a": 1, "a": 2}}' % OTHER, "the JSON names 'a' twice"),
        (
            JSON,
            [],
            b'{%s, "fetched_at": "%s"}' % (OTHER, LEAP.encode()),
            f"fetched_at '{LEAP}' is not a time: ",
        ),
        (EVENT, [], b'{"id": "1", "id": "2", "data": {%s}}' % OTHER, "the JSON names 'id' twice"),
        (EVENT, [], b'{"time": "0000-01-01", "data": {%s}}' % OTHER, "time '0000-01-01' is not a time: "),
    ],
)
def test_a_request_that_cannot_be_accepted_is_rejected_with_a_sentence_that_names_the_field(
    headers: Pairs, query: Pairs, body: bytes, detail: str
) -> None:
    with pytest.raises(Problem) as raised:
        accepted(headers, query, body)
    assert raised.value.detail.startswith(detail)


def test_a_takedown_whose_event_names_another_url_is_rejected() -> None:
    with pytest.raises(Problem, match=r"^\?url= and ce-subject name two URLs$"):
        request.takedown(URL, CIMultiDict([("ce-subject", f"{URL}2")]), RAW)
