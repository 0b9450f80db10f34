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
from typing import Any

import pyarrow.dataset
import pytest
from kafka import TopicPartition

from agents.filters import EntityName, FilterSettings, open_filter
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
WITHDRAW = {"log": False, "withdrawing-log": True, "lake": False, "database": True, "hook": False}


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

    def acknowledged(self, sink: str) -> bool:
        """Whether the sink has acknowledged all records of its topic, also those that are filtered out."""
        group = f"copydesk.{self.prefix}.sink.{sink}"
        stored = {at: value.offset for at, value in self.admin.list_group_offsets([group])[group].items()}
        partitions = [TopicPartition(self.topic("summaries"), number) for number in range(PARTITIONS)]
        return stored == self.reader.end_offsets(partitions)

    def run_disturbed(self) -> None:
        """Two processes for each sink. One is killed with the second half under way, and another joins."""
        self.put(first_half())
        killed, others = ([self.start("sink", name) for name in WITHDRAW] for _ in range(2))
        until(lambda: all(map(self.acknowledged, WITHDRAW)), "the first half is acknowledged", 240)
        self.put(second_half())
        for process in killed:
            process.kill()
        last = [self.start("sink", name) for name in WITHDRAW]
        until(lambda: all(map(self.acknowledged, WITHDRAW)), "everything is acknowledged", 240)
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


@pytest.fixture(scope="module")
def pipeline(
    broker: Broker, receiver: Receiver, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FilteredPipeline]:
    """The pipeline after the run."""
    folder = tmp_path_factory.mktemp("filters")
    pipeline = FilteredPipeline(broker.bootstrap_servers, f"t{secrets.token_hex(4)}", folder)
    pipeline.configure_sinks(
        {
            "log": f'kind = "jsonl"\nfolder = "{folder}/log"',
            "withdrawing-log": f'kind = "jsonl"\nfolder = "{folder}/withdrawing-log"\nwithdraw = true',
            "lake": f'kind = "parquet"\nfolder = "{folder}/lake"',
            "database": f'kind = "sql"\nurl = "sqlite:///{folder}/articles.db"',
            "hook": f'kind = "webhook"\nurl = "{receiver.url}"\nallow_http = true\nsecret = "{KEY}"\n'
            f'allow_private = "127.0.0.1:{receiver.port}"\nrejected_folder = "{folder}/rejected"',
        }
    )
    try:
        pipeline.run_disturbed()
        yield pipeline
    finally:
        pipeline.stop()


def line_of(record: Any) -> dict[str, Any]:
    """What a log has of a record."""
    if record.value is None or not passes(record.value):
        return {"id": record.key.decode(), "taken_down": True}
    return dict(json.loads(record.value))


@pytest.mark.parametrize("sink", ["log", "withdrawing-log"])
def test_jsonl_has_the_revisions_that_pass_and_with_withdraw_the_others_as_removals(
    pipeline: FilteredPipeline, sink: str
) -> None:
    for partition in range(PARTITIONS):
        mark = f"{pipeline.topic('summaries')}-{partition:02d}-*.jsonl"
        paths = sorted((pipeline.folder / sink).glob(mark))
        lines = [json.loads(line) for path in paths for line in path.read_bytes().splitlines()]
        expected = [record for record in pipeline.delivered(sink) if record.partition == partition]
        assert lines == list(map(line_of, expected))


def test_parquet_has_the_revisions_that_pass_and_all_takedowns(pipeline: FilteredPipeline) -> None:
    table = pyarrow.dataset.dataset(pipeline.folder / "lake", partitioning="hive").to_table()
    rows = table.select(["partition", "offset", "id", "taken_down"]).to_pylist()
    expected = [
        {
            "partition": record.partition,
            "offset": record.offset,
            "id": record.key.decode(),
            "taken_down": record.value is None,
        }
        for record in pipeline.delivered("lake")
    ]
    assert sorted(map(repr, rows)) == sorted(map(repr, expected))


def test_sql_has_exactly_the_articles_whose_newest_revision_passes(pipeline: FilteredPipeline) -> None:
    newest = {record.key.decode(): record.value for record in pipeline.records}
    with closing(sqlite3.connect(pipeline.folder / "articles.db")) as connection:
        rows = dict(connection.execute("SELECT id, text FROM articles").fetchall())
        known = {key for (key,) in connection.execute("SELECT article_id FROM revisions")}
    assert rows == {key: json.loads(last)["text"] for key, last in newest.items() if last and passes(last)}
    # An article that never passed leaves no row.
    assert known == {
        record.key.decode() for record in pipeline.records if record.value is None or passes(record.value)
    }


def test_a_webhook_gets_the_revisions_that_pass_and_all_takedowns_in_order(
    pipeline: FilteredPipeline, receiver: Receiver
) -> None:
    wanted = by_article(
        (record.key.decode(), header(record, "ce_id")) for record in pipeline.delivered("hook")
    )
    assert by_article((request.body["id"], request.event) for request in receiver.accepted) == wanted


def by_article(arrivals: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The events of each article in their order. After a kill some arrive again: the first arrival counts."""
    events: dict[str, list[str]] = defaultdict(list)
    for article, event in dict.fromkeys(arrivals):
        events[article].append(event)
    return events
