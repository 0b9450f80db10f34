"""The whole pipeline on a real broker: every record has its outcome, although each worker is killed once."""

import json
import os
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import psutil
import pytest

from streams.local.broker.node import Broker
from streams.local.supervisor import Supervisor
from tests.support.articles.newspaper import raw, url
from tests.support.pipelines.harness import descendants_of, header
from tests.support.pipelines.news import JSON, NewsPipeline, Raw, key_of

pytestmark = pytest.mark.kafka

COUNT = 120
PATIENCE = 90.0
DISCARDED = {
    "too-short": b'{"url": "https://a.example/short", "text": "It is open."}',
    "not-an-article": b'{"url": "https://a.example/feed", "html": "<rss><channel/></rss>"}',
}
DEAD = b'{"url": 7}'
GONE = "http://gazette3.example/news/2026/0003/"
"""The URL of article 3, spelled in another way."""
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
TRACED = (*JSON, ("traceparent", TRACE.encode()), ("crawler", b"crab/7"))
STAGES = ("clean", "entities", "summaries")


@dataclass
class Run:
    """The pipeline after all records were processed and each of its workers was killed once."""

    pipeline: NewsPipeline
    placed: dict[str, str] = field(default_factory=dict)
    killed: list[str] = field(default_factory=list)
    left: list[psutil.Process] = field(default_factory=list)

    def finished(self, name: str) -> list[Any]:
        """The finished records that were made from a raw record."""
        return self.pipeline.made_of("summaries")[self.placed[name]]


