"""The tables are created, whichever process starts first, and are those that the sink writes to."""

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from agents.sinks.sql import SqlSettings, open_sink
from agents.sinks.sql.database import Database, connect
from agents.sinks.sql.migrations.upgrade import configuration, upgrade
from agents.sinks.sql.tables import METADATA
from streams.errors import CannotStart
from tests.support.machine.postgres import execute, new_database
from tests.unit.agents.finished import delivered, id_of
from tests.unit.agents.sinks.sql.databases import ask, write

OPEN = "import sys; from agents.sinks.sql import *; open_sink(SqlSettings(url=sys.argv[1])).close()"


@pytest.fixture
def database(url: str) -> Any:
    connected = connect(url)
    yield connected
    connected.engine.dispose()


def not_of_search(thing: Any, name: str | None, *_: Any) -> bool:
    """Leaves out full-text search: it is in the migration alone, and differs between the databases."""
    return not (name or "").startswith(("search", "articles_by_search"))


def test_the_migrations_create_the_tables_that_the_sink_writes_to(database: Database) -> None:
    upgrade(database)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_object": not_of_search}
        )
        assert compare_metadata(context, METADATA) == []


def test_the_keys_of_the_tables_are_those_of_the_migrations(database: Database) -> None:
    """Alembic does not compare primary keys, nor what a foreign key does on delete."""
    upgrade(database)
    seen = inspect(database.engine)
    for table in METADATA.sorted_tables:
        assert seen.get_pk_constraint(table.name)["constrained_columns"] == [
            column.name for column in table.primary_key
        ]
        deletes = {key["name"]: key["options"].get("ondelete") for key in seen.get_foreign_keys(table.name)}
        assert deletes == {key.name: key.ondelete for key in table.foreign_key_constraints}


def test_a_second_start_changes_nothing(database: Database) -> None:
    upgrade(database)
    before = inspect(database.engine).get_table_names()
    upgrade(database)
    assert inspect(database.engine).get_table_names() == before
    with database.engine.connect() as connection:
        assert ScriptDirectory.from_config(configuration(connection)).get_heads() == ["0003"]


def test_workers_that_start_at_the_same_time_create_the_tables_once(url: str) -> None:
    processes = [
        subprocess.Popen([sys.executable, "-c", OPEN, url], stderr=subprocess.PIPE) for _ in range(3)
    ]
    assert [(process.communicate()[1], process.returncode) for process in processes] == [(b"", 0)] * 3


def test_a_database_of_a_newer_copydesk_is_an_error_of_one_sentence(database: Database, url: str) -> None:
    upgrade(database)
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0999'"))
    with pytest.raises(CannotStart, match=r"was made by a newer Copydesk \(its tables are at 0999, this one"):
        open_sink(SqlSettings(url=url))


def test_a_user_who_may_not_create_tables_gets_an_error_that_says_so(postgres_url: str) -> None:
    execute(postgres_url, "CREATE ROLE guest LOGIN")
    with pytest.raises(CannotStart, match=r"PostgreSQL database .* cannot be used: permission denied for"):
        open_sink(SqlSettings(url=postgres_url.replace("postgres:@", "guest:@")))


def test_a_database_in_an_encoding_without_all_letters_is_an_error_of_one_sentence(postgres: Any) -> None:
    url = new_database(postgres, "ENCODING LATIN1 LOCALE 'C' TEMPLATE template0")
    with pytest.raises(CannotStart, match="is in LATIN1, which lacks many letters"):
        open_sink(SqlSettings(url=url))


def test_the_migrations_are_found_where_the_path_has_a_percent_sign(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from agents.sinks.sql.migrations import upgrade as module

    folder = tmp_path / "100%"
    folder.symlink_to(Path(module.__file__).parent)
    monkeypatch.setattr(module, "__file__", str(folder / "upgrade.py"))
    open_sink(SqlSettings(url=f"sqlite:///{tmp_path}/articles.db")).close()


def test_a_row_with_a_version_in_the_future_is_older_than_the_next_revision(
    database: Database, url: str
) -> None:
    """Earlier releases wrote any version as it was. A takedown or correction that comes later must win."""
    _upgrade_to(database, "0001")
    highest = f"{'9' * 16}-{'9' * 16}-{0:06d}-{0:020d}"
    with database.engine.begin() as connection:
        for n, version, gone in ((1, highest, False), (2, highest, True), (3, delivered(3).version, False)):
            connection.execute(
                text("INSERT INTO revisions VALUES (:id, :version, 'e', :gone)"),
                {"id": id_of(n), "version": version, "gone": gone},
            )
    open_sink(SqlSettings(url=url)).close()
    versions = dict(ask(url, "SELECT article_id, version FROM revisions"))
    write(url, [delivered(1), delivered(2)], [delivered(1, 2, gone=True)])

    assert versions[id_of(3)] == delivered(3).version
    of_article = "SELECT version, taken_down FROM revisions WHERE article_id = :id"
    assert ask(url, of_article, id=id_of(1)) == [(delivered(1, 2).version, True)]
    assert ask(url, "SELECT count(*) FROM articles") == [(0,)]
    # A removed article stays removed until Kafka gets it again.
    assert ask(url, of_article, id=id_of(2)) == [(versions[id_of(2)], True)]
    assert f"{time.time() * 1000:016.0f}" < versions[id_of(2)] < highest


def _upgrade_to(database: Database, revision: str) -> None:
    with database.engine.begin() as connection:
        command.upgrade(configuration(connection), revision)
