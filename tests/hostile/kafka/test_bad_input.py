"""Mistakes of scrapers, on the real pipeline: each record has an outcome and a reason in plain words."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from streams.local.broker.node import Broker
from tests.support.articles.newspaper import page, raw, url
from tests.support.pipelines.harness import descendants_of, header, until
from tests.support.pipelines.news import JSON, NewsPipeline, Raw, key_of

pytestmark = pytest.mark.kafka

ARTICLE_BYTES, MAX_ELEMENTS = 200_000, 4_000
HTML = (("content-type", b"text/html; charset=utf-8"),)
LONG = [
    f"The mayor of {place} said on Monday that the bridge would open again before the winter came."
    for place in ("Leeds", "Bergen", "Lagos", "Gdansk", "Valencia", "Amman")
]
FEED = "<rss version='2.0'><channel><title>News</title><item><title>One</title></item></channel></rss>"
SITEMAP = "<?xml version='1.0'?><urlset><url><loc>https://a.example/1</loc></url></urlset>"
GOOD = 30


class NotUtf8(str):
    """A header name that is sent as bytes that are not UTF-8, as librdkafka can do."""

    __slots__ = ()

    def encode(self, *_: Any) -> bytes:
        return b"caf\xe9"


def article(**fields: Any) -> bytes:
    """A good raw article, except for these fields. None leaves a field out."""
    whole = {"url": "https://a.example/story", "html": page("A bridge", LONG), **fields}
    return json.dumps({name: value for name, value in whole.items() if value is not None}).encode()


@dataclass(frozen=True, kw_only=True)
class Bad:
    """An invalid record, and the error that its dead letter must name."""

    value: bytes | None
    says: str
    reason: str = "invalid"
    key: bytes | None = b"https://a.example/story"
    headers: tuple[tuple[str, bytes], ...] = JSON


DEAD = {
    "JSON cut off": Bad(value=article()[:-20], says="the value is not JSON: unexpected end of data"),
    "JSON that is not UTF-8": Bad(
        value=b'{"url": "caf\xe9"}', says="the value is not JSON: str is not valid UTF-8"
    ),
    "half a character": Bad(value=article(html=None, text="\ud800"), says="the value is not JSON: "),
    "a list": Bad(value=b"[1, 2]", says="the value is not a RawArticle: Expected `object`, got `array`"),
    "nested too deep": Bad(
        value=b'{"meta": ' + b"[" * 5000, says="the value is not JSON: depth limit exceeded"
    ),
    "no url": Bad(value=article(url=None), says="Object missing required field `url`"),
    "an empty url": Bad(value=article(url=""), says="the url '' is not an http or https URL"),
    "a url of another kind": Bad(
        value=article(url="ftp://a.example/x"), says="the url 'ftp://a.example/x' is not an http or https URL"
    ),
    "a url without a host": Bad(value=article(url="https://?x"), says="is not an http or https URL"),
    "a number for a url": Bad(value=article(url=7), says="Expected `str`, got `int` - at `$.url`"),
    "a number for authors": Bad(
        value=article(authors=7), says="Expected `array`, got `int` - at `$.authors`"
    ),
    "a number among authors": Bad(
        value=article(authors=["Ines", 7]), says="Expected `str`, got `int` - at `$.authors[1]`"
    ),
    "a list for meta": Bad(value=article(meta=[1]), says="Expected `object`, got `array` - at `$.meta`"),
    "neither html nor text": Bad(value=article(html=None), says="the record has neither html nor text"),
    "an empty value": Bad(value=b"", says="the value is empty"),
    "a page without a url": Bad(
        value=b"<html></html>",
        key=None,
        headers=HTML,
        says="there is no URL: neither a key nor a ce_subject header",
    ),
    "a page under a key that is no url": Bad(
        value=b"<html></html>", key=b"4711", headers=HTML, says="the url '4711' is not an http or https URL"
    ),
    "a page under a key that is not UTF-8": Bad(
        value=b"<html></html>", key=b"\xff\xfe", headers=HTML, says="the key is not UTF-8, so it names no URL"
    ),
    "a takedown of no url": Bad(
        value=None, key=b"the ferry story", says="the url 'the ferry story' is not an http or https URL"
    ),
    "a broken gzip": Bad(
        value=b"\x1f\x8b\x08broken",
        headers=HTML,
        says="the page has a gzip header and cannot be decompressed",
    ),
    "too many elements": Bad(
        value=article(html="<body>" + "<b>x</b>" * (MAX_ELEMENTS + 1)),
        says=f"elements; {MAX_ELEMENTS} are allowed",
    ),
    "too many bytes": Bad(
        value=article(html="x" * ARTICLE_BYTES),
        reason="too-large",
        says=f"bytes with its headers; {ARTICLE_BYTES} are allowed",
    ),
}
DIVS = "<div>" * 3000
# libxml2 reads 256 levels.
DEAD_LETTERED = f"<html><body>{DIVS}" + page("A bridge", LONG)
NESTED = page("A bridge", LONG).replace("</body>", DIVS + "</body>")
DISCARDED = {
    "a feed": (Raw(key=b"https://a.example/feed", value=FEED.encode(), headers=HTML), "not-an-article"),
    "a feed as JSON": (Raw(value=article(html=FEED)), "not-an-article"),
    "a sitemap": (Raw(key=b"https://a.example/map", value=SITEMAP.encode(), headers=HTML), "not-an-article"),
    "a blank page": (Raw(value=article(html=" ")), "not-an-article"),
    "an article below 3,000 divs": (Raw(value=article(html=DEAD_LETTERED)), "too-short"),
    "a page of few words": (Raw(value=article(html=page("A bridge", ["It is open."]))), "too-short"),
}
SENT = {
    "no key": Raw(value=article(url="https://b.example/no-key")),
    "a key that is not the url": Raw(key=b"4711", value=article(url="https://b.example/other-key")),
    "no content-type": Raw(value=article(url="https://b.example/no-type"), headers=()),
    "3,000 nested divs beside it": Raw(value=article(url="https://b.example/nested", html=NESTED)),
    "an unknown field": Raw(value=article(url="https://b.example/unknown-field", crawler={"depth": 3})),
    "a header name that is not UTF-8": Raw(
        value=article(url="https://b.example/header-name"), headers=(*JSON, (NotUtf8("name"), b"au lait"))
    ),
    "a NUL in the page": Raw(value=article(url="https://b.example/nul", html=page("A\0 bridge", LONG))),
}
TAKEDOWN = "https://www.a.example/never/seen?utm_source=x"


@dataclass
class Seen:
    """The pipeline; by name the place of each raw record, and by place the records that came of it."""

    pipeline: NewsPipeline
    placed: dict[str, str] = field(default_factory=dict)
    results: dict[str, list[Any]] = field(default_factory=dict)

    def of(self, name: str) -> Any:
        """The only record that came of the raw record of this name."""
        [record] = self.results[self.placed[name]]
        return record


@pytest.fixture(scope="module")
def seen(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    """All bad records, mixed with good ones, published at once and processed by the clean stage."""
    pipeline = NewsPipeline(broker.bootstrap_servers, "bad-input", tmp_path_factory.mktemp("bad-input"))
    pipeline.set_up(article_bytes=ARTICLE_BYTES, clean={"max_elements": MAX_ELEMENTS})
    records = {
        **{f"good {n}": Raw(value=raw(n)) for n in range(GOOD)},
        **{name: Raw(key=bad.key, value=bad.value, headers=bad.headers) for name, bad in DEAD.items()},
        **{name: record for name, (record, _) in DISCARDED.items()},
        **SENT,
        "a takedown": Raw(key=TAKEDOWN.encode(), value=None, headers=()),
    }
    mixed = dict(sorted(records.items(), key=lambda named: named[0][::-1]))
    try:
        pipeline.start("worker", "clean")
        seen = Seen(pipeline, dict(zip(mixed, pipeline.publish_raw(mixed.values()), strict=True)))
        pipeline.worked_off("clean")
        seen.results = pipeline.made_of("clean", "discarded", "dead.clean")
        yield seen
    finally:
        pipeline.stop()


@pytest.mark.parametrize("name", DEAD)
def test_a_record_that_cannot_be_read_becomes_a_dead_letter_with_its_bytes_that_says_what_is_wrong(
    seen: Seen, name: str
) -> None:
    dead_letter, bad = seen.of(name), DEAD[name]
    assert dead_letter.topic == seen.pipeline.topic("dead.clean")
    assert header(dead_letter, "copydesk_reason") == bad.reason
    assert bad.says in header(dead_letter, "__connect.errors.exception.message")
    assert (dead_letter.key, dead_letter.value) == (bad.key, bad.value)
    assert dead_letter.headers[: len(bad.headers)] == list(bad.headers)


@pytest.mark.parametrize("name", DISCARDED)
def test_a_page_that_is_not_an_article_is_discarded_with_the_reason(seen: Seen, name: str) -> None:
    record = seen.of(name)
    assert record.topic == seen.pipeline.topic("discarded")
    assert json.loads(record.value)["reason"] == DISCARDED[name][1]


@pytest.mark.parametrize("name", SENT)
def test_an_unusual_record_that_can_be_read_is_sent_under_its_article_id(seen: Seen, name: str) -> None:
    record, value = seen.of(name), SENT[name].value
    assert record.topic == seen.pipeline.topic("clean")
    assert record.key == key_of(json.loads(value or b"")["url"])
    assert LONG[0] in json.loads(record.value)["text"]


def test_a_header_name_that_is_not_utf8_is_passed_on_with_escapes(seen: Seen) -> None:
    assert header(seen.of("a header name that is not UTF-8"), r"caf\xe9") == "au lait"


def test_a_takedown_of_an_unknown_article_is_passed_on_as_a_null_value(seen: Seen) -> None:
    record = seen.of("a takedown")
    assert record.topic == seen.pipeline.topic("clean")
    assert (record.key, record.value) == (key_of("http://a.example/never/seen"), None)


def test_the_articles_beside_them_finish(seen: Seen) -> None:
    for number in range(GOOD):
        record = seen.of(f"good {number}")
        assert record.topic == seen.pipeline.topic("clean")
        assert json.loads(record.value)["url"] == url(number)


def test_articles_whose_pool_process_is_killed_are_retried_and_finish(seen: Seen) -> None:
    """A pool process that is killed between two articles may break the pool: then the worker is restarted."""
    pipeline = seen.pipeline
    placed = pipeline.publish_raw(Raw(value=raw(n)) for n in range(1000, 1200))
    until(lambda: pipeline.made_of("clean").keys() & set(placed), "the first are finished")
    processes = descendants_of(pipeline.workers[0].pid)
    pool = [process for process in processes if "spawn_main" in " ".join(process.cmdline())]
    for process in pool:
        process.kill()

    def worked_off() -> bool:
        if pipeline.workers[-1].poll() is not None:
            pipeline.start("worker", "clean")
        return pipeline.lag_of("clean") == 0

    until(worked_off, "all are finished", 110)
    assert len(pool) == 1
    assert set(placed) <= pipeline.made_of("clean").keys()
    assert pipeline.made_of("dead.clean").keys() == {seen.placed[name] for name in DEAD}
