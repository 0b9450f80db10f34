"""The tables as they are now. `migrations` has their history; a test compares the two.

    revisions ─┬─ articles ─┬─ authors, agencies, tags
               │            ├─ entities ─┬─ mentions
    refused    │            │            └─ links
               │            ├─ quotes
               │            └─ summaries ── summary_sentences
               └─ takedowns (a view: the revisions that are takedowns)

The rows of an article are deleted with it (`ON DELETE CASCADE`). Only `revisions` outlives a takedown.
`claims` is for the sink itself: which process writes which partition, and from which log.
"""

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import JSON

METADATA = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pk",
        "fk": "%(table_name)s_%(referred_table_name)s_fk",
        "ix": "%(table_name)s_by_%(column_0_N_name)s",
    }
)
#: JSONB is searched in half the time of JSON, and can be indexed.
Document = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
Moment = DateTime(timezone=True)
#: Compared byte by byte, whatever the collation of the database.
Version = Text().with_variant(Text(collation="C"), "postgresql")


def _article() -> Column[str]:
    """The article of a row, as the first part of the primary key."""
    return Column("article_id", Text, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)


def _number() -> Column[int]:
    """The place of a row in its article, from 1 on, as a part of the primary key."""
    return Column("number", Integer, primary_key=True, autoincrement=False)


def _named(table: str) -> Table:
    """A table of names that an article has, in its order."""
    return Table(
        table,
        METADATA,
        _article(),
        _number(),
        Column("name", Text, nullable=False),
        Index(None, "name"),
        sqlite_with_rowid=False,
    )


REVISIONS = Table(
    "revisions",
    METADATA,
    Column("article_id", Text, primary_key=True),
    Column("version", Version, nullable=False),
    Column("event", Text, nullable=False),
    Column("taken_down", Boolean, nullable=False),
    sqlite_with_rowid=False,
)
ARTICLES = Table(
    "articles",
    METADATA,
    Column("id", Text, ForeignKey("revisions.article_id"), primary_key=True),
    Column("version", Version, nullable=False),
    Column("received_at", Moment),
    Column("url", Text, nullable=False),
    Column("canonical_url", Text),
    Column("feed", Text),
    Column("fetched_at", Moment),
    Column("source_domain", Text, nullable=False),
    Column("source_name", Text),
    Column("genre", Text),
    Column("title", Text),
    Column("description", Text),
    Column("published_at", Moment),
    Column("published_precision", Text),
    Column("modified_at", Moment),
    Column("language", Text),
    Column("section", Text),
    Column("image", Text),
    Column("license", Text),
    Column("paywall", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("words", Integer, nullable=False),
    Column("content_hash", Text, nullable=False),
    Column("meta", Document, nullable=False),
    Column("more", Document, nullable=False),
    Index(None, "published_at"),
    Index(None, "received_at"),
    Index(None, "source_domain", "published_at"),
    Index(None, "feed", "published_at"),
    # A URL may be too long for a B-tree of PostgreSQL (2,704 bytes).
    Index(None, "url", postgresql_using="hash"),
)
AUTHORS, AGENCIES, TAGS = _named("authors"), _named("agencies"), _named("tags")
ENTITIES = Table(
    "entities",
    METADATA,
    _article(),
    _number(),
    Column("type", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("count", Integer, nullable=False),
    Column("salience", Double, nullable=False),
    Column("descriptors", Document, nullable=False),
    Column("value", Text),
    Index(None, "name", "type"),
    sqlite_with_rowid=False,
)


def _entity(column: str, *, key: bool) -> tuple[Column[int], ForeignKeyConstraint]:
    """An entity of the same article."""
    return (
        Column(column, Integer, primary_key=key, nullable=not key, autoincrement=False),
        ForeignKeyConstraint(
            ["article_id", column], ["entities.article_id", "entities.number"], ondelete="CASCADE"
        ),
    )


def _span() -> tuple[Column[str], Column[int], Column[int], Column[str]]:
    """A part of `articles.<field>`. Offsets are Unicode code points from 0; the end is exclusive."""
    return (
        Column("field", Text, nullable=False),
        Column("start_offset", Integer, nullable=False),
        Column("end_offset", Integer, nullable=False),
        Column("text", Text, nullable=False),
    )


MENTIONS = Table(
    "mentions",
    METADATA,
    Column("article_id", Text, primary_key=True),
    *_entity("entity_number", key=True),
    _number(),
    *_span(),
    sqlite_with_rowid=False,
)
LINKS = Table(
    "links",
    METADATA,
    Column("article_id", Text, primary_key=True),
    *_entity("entity_number", key=True),
    _number(),
    Column("scheme", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("uri", Text, nullable=False),
    Column("confidence", Double, nullable=False),
    Index(None, "scheme", "id"),
    sqlite_with_rowid=False,
)
QUOTES = Table(
    "quotes",
    METADATA,
    _article(),
    _number(),
    *_span(),
    Column("kind", Text, nullable=False),
    Column("cue", Text),
    Column("speaker", Text),
    *_entity("speaker_number", key=False),
    Column("speaker_span", Document),
    Column("confidence", Double, nullable=False),
    Index(None, "speaker"),
    sqlite_with_rowid=False,
)
SUMMARIES = Table(
    "summaries",
    METADATA,
    _article(),
    Column("method", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("phrases", Document, nullable=False),
    sqlite_with_rowid=False,
)
SUMMARY_SENTENCES = Table(
    "summary_sentences",
    METADATA,
    Column("article_id", Text, ForeignKey("summaries.article_id", ondelete="CASCADE"), primary_key=True),
    _number(),
    *_span(),
    sqlite_with_rowid=False,
)
REFUSED = Table(
    "refused",
    METADATA,
    Column("record", Text, primary_key=True),
    Column("key", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("value", LargeBinary),
)
CLAIMS = Table(
    "claims",
    METADATA,
    Column("sink", Text, primary_key=True),
    Column("topic", Text, primary_key=True),
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("source", Text, nullable=False),
    Column("owner", Text, nullable=False),
)

#: The tables with rows of an article, parents first.
OF_AN_ARTICLE = (
    *(ARTICLES, AUTHORS, AGENCIES, TAGS, ENTITIES, MENTIONS, LINKS, QUOTES, SUMMARIES, SUMMARY_SENTENCES),
)
