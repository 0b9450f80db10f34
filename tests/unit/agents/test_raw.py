from contextlib import suppress

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.ids import article_id
from agents.raw import forget_url, read_raw
from agents.records import RawArticle, RawPage
from agents.topics import RAW
from streams.core.message import Message
from streams.errors import Invalid

URL = "https://news.example/harbour"
TIME = "2026-01-01T00:00:00Z"
SENT = {"url": URL, "text": "x"}
EVENT = "application/cloudevents+json"
HTML = "text/html; charset=latin-1"
LATIN = "text/plain; charset=latin-1"
CHARSETS = ["utf-8", "nonsense", "hex", "idna", "utf-16"]


def message(value: bytes | None, key: str | None = URL, **headers: str) -> Message:
    return Message(
        topic="news.raw",
        partition=0,
        offset=0,
        timestamp=0,
        key=None if key is None else key.encode(),
        value=value,
        headers=tuple((name.replace("_type", "-type", 1), text.encode()) for name, text in headers.items()),
    )


def json_message(value: object, media: str = "application/json", **headers: str) -> Message:
    return message(orjson.dumps(value), None, content_type=media, **headers)


@pytest.mark.parametrize(
    ("media", "charset"),
    [
        ("text/html", None),
        ("TEXT/HTML; charset=ISO-8859-1", "ISO-8859-1"),
        ('application/xhtml+xml;charset="utf-8"', "utf-8"),
        ("text/html; boundary=x; charset=koi8-r;", "koi8-r"),
        ("text/html; charset=", None),
    ],
)
def test_a_page_is_kept_as_bytes_with_the_charset_of_its_header(media: str, charset: str | None) -> None:
    record = message(b"<p>\xe9</p>", content_type=media, ce_time=TIME)

    assert read_raw(record) == RawPage(url=URL, page=b"<p>\xe9</p>", charset=charset, fetched_at=TIME)


@pytest.mark.parametrize(
    ("record", "article"),
    [
        (
            json_message({**SENT, "html": "<p>", "meta": {"job": 7}, "by": "x"}, "application/json; a=b"),
            RawArticle(url=URL, text="x", html="<p>", meta={"job": 7}),
        ),
        (
            json_message({**SENT, "fetched_at": TIME, "feed": "own"}, ce_time="2026-01-02", ce_feed="demo"),
            RawArticle(url=URL, text="x", fetched_at=TIME, feed="own"),
        ),
        (
            json_message({**SENT, "html": None, "title": None, "authors": None, "meta": None, "feed": None}),
            RawArticle(url=URL, text="x"),
        ),
        (json_message({**SENT, "authors": "Ann Lee"}), RawArticle(url=URL, text="x", authors=["Ann Lee"])),
        (
            json_message({**SENT, "authors": [{"name": "Ann Lee", "email": "a@a.example"}, None, "Tom Roe"]}),
            RawArticle(url=URL, text="x", authors=["Ann Lee", "Tom Roe"]),
        ),
        (
            json_message({"specversion": "1.0", "time": TIME, "feed": "demo", "data": SENT}, EVENT),
            RawArticle(url=URL, text="x", fetched_at=TIME, feed="demo"),
        ),
        (
            json_message({"subject": URL, "datacontenttype": HTML, "data_base64": "PHA+6Q=="}, EVENT),
            RawPage(url=URL, page=b"<p>\xe9", charset="latin-1"),
        ),
        (message(b"caf\xe9", content_type=LATIN), RawArticle(url=URL, text="café", charset="latin-1")),
        (message(b"x", "some-key", content_type="text/html", ce_subject=URL), RawPage(url=URL, page=b"x")),
    ],
    ids=[
        "JSON: unknown fields are ignored",
        "JSON: its own time and feed come before those of the event",
        "JSON: null fields are like absent ones",
        "JSON: one author as a string",
        "JSON: authors as objects",
        "structured CloudEvent: it gives time and feed",
        "structured CloudEvent: it may contain the page itself",
        "plain text: it is decoded by its charset",
        "page: the subject comes before the key",
    ],
)
def test_a_record_is_read_as_the_article_that_it_holds(record: Message, article: RawArticle) -> None:
    assert RAW.decode(record) == article


@pytest.mark.parametrize(
    ("value", "media"),
    [(b"<p>x", "text/html"), (b"x", "text/plain"), (b' {"url":"%s","text":"x"}' % URL.encode(), None)],
    ids=["page", "text", "JSON, which needs no content type"],
)
def test_the_event_around_any_form_of_article_gives_time_and_feed(value: bytes, media: str | None) -> None:
    headers = {} if media is None else {"content_type": media}

    article = read_raw(message(value, **headers, ce_time=TIME, ce_feed="demo"))

    assert (article.fetched_at, article.feed) == (TIME, "demo")


@pytest.mark.parametrize(
    ("value", "media", "sentence"),
    [
        (b"", "text/html", "the value is empty"),
        (b"  ", None, "the value is empty"),
        (b"<p>x", None, "not JSON, and there is no content-type header"),
        (b"x", "json", "'json' is not supported"),
        (b"x", "image/png", "'image/png' is not supported"),
        (b"x", "text/html, text/plain", "is not supported"),
        (b'{"url": ', "application/json", "the value is not JSON"),
        (b"[1]", "application/json", "not a RawArticle"),
        (b'{"url": "https://a.example/", "text": "x", "authors": [7]}', "application/json", r"\$\.authors"),
        (b'{"url": 5}', "application/json", r"\$\.url"),
        (b'{"url": "https://a.example/", "html": ""}', "application/json", "neither html nor text"),
        (b'{"url": "nowhere", "html": "x"}', "application/json", "not an http"),
        *((b"\xff\xfe\xe9", f"text/plain; charset={charset}", "the text is not") for charset in CHARSETS),
        (b'{"data": null}', "application/cloudevents+json", "the CloudEvent has no data"),
    ],
)
def test_a_value_that_cannot_be_an_article_is_invalid_and_the_error_says_why(
    value: bytes, media: str | None, sentence: str
) -> None:
    with pytest.raises(Invalid, match=sentence):
        RAW.decode(message(value, **({} if media is None else {"content_type": media})))


@pytest.mark.parametrize("key", [None, "not a url", "ftp://a.example/x"])
def test_a_page_without_a_url_is_invalid(key: str | None) -> None:
    with pytest.raises(Invalid):
        read_raw(message(b"<p>x", key=key, content_type="text/html"))


def test_a_takedown_names_the_article_by_url_or_by_id() -> None:
    named = article_id(URL).encode()

    assert forget_url(message(None)) == named
    assert forget_url(message(None, key="any", ce_subject=URL + "?utm_source=x")) == named
    assert forget_url(message(None, key=named.decode())) == named


@given(st.binary(max_size=200), st.text(max_size=40))
def test_any_record_is_read_or_invalid(value: bytes, media: str) -> None:
    with suppress(Invalid):
        assert isinstance(RAW.decode(message(value, content_type=media)), RawArticle)
