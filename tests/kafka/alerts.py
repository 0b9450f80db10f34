"""The example consumers, run from their files as they stand, and finished records for them to read."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from threading import Timer
from typing import Any

import orjson
from kafka import KafkaProducer

from agents.records import Article, Entity, Span, Summary, extend
from streams.desk import load_desk
from streams.settings import Settings
from tests import node
from tests.agents.articles import tagged_article
from tests.kafka.harness import PATIENCE

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


def publish(settings: Settings, all_events: Sequence[Event]) -> None:
    """Publish to the last topic, all confirmed."""
    (last,) = load_desk(settings).last
    out = KafkaProducer(bootstrap_servers=settings.bootstrap_servers, compression_type=settings.compression)
    try:
        for sent in [event.send(out, last.full_name(settings.prefix)) for event in all_events]:
            sent.get(timeout=PATIENCE)
    finally:
        out.close()


@dataclass
class Consumer:
    """An example consumer as a process; what it has written, through all its lives."""

    command: list[str]
    state: Path
    lines: list[dict[str, Any]] = field(default_factory=list)
    process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it, or start it again."""
        # A small pipe (where the system has them) holds it back, so that a kill finds it in mid-flow.
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True, pipesize=4096)

    def read(self, count: int, patience: float = PATIENCE) -> None:
        """Wait until it has written `count` alerts in all, those counted once that it wrote again."""
        assert self.process is not None
        enough = Timer(patience, self.process.kill)
        enough.start()
        try:
            while len({(one["article"], one["version"]) for one in self.lines}) < count:
                line = self.process.stdout.readline()
                assert line, f"it ended after {len(self.lines)} lines"
                self.lines.append(json.loads(line))
        finally:
            enough.cancel()

    def kill(self) -> None:
        """`kill -9`; what it had written by then counts, a half line does not."""
        assert self.process is not None
        self.process.kill()
        rest, _ = self.process.communicate()
        self.lines += [json.loads(line) for line in rest.splitlines(keepends=True) if line.endswith("\n")]

    def end(self) -> int:
        """Wait until it ends by itself; its exit code."""
        assert self.process is not None
        rest, _ = self.process.communicate(timeout=PATIENCE)
        self.lines += [json.loads(line) for line in rest.splitlines()]
        return self.process.returncode

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """What is in its state."""
        with closing(sqlite3.connect(self.state, timeout=PATIENCE)) as db, db:
            return db.execute(sql).fetchall()


def in_python(settings: Settings, folder: Path, *arguments: str) -> Consumer:
    """examples/alert_consumer.py."""
    state = folder / "python.db"
    folder.mkdir(exist_ok=True)
    command = [sys.executable, str(EXAMPLES / "alert_consumer.py"), "--state", str(state), *arguments]
    place = ["--topic", f"{settings.prefix}.summaries", "--bootstrap-servers", settings.bootstrap_servers]
    return Consumer([*command, *place], state)


def in_javascript(settings: Settings, folder: Path, name: str) -> Consumer:
    """examples/alert_consumer.mjs."""
    state, topic = folder / "javascript.db", f"{settings.prefix}.summaries"
    folder.mkdir(exist_ok=True)
    script = EXAMPLES / "alert_consumer.mjs"
    return Consumer(node.command(script, folder, name, str(state), topic, settings.bootstrap_servers), state)
