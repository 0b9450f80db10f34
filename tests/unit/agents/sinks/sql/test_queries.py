"""Both databases answer the queries of docs/guides/sql.md, and give the right answers."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest

from tests.support.machine.postgres import new_database
from tests.support.places import ROOT
from tests.unit.agents.finished import delivered, foreign
from tests.unit.agents.sinks.sql.databases import write

DOCUMENT = (ROOT / "docs/guides/sql.md").read_text("utf-8")
QUERIES = re.findall(r"^```sql\n(.*?)^```", DOCUMENT, re.MULTILINE | re.DOTALL)
OF_A_DATABASE = {"-- SQLite": "sqlite", "-- PostgreSQL": "postgresql"}


def fill(url: str) -> str:
    """Writes sixty articles of twenty days, of which one is removed, and a record that is refused."""
    write(url, [*(delivered(n) for n in range(60)), delivered(7, 2, gone=True), foreign(b"{")])
    return url


@pytest.fixture(scope="module")
def filled(postgres: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """A connection to each of the two databases, as an analyst would have."""
    file = tmp_path_factory.mktemp("queries") / "articles.db"
    fill(f"sqlite:///{file}")
    url = fill(new_database(postgres))
    with closing(sqlite3.connect(file)) as lite, psycopg.connect(url, autocommit=True) as server:
        yield {"sqlite": lite, "postgresql": server}


def test_the_document_has_ten_queries_for_both_databases_and_another_for_each() -> None:
    only = [OF_A_DATABASE[query.splitlines()[0]] for query in QUERIES if query.startswith("--")]
    assert (len(QUERIES), only) == (12, ["sqlite", "postgresql"])


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
@pytest.mark.parametrize("query", QUERIES, ids=lambda query: " ".join(query.split()[1:6]))
def test_a_query_of_the_document_gives_rows(filled: dict[str, Any], query: str, database: str) -> None:
    if OF_A_DATABASE.get(query.splitlines()[0], database) == database:
        assert filled[database].execute(query).fetchall() != []


def test_both_databases_give_the_same_answers(filled: dict[str, Any]) -> None:
    for query in QUERIES:
        if query.startswith("--") or "published_at" in query.partition("FROM")[0]:
            continue
        lite, server = (sorted(map(str, filled[name].execute(query))) for name in filled)
        # `->>` gives a number as a number in SQLite and as text in PostgreSQL.
        assert [row.replace("'", "") for row in lite] == [row.replace("'", "") for row in server], query


def test_both_databases_find_the_same_articles_by_words(filled: dict[str, Any]) -> None:
    lite = "SELECT article_id FROM search WHERE search MATCH ?"
    server = "SELECT id FROM articles WHERE search @@ websearch_to_tsquery('simple', %s)"
    matches = {"ferry": 59, "Wilk": 9, "lindqvist quay": 6, '"the quay is"': 44, "nobody": 0}
    for words, count in matches.items():
        ids = {row[0] for row in filled["sqlite"].execute(lite, [words])}
        assert ids == {row[0] for row in filled["postgresql"].execute(server, [words])}
        assert len(ids) == count, words


@pytest.mark.parametrize(
    ("where", "index"),
    [
        ("FROM entities WHERE name = 'a' AND type = 'b'", "entities_by_name_type"),
        ("FROM articles WHERE published_at > '2026-11-02'", "articles_by_published_at"),
        ("FROM articles WHERE feed = 'a' ORDER BY published_at", "articles_by_feed_published_at"),
        ("FROM articles WHERE source_domain = 'a'", "articles_by_source_domain_published_at"),
        ("FROM articles WHERE url = 'a'", "articles_by_url"),
        ("FROM quotes WHERE speaker = 'a'", "quotes_by_speaker"),
    ],
)
def test_queries_that_people_need_use_an_index(filled: dict[str, Any], where: str, index: str) -> None:
    plan = filled["sqlite"].execute(f"EXPLAIN QUERY PLAN SELECT 1 {where}").fetchall()
    assert index in str(plan)
    with filled["postgresql"].transaction():
        filled["postgresql"].execute("SET LOCAL enable_seqscan = off")
        plan = filled["postgresql"].execute(f"EXPLAIN SELECT 1 {where}").fetchall()
    assert index in str(plan)
