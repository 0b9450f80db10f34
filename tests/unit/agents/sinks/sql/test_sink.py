"""Rows of finished articles: those of the newest revision, in whatever order and however often they come."""

import json
import threading
from dataclasses import replace
from typing import Any

import pytest
import structlog
from sqlalchemy import make_url

from agents.sinks.sql import SqlSettings, database, open_sink
from streams.core.sink import Delivered
from streams.errors import Unavailable
from tests.support.machine.postgres import cut_connections, execute
from tests.unit.agents.claims import SOURCE
from tests.unit.agents.finished import delivered, finished, foreign, id_of, value
from tests.unit.agents.sinks.sql.databases import Rows, all_rows, ask, write

OTHERS = ("quotes", "summaries", "summary_sentences")


def titles(url: str) -> list[tuple[str]]:
    return ask(url, "SELECT title FROM articles ORDER BY title")


def changed(record: Delivered, **fields: object) -> Delivered:
    """The same revision with other fields in its record."""
    return replace(record, record=json.dumps(json.loads(record.record or b"") | fields).encode())


def test_a_greater_version_replaces_all_rows_of_the_article(url: str) -> None:
    write(url, [delivered(5, 1), delivered(6, 1)], [delivered(5, 2)])
    corrected = all_rows(url)

    assert titles(url) == [("Alicante gets ferry number 5",), ("Alicante gets ferry number 6",)]
    assert ask(url, "SELECT count(*) FROM entities") == [(6,)]
    [speaker] = ask(url, "SELECT speaker FROM quotes WHERE article_id = :id", id=id_of(5))
    assert speaker == ("Marta Lindqvist",)
    write(url, [delivered(6, 1)])
    assert all_rows(url) == corrected


def test_a_takedown_leaves_only_its_own_row_and_keeps_older_revisions_out(url: str) -> None:
    write(url, [delivered(1, 1), delivered(2, 1)], [delivered(1, 3, gone=True)], [delivered(1, 2)])

    assert titles(url) == [(finished(2).title,)]
    assert ask(url, "SELECT article_id, version FROM takedowns") == [(id_of(1), delivered(1, 3).version)]
    ids = {table: {row[0] for row in rows} for table, rows in all_rows(url).items() if rows}
    assert ids.pop("revisions") == {id_of(1), id_of(2)}
    assert ids.pop("takedowns") == {id_of(1)}
    assert set(ids) == {*("articles", "authors", "tags", "entities", "mentions", "links"), *OTHERS}
    assert set(map(frozenset, ids.values())) == {frozenset({id_of(2)})}


def test_a_newer_revision_brings_an_article_back(url: str) -> None:
    write(url, [delivered(1, 1)], [delivered(1, 2, gone=True)], [delivered(1, 3)])

    assert titles(url) == [(finished(1, 3).title,)]
    assert ask(url, "SELECT count(*) FROM takedowns") == [(0,)]


def test_the_result_of_another_model_from_the_same_page_replaces_the_first(url: str) -> None:
    again = changed(delivered(1, 1, model="other"), title="By another model")

    write(url, [delivered(1, 1)], [again])
    assert titles(url) == [("By another model",)]
    write(url, [delivered(1, 1), again])
    assert titles(url) == [("By another model",)]


def test_characters_that_postgresql_cannot_store_are_left_out(url: str) -> None:
    title = "A \0title, and \\u0000 as it is written"
    write(url, [changed(delivered(1), title=title, meta={"a\0b": ["c\0d", {"e": "\0"}]})])

    [row] = ask(url, "SELECT title, meta FROM articles")
    assert row[0] == "A title, and \\u0000 as it is written"
    assert (row[1] if isinstance(row[1], dict) else json.loads(row[1])) == {"ab": ["cd", {"e": ""}]}


def test_a_nul_in_the_id_of_an_event_stops_nothing(url: str) -> None:
    write(url, [replace(delivered(1), event="a\0b")])
    assert ask(url, "SELECT event FROM revisions") == [("ab",)]


