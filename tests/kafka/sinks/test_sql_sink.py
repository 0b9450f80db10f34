"""The sink `sql` on a real broker: after kills and out of order, its rows are those of an undisturbed run."""

import random
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import psycopg
import pytest

from agents.sinks.sql import SqlSettings, open_sink
from streams.kafka.lag import group_lags
from streams.local.broker.node import Broker
from tests.support.machine.postgres import new_database
from tests.support.pipelines.harness import until
from tests.support.pipelines.news import NewsPipeline
from tests.support.places import DOCS, ROOT
from tests.unit.agents.finished import delivered, finished, foreign, headers, id_of, value
from tests.unit.agents.sinks.sql.databases import Rows, all_rows, ask, write

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(600)]

DOCUMENT = (DOCS / "guides" / "sql.md").read_text("utf-8")
ARTICLES = 1000
CORRECTED = range(0, 1000, 20)
TAKEN_DOWN = range(7, 1000, 50)


@dataclass(frozen=True, kw_only=True)
class Event:
    """A revision of an article, or its takedown."""

    n: int
    revision: int
    gone: bool = False


def history() -> list[Event]:
    """In order: 1,000 articles, 50 corrections, 20 takedowns, and five articles that are published again."""
    first = [Event(n=n, revision=1) for n in range(ARTICLES)]
    corrections = [Event(n=n, revision=2) for n in CORRECTED]
    takedowns = [Event(n=n, revision=2, gone=True) for n in TAKEN_DOWN]
    back = [Event(n=n, revision=3) for n in TAKEN_DOWN[:5]]
    return [*first, *corrections, *takedowns, *back]


ONE_AT_A_TIME = threading.Lock()