@pytest.fixture(scope="module")
def run(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Articles of every outcome and a takedown go through all stages, while each worker is killed once."""
    pipeline = NewsPipeline(
        broker.bootstrap_servers, "whole-pipeline", tmp_path_factory.mktemp("whole-pipeline")
    )
    pipeline.set_up()
    supervisor = Supervisor(pipeline.config, stop_seconds=20, output=pipeline.folder)
    run = Run(pipeline)
    try:
        for stage in STAGES:
            supervisor.start(stage, ["worker", stage])
        records = {str(n): Raw(key=url(n).encode(), value=raw(n), headers=TRACED) for n in range(COUNT)}
        records |= {reason: Raw(value=value) for reason, value in DISCARDED.items()}
        records |= {"dead": Raw(value=DEAD)}
        run.placed = dict(zip(records, pipeline.publish_raw(records.values()), strict=True))
        _work_off(run, supervisor)
        [run.placed["takedown"]] = pipeline.publish_raw([Raw(key=GONE.encode(), value=None, headers=())])
        _work_off(run, supervisor)
        yield run
    finally:
        supervisor.stop()


def _work_off(run: Run, supervisor: Supervisor) -> None:
    """Work off all, and kill the worker of each stage once, when it has written a fifth of the articles."""
    deadline = time.monotonic() + PATIENCE
    while (waiting := run.pipeline.reconciliation().waiting) or len(run.killed) < len(STAGES):
        assert time.monotonic() < deadline, f"{waiting} are waiting, {run.killed} were killed"
        for stage in run.pipeline.status().stages:
            if stage.name not in run.killed and (stage.sent or 0) > COUNT / 5:
                process = supervisor.processes[stage.name].process
                assert process is not None
                run.left += descendants_of(process.pid)
                process.kill()
                run.killed.append(stage.name)
        supervisor.look()


def test_nothing_is_lost_and_everything_has_one_outcome(run: Run) -> None:
    ends = run.pipeline.made_of("summaries", "discarded", "dead.clean")
    topics = {name: {record.topic for record in ends[place]} for name, place in run.placed.items()}
    summaries, discarded = {run.pipeline.topic("summaries")}, {run.pipeline.topic("discarded")}
    assert topics == {
        **{str(n): summaries for n in range(COUNT)},
        **dict.fromkeys(DISCARDED, discarded),
        "dead": {run.pipeline.topic("dead.clean")},
        "takedown": summaries,
    }


def test_each_stage_was_killed_and_left_no_orphan(run: Run) -> None:
    assert sorted(run.killed) == sorted(STAGES)
    _, alive = psutil.wait_procs(run.left, timeout=10)
    assert (bool(run.left), alive) == (True, [])


def test_a_repeat_has_the_same_ce_id_and_the_same_bytes(run: Run) -> None:
    for topic in STAGES:
        ids, values = defaultdict(set), defaultdict(set)
        for place, records in run.pipeline.made_of(topic).items():
            ids[place] = {header(record, "ce_id") for record in records}
            values[place] = {(record.key, record.value, tuple(record.headers)) for record in records}
        assert {len(different) for different in ids.values()} == {1}
        assert {len(different) for different in values.values()} == {1}


def test_the_reconciliation_counts_what_was_published(run: Run) -> None:
    report = run.pipeline.run("status", "--json")
    reconciliation = json.loads(report.stdout)["reconciliation"]
    assert reconciliation == {
        "raw": COUNT + 4,
        "finished": COUNT,
        "finished_on": {"summaries": COUNT},
        "discarded": {"not-an-article": 1, "too-short": 1},
        "dead": {"invalid": 1},
        "removed": 1,
        "waiting": 0,
        "deleted_meanwhile": 0,
    }


def test_a_takedown_is_the_last_record_under_the_id_of_the_article(run: Run) -> None:
    [record] = run.finished("takedown")
    assert (record.key, record.value) == (key_of(url(3)), None)
    last = {record.key: record for record in run.pipeline.read("summaries")}
    assert last[key_of(url(3))].value is None
    assert header(last[key_of(url(3))], "copydesk_version") > header(run.finished("3")[0], "copydesk_version")


def test_spans_have_the_text_at_their_positions(run: Run) -> None:
    kinds: Counter[str] = Counter()
    for record in run.pipeline.read("summaries"):
        article = json.loads(record.value or b"{}")
        for kind in ("entities", "quotes", "summary"):
            for span in _spans(article.get(kind)):
                assert article[span["field"]][span["start"] : span["end"]] == span["text"]
                kinds[kind] += 1
    assert min(kinds[kind] for kind in ("entities", "summary")) > COUNT


def _spans(value: Any) -> Iterator[dict[str, Any]]:
    """Every span in a record, at any depth."""
    if isinstance(value, dict):
        if {"field", "start", "end", "text"} <= value.keys():
            yield value
        for part in value.values():
            yield from _spans(part)
    elif isinstance(value, list):
        for part in value:
            yield from _spans(part)


def test_a_finished_record_says_where_it_comes_from(run: Run) -> None:
    record = run.finished("7")[0]
    headers = {name: value.decode() for name, value in record.headers}
    assert len(headers) == len(record.headers)
    topic, partition, offset = run.placed["7"].split("/")
    [source] = [
        raw_record
        for raw_record in run.pipeline.read("raw")
        if (raw_record.partition, raw_record.offset) == (int(partition), int(offset))
    ]
    received = source.timestamp
    expected = {
        "ce_specversion": "1.0",
        "ce_source": "/copydesk/whole-pipeline/summaries",
        "ce_type": "copydesk.summaries",
        "ce_subject": key_of(url(7)).decode(),
        "ce_dataschema": "urn:copydesk:Article",
        "content-type": "application/json",
        "traceparent": TRACE,
        "crawler": "crab/7",
        "copydesk_raw": f"{topic}/{partition}/{offset}",
        "copydesk_received": str(received),
        "copydesk_version": f"{received:016d}-{received:016d}-{int(partition):06d}-{int(offset):020d}",
    }
    assert {name: headers.get(name) for name in expected} == expected
    assert set(headers) - set(expected) == {"ce_id", "ce_time"}
    assert json.loads(record.value)["meta"] == {"job": 7}


def test_without_kafka_the_same_articles_give_the_same_bytes_every_time(run: Run) -> None:
    lines, some = run.pipeline.folder / "raw.jsonl", run.pipeline.folder / "some.jsonl"
    lines.write_bytes(b"\n".join([*map(raw, range(60)), *DISCARDED.values(), DEAD]))
    some.write_bytes(b"\n".join(map(raw, range(20))))
    once, again = _process(run, str(lines), "2"), _process(run, str(some), "1")

    values = [record.value for record in run.pipeline.read("summaries") if record.value]
    kafka = {json.loads(article)["url"]: article for article in values}
    assert once.stdout.splitlines() == [kafka[url(n)] for n in range(60)]
    assert again.stdout.splitlines() == once.stdout.splitlines()[:20]
    assert (once.returncode, again.returncode) == (1, 0)
    report = once.stderr.decode().splitlines()
    assert [line.partition("  ")[0] for line in report] == ["discarded", "discarded", "dead"]
    assert "raw.jsonl line 63: invalid (in clean): the value is not a RawArticle: Expected `str`" in report[2]


def _process(run: Run, path: str, workers: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "streams", "process", "--workers", workers, path]
    return subprocess.run(
        command, env={**os.environ, **run.pipeline.config}, capture_output=True, check=False
    )
