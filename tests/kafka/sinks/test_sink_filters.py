"""Sinks with a filter on a real broker: what each kind has after a kill, a rebalance, and corrections.

All sinks read the same topic at once, so that they wait for Kafka to miss the killed processes only once.
"""

import json
import secrets
import signal
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow.dataset
import pytest

from agents.filters import EntityName, FilterSettings, open_filter
from streams.kafka.lag import group_lags
from streams.local.broker.node import Broker
from tests.support.pipelines.harness import header, until
from tests.support.pipelines.news import NewsPipeline
from tests.unit.agents.finished import finished, headers, id_of, value
from tests.unit.agents.sinks.receiver import KEY, Receiver, receiving

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(600)]

#: The people of an article change from revision to revision.
FILTER = 'entity = [{ name = "marta lindqvist", type = "person" }, "Anne O\'Dowd"]'
passes = open_filter(
    FilterSettings(entity=[EntityName(name="marta lindqvist", type="person"), "Anne O'Dowd"])
)
ARTICLES = 70
PARTITIONS = 3
#: The sinks, and whether they get a revision that does not pass as a removal (docs/sinks.md).
WITHDRAW = {
    f"{kind}-{withdraw}".lower(): withdraw
    for kind in ("jsonl", "parquet", "sql", "webhook")
    for withdraw in (False, True)
}


@dataclass(frozen=True, kw_only=True)
class Revision:
    n: int
    revision: int
    gone: bool = False


def first_half() -> list[Revision]:
    return [Revision(n=n, revision=1) for n in range(ARTICLES)]


def second_half() -> list[Revision]:
    """Corrections of every article, takedowns of some, and second corrections of others."""
    corrected = [Revision(n=n, revision=2) for n in range(ARTICLES)]
    removed = [Revision(n=n, revision=3, gone=True) for n in range(5, ARTICLES, 10)]
    again = [Revision(n=n, revision=3) for n in range(0, ARTICLES, 2)]
    return [*corrected, *removed, *again]


class FilteredPipeline(NewsPipeline):
    """A sink of each kind, with a filter. Finished articles are written without the stages."""

    def configure_sinks(self, settings: Mapping[str, str]) -> None:
        """`settings`: those of each sink, by its name."""
        self.set_up(partitions=PARTITIONS)
        with (self.folder / "copydesk.toml").open("a") as file:
            for name, lines in settings.items():
                file.write(f"[sinks.{name}]\n{lines}\n[sinks.{name}.filter]\n{FILTER}\n")

    def put(self, revisions: list[Revision]) -> None:
        with self.producer() as out:
            sent = [
                out.send(
                    self.topic("summaries"),
                    key=id_of(each.n).encode(),
                    value=None if each.gone else value(finished(each.n, each.revision)),
                    headers=list(headers(each.n, each.revision)),
                )
                for each in revisions
            ]
            for future in sent:
                future.get(timeout=30)

    def acknowledged(self) -> bool:
        """Whether all sinks have acknowledged all records, also those that are filtered out."""
        reads = {f"copydesk.{self.prefix}.sink.{name}": self.topic("summaries") for name in WITHDRAW}
        return all(lag.drained for lag in group_lags(self.admin, self.reader, reads))

    def run_disturbed(self) -> None:
        """Two processes for each sink. One is killed with the second half in flight, and another joins."""
        self.put(first_half())
        killed, others = ([self.start("sink", name) for name in WITHDRAW] for _ in range(2))
        until(self.acknowledged, "the first half is acknowledged", 240)
        self.put(second_half())
        for process in killed:
            process.kill()
        last = [self.start("sink", name) for name in WITHDRAW]
        until(self.acknowledged, "everything is acknowledged", 240)
        for process in (*others, *last):
            process.send_signal(signal.SIGTERM)
        assert [process.wait(60) for process in others] == [0] * len(others)
        # The last ones may have got nothing to do, and end before they handle signals.
        assert {process.wait(60) for process in last} <= {0, -signal.SIGTERM}

    @cached_property
    def records(self) -> list[Any]:
        """All finished articles and takedowns, by partition and offset."""
        return self.read("summaries")

    def delivered(self, sink: str) -> list[Any]:
        """The records that the sink must have got."""
        return [
            record
            for record in self.records
            if WITHDRAW[sink] or record.value is None or passes(record.value)
        ]


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def sinks(folder: Path, receiver: Receiver) -> dict[str, str]:
    """The settings of each sink, by its name."""
    of_kind = {
        "jsonl": 'folder = "{own}"',
        "parquet": 'folder = "{own}"',
        "sql": 'url = "sqlite:///{own}.db"',
        "webhook": f'url = "{receiver.url_at("127.0.0.1")}{{name}}"\nallow_http = true\nsecret = "{KEY}"\n'
        f'allow_private = "127.0.0.1:{receiver.port}"\nrejected_folder = "{{own}}"',
    }
    settings = {}
    for name, withdraw in WITHDRAW.items():
        kind = name.partition("-")[0]
        own = of_kind[kind].format(own=folder / name, name=name)
        settings[name] = f'kind = "{kind}"\nwithdraw = {json.dumps(withdraw)}\n{own}'
    return settings


