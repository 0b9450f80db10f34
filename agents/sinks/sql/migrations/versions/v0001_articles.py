"""The first tables: articles and their parts, revisions, refused records, full-text search.

A released migration is never changed, so it repeats the definitions of `tables` and does not import them.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
VERSION = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    _ledgers()
    _articles()
    for table in ("authors", "agencies", "tags"):
        _of_article(table, _column("name"))
        op.create_index(f"{table}_by_name", table, ["name"])
    _entities()
    _quotes()
    _summaries()
    if op.get_context().dialect.name == "postgresql":
        _search_in_postgresql()
    elif _has_fts5():
        _search_in_sqlite()


def _column(name: str, kind: sa.types.TypeEngine[Any] | None = None, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind or sa.Text(), nullable=null)


def _number(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), autoincrement=False, nullable=null)


def _span() -> list[sa.Column[Any]]:
    return [
        _column("field"),
        _column("start_offset", sa.Integer()),
        _column("end_offset", sa.Integer()),
        _column("text"),
    ]


def _of_article(
    table: str,
    *columns: sa.schema.SchemaItem,
    key: tuple[str, ...] = ("number",),
    parent: str = "articles.id",
) -> None:
    """A table whose rows belong to an article, and are deleted with it."""
    op.create_table(
        table,
        _column("article_id"),
        *(_number(name) for name in key),
        *columns,
        sa.ForeignKeyConstraint(
            ["article_id"], [parent], name=f"{table}_{parent.partition('.')[0]}_fk", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", *key, name=f"{table}_pk"),
        sqlite_with_rowid=False,
    )


def _of_entity(table: str, *columns: sa.schema.SchemaItem) -> None:
    """A table whose rows belong to an entity of an article, and are deleted with it."""
    op.create_table(
        table,
        _column("article_id"),
        _number("entity_number"),
        _number("number"),
        *columns,
        _to_entity(table, "entity_number"),
        sa.PrimaryKeyConstraint("article_id", "entity_number", "number", name=f"{table}_pk"),
        sqlite_with_rowid=False,
    )


def _to_entity(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["article_id", column],
        ["entities.article_id", "entities.number"],
        name=f"{table}_entities_fk",
        ondelete="CASCADE",
    )


def _ledgers() -> None:
    op.create_table(
        "revisions",
        _column("article_id"),
        _column("version", VERSION),
        _column("event"),
        _column("taken_down", sa.Boolean()),
        sa.PrimaryKeyConstraint("article_id", name="revisions_pk"),
        sqlite_with_rowid=False,
    )
    op.execute("CREATE VIEW takedowns AS SELECT article_id, version FROM revisions WHERE taken_down")
    op.create_table(
        "refused",
        *map(_column, ("record", "key", "reason")),
        _column("value", sa.LargeBinary(), null=True),
        sa.PrimaryKeyConstraint("record", name="refused_pk"),
    )


def _articles() -> None:
    op.create_table(
        "articles",
        _column("id"),
        _column("version", VERSION),
        _column("received_at", MOMENT, null=True),
        _column("url"),
        _column("canonical_url", null=True),
        _column("feed", null=True),
        _column("fetched_at", MOMENT, null=True),
        _column("source_domain"),
        *(_column(name, null=True) for name in ("source_name", "genre", "title", "description")),
        _column("published_at", MOMENT, null=True),
        _column("published_precision", null=True),
        _column("modified_at", MOMENT, null=True),
        *(_column(name, null=True) for name in ("language", "section", "image", "license")),
        *map(_column, ("paywall", "text")),
        _column("words", sa.Integer()),
        _column("content_hash"),
        _column("meta", DOCUMENT),
        _column("more", DOCUMENT),
        sa.ForeignKeyConstraint(["id"], ["revisions.article_id"], name="articles_revisions_fk"),
        sa.PrimaryKeyConstraint("id", name="articles_pk"),
    )
    for columns in (
        ["published_at"],
        ["received_at"],
        ["source_domain", "published_at"],
        ["feed", "published_at"],
    ):
        op.create_index(f"articles_by_{'_'.join(columns)}", "articles", columns)
    op.create_index("articles_by_url", "articles", ["url"], postgresql_using="hash")


def _entities() -> None:
    _of_article(
        "entities",
        *map(_column, ("type", "name")),
        _column("count", sa.Integer()),
        _column("salience", sa.Double()),
        _column("descriptors", DOCUMENT),
        _column("value", null=True),
    )
    op.create_index("entities_by_name_type", "entities", ["name", "type"])
    _of_entity("mentions", *_span())
    _of_entity("links", *map(_column, ("scheme", "id", "uri")), _column("confidence", sa.Double()))
    op.create_index("links_by_scheme_id", "links", ["scheme", "id"])


def _quotes() -> None:
    _of_article(
        "quotes",
        *_span(),
        _column("kind"),
        _column("cue", null=True),
        _column("speaker", null=True),
        _number("speaker_number", null=True),
        _column("speaker_span", DOCUMENT, null=True),
        _column("confidence", sa.Double()),
        _to_entity("quotes", "speaker_number"),
    )
    op.create_index("quotes_by_speaker", "quotes", ["speaker"])


def _summaries() -> None:
    _of_article("summaries", *map(_column, ("method", "text")), _column("phrases", DOCUMENT), key=())
    _of_article("summary_sentences", *_span(), parent="summaries.article_id")


def _has_fts5() -> bool:
    return bool(op.get_bind().scalar(sa.text("SELECT sqlite_compileoption_used('ENABLE_FTS5')")))


def _search_in_postgresql() -> None:
    """Words as they are written, in any language.

    A tsvector holds 1 MiB: the first 100,000 characters always stay below that.
    """
    op.execute("""
        ALTER TABLE articles ADD COLUMN search tsvector GENERATED ALWAYS AS (
            setweight(to_tsvector('simple', left(coalesce(title, ''), 1000)), 'A')
            || setweight(to_tsvector('simple', left(coalesce(description, ''), 2000)), 'B')
            || setweight(to_tsvector('simple', left(text, 100000)), 'C')
        ) STORED
    """)
    op.execute("CREATE INDEX articles_by_search ON articles USING gin (search)")


def _search_in_sqlite() -> None:
    """An index over the text in `articles`, without a copy of it.

    FTS5 identifies a row by a number that must survive VACUUM. A rowid that is not a column does not survive
    it.
    """
    op.execute("CREATE TABLE search_rows (number INTEGER PRIMARY KEY, article_id TEXT NOT NULL UNIQUE)")
    op.execute("""
        CREATE VIEW search_source AS
        SELECT number, article_id, title, description, text FROM search_rows JOIN articles ON id = article_id
    """)
    op.execute("""
        CREATE VIRTUAL TABLE search USING fts5(
            article_id UNINDEXED, title, description, text,
            content='search_source', content_rowid='number', tokenize='unicode61 remove_diacritics 2'
        )
    """)
    # To delete an entry, FTS5 needs the text of the entry again.
    op.execute("""
        CREATE TRIGGER search_added AFTER INSERT ON articles BEGIN
            INSERT INTO search_rows (article_id) VALUES (new.id);
            INSERT INTO search (rowid, article_id, title, description, text)
            SELECT number, new.id, new.title, new.description, new.text
            FROM search_rows WHERE article_id = new.id;
        END
    """)
    op.execute("""
        CREATE TRIGGER search_removed BEFORE DELETE ON articles BEGIN
            INSERT INTO search (search, rowid, article_id, title, description, text)
            SELECT 'delete', number, old.id, old.title, old.description, old.text
            FROM search_rows WHERE article_id = old.id;
            DELETE FROM search_rows WHERE article_id = old.id;
        END
    """)
    op.execute("""
        CREATE TRIGGER search_changed AFTER UPDATE OF title, description, text ON articles BEGIN
            INSERT INTO search (search, rowid, article_id, title, description, text)
            SELECT 'delete', number, old.id, old.title, old.description, old.text
            FROM search_rows WHERE article_id = old.id;
            INSERT INTO search (rowid, article_id, title, description, text)
            SELECT number, new.id, new.title, new.description, new.text
            FROM search_rows WHERE article_id = new.id;
        END
    """)