def disorder(events: list[Event]) -> list[Event]:
    """The same events in random order, every tenth twice."""
    chance = random.Random(20)
    mixed = [*events, *chance.sample(events, len(events) // 10)]
    chance.shuffle(mixed)
    return mixed


class SqlPipeline(NewsPipeline):
    """The pipeline with sinks of the kind `sql`. Finished articles are written without its stages."""

    def configure_sinks(self, urls: dict[str, str]) -> None:
        """Create the topics, and configure a sink for each URL."""
        self.set_up(partitions=4)
        tables = [f'[sinks.{name}]\nkind = "sql"\nurl = "{url}"\n' for name, url in urls.items()]
        path = self.folder / "copydesk.toml"
        path.write_text(path.read_text() + "".join(tables))

    def put(self, events: list[Event]) -> None:
        """Write finished records as the last stage does, all confirmed."""
        with self.producer() as out:
            sent = [
                out.send(
                    self.topic("summaries"),
                    key=id_of(event.n).encode(),
                    value=None if event.gone else value(finished(event.n, event.revision)),
                    headers=list(headers(event.n, event.revision)),
                )
                for event in events
            ]
            for future in sent:
                future.get(timeout=30)

    def lag_of_sink(self, name: str) -> int:
        """The number of records that a sink has not acknowledged."""
        reads = {f"copydesk.{self.prefix}.sink.{name}": self.topic("summaries")}
        with ONE_AT_A_TIME:  # the clients are shared, and sinks are waited for in threads
            [lag] = group_lags(self.admin, self.reader, reads)
        return lag.lag


def undisturbed_run(url: str) -> Rows:
    """The rows that the history leaves when it is written in order and nothing is killed."""
    sink = open_sink(SqlSettings(url=url))
    for events in batched(history(), 100):
        sink.write([delivered(event.n, event.revision, gone=event.gone) for event in events])
    sink.close()
    return all_rows(url)


def batched(events: list[Event], size: int) -> Iterator[list[Event]]:
    yield from (events[start : start + size] for start in range(0, len(events), size))


@pytest.fixture
def pipeline(broker: Broker, prefix: str, tmp_path: Path) -> Any:
    pipeline = SqlPipeline(broker.bootstrap_servers, prefix, tmp_path)
    yield pipeline
    pipeline.stop()


def known(url: str) -> int:
    """The number of articles in the database; 0 while it has no tables. Never blocks the sink."""
    try:
        with look(url) as connection:
            return int(connection.execute("SELECT count(*) FROM revisions").fetchone()[0])
    except (sqlite3.OperationalError, psycopg.errors.UndefinedTable):
        return 0


def is_writing(url: str) -> bool:
    """Whether a transaction is open at this moment."""
    with look(url) as connection:
        try:
            query = "BEGIN IMMEDIATE" if url.startswith("sqlite") else WITHIN
            row = connection.execute(query).fetchone()
        except sqlite3.OperationalError:
            return True
    return bool(row and row[0])


@contextmanager
def look(url: str) -> Iterator[Any]:
    """A connection that does not wait for locks."""
    file = url.removeprefix("sqlite:///")
    with closing(psycopg.connect(url) if file == url else sqlite3.connect(file, timeout=0)) as connection:
        yield connection


WITHIN = """
    SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
    AND pid <> pg_backend_pid() AND xact_start IS NOT NULL AND query NOT LIKE 'COMMIT%'
"""


class Sinks:
    """Processes of a sink. Each is restarted when it ends by itself, as the supervisor does."""

    def __init__(self, pipeline: SqlPipeline, name: str, count: int) -> None:
        self._start = partial(pipeline.start, "sink", name)
        self._running = [self._start() for _ in range(count)]

    def until(self, condition: Callable[[], bool], description: str) -> None:
        def look() -> bool:
            self._running = [
                process if process.poll() is None else self._start() for process in self._running
            ]
            return condition()

        until(look, description, 120)

    def end(self, number: signal.Signals) -> None:
        """Send a signal to each process and wait for its end."""
        for process in self._running:
            process.send_signal(number)
        for process in self._running:
            process.wait(60)


def kill_with_records_in_flight(pipeline: SqlPipeline, name: str, url: str, share: float) -> int:
    """Start a sink, and kill it in a transaction once it has written its share. Returns its articles."""
    sink = Sinks(pipeline, name, 1)
    sink.until(lambda: known(url) > ARTICLES * share and is_writing(url), f"{name} is writing")
    sink.end(signal.SIGKILL)
    return known(url)


def run_to_the_end(pipeline: SqlPipeline, name: str, url: str) -> list[int]:
    """Kill three sinks in turn; two others share the rest. Returns the articles written at each kill."""
    written = [kill_with_records_in_flight(pipeline, name, url, share) for share in (0.05, 0.3, 0.55)]
    finish(pipeline, name, url, ARTICLES, processes=2)
    return written


def finish(pipeline: SqlPipeline, name: str, url: str, articles: int, *, processes: int = 1) -> None:
    """Run a sink until it has acknowledged all records, and stop it."""
    last = Sinks(pipeline, name, processes)
    last.until(lambda: known(url) == articles and pipeline.lag_of_sink(name) == 0, f"{name} has written all")
    last.end(signal.SIGTERM)


def test_kill_9_with_records_in_flight_and_out_of_order_and_the_rows_are_those_of_an_undisturbed_run(
    pipeline: SqlPipeline, postgres: Any, tmp_path: Path
) -> None:
    urls = {"sql": f"sqlite:///{tmp_path}/articles.db", "archive": new_database(postgres)}
    pipeline.configure_sinks(urls)
    pipeline.put(disorder(history()))

    with ThreadPoolExecutor() as together:
        written = list(together.map(lambda name: run_to_the_end(pipeline, name, urls[name]), urls))

    for counts in written:
        assert counts == sorted(counts)
        assert all(0 < count < ARTICLES for count in counts)
    undisturbed = {"sql": f"sqlite:///{tmp_path}/quiet.db", "archive": new_database(postgres)}
    for name in urls:
        rows, expected = all_rows(urls[name]), undisturbed_run(undisturbed[name])
        for table in expected:
            assert rows[table] == expected[table], table
        assert {table: len(rows[table]) for table in ("articles", "takedowns", "refused")} == {
            "articles": ARTICLES - 15,
            "takedowns": 15,
            "refused": 0,
        }


def test_an_empty_database_is_filled_again_by_the_commands_of_the_document(
    pipeline: SqlPipeline, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/articles.db"
    pipeline.configure_sinks({"sql": url})
    pipeline.put(history()[-80:])
    finish(pipeline, "sql", url, 75)
    first = all_rows(url)
    for file in tmp_path.glob("articles.db*"):
        file.unlink()

    command = next(line for line in DOCUMENT.splitlines() if "--reset-offsets" in line)
    report = pipeline.run(*command.replace("news.", f"{pipeline.prefix}.").split()[1:])
    assert report.returncode == 0, report.stderr

    finish(pipeline, "sql", url, 75)
    assert all_rows(url) == first


def test_the_results_of_the_stages_from_the_samples_are_written(tmp_path: Path) -> None:
    """Other tests build their records by hand; these records come from the stages."""
    samples = [str(path) for path in sorted((ROOT / "agents/samples").glob("*-ferry*.html"))]
    process = subprocess.run(
        [sys.executable, "-m", "streams", "process", *samples], cwd=ROOT, capture_output=True, check=True
    )
    values = process.stdout.splitlines()
    ids = [orjson.loads(value)["id"] for value in values]
    url = f"sqlite:///{tmp_path}/articles.db"
    write(url, [foreign(value, key=ids[n], offset=n) for n, value in enumerate(values)])

    newest = dict(zip(ids, map(orjson.loads, values), strict=True))
    assert ask(url, "SELECT reason FROM refused") == []
    assert {row[0] for row in ask(url, "SELECT id FROM articles")} == set(newest)
    entities = sum(len(record["entities"]) for record in newest.values())
    assert len(ask(url, "SELECT * FROM entities")) == entities > 0
