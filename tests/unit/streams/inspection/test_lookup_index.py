"""The index of the look-up: which articles a record is of, and the records of an article in order."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agents.ids import article_id
from streams.core.message import Headers, Message
from streams.core.pipeline import load_pipeline
from streams.inspection.lookup.index import Entry, RecordIndex
from streams.inspection.lookup.keys import RecordKeys
from streams.settings import load_settings

URL = "https://a.example/harbour"
ID = article_id(URL).encode()
JSON: Headers = (("content-type", b"application/json"),)
HTML: Headers = (("content-type", b"text/html"),)
TOPICS = ("news.raw", "news.clean", "news.discarded")
KEYS = RecordKeys(load_pipeline(load_settings(pipeline="agents", prefix="news")))


def record(topic: str, key: bytes | None, value: bytes | None, headers: Headers = ()) -> Message:
    place = {"partition": 3, "offset": 17, "timestamp": 1_772_528_401_000}
    return Message(topic=topic, key=key, value=value, headers=headers, **place)  # type: ignore[arg-type]  # numbers by name


@pytest.mark.parametrize(
    ("message", "keys"),
    [
        (record("news.raw", URL.encode(), b"<p>x", HTML), {ID}),
        (record("news.raw", b"4711", json.dumps({"url": URL, "text": "x"}).encode(), JSON), {ID}),
        (record("news.raw", None, json.dumps({"url": URL, "authors": 7}).encode(), JSON), {ID}),
        (record("news.raw", f"{URL}/?utm_source=x".encode(), None), {ID}),
        (record("news.raw", None, b"\xff"), set()),
        (record("news.raw", None, b"{" * 100_000, JSON), set()),
        (
            record("news.dead.clean", URL.encode(), b"%PDF", (("content-type", b"application/pdf"),)),
            {ID, URL.encode()},
        ),
        (record("news.dead.entities", ID, b"{}"), {ID}),
        (record("news.discarded", b"4711", json.dumps({"id": ID.decode()}).encode()), {ID, b"4711"}),
        (record("news.discarded", None, b"not json"), set()),
        (record("news.summaries", ID, b"{}"), {ID}),
        (record("news.summaries", ID, None), {ID}),
    ],
)
def test_a_record_is_of_the_articles_that_its_topic_names(message: Message, keys: set[bytes]) -> None:
    assert KEYS.of(message) == keys


@pytest.fixture
def index() -> Iterator[RecordIndex]:
    index = RecordIndex(TOPICS)
    yield index
    index.close()


MESSAGES = st.builds(
    Message,
    topic=st.sampled_from(TOPICS),
    partition=st.integers(0, 2),
    offset=st.integers(0, 2**62),
    timestamp=st.integers(0, 2**40),
    key=st.none() | st.binary(max_size=8),
    value=st.none() | st.binary(max_size=8),
    headers=st.lists(st.tuples(st.text(max_size=4), st.none() | st.binary(max_size=4)), max_size=3).map(
        tuple
    ),
)


FIRST = Message(topic=TOPICS[0], partition=0, offset=0, timestamp=1, key=None, value=None, headers=())


@given(st.lists(st.tuples(st.sampled_from([b"a", b"b"]), MESSAGES), max_size=20), st.integers(1, 30))
@example([(b"a", FIRST), (b"a", replace(FIRST, offset=1))], 3)
def test_an_article_has_its_newest_records_each_once_and_unchanged(
    noted: list[tuple[bytes, Message]], most: int
) -> None:
    index = RecordIndex(TOPICS)
    for _ in range(2):  # as after an error, when records are read again
        index.add(Entry(article=article, message=message) for article, message in noted)

    for article in (b"a", b"b"):
        own = {message for of, message in noted if of == article}
        listed = index.newest(article, 1000)
        assert set(listed) == own
        assert len(listed) == len(own)
        assert [message.timestamp for message in listed] == sorted(message.timestamp for message in own)
        assert index.newest(article, most)[-1:] == listed[-1:]
    index.close()


def test_what_is_too_old_is_forgotten(index: RecordIndex) -> None:
    old = record("news.clean", ID, b"{}")
    new = replace(old, timestamp=old.timestamp + 1)
    index.add([Entry(article=ID, message=old), Entry(article=ID, message=new)])

    index.forget(new.timestamp)

    assert index.newest(ID, 10) == [new]
