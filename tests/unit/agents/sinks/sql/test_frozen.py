"""A process that is stopped in mid-transaction: its successor goes on, and it commits nothing more."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

import psutil
import pytest
import structlog

from agents.sinks.sql import SqlSettings, claims, database, open_sink
from streams.errors import Fenced, Unavailable
from tests.unit.agents.claims import claim
from tests.unit.agents.finished import delivered, id_of
from tests.unit.agents.sinks.sql.databases import all_rows, ask

TOPIC = "news.summaries"
MODEL = replace(delivered(1, 1), event="one-model")
#: Writes a batch, stops itself before it commits, and reports the outcome of that and of a second try.
FREEZES = """
import os, signal, sys
from dataclasses import replace
from agents.sinks.sql import SqlSettings, database, open_sink
from agents.sinks.sql import sink as writing
from tests.unit.agents.claims import claim
from tests.unit.agents.finished import delivered
from streams.errors import CopydeskError

database.IDLE_SECONDS = int(sys.argv[2])
put = writing.Sql._replace
def put_and_stop(self, *arguments):
    put(self, *arguments)
    writing.Sql._replace = put
    os.kill(os.getpid(), signal.SIGSTOP)
writing.Sql._replace = put_and_stop
sink = open_sink(SqlSettings(url=sys.argv[1]))
sink.begin(claim("news.summaries", 1, 0))
for _ in range(2):
    try:
        sink.write([replace(delivered(1, 1), event="one-model"), delivered(5, 1)])
        print("committed", flush=True)
    except CopydeskError as error:
        print(type(error).__name__, error, flush=True)
