"""A revision of an article → its rows in each table. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Table

from agents.records import Article, Entity, Quote, Span, Summary
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
#: Fields that are columns of `articles` under the same name.
COLUMNS = (
    *(
        "id",
        "url",
        "canonical_url",
        "feed",
        "genre",
        "title",
        "description",
        "published_precision",
        "section",
    ),
    *("image", "text", "words", "content_hash", "meta"),
)
#: Fields that columns or tables hold completely. All others, also those that a later version or another
#: pipeline adds, go to `articles.more`.
HOUSED = {*COLUMNS, "source", "authors", "agencies", "tags", "entities", "quotes", "summary"}


def rows(revisions: Iterable[ArticleRevision]) -> dict[Table, list[Row]]:
    """The rows of these articles, parents first."""
    by_table: dict[Table, list[Row]] = {table: [] for table in OF_AN_ARTICLE}
    for revision in revisions:
        if revision.article is not None:
            for table, row in _rows(revision, revision.article):
                by_table[table].append(row)
    return by_table


def moment(written: str | None) -> datetime | None:
    """A time of the record → UTC. Without a zone it counts as UTC, and a day as its first second.

    None where it is not a time, or outside of the years 1 to 9999.
    """
    try:
        time = datetime.fromisoformat((written or "").strip())
        return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _rows(revision: ArticleRevision, article: Article) -> Iterator[tuple[Table, Row]]:
    of = {"article_id": article.id}
    yield ARTICLES, _article(revision, article)
    authors = [author.name for author in article.authors]
    for table, names in ((AUTHORS, authors), (AGENCIES, article.agencies), (TAGS, article.tags)):
        yield from ((table, {**of, "number": n, "name": name}) for n, name in enumerate(names, 1))
    for n, entity in enumerate(article.entities, 1):
        yield from ((table, {**of, **row}) for table, row in _entity(n, entity))
    numbers = {entity.id: n for n, entity in reversed(list(enumerate(article.entities, 1)))}
    for n, quote in enumerate(article.quotes, 1):
        yield QUOTES, {**of, "number": n, **_quote(quote, numbers)}
    yield SUMMARIES, {**of, **_fields(article.summary, "method", "text", "phrases")}
    for n, sentence in enumerate(article.summary.sentences, 1):
        yield SUMMARY_SENTENCES, {**of, "number": n, **_span(sentence)}


def _article(revision: ArticleRevision, article: Article) -> Row:
    return {
        **_fields(article, *COLUMNS),
        "version": revision.delivered.version,
        "received_at": received_at(revision.delivered.version),
        "fetched_at": moment(article.fetched_at),
        "source_domain": article.source.domain,
        "source_name": article.source.name,
        "published_at": moment(article.published_at),
        "modified_at": moment(article.modified_at),
        "language": article.language.code,
        "license": article.license.name if article.license else None,
        "paywall": article.paywall.status,
        "more": {name: value for name, value in revision.record.items() if name not in HOUSED},
    }


def _fields(record: Article | Entity | Quote | Summary, *names: str) -> Row:
    return {name: getattr(record, name) for name in names}


def _entity(number: int, entity: Entity) -> Iterator[tuple[Table, Row]]:
    """An entity, its mentions and links. Its number is its key: ids are only unique in a record."""
    own = _fields(entity, "type", "name", "count", "salience", "descriptors", "value")
    yield ENTITIES, {"number": number, **own}
    for n, mention in enumerate(entity.mentions, 1):
        yield MENTIONS, {"entity_number": number, "number": n, **_span(mention)}
    for n, link in enumerate(entity.links, 1):
        yield LINKS, {"entity_number": number, "number": n, **asdict(link)}


def _quote(quote: Quote, numbers: dict[str, int]) -> Row:
    speaker = quote.speaker
    return {
        **_span(quote.span),
        **_fields(quote, "kind", "cue", "confidence"),
        "speaker": speaker.name if speaker else None,
        "speaker_number": numbers.get(speaker.entity or "") if speaker else None,
        "speaker_span": asdict(speaker.span) if speaker and speaker.span else None,
    }


def _span(span: Span) -> Row:
    return {"field": span.field, "start_offset": span.start, "end_offset": span.end, "text": span.text}
