"""The example consumers, run from their unchanged files, and finished records for them to read."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import orjson
from kafka import KafkaProducer

from agents.records import Article, Entity, Span, Summary, extend
from streams.core.pipeline import load_pipeline
from streams.kafka.client import opened
from streams.settings import Settings
from tests.support.documents import node
from tests.support.pipelines.harness import PATIENCE, until
from tests.support.places import ROOT
from tests.unit.agents.articles import tagged_article

EXAMPLES = ROOT / "examples"
NAME = "Hampshire County Council"


@dataclass(frozen=True, kw_only=True)
class Event:
    """A record of the last topic: a revision that does or does not mention `NAME`, or a takedown."""

    article: str
    version: int
    named: bool | None
    """None for a takedown."""

    def send(self, out: KafkaProducer, topic: str) -> Any:
        """Publish the record as the last stage would."""
        value = None if self.named is None else finished(self.article, self.version, named=self.named)
        headers = [("ce_id", self.id.encode()), ("copydesk_version", self.long_version.encode())]
        return out.send(topic, key=self.article.encode(), value=value, headers=headers)

    @property
    def id(self) -> str:
        """The `ce_id`, which is the same for a repeat."""
        return f"{self.article}-{self.version}"

    @property
    def long_version(self) -> str:
        """The version in the form of the header `copydesk_version`."""
        return f"{self.version:016d}-{self.version:016d}-{0:06d}-{self.version:020d}"


def finished(article: str, version: int, *, named: bool) -> bytes:
    """A finished record. Before the name it has characters that take two units in UTF-16."""
    text = f"🚌🚌 Revision {version} of {article}, as the {NAME if named else 'paper'} has it."
    start = text.find(NAME)
    span = Span(field="text", start=start, end=start + len(NAME), text=NAME)
    entity = Entity(
        id="e1",
        type="organisation",
        name=NAME,
        count=1,
        salience=0.5,
        descriptors=[],
        mentions=[span],
        links=[],
    )
    none = Summary(method="extractive", text="", sentences=[], phrases=[])
    tagged = tagged_article(text, id=article, title="A bus", url=f"https://a.example/{article}")
    return orjson.dumps(extend(tagged, Article, entities=[entity] if named else [], summary=none))


def events(articles: int, revisions: int, choice: Random) -> list[Event]:
    """Corrections, takedowns, repeats and late revisions of several articles, mixed."""
    timed: list[tuple[float, Event]] = []
    for number in range(articles):
        for version in range(1, revisions + 1):
            event = Event(
                article=f"a{number}", version=version, named=choice.choice([True, True, False, False, None])
            )
            # Most in order, some later than their successors, some twice.
            at = version + choice.random() * choice.choice([0.9, 0.9, 3])
            timed.append((at, event))
            if choice.random() < 0.3:
                timed.append((at + choice.random() * 4, event))
    return [event for _, event in sorted(timed, key=lambda pair: pair[0])]


def publish(settings: Settings, all_events: Sequence[Event]) -> int:
    """Publish to the last topic, all confirmed. Returns the timestamp of the last record."""
    (last,) = load_pipeline(settings).last
    out = opened(
        KafkaProducer, bootstrap_servers=settings.bootstrap_servers, compression_type=settings.compression
    )
    try:
        sent = [event.send(out, last.full_name) for event in all_events]
        return max(future.get(timeout=PATIENCE).timestamp for future in sent)
    finally:
        out.close()


@dataclass
class Consumer:
    """An example consumer as a process, which can be restarted."""

    command: list[str]
    state: Path
    output: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def lines(self) -> list[dict[str, Any]]:
        """What it has written, without a line that is not complete yet."""
        if not self.output.exists():
            return []
        return [
            json.loads(line) for line in self.output.read_bytes().splitlines(True) if line.endswith(b"\n")
        ]

    def start(self) -> None:
        """Start or restart it. What it prints is appended to its output."""
        with self.output.open("ab") as out:
            self.process = subprocess.Popen(self.command, stdout=out)

    def wait_for(self, count: int, patience: float = 60.0) -> None:
        """Wait until it has written `count` lines."""
        until(lambda: len(self.lines) >= count, f"{count} lines", patience)

    def kill(self) -> None:
        """Kill it with `kill -9`."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def end(self) -> int:
        """Wait until it ends by itself. Returns its exit code."""
        assert self.process is not None
        return self.process.wait(PATIENCE)

    def set_up(self, last_table: str, *statements: str) -> None:
        """Let it create its tables, then run statements on them."""
        self.start()
        exists = f"SELECT * FROM sqlite_master WHERE name = '{last_table}'"  # noqa: S608 - the test's own names
        until(lambda: self.state.exists() and self.query(exists), "it has its tables")
        self.kill()
        for statement in statements:
            self.query(statement)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.state, timeout=PATIENCE)) as db, db:
            return db.execute(sql).fetchall()


def slowed(change: str) -> tuple[str, str]:
    """Statements that slow each `change` by some milliseconds, so that a kill happens during it."""
    numbers = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40000) SELECT i FROM n"
    )
    return (
        f"CREATE VIEW slow AS {numbers}",
        f"CREATE TRIGGER slow {change} BEGIN SELECT count(*) FROM slow; END",  # noqa: S608 - the test's own names
    )


def in_python(settings: Settings, folder: Path, *arguments: str) -> Consumer:
    """The consumer examples/alert_consumer.py."""
    folder.mkdir(exist_ok=True)
    state, output = folder / "alerts.db", folder / "alerts.jsonl"
    command = [sys.executable, str(EXAMPLES / "alert_consumer.py"), "--state", state, "--output", output]
    place = ["--topic", f"{settings.prefix}.summaries", "--bootstrap-servers", settings.bootstrap_servers]
    return Consumer([*map(str, command), *place, *arguments], state, output)


def in_javascript(settings: Settings, folder: Path, name: str) -> Consumer:
    """The consumer examples/alert_consumer.mjs."""
    folder.mkdir(exist_ok=True)
    state, topic = folder / "alerts.db", f"{settings.prefix}.summaries"
    script = EXAMPLES / "alert_consumer.mjs"
    command = node.command(script, folder, name, str(state), topic, settings.bootstrap_servers)
    return Consumer(command, state, folder / "printed.jsonl")
