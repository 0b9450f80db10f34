"""A process that is stopped in mid-transaction: its successor takes over, and it commits nothing more."""

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
from tests.unit.agents.claims import TOPIC, claim
from tests.unit.agents.finished import delivered, id_of
from tests.unit.agents.sinks.sql.databases import all_rows, ask, write

MODEL = replace(delivered(1, 1), event="one-model")
#: Writes a batch, stops itself before the commit, and prints the result of that and of a second attempt.
FREEZES = """
import os, signal, sys
from dataclasses import replace
from agents.sinks.sql import SqlSettings, database, open_sink
from agents.sinks.sql import sink as writing
from tests.unit.agents.claims import claim
from tests.unit.agents.finished import delivered
from streams.errors import CopydeskError

database.IDLE_SECONDS = int(sys.argv[2])
replace_rows = writing.Sql._replace
def replace_and_stop(self, *arguments):
    replace_rows(self, *arguments)
    writing.Sql._replace = replace_rows
    os.kill(os.getpid(), signal.SIGSTOP)
writing.Sql._replace = replace_and_stop
sink = open_sink(SqlSettings(url=sys.argv[1]))
sink.begin(claim(1, 0))
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


def assert_fenced_once_resumed(process: subprocess.Popen[str]) -> None:
    """Lets the process continue: neither its commit nor its second attempt succeeds."""
    process.send_signal(signal.SIGCONT)
    assert process.stdout
    first, second = process.stdout.read().splitlines()
    assert first.startswith("Unavailable cannot write to the PostgreSQL database")
    assert second == f"Fenced another process has taken over partition 1 of {TOPIC}"


def test_postgresql_ends_the_transaction_of_a_stopped_process_and_its_successor_takes_over(
    postgres_url: str,
) -> None:
    with frozen(postgres_url) as process:
        successor = open_sink(SqlSettings(url=postgres_url))
        successor.begin(claim(1, 0))
        successor.write([MODEL, delivered(5, 1)])
        successor.write([replace(MODEL, event="another-model"), delivered(5, 2)])
        before = all_rows(postgres_url)
        assert_fenced_once_resumed(process)
        assert all_rows(postgres_url) == before
        successor.close()
    events = ask(postgres_url, "SELECT event FROM revisions WHERE article_id = :id", id=id_of(1))
    assert events == [("another-model",)]


def test_where_postgresql_does_not_end_the_transaction_the_successor_does(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "TAKE_SECONDS", 0.2)
    with frozen(postgres_url, idle_seconds=600) as process:
        successor = open_sink(SqlSettings(url=postgres_url))
        with pytest.raises(Unavailable, match="canceling statement due to lock timeout"):
            successor.begin(claim(1, 0))
        successor.begin(claim(1, 0))
        successor.write([delivered(5, 2)])
        assert_fenced_once_resumed(process)
        successor.close()
    assert ask(postgres_url, "SELECT article_id FROM revisions") == [(id_of(5),)]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux names the process that holds a lock")
def test_sqlite_names_the_stopped_process_that_holds_the_file_and_its_commit_comes_before_the_successor(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path}/articles.db"
    open_sink(SqlSettings(url=url)).close()
    monkeypatch.setattr(database, "LOCK_SECONDS", 0.2)
    # Opened before, since a start waits for the lock too.
    successor: Any = open_sink(SqlSettings(url=url))
    with frozen(url) as process:
        holder = rf"held by process {process.pid}, which is stopped: continue it \(kill -CONT {process.pid}\)"
        with pytest.raises(Unavailable, match=f"cannot write to .*articles.db: database is locked, {holder}"):
            successor.begin(claim(1, 0))
        monkeypatch.setattr(database, "LOCK_SECONDS", 20)
        process.send_signal(signal.SIGCONT)
        assert process.stdout
        assert process.stdout.readline() == "committed\n"
    successor.begin(claim(1, 0))
    successor.write([MODEL])
    successor.close()
    assert ask(url, "SELECT count(*) FROM articles") == [(2,)]


def test_a_sink_commits_nothing_of_a_partition_that_it_has_lost_and_goes_on_with_the_others(url: str) -> None:
    old, new = (open_sink(SqlSettings(url=url)) for _ in range(2))
    old.begin(claim(1, 0))
    old.begin(claim(2, 0))
    new.begin(claim(1, 0))
    with pytest.raises(Fenced, match="another process has taken over partition 1 of"):
        old.write([delivered(1, 1), delivered(2, 1)])
    assert ask(url, "SELECT count(*) FROM revisions") == [(0,)]
    old.write([delivered(2, 1)])
    new.write([delivered(1, 1)])
    old.begin(claim(1, 0))
    old.write([delivered(1, 2)])
    assert ask(url, "SELECT count(*) FROM articles") == [(2,)]
    for sink in (old, new):
        sink.close()


def test_two_sinks_on_one_database_do_not_take_partitions_from_each_other(url: str) -> None:
    first = open_sink(SqlSettings(url=url))
    first.begin(replace(claim(1, 0), sink="rows"))
    write(url, [delivered(1, 1)], name="more-rows")
    first.write([delivered(1, 1)])
    assert ask(url, "SELECT id FROM articles") == [(id_of(1),)]
    assert ask(url, "SELECT sink FROM claims ORDER BY sink") == [("more-rows",), ("rows",)]
    first.close()


def test_another_log_changes_no_earlier_row_and_is_reported(url: str) -> None:
    write(url, [delivered(1, 1), delivered(5, 1)], source="before", name="")
    before = all_rows(url)
    with structlog.testing.capture_logs() as logs:
        second = open_sink(SqlSettings(url=url))
        second.begin(claim(1, 0, source="before"))
        assert logs == []
        second.begin(claim(1, 0, source="now"))
        second.begin(claim(1, 0, source="now"))
    [report] = logs
    assert (report["log_level"], report["before"], report["now"]) == ("warning", "before", "now")
    assert report["event"].startswith("records come from another log than before: the earlier rows stay")
    assert all_rows(url) == before
    second.write([delivered(9, 1)])
    second.close()
    assert {row[0] for row in all_rows(url)["articles"]} == {id_of(1), id_of(5), id_of(9)}


def test_a_refused_record_at_the_same_offset_of_another_log_is_kept_too(url: str) -> None:
    for source in ("before", "now", "now"):
        write(url, [replace(delivered(1), record=b"{", source=source)], source=source)
    places = [f"{source}/{TOPIC}/1/{delivered(1).offset}" for source in ("before", "now")]
    assert ask(url, "SELECT record FROM refused ORDER BY record") == [(place,) for place in places]
