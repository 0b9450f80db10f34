"""Mistakes in the settings of a database: each gives a clear error, and none contains the password."""

from pathlib import Path

import pytest

from agents.sinks.sql import SqlSettings, open_sink
from agents.sinks.sql.database import connect
from streams.core.pipeline import load_pipeline
from streams.core.sink_settings import read_sink
from streams.errors import CannotStart, ConfigError, CopydeskError
from streams.runtime.sink_process import open_sink as open_named
from streams.settings import load_settings
from tests.unit.agents.another_process import printed
from tests.unit.agents.sinks.sql.databases import ask

CLOSED_PORT = "postgresql://pipeline:hunter2@127.0.0.1:1/news?sslpassword=hunter2"
WRONG = [
    ("mysql://pipeline:hunter2@db/news", ConfigError, "writes to sqlite or postgresql, not to 'mysql'"),
    ("postgresql+asyncpg://pipeline:hunter2@db/news", ConfigError, "not to 'postgresql+asyncpg'"),
    ("pipeline:hunter2@db/news", ConfigError, "the sink's url cannot be read; it looks like sqlite:///data"),
    ("postgresql://pipeline:hunter2@db:port/news", ConfigError, "the sink's url cannot be read"),
    ("sqlite://", ConfigError, "names no file"),
    ("sqlite:///:memory:", ConfigError, "names no file"),
    ("sqlite:////dev/null/articles.db", CannotStart, "folder /dev/null for the SQLite file cannot be made"),
    ("sqlite:////", CannotStart, "the SQLite file / cannot be used: unable to open database file"),
    (CLOSED_PORT, CannotStart, "PostgreSQL database 'news' at 127.0.0.1:1 cannot be used: connection failed"),
]


@pytest.mark.parametrize(("url", "kind", "sentence"), WRONG, ids=[url for url, _, _ in WRONG])
def test_a_url_that_cannot_be_used_is_an_error_of_one_sentence_without_the_password(
    url: str, kind: type[CopydeskError], sentence: str
) -> None:
    with pytest.raises(kind) as raised:
        open_sink(SqlSettings(url=url))
    assert sentence in str(raised.value)
    assert "hunter2" not in f"{raised.value}{SqlSettings(url=url)}"
    assert "\n" not in str(raised.value)


def test_a_file_that_is_not_a_database_is_an_error_of_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("no database, but notes of some length" * 100)
    with pytest.raises(CannotStart, match=r"the SQLite file .*notes.db cannot be used: file is not"):
        open_sink(SqlSettings(url=f"sqlite:///{tmp_path}/notes.db"))


def test_without_the_extra_the_error_says_what_to_install(tmp_path: Path) -> None:
    program = (
        "import sys; sys.modules[sys.argv[1]] = None\n"
        "from agents.sinks.sql import *; from streams.errors import *\n"
        "try: open_sink(SqlSettings(url=sys.argv[2]))\n"
        "except ConfigError as error: print(error)"
    )
    for missing, scheme in {"sqlalchemy": "sqlite", "alembic": "sqlite", "psycopg": "postgresql"}.items():
        sentence = f"the sink sql needs the extra [sql] ({missing} is missing): pip install 'copydesk[sql]'\n"
        assert printed(program, missing, f"{scheme}:///a").decode() == sentence


@pytest.mark.parametrize(
    "url", ["postgres://u:p@db/n", "postgresql://u:p@db/n", "postgresql+psycopg://u:p@db/n"]
)
def test_every_scheme_of_postgresql_is_accepted(url: str) -> None:
    engine = connect(url).engine
    assert (engine.dialect.name, engine.dialect.driver) == ("postgresql", "psycopg")


def test_the_folder_of_the_file_is_created(tmp_path: Path) -> None:
    open_sink(SqlSettings(url=f"sqlite:///{tmp_path}/a/b/articles.db")).close()
    assert (tmp_path / "a/b/articles.db").is_file()


@pytest.fixture
def configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration with two sinks of this kind. The second gets its URL from the environment."""
    file = tmp_path / "copydesk.toml"
    file.write_text(
        f'[sinks.sql]\nurl = "sqlite:///{tmp_path}/first.db"\n'
        f'[sinks.archive]\nkind = "sql"\nurl = "sqlite:///{tmp_path}/never.db"\n'
    )
    monkeypatch.setenv("COPYDESK_CONFIG", str(file))
    return tmp_path


def test_each_of_two_sinks_of_this_kind_writes_to_its_own_database(
    configured: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COPYDESK_SINKS__ARCHIVE__URL", postgres_url)
    settings = load_settings()
    for name in ("sql", "archive"):
        open_named(read_sink(settings, load_pipeline(settings), name), name).close()

    assert (configured / "first.db").is_file()
    assert not (configured / "never.db").exists()
    assert ask(postgres_url, "SELECT count(*) FROM articles") == [(0,)]


def test_a_url_from_the_environment_is_merged_into_the_table_of_the_file(
    configured: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COPYDESK_SINKS__ARCHIVE__URL", "postgresql://pipeline:hunter2@db/news")
    assert load_settings().sinks == {
        "sql": {"url": f"sqlite:///{configured}/first.db"},
        "archive": {"kind": "sql", "url": "postgresql://pipeline:hunter2@db/news"},
    }


def test_a_sink_may_be_configured_by_the_environment_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "empty.toml").touch()
    monkeypatch.setenv("COPYDESK_CONFIG", str(tmp_path / "empty.toml"))
    monkeypatch.setenv("COPYDESK_SINKS__SQL__URL", f"sqlite:///{tmp_path}/alone.db")
    settings = load_settings()
    open_named(read_sink(settings, load_pipeline(settings), "sql"), "sql").close()
    assert (tmp_path / "alone.db").is_file()
