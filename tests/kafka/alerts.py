"""The example consumers, run from their files as they stand, and finished records for them to read."""

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
from streams.desk import load_desk
from streams.opening import opened
from streams.settings import Settings
from tests import node
from tests.agents.articles import tagged_article
from tests.kafka.harness import PATIENCE, until

EXAMPLES = Path(__file__).parents[2] / "examples"
NAME = "Hampshire County Council"


@dataclass(frozen=True, kw_only=True)
class Event:
    """A record of the last topic: a revision of an article that does or does not name it, or its takedown."""

    article: str
    version: int
    named: bool | None
    """None: taken down."""

    def send(self, out: KafkaProducer, topic: str) -> Any:
        """Publish it as the last stage would."""
        value = None if self.named is None else finished(self.article, self.version, named=self.named)
        headers = [("ce_id", self.id.encode()), ("copydesk_version", self.long_version.encode())]
        return out.send(topic, key=self.article.encode(), value=value, headers=headers)

    @property
    def id(self) -> str:
        """The same for a repeat."""
        return f"{self.article}-{self.version}"

    @property
    def long_version(self) -> str:
        """As the header has it."""
        return f"{self.version:016d}-{self.version:016d}-{0:06d}-{self.version:020d}"


def finished(article: str, version: int, *, named: bool) -> bytes:
    """A finished record, with characters beyond UTF-16's first plane before the name."""
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
    """Corrections, takedowns, repeats and revisions that come late, the articles mixed."""
    found: list[tuple[float, Event]] = []
    for number in range(articles):
        for version in range(1, revisions + 1):
            event = Event(
                article=f"a{number}", version=version, named=choice.choice([True, True, False, False, None])
            )
            # Most in their order, some later than those after them, some twice.
            at = version + choice.random() * choice.choice([0.9, 0.9, 3])
            found.append((at, event))
            if choice.random() < 0.3:
                found.append((at + choice.random() * 4, event))
    return [event for _, event in sorted(found, key=lambda pair: pair[0])]


def publish(settings: Settings, all_events: Sequence[Event]) -> int:
    """Publish to the last topic, all confirmed; when Kafka took the last one."""
    (last,) = load_desk(settings).last
    out = opened(
        KafkaProducer, bootstrap_servers=settings.bootstrap_servers, compression_type=settings.compression
    )
    try:
        sent = [event.send(out, last.full_name(settings.prefix)) for event in all_events]
        return max(one.get(timeout=PATIENCE).timestamp for one in sent)
    finally:
        out.close()


@dataclass
class Consumer:
    """An example consumer as a process, through all its lives."""

    command: list[str]
    state: Path
    output: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def lines(self) -> list[dict[str, Any]]:
        """What it has written; a line that is not yet whole does not count."""
        if not self.output.exists():
            return []
        return [
            json.loads(line) for line in self.output.read_bytes().splitlines(True) if line.endswith(b"\n")
        ]

    def start(self) -> None:
        """Start it, or start it again. What it prints goes to the end of its output."""
        with self.output.open("ab") as out:
            self.process = subprocess.Popen(self.command, stdout=out)

    def wait_for(self, count: int, patience: float = PATIENCE) -> None:
        """Wait until so many lines are there."""
        until(lambda: len(self.lines) >= count, f"{count} lines", patience)

    def kill(self) -> None:
        """`kill -9`."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def end(self) -> int:
        """Wait until it ends by itself; its exit code."""
        assert self.process is not None
        return self.process.wait(PATIENCE)

    def set_up(self, last_table: str, *statements: str) -> None:
        """Have it make its tables, and then change them."""
        self.start()
        made = f"SELECT * FROM sqlite_master WHERE name = '{last_table}'"  # noqa: S608 - the test's own names
        until(lambda: self.state.exists() and self.query(made), "it has its tables")
        self.kill()
        for one in statements:
            self.query(one)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """What is in its state."""
        with closing(sqlite3.connect(self.state, timeout=PATIENCE)) as db, db:
            return db.execute(sql).fetchall()


def slowed(change: str) -> tuple[str, str]:
    """Statements that make it work for some milliseconds at each `change`, so that a kill finds it there."""
    numbers = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40000) SELECT i FROM n"
    )
    return (
        f"CREATE VIEW slow AS {numbers}",
        f"CREATE TRIGGER slow {change} BEGIN SELECT count(*) FROM slow; END",  # noqa: S608 - the test's own names
    )


def in_python(settings: Settings, folder: Path, *arguments: str) -> Consumer:
    """examples/alert_consumer.py."""
    folder.mkdir(exist_ok=True)
    state, output = folder / "alerts.db", folder / "alerts.jsonl"
    command = [sys.executable, str(EXAMPLES / "alert_consumer.py"), "--state", state, "--output", output]
    place = ["--topic", f"{settings.prefix}.summaries", "--bootstrap-servers", settings.bootstrap_servers]
    return Consumer([*map(str, command), *place, *arguments], state, output)


def in_javascript(settings: Settings, folder: Path, name: str) -> Consumer:
    """examples/alert_consumer.mjs."""
    folder.mkdir(exist_ok=True)
    state, topic = folder / "alerts.db", f"{settings.prefix}.summaries"
    script = EXAMPLES / "alert_consumer.mjs"
    command = node.command(script, folder, name, str(state), topic, settings.bootstrap_servers)
    return Consumer(command, state, folder / "printed.jsonl")
