"""All stages as pool processes run them, with the time and memory that each record takes.

python -m tests.hostile.chain [PATTERN]      one line of JSON for each record whose name matches the pattern
"""

import json
import os
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson

import agents
from streams.core.message import Message, Outgoing
from streams.core.stage import Processed
from streams.runtime.work.pool_process import StageWorker, load_work
from tests.hostile.corpus import CORPUS
from tests.hostile.record import PARAGRAPHS, Hostile, html, page, raw
from tests.hostile.rule import offences
from tests.hostile.scripts import MARK

STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
TIMESTAMP = 1_795_000_000_000
#: A smaller record leaves no memory behind that the next record could use. A fork costs 50 ms.
SMALL = 100_000


@dataclass(frozen=True, kw_only=True)
class Passage:
    """A record at a stage: its outcome and its cost. `grown`: MiB by which memory grew at its peak."""

    stage: str
    outcome: str
    reason: str | None
    message: str
    seconds: float
    grown: float


def workers() -> list[StageWorker]:
    return [StageWorker(stage.at("news"), load_work(stage, {})) for stage in agents.STAGES]


def message(record: Hostile | Outgoing, topic: str = "news.raw") -> Message:
    """The record as a stage reads it from Kafka."""
    return Message(
        topic=topic,
        partition=0,
        offset=0,
        timestamp=TIMESTAMP,
        key=record.key,
        value=record.value,
        headers=record.headers,
    )


def passages(workers: list[StageWorker], received: Message) -> tuple[list[Passage], bytes | None]:
    """Process a record at the stages, as far as it gets. Returns its passages and the finished record."""
    done: list[Passage] = []
    for worker in workers:
        passage, received = _process(worker, received)
        done.append(passage)
        if passage.outcome != "sent":
            return done, None
    return done, received.value


def _process(worker: StageWorker, received: Message) -> tuple[Passage, Message]:
    before = _memory("VmRSS")
    CLEAR.write_text("5")  # resets the peak: `man proc_pid_clear_refs`
    began = time.process_time()
    result = worker.handle(received)
    cost: dict[str, Any] = {
        "stage": worker.stage.name,
        "seconds": time.process_time() - began,
        "grown": _memory("VmHWM") - before,
    }
    if not isinstance(result, Processed):
        text = f"{result.error}: {result.message}" if hasattr(result, "error") else result.message
        reason = getattr(result, "reason", "away")
        return Passage(outcome="dead", reason=reason, message=text, **cost), received
    [out] = result.records
    passage = Passage(outcome=result.outcome.value, reason=result.reason, message="", **cost)
    return passage, message(out, out.topic)


def _memory(name: str) -> float:
    match = re.search(rf"{name}:\s+(\d+) kB", STATUS.read_text())
    return int(match[1]) / 1024 if match else 0.0


def report(workers: list[StageWorker], name: str) -> bytes:
    """Everything that the tests check of a record, as JSON."""
    done, value = passages(workers, message(CORPUS[name]()))
    record = orjson.loads(value) if value else {}
    fields = {field: content for field, content in record.items() if field != "meta"}
    return orjson.dumps(
        {
            "name": name,
            "passages": [asdict(passage) for passage in done],
            "offences": offences(record),
            "marked": [field for field, content in fields.items() if MARK in json.dumps(content)],
            "title": (record.get("title") or "")[:200],
        }
    )


def in_a_fork(workers: list[StageWorker], name: str) -> bytes:
    """`report` in a process of its own, so that a large record leaves no memory behind."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        with os.fdopen(writing, "wb") as out:
            out.write(report(workers, name))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        line = pipe.read()
    os.wait()
    return line or orjson.dumps({"name": name, "passages": []})


def measured(workers: list[StageWorker], name: str) -> bytes:
    """`report`, in a process of its own where the record is large."""
    small = len(CORPUS[name]().value) < SMALL
    return (report if small else in_a_fork)(workers, name)


def names(pattern: str) -> Iterator[str]:
    """The records whose names match the pattern."""
    return (name for name in CORPUS if re.search(pattern, name))


def warmed() -> list[StageWorker]:
    """The work of every stage, after it has loaded what it loads only at the first record."""
    loaded = workers()
    for record in (html(page()), raw(html=None, text="\n\n".join(PARAGRAPHS))):
        passages(loaded, message(record))
    return loaded


if __name__ == "__main__":
    loaded = warmed()
    for name in names(sys.argv[1] if len(sys.argv) > 1 else ""):
        sys.stdout.buffer.write(measured(loaded, name) + b"\n")
        sys.stdout.buffer.flush()