DEEP = b'{"a":"\\u0000","b":' + b"[" * 1020 + b"]" * 1020 + b"}"
REFUSED = {
    "not JSON": (foreign(b"{", offset=1), "the value cannot be read as JSON"),
    "not an article": (foreign(b'{"id": "a"}', offset=2), "the value is not an article: Object missing requ"),
    "another's id": (foreign(value(finished(1)), offset=3), f"the article's id is '{id_of(1)}'"),
    "not an id": (foreign(None, key="two words\0", offset=4), "is not an article id"),
    "deep": (foreign(DEEP, offset=5), "cannot be read as JSON"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_record_that_is_not_an_article_is_kept_with_its_reason_and_stops_nothing(
    url: str, case: str
) -> None:
    record, reason = REFUSED[case]
    with structlog.testing.capture_logs() as logs:
        write(url, [delivered(1), record, delivered(2)], [record])

    assert len(titles(url)) == 2
    [(place, logged, kept)] = ask(url, "SELECT record, reason, value FROM refused")
    assert place == f"{SOURCE}/news.summaries/0/{record.offset}"
    assert reason in logged
    assert kept == record.record
    reports = {(entry["event"], entry["record"], entry["log_level"]) for entry in logs}
    assert reports == {("refused", place, "warning")}


def deep(levels: int) -> dict[str, Any]:
    """An object nested as many levels deep."""
    nested: dict[str, Any] = {}
    for _ in range(levels):
        nested = {"in": nested}
    return nested


@pytest.mark.parametrize("fields", [{"words": 2**63}, {"meta": deep(300)}, {"more": deep(900)}])
def test_a_value_that_the_database_cannot_store_is_refused_alone(url: str, fields: dict[str, Any]) -> None:
    write(url, [delivered(1, 1), changed(delivered(1, 2), **fields), delivered(2)])

    assert titles(url) == sorted([(finished(1, 1).title,), (finished(2).title,)])
    [(reason,)] = ask(url, "SELECT reason FROM refused")
    assert reason.startswith("the database refuses it: ")


def test_a_name_too_long_for_an_index_of_postgresql_is_refused_alone(postgres_url: str) -> None:
    name = "".join(chr(0x4E00 + n) for n in range(3000))
    write(postgres_url, [delivered(1), changed(delivered(2), feed=name), delivered(3)])

    assert len(titles(postgres_url)) == 2
    [(reason,)] = ask(postgres_url, "SELECT reason FROM refused")
    assert "index row" in reason


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"{chr(0x20000 + n % 40000)}{chr(0x20000 + n // 40000)} " for n in range(100_000)),
        " ".join(f"a{n}-b{n}" for n in range(60_000)),
        " ".join(f"https://news.example/{n:05}/{n:05}" for n in range(9_000)),
        "x" * 3_000_000,
    ],
    ids=["no two words alike", "compounds", "addresses", "one word"],
)
def test_a_text_larger_than_an_index_holds_is_written(url: str, text: str) -> None:
    write(url, [changed(delivered(1), text=text, title=text[:5000], description=text[:5000])])

    assert ask(url, "SELECT length(text) FROM articles") == [(len(text),)]
    assert ask(url, "SELECT count(*) FROM refused") == [(0,)]


def test_fields_without_a_column_are_kept(url: str) -> None:
    write(url, [changed(delivered(1), reading_seconds=75)])

    [(more,)] = ask(url, "SELECT more FROM articles")
    more = more if isinstance(more, dict) else json.loads(more)
    assert more["reading_seconds"] == 75
    assert more["published_at"] == "2026-11-02"
    assert more["dateline"] == {"place": "ALICANTE", "agency": None, "date": None}


def test_after_workers_write_the_same_articles_at_the_same_time_the_newest_are_there(url: str) -> None:
    ordered_url = f"{url}.ordered" if url.startswith("sqlite") else None
    history = [
        delivered(n, revision, gone=(n + revision) % 7 == 0) for n in range(12) for revision in range(1, 7)
    ]
    open_sink(SqlSettings(url=url)).close()

    def work(seed: int) -> None:
        mixed = sorted(history, key=lambda record: hash((seed, record.version)))
        batches = (mixed[start : start + 5] for start in range(0, len(mixed), 5))
        write(url, *batches, name=f"rows-{seed}")

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all_rows(url) == in_order(history, ordered_url or url, url)


def in_order(history: list[Delivered], ordered: str, url: str) -> Rows:
    """The rows after a run in order: in a second file, or in the same database after emptying it."""
    if ordered == url:
        execute(url, "TRUNCATE claims, revisions, articles CASCADE")
    write(ordered, *([record] for record in sorted(history, key=lambda record: record.version)))
    return all_rows(ordered)


def test_a_lock_that_another_process_holds_is_an_outage(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "LOCK_SECONDS", 1)
    sink = open_sink(SqlSettings(url=url))
    holder = database.connect(url)
    with holder.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("LOCK TABLE revisions")
        else:
            connection.exec_driver_sql("SELECT 1")
        with pytest.raises(Unavailable, match=r"^cannot write to .*: .*(database is locked|lock timeout)"):
            sink.write([delivered(1)])
    holder.engine.dispose()
    sink.write([delivered(1)])
    sink.close()
    assert len(titles(url)) == 1


def test_a_connection_that_was_cut_is_opened_again(postgres_url: str) -> None:
    sink = open_sink(SqlSettings(url=postgres_url))
    sink.write([delivered(1)])
    cut_connections(postgres_url)
    sink.write([delivered(2)])
    sink.close()

    assert len(titles(postgres_url)) == 2


def test_a_database_that_becomes_unavailable_is_an_outage(postgres: Any, postgres_url: str) -> None:
    sink = open_sink(SqlSettings(url=postgres_url))
    name = make_url(postgres_url).database
    execute(postgres.get_uri(), f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    sink._database.engine.dispose()

    reason = f"cannot write to the PostgreSQL database '{name}' at /.*: .*not currently"
    with pytest.raises(Unavailable, match=reason):
        sink.write([delivered(1)])
    sink.close()