@pytest.fixture(scope="module")
def pipeline(
    broker: Broker, receiver: Receiver, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FilteredPipeline]:
    """The pipeline after the run."""
    folder = tmp_path_factory.mktemp("filters")
    pipeline = FilteredPipeline(broker.bootstrap_servers, f"t{secrets.token_hex(4)}", folder)
    pipeline.configure_sinks(sinks(folder, receiver))
    try:
        pipeline.run_disturbed()
        yield pipeline
    finally:
        pipeline.stop()


@pytest.mark.parametrize("sink", ["jsonl-false", "jsonl-true"])
def test_jsonl_has_the_revisions_that_pass_and_with_withdraw_the_others_as_removals(
    pipeline: FilteredPipeline, sink: str
) -> None:
    for partition in range(PARTITIONS):
        mark = f"{pipeline.topic('summaries')}-{partition:02d}-*.jsonl"
        paths = sorted((pipeline.folder / sink).glob(mark))
        lines = [json.loads(line) for path in paths for line in path.read_bytes().splitlines()]
        expected = [record for record in pipeline.delivered(sink) if record.partition == partition]
        assert lines == list(map(line_of, expected))


@pytest.mark.parametrize("sink", ["parquet-false", "parquet-true"])
def test_parquet_has_the_revisions_that_pass_and_with_withdraw_the_others_as_removals(
    pipeline: FilteredPipeline, sink: str
) -> None:
    table = pyarrow.dataset.dataset(pipeline.folder / sink, partitioning="hive").to_table()
    rows = table.select(["partition", "offset", "id", "taken_down"]).to_pylist()
    expected = [
        {
            "partition": record.partition,
            "offset": record.offset,
            "id": record.key.decode(),
            "taken_down": removes(record),
        }
        for record in pipeline.delivered(sink)
    ]
    assert sorted(map(repr, rows)) == sorted(map(repr, expected))


def test_sql_has_exactly_the_articles_whose_newest_revision_passes(pipeline: FilteredPipeline) -> None:
    rows, known = rows_of(pipeline.folder / "sql-true.db")
    assert rows == newest_of(pipeline.records)
    # An article that never passed leaves no row.
    assert known == {record.key.decode() for record in pipeline.delivered("sql-false")}


def test_sql_without_withdraw_has_the_newest_revisions_that_pass(pipeline: FilteredPipeline) -> None:
    rows, _ = rows_of(pipeline.folder / "sql-false.db")
    assert rows == newest_of(pipeline.delivered("sql-false"))
    assert rows.keys() > newest_of(pipeline.records).keys()


@pytest.mark.parametrize("sink", ["webhook-false", "webhook-true"])
def test_a_webhook_gets_the_revisions_that_pass_in_order_and_with_withdraw_the_others_as_takedowns(
    pipeline: FilteredPipeline, receiver: Receiver, sink: str
) -> None:
    requests = [request for request in receiver.accepted if request.path == f"/{sink}"]
    arrived = ((request.body["id"], request.event, "taken_down" in request.body) for request in requests)
    expected = (
        (record.key.decode(), header(record, "ce_id"), removes(record)) for record in pipeline.delivered(sink)
    )
    assert by_article(arrived) == by_article(expected)


def removes(record: Any) -> bool:
    """Whether the record is a takedown for a sink, or a revision that does not pass."""
    return record.value is None or not passes(record.value)


def line_of(record: Any) -> dict[str, Any]:
    """What a log has of a record."""
    removed = {"id": record.key.decode(), "taken_down": True}
    return removed if removes(record) else dict(json.loads(record.value))


def rows_of(database: Path) -> tuple[dict[str, str], set[str]]:
    """The text of each article, and the articles of which the database knows a revision."""
    with closing(sqlite3.connect(database)) as connection:
        rows = dict(connection.execute("SELECT id, text FROM articles").fetchall())
        return rows, {key for (key,) in connection.execute("SELECT article_id FROM revisions")}


def newest_of(records: list[Any]) -> dict[str, str]:
    """The text of each article by its newest record, where that removes nothing."""
    newest = {record.key.decode(): record for record in records}
    return {key: json.loads(last.value)["text"] for key, last in newest.items() if not removes(last)}


def by_article(arrivals: Iterable[tuple[str, str, bool]]) -> dict[str, list[tuple[str, bool]]]:
    """The events of each article in their order. After a kill some arrive again: the first arrival counts."""
    events: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for article, event, taken_down in dict.fromkeys(arrivals):
        events[article].append((event, taken_down))
    return events
