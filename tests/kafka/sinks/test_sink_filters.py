"""Sinks with a filter on a real broker: what each kind has after a kill, a rebalance, and corrections."""

import json
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.dataset
import pytest

from agents.filters import EntityName, FilterSettings, open_filter
from streams.inspection.status import read_status
from streams.local.broker.node import Broker
from streams.settings import load_settings
from tests.support.pipelines.harness import header, until
from tests.support.pipelines.news import NewsPipeline
from tests.unit.agents.finished import finished, headers, id_of, value
from tests.unit.agents.sinks.receiver import KEY, receiving

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(600)]

#: The people of an article change from revision to revision.
FILTER = 'entity = [{ name = "marta lindqvist", type = "person" }, "Anne O\'Dowd"]'
passes = open_filter(
    FilterSettings(entity=[EntityName(name="marta lindqvist", type="person"), "Anne O'Dowd"])
)
ARTICLES = 70


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
    """A sink `out` of one kind, with a filter. Finished articles are written without the stages."""

    kind = ""

    def configure_sink(self, kind: str, settings: str) -> None:
        self.kind = kind
        self.set_up(partitions=3)
        path = self.folder / "copydesk.toml"
        sink = f'[sinks.out]\nkind = "{kind}"\n{settings}\n[sinks.out.filter]\n{FILTER}\n'
        path.write_text(path.read_text() + sink)

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

    def sink_lag(self) -> int:
        settings = load_settings(
            bootstrap_servers=self.bootstrap, prefix=self.prefix, sinks={"out": {"kind": self.kind}}
        )
        sinks = read_status(settings, self.pipeline, with_reconciliation=False).sinks
        return next(sink.lag for sink in sinks if sink.name == "out")

    def run_disturbed(self) -> None:
        """Two processes; one is killed, and another takes its place while the second half is written."""
        self.put(first_half())
        killed, other = (self.start("sink", "out") for _ in range(2))
        until(lambda: self.sink_lag() == 0, "the first half is acknowledged", 120)
        killed.kill()
        killed.wait()
        self.put(second_half())
        last = self.start("sink", "out")
        until(lambda: self.sink_lag() == 0, "all is acknowledged, also what is filtered out", 120)
        for process in (other, last):
            process.send_signal(signal.SIGTERM)
        # The last one may have got nothing to do, and end before it handles signals.
        assert (other.wait(60), last.wait(60)) in {(0, 0), (0, -signal.SIGTERM)}

    def delivered(self, partition: int, *, withdraw: bool) -> list[Any]:
        """The records of a partition that the sink must have got, in their order."""
        records = [record for record in self.read("summaries") if record.partition == partition]
        return [record for record in records if withdraw or record.value is None or passes(record.value)]


@pytest.fixture
def pipeline(broker: Broker, prefix: str, tmp_path: Path) -> Iterator[FilteredPipeline]:
    pipeline = FilteredPipeline(broker.bootstrap_servers, prefix, tmp_path)
    yield pipeline
    pipeline.stop()


def line_of(record: Any) -> dict[str, Any]:
    """What a log has of a record."""
    if record.value is None or not passes(record.value):
        return {"id": record.key.decode(), "taken_down": True}
    return dict(json.loads(record.value))


@pytest.mark.parametrize("withdraw", [False, True])
def test_jsonl_has_the_revisions_that_pass_and_with_withdraw_the_others_as_removals(
    pipeline: FilteredPipeline, withdraw: bool
) -> None:
    folder = pipeline.folder / "out"
    pipeline.configure_sink("jsonl", f'folder = "{folder}"\nwithdraw = {json.dumps(withdraw)}')

    pipeline.run_disturbed()

    for partition in range(3):
        paths = sorted(folder.glob(f"{pipeline.topic('summaries')}-{partition:02d}-*.jsonl"))
        lines = [json.loads(line) for path in paths for line in path.read_bytes().splitlines()]
        assert lines == [line_of(record) for record in pipeline.delivered(partition, withdraw=withdraw)]


def test_parquet_has_the_revisions_that_pass_and_all_takedowns(pipeline: FilteredPipeline) -> None:
    pipeline.configure_sink("parquet", f'folder = "{pipeline.folder / "out"}"')

    pipeline.run_disturbed()

    table = pyarrow.dataset.dataset(pipeline.folder / "out", partitioning="hive").to_table()
    rows = table.select(["partition", "offset", "id", "taken_down"]).to_pylist()
    expected = [
        {
            "partition": record.partition,
            "offset": record.offset,
            "id": record.key.decode(),
            "taken_down": record.value is None,
        }
        for partition in range(3)
        for record in pipeline.delivered(partition, withdraw=False)
    ]
    assert sorted(map(repr, rows)) == sorted(map(repr, expected))


def test_sql_has_exactly_the_articles_whose_newest_revision_passes(pipeline: FilteredPipeline) -> None:
    database = pipeline.folder / "articles.db"
    pipeline.configure_sink("sql", f'url = "sqlite:///{database}"')

    pipeline.run_disturbed()

    newest = {record.key.decode(): record.value for record in pipeline.read("summaries")}
    with closing(sqlite3.connect(database)) as connection:
        rows = dict(connection.execute("SELECT id, text FROM articles").fetchall())
        known = {key for (key,) in connection.execute("SELECT article_id FROM revisions")}
    assert rows == {key: json.loads(last)["text"] for key, last in newest.items() if last and passes(last)}
    ever = {
        record.key.decode()
        for record in pipeline.read("summaries")
        if record.value is None or passes(record.value)
    }
    assert known == ever


def test_a_webhook_gets_the_revisions_that_pass_and_all_takedowns_in_order(
    pipeline: FilteredPipeline,
) -> None:
    with receiving() as receiver:
        pipeline.configure_sink(
            "webhook",
            f'url = "{receiver.url}"\nallow_http = true\nsecret = "{KEY}"\n'
            f'allow_private = "127.0.0.1:{receiver.port}"\nrejected_folder = "{pipeline.folder}/rejected"',
        )
        pipeline.run_disturbed()

    for partition in range(3):
        wanted = pipeline.delivered(partition, withdraw=False)
        ids = {record.key.decode() for record in wanted}
        for article in ids:
            requests = [request for request in receiver.accepted if request.body["id"] == article]
            events = list(dict.fromkeys(request.event for request in requests))
            expected = [header(record, "ce_id") for record in wanted if record.key.decode() == article]
            assert events == expected
    everything = {header(record, "ce_id") for record in pipeline.read("summaries")}
    assert {request.event for request in receiver.accepted} < everything
