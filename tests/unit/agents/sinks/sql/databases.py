"""What stands in a database, so that two can be compared."""

from typing import Any

from sqlalchemy import Connection, select, text

from agents.sinks.sql.database import connect
from agents.sinks.sql.tables import METADATA

Rows = dict[str, list[tuple[Any, ...]]]


def all_rows(url: str) -> Rows:
    """Every row of the articles' tables, of `refused` and of the view, sorted; the full-text index is held
    against the articles."""
    database = connect(url)
    try:
        with database.engine.begin() as connection:
            check_search(connection)
            tables = [table for table in METADATA.sorted_tables if table.name != "claims"]
            rows = {table.name: connection.execute(select(table)).all() for table in tables}
            rows["takedowns"] = connection.execute(text("SELECT article_id, version FROM takedowns")).all()
    finally:
        database.engine.dispose()
    return {name: sorted((tuple(row) for row in rows), key=repr) for name, rows in rows.items()}


def check_search(connection: Connection) -> None:
    """Raises where SQLite's full-text index differs from the articles. PostgreSQL's is a column of theirs."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("INSERT INTO search (search, rank) VALUES ('integrity-check', 1)"))
        ids = "SELECT article_id FROM search_rows EXCEPT SELECT id FROM articles"
        assert connection.execute(text(ids)).all() == []


def ask(url: str, query: str, **values: Any) -> list[tuple[Any, ...]]:
    database = connect(url)
    try:
        with database.engine.begin() as connection:
            return [tuple(row) for row in connection.execute(text(query), values)]
    finally:
        database.engine.dispose()
