"""The whole chain as pool processes run it, each record in a process of its own that is measured.

python -m tests.hostile.chain [PATTERN]      a line of JSON for each record whose name has the pattern
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
from streams.core.message import Message
from streams.core.stage import Processed
from streams.runtime.pool_process import StageWorker, load_work
from tests.hostile.corpus import CORPUS
from tests.hostile.record import PARAGRAPHS, Hostile, html, page, raw
from tests.hostile.rule import offences
from tests.hostile.scripts import MARK

STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
TAKEN = 1_795_000_000_000
#: Bytes below which a record leaves no memory behind that the next one could use. A fork costs 50 ms.
SMALL = 100_000


@dataclass(frozen=True, kw_only=True)
class Passage:
    """How a record went through a stage. `grown`: MiB by which memory grew at its peak."""

    stage: str
    outcome: str
    reason: str | None
    said: str
    seconds: float
    grown: float


def workers() -> list[StageWorker]:
    return [StageWorker(stage, "news", load_work(stage, {})) for stage in agents.STAGES]


def message(record: Hostile) -> Message:
    """The record as it would be read."""
    return Message(
        topic="news.raw",
        partition=0,
        offset=0,
        timestamp=TAKEN,
        key=record.key,
        value=record.value,
        headers=record.headers,
    )


def passages(workers: list[StageWorker], came: Message) -> tuple[list[Passage], bytes | None]:
    """A record through the stages, as far as it comes; and the finished record."""
    made: list[Passage] = []
    for worker in workers:
        passage, came = _through(worker, came)
        made.append(passage)
        if passage.outcome != "sent":
            return made, None
    return made, came.value


def _through(worker: StageWorker, came: Message) -> tuple[Passage, Message]:
    before = _memory("VmRSS")
    CLEAR.write_text("5")  # the peak begins anew: `man proc_pid_clear_refs`
    began = time.process_time()
    result = worker.handle(came)
    cost: dict[str, Any] = {
        "stage": worker.stage.name,
        "seconds": time.process_time() - began,
        "grown": _memory("VmHWM") - before,
    }
    if not isinstance(result, Processed):
        said = f"{result.error}: {result.message}" if hasattr(result, "error") else result.message
        return Passage(outcome="dead", reason=getattr(result, "reason", "away"), said=said, **cost), came
    [out] = result.records
    sent = Message(
        topic=out.topic,
        partition=0,
        offset=0,
        timestamp=TAKEN,
        key=out.key,
        value=out.value,
        headers=out.headers,
    )
    return Passage(outcome=result.outcome.value, reason=result.reason, said="", **cost), sent


def _memory(name: str) -> float:
    found = re.search(rf"{name}:\s+(\d+) kB", STATUS.read_text())
    return int(found[1]) / 1024 if found else 0.0


def report(workers: list[StageWorker], name: str) -> bytes:
    """All that is asked of one record."""
    made, value = passages(workers, message(CORPUS[name]()))
    record = orjson.loads(value) if value else {}
    bare = {field: said for field, said in record.items() if field != "meta"}
    told = {
        "name": name,
        "passages": [asdict(one) for one in made],
        "offences": offences(record),
        "marked": [field for field, said in bare.items() if MARK in json.dumps(said)],
        "title": (record.get("title") or "")[:200],
    }
    return orjson.dumps(told)


def in_a_fork(workers: list[StageWorker], name: str) -> bytes:
    """`report` by a process of its own, so that a large record leaves nothing behind."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        with os.fdopen(writing, "wb") as out:
            out.write(report(workers, name))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as made:
        told = made.read()
    os.wait()
    return told or orjson.dumps({"name": name, "passages": []})


def measured(workers: list[StageWorker], name: str) -> bytes:
    """`report`, apart from the others where the record is large."""
    small = len(CORPUS[name]().value) < SMALL
    return (report if small else in_a_fork)(workers, name)


def names(pattern: str) -> Iterator[str]:
    """The records whose names have the pattern."""
    return (name for name in CORPUS if re.search(pattern, name))


def warmed() -> list[StageWorker]:
    """The work of every stage, with all that it loads only once it is wanted."""
    loaded = workers()
    for one in (html(page()), raw(html=None, text="\n\n".join(PARAGRAPHS))):
        passages(loaded, message(one))
    return loaded


if __name__ == "__main__":
    loaded = warmed()
    for one in names(sys.argv[1] if len(sys.argv) > 1 else ""):
        sys.stdout.buffer.write(measured(loaded, one) + b"\n")
        sys.stdout.buffer.flush()
