"""What a sink writes to a database, and its rows, so that two databases can be compared."""

from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, select, text

from agents.sinks.sql import SqlSettings, open_sink
from agents.sinks.sql.database import connect
from agents.sinks.sql.tables import METADATA
from streams.core.sink import Delivered
from tests.unit.agents.claims import SOURCE, claim

Rows = dict[str, list[tuple[Any, ...]]]


def all_rows(url: str) -> Rows:
    """Every row of the tables and the view, sorted. Also checks the full-text index against the articles."""
    database = connect(url)
    try:
        with database.engine.begin() as connection:
            check_search(connection)
            tables = [table for table in METADATA.sorted_tables if table.name != "claims"]
            rows = {table.name: connection.execute(select(table)).all() for table in tables}
            rows["takedowns"] = connection.execute(text("SELECT article_id, version FROM takedowns")).all()
    finally:
        database.engine.dispose()
    return {name: sorted(map(tuple, of_table), key=repr) for name, of_table in rows.items()}


def check_search(connection: Connection) -> None:
    """Raises where SQLite's full-text index differs from the articles. In PostgreSQL it is a column."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("INSERT INTO search (search, rank) VALUES ('integrity-check', 1)"))
        ids = "SELECT article_id FROM search_rows EXCEPT SELECT id FROM articles"
        assert connection.execute(text(ids)).all() == []


def write(url: str, *batches: list[Delivered], name: str = "rows", source: str = SOURCE) -> None:
    """A sink of this name starts, writes these batches and ends."""
    sink = open_sink(SqlSettings(url=url))
    try:
        for partition in {record.partition for batch in batches for record in batch}:
            sink.begin(replace(claim(partition, 0, source=source), sink=name))
        for batch in batches:
            sink.write(batch)
    finally:
        sink.close()


def ask(url: str, query: str, **values: Any) -> list[tuple[Any, ...]]:
    database = connect(url)
    try:
        with database.engine.begin() as connection:
            return [tuple(row) for row in connection.execute(text(query), values)]
    finally:
        database.engine.dispose()
