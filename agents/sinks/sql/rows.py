"""A revision of an article → its rows, table by table. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Table

from agents.records import Article, Entity, Quote, Span
from agents.sinks.sql.revisions import ArticleRevision
from agents.sinks.sql.tables import (
    AGENCIES,
    ARTICLES,
    AUTHORS,
    ENTITIES,
    LINKS,
    MENTIONS,
    OF_AN_ARTICLE,
    QUOTES,
    SUMMARIES,
    SUMMARY_SENTENCES,
    TAGS,
)
from streams.core.record_headers import received_at

Row = dict[str, Any]
#: Fields of the record that have columns or tables of their own, and lose nothing there. All others, those
#: too that a later version or another pipeline adds, go to `articles.more`.
HOUSED = frozenset(
    {
        *("id", "content_hash", "url", "canonical_url", "feed", "meta", "source", "genre", "title"),
        *("description", "authors", "agencies", "published_precision", "section", "tags", "image", "text"),
        *("words", "entities", "quotes", "summary"),
    }
)


def rows(revisions: Iterable[ArticleRevision]) -> dict[Table, list[Row]]:
    """The rows of these articles, parents first."""
    found: dict[Table, list[Row]] = {table: [] for table in OF_AN_ARTICLE}
    for revision in revisions:
        if revision.article is not None:
            for table, row in _rows(revision, revision.article):
                found[table].append(row)
    return found


def moment(written: str | None) -> datetime | None:
    """A time as the record has it → UTC; without a zone it counts as UTC, a day as its first second.

    None for what is no time, or outside of the years 1 to 9999.
    """
    try:
        found = datetime.fromisoformat((written or "").strip())
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _rows(revision: ArticleRevision, article: Article) -> Iterator[tuple[Table, Row]]:
    of = {"article_id": article.id}
    yield ARTICLES, _article(revision, article)
    names = {AUTHORS: [one.name for one in article.authors], AGENCIES: article.agencies, TAGS: article.tags}
    for table, given in names.items():
        yield from ((table, {**of, "number": n, "name": name}) for n, name in enumerate(given, 1))
    for n, entity in enumerate(article.entities, 1):
        yield from ((table, {**of, **row}) for table, row in _entity(n, entity))
    numbers = {entity.id: n for n, entity in reversed(list(enumerate(article.entities, 1)))}
    for n, quote in enumerate(article.quotes, 1):
        yield QUOTES, {**of, "number": n, **_quote(quote, numbers)}
    summary = article.summary
    yield SUMMARIES, {**of, "method": summary.method, "text": summary.text, "phrases": summary.phrases}
    for n, sentence in enumerate(summary.sentences, 1):
        yield SUMMARY_SENTENCES, {**of, "number": n, **_span(sentence)}


def _article(revision: ArticleRevision, article: Article) -> Row:
    return {
        "id": article.id,
        "version": revision.delivered.version,
        "received_at": received_at(revision.delivered.version),
        "url": article.url,
        "canonical_url": article.canonical_url,
        "feed": article.feed,
        "fetched_at": moment(article.fetched_at),
        "source_domain": article.source.domain,
        "source_name": article.source.name,
        "genre": article.genre,
        "title": article.title,
        "description": article.description,
        "published_at": moment(article.published_at),
        "published_precision": article.published_precision,
        "modified_at": moment(article.modified_at),
        "language": article.language.code,
        "section": article.section,
        "image": article.image,
        "license": article.license.name if article.license else None,
        "paywall": article.paywall.status,
        "text": article.text,
        "words": article.words,
        "content_hash": article.content_hash,
        "meta": article.meta,
        "more": {name: value for name, value in revision.record.items() if name not in HOUSED},
    }


def _entity(number: int, entity: Entity) -> Iterator[tuple[Table, Row]]:
    """An entity and what hangs on it. It is known by its place: ids are the record's own affair."""
    yield (
        ENTITIES,
        {
            "number": number,
            "type": entity.type,
            "name": entity.name,
            "count": entity.count,
            "salience": entity.salience,
            "descriptors": entity.descriptors,
            "value": entity.value,
        },
    )
    for n, mention in enumerate(entity.mentions, 1):
        yield MENTIONS, {"entity_number": number, "number": n, **_span(mention)}
    for n, link in enumerate(entity.links, 1):
        yield LINKS, {"entity_number": number, "number": n, **asdict(link)}


def _quote(quote: Quote, numbers: dict[str, int]) -> Row:
    speaker = quote.speaker
    return {
        **_span(quote.span),
        "kind": quote.kind,
        "cue": quote.cue,
        "speaker": speaker.name if speaker else None,
        "speaker_number": numbers.get(speaker.entity or "") if speaker else None,
        "speaker_span": asdict(speaker.span) if speaker and speaker.span else None,
        "confidence": quote.confidence,
    }


def _span(span: Span) -> Row:
    return {
        "field": span.field,
        "start_offset": span.start,
        "end_offset": span.end,
        "text": span.text,
    }