"""


@contextmanager
def frozen(url: str, idle_seconds: int = 1) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", FREEZES, url, str(idle_seconds)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WNOWAIT)
        assert psutil.Process(process.pid).status() == psutil.STATUS_STOPPED
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        process.wait()
        assert process.stdout
        process.stdout.close()


def goes_on(process: subprocess.Popen[str]) -> list[str]:
    """What it says once it is woken."""
    process.send_signal(signal.SIGCONT)
    assert process.stdout
    return process.stdout.read().splitlines()


def test_postgresql_ends_the_transaction_of_a_stopped_process_and_its_successor_goes_on(
    postgres_url: str,
) -> None:
    with frozen(postgres_url) as process:
        successor = open_sink(SqlSettings(url=postgres_url))
        successor.begin(claim(TOPIC, 1, 0))
        successor.write([MODEL, delivered(5, 1)])
        successor.write([replace(MODEL, event="another-model"), delivered(5, 2)])
        before = all_rows(postgres_url)
        first, second = goes_on(process)
        assert first.startswith("Unavailable cannot write to the PostgreSQL database")
        assert second == f"Fenced another process has taken over partition 1 of {TOPIC}"
        assert all_rows(postgres_url) == before
        successor.close()
    events = ask(postgres_url, "SELECT event FROM revisions WHERE article_id = :id", id=id_of(1))
    assert events == [("another-model",)]


def test_where_postgresql_does_not_end_it_the_successor_has_it_ended(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "TAKE_SECONDS", 0.2)
    with frozen(postgres_url, idle_seconds=600) as process:
        successor = open_sink(SqlSettings(url=postgres_url))
        with pytest.raises(Unavailable, match="canceling statement due to lock timeout"):
            successor.begin(claim(TOPIC, 1, 0))
        successor.begin(claim(TOPIC, 1, 0))
        successor.write([delivered(5, 2)])
        first, second = goes_on(process)
        assert first.startswith("Unavailable cannot write to the PostgreSQL database")
        assert second == f"Fenced another process has taken over partition 1 of {TOPIC}"
        successor.close()
    assert ask(postgres_url, "SELECT article_id FROM revisions") == [(id_of(5),)]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says who holds a lock")
def test_sqlite_names_the_stopped_process_that_holds_the_file_and_what_it_commits_comes_before_its_successor(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path}/articles.db"
    open_sink(SqlSettings(url=url)).close()
    monkeypatch.setattr(database, "LOCK_SECONDS", 0.2)
    # Opened before: a start, too, waits for the lock.
    successor: Any = open_sink(SqlSettings(url=url))
    with frozen(url) as process:
        by = rf"held by process {process.pid}, which is stopped: continue it \(kill -CONT {process.pid}\)"
        with pytest.raises(Unavailable, match=f"cannot write to .*articles.db: database is locked, {by}"):
            successor.begin(claim(TOPIC, 1, 0))
        monkeypatch.setattr(database, "LOCK_SECONDS", 20)
        process.send_signal(signal.SIGCONT)
        assert process.stdout
        assert process.stdout.readline() == "committed\n"
    successor.begin(claim(TOPIC, 1, 0))
    successor.write([MODEL])
    successor.close()
    assert ask(url, "SELECT count(*) FROM articles") == [(2,)]


def test_who_has_lost_a_partition_commits_nothing_of_it_and_who_has_it_goes_on(url: str) -> None:
    old, new = (open_sink(SqlSettings(url=url)) for _ in range(2))
    old.begin(claim(TOPIC, 1, 0))
    old.begin(claim(TOPIC, 2, 0))
    new.begin(claim(TOPIC, 1, 0))
    with pytest.raises(Fenced, match="another process has taken over partition 1 of"):
        old.write([delivered(1, 1), delivered(2, 1)])
    assert ask(url, "SELECT count(*) FROM revisions") == [(0,)]
    old.write([delivered(2, 1)])
    new.write([delivered(1, 1)])
    old.begin(claim(TOPIC, 1, 0))
    old.write([delivered(1, 2)])
    assert ask(url, "SELECT count(*) FROM articles") == [(2,)]
    for writer in (old, new):
        writer.close()


def test_two_sinks_on_one_database_do_not_take_partitions_from_each_other(url: str) -> None:
    sinks = {name: open_sink(SqlSettings(url=url)) for name in ("rows", "more-rows")}
    for name, sink in sinks.items():
        sink.begin(replace(claim(TOPIC, 1, 0), sink=name))
    for sink in sinks.values():
        sink.write([delivered(1, 1)])
        sink.close()


def test_another_log_touches_no_earlier_row_and_is_reported(url: str) -> None:
    first = open_sink(SqlSettings(url=url))
    first.begin(claim(TOPIC, 1, 0, source="before"))
    first.write([delivered(1, 1), delivered(5, 1)])
    first.close()
    before = all_rows(url)
    with structlog.testing.capture_logs() as logs:
        second = open_sink(SqlSettings(url=url))
        second.begin(claim(TOPIC, 1, 0, source="before"))
        assert logs == []
        second.begin(claim(TOPIC, 1, 0, source="now"))
        second.begin(claim(TOPIC, 1, 0, source="now"))
    [report] = logs
    assert (report["log_level"], report["before"], report["now"]) == ("warning", "before", "now")
    assert report["event"].startswith("records come from another log than before: the earlier rows stay")
    assert all_rows(url) == before
    second.write([delivered(9, 1)])
    second.close()
    assert {row[0] for row in all_rows(url)["articles"]} == {id_of(1), id_of(5), id_of(9)}


def test_a_refused_record_at_the_same_place_of_another_log_is_another(url: str) -> None:
    sink = open_sink(SqlSettings(url=url))
    for source in ("before", "now", "now"):
        sink.begin(claim(TOPIC, 1, 0, source=source))
        sink.write([replace(delivered(1), record=b"{", source=source)])
    sink.close()
    places = [f"{source}/{TOPIC}/1/{delivered(1).offset}" for source in ("before", "now")]
    assert ask(url, "SELECT record FROM refused ORDER BY record") == [(place,) for place in places]
