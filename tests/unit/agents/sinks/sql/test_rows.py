"""A finished article as rows, written out."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from agents.records import Article, Quote, Span, Speaker, extend
from agents.sinks.sql.revisions import read
from agents.sinks.sql.rows import moment, rows
from agents.sinks.sql.tables import OF_AN_ARTICLE
from streams.core.record_headers import received_at
from tests.unit.agents.finished import delivered, finished, id_of, value

ID = id_of(1)
TEXT = (
    "Alicante gets its ferry, the Northern Line has decided.\n\n"
    "“We will not wait for spring 1”, Ifeoma Nnadi said. The quay is ready. Ifeoma Nnadi spoke in Alicante."
)
EXPECTED = {
    "articles": [
        {
            "id": ID,
            "version": "0001793491261000-0001793491261000-000001-00000000000000001001",
            "received_at": datetime(2026, 11, 1, 0, 1, 1, tzinfo=UTC),
            "url": "https://wire.example/story-1",
            "canonical_url": None,
            "feed": "nordwind",
            "fetched_at": datetime(2026, 11, 2, 7, 0, 1, tzinfo=UTC),
            "source_domain": "wire.example",
            "source_name": "Example Times",
            "genre": "news",
            "title": "Alicante gets ferry number 1",
            "description": "What the Northern Line decided.",
            "published_at": datetime(2026, 11, 2, tzinfo=UTC),
            "published_precision": "day",
            "modified_at": None,
            "language": "en",
            "section": "Transport",
            "image": None,
            "license": None,
            "paywall": "unknown",
            "text": TEXT,
            "words": 28,
            "content_hash": "0000000100000001",
            "meta": {"job": 1, "customer": {"name": "Müller"}},
            "more": {
                "fetched_at": "2026-11-02T08:00:01+01:00",
                "dateline": {"place": "ALICANTE", "agency": None, "date": None},
                "published_at": "2026-11-02",
                "published_evidence": "json-ld",
                "modified_at": None,
                "language": {"code": "en", "confidence": 0.98, "declared": "en-GB"},
                "captions": [],
                "license": None,
                "paywall": {"status": "unknown", "evidence": None},
                "extraction": {"method": "given", "confidence": None, "charset": None},
                "warnings": [],
                "produced_by": [{"stage": "clean", "version": "1", "model": None}],
            },
        }
    ],
    "authors": [(ID, 1, "Tomas Arregui")],
    "agencies": [],
    "tags": [(ID, 1, "Ferries"), (ID, 2, "Alicante")],
    "entities": [
        (ID, 1, "person", "Ifeoma Nnadi", 2, 0.9, ["minister"], None),
        (ID, 2, "place", "Alicante", 3, 0.45, [], None),
        (ID, 3, "organisation", "Northern Line", 1, 0.3, [], None),
    ],
    "mentions": [
        (ID, 1, 1, "text", 90, 102, "Ifeoma Nnadi"),
        (ID, 1, 2, "text", 128, 140, "Ifeoma Nnadi"),
        (ID, 2, 1, "title", 0, 8, "Alicante"),
        (ID, 2, 2, "text", 0, 8, "Alicante"),
        (ID, 2, 3, "text", 150, 158, "Alicante"),
        (ID, 3, 1, "text", 29, 42, "Northern Line"),
    ],
    "links": [(ID, 2, 1, "wikidata", "Q2", "https://wikidata.example/Q2", 0.5)],
    "quotes": [
        (
            *(ID, 1, "text", 57, 88, "“We will not wait for spring 1”", "direct", "said", "Ifeoma Nnadi", 1),
            *({"field": "text", "start": 90, "end": 102, "text": "Ifeoma Nnadi"}, 0.9),
        )
    ],
    "summaries": [(ID, "extractive", TEXT.partition("\n")[0], ["Alicante"])],
    "summary_sentences": [(ID, 1, "text", 0, 55, TEXT.partition("\n")[0])],
}


def rows_of(article: Article) -> dict[str, list[object]]:
    """The rows of an article, those of all tables but one in the order of the table's columns."""
    revisions, refused = read([replace(delivered(1), record=value(article))])
    assert refused == []
    actual = {
        table.name: [tuple(row[column.name] for column in table.columns) for row in of_table]
        for table, of_table in rows(revisions).items()
    }
    [article_row] = rows(revisions)[OF_AN_ARTICLE[0]]
    return {**actual, "articles": [article_row]}


def test_an_article_becomes_these_rows() -> None:
    actual = rows_of(finished(1))
    for table in EXPECTED:
        assert actual[table] == EXPECTED[table], table


def test_a_quote_of_somebody_who_is_no_entity_keeps_the_name() -> None:
    span = Span(field="text", start=0, end=8, text="Alicante")
    speakers = [Speaker(entity="e9", name="A neighbour", span=None), None]
    quotes = [
        Quote(span=span, kind="indirect", cue=None, speaker=speaker, confidence=0.5) for speaker in speakers
    ]

    actual = rows_of(extend(finished(1), Article, quotes=quotes))["quotes"]

    assert [row[7:] for row in actual] == [  # type: ignore[index]  # rows are tuples
        (None, "A neighbour", None, None, 0.5),
        (None, None, None, None, 0.5),
    ]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-11-10", datetime(2026, 11, 10, tzinfo=UTC)),
        ("2026-11-10T22:41:07", datetime(2026, 11, 10, 22, 41, 7, tzinfo=UTC)),
        ("2026-11-10T22:41:07+05:30", datetime(2026, 11, 10, 17, 11, 7, tzinfo=UTC)),
        ("2026-11-10T22:41:07Z", datetime(2026, 11, 10, 22, 41, 7, tzinfo=UTC)),
        ("0001-01-01T00:00:00+05:00", None),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_a_time_is_stored_in_utc(written: str | None, expected: datetime | None) -> None:
    assert moment(written) == expected


def test_a_version_of_another_form_says_nothing_of_when_kafka_took_it() -> None:
    assert received_at("9") is None
    assert received_at("9999999999999999-9999999999999999-000000-00000000000000000000") is None
