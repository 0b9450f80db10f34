"""No value of a header or a key stops a sink: each record is written, or rejected with a reason."""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import dataset
from structlog.testing import capture_logs

from agents.sinks.jsonl import JsonlSettings
from agents.sinks.jsonl import open_sink as open_jsonl
from agents.sinks.parquet import ParquetSettings
from agents.sinks.parquet import open_sink as open_parquet
from agents.sinks.sql import SqlSettings
from agents.sinks.sql import open_sink as open_sql
from streams.core.sink import Sink
from streams.runtime.fencing import LivenessCheck
from streams.runtime.sink_loop import SinkLoop
from tests.support.kafka.any_headers import HEADERS
from tests.support.machine.postgres import new_database
from tests.unit.agents.claims import SOURCE, TOPIC
from tests.unit.agents.finished import finished, id_of, value
from tests.unit.agents.sinks.posting import rejected, webhook
from tests.unit.agents.sinks.receiver import receiving
from tests.unit.agents.sinks.sql.databases import ask

DATABASES = ("sqlite", "postgresql")
TIMESTAMPS = st.sampled_from([-1, 0, 1_793_491_261_000, 2**63 - 1])
KEYS = st.none() | st.binary(max_size=40) | st.sampled_from([id_of(1).encode(), b"\0" * 100_000])
RECORDS = st.tuples(KEYS, st.sampled_from([None, value(finished(1))]), HEADERS, TIMESTAMPS)
#: Gives the offsets of the records that a sink has written or rejected.
Offsets = Callable[[], set[int]]


async def process(sink: Sink, events: list[Any]) -> None:
    """Process these events as a worker does, until all are acknowledged."""
    ended: asyncio.Queue[str] = asyncio.Queue()
    limits = {"batch": 100, "batch_bytes": 10**8, "seconds": 5}
    end = {"end": ended.put_nowait, "liveness": LivenessCheck(1000, ended.put_nowait)}
    loop = SinkLoop("any-headers", sink, source=SOURCE, look_up=lambda: SOURCE, **limits, **end)
    loop.start()
    for event in events:
        await loop.submit(event)
    async with asyncio.timeout(60):
        while not all(event.acknowledged.is_set() for event in events):
            assert ended.empty(), ended.get_nowait()
            await asyncio.sleep(0.002)
    loop._runner.cancel()  # type: ignore[union-attr]  # it is set since `start`


def event(offset: int, record: tuple[bytes | None, bytes | None, Any, int]) -> Any:
    key, content, headers, timestamp = record
    acknowledged = asyncio.Event()
    place = {"topic": TOPIC, "partition": 0, "offset": offset, "timestamp": timestamp / 1000}
    message = SimpleNamespace(**place, key=key, value=content, headers=list(headers))
    return SimpleNamespace(message=message, ack=acknowledged.set, acknowledged=acknowledged)


@contextmanager
def jsonl(folder: Path) -> Iterator[tuple[Sink, Offsets]]:
    def offsets() -> set[int]:
        lines = (line for path in folder.glob("*.offsets") for line in path.read_text().splitlines())
        return {int(line.split()[0]) for line in lines}

    opened = open_jsonl(JsonlSettings(folder=str(folder)))
    yield opened, offsets
    opened.close()


@contextmanager
def parquet(folder: Path) -> Iterator[tuple[Sink, Offsets]]:
    opened = open_parquet(ParquetSettings(folder=str(folder)))

    def offsets() -> set[int]:
        opened.close()
        table = dataset.dataset(folder, format="parquet").to_table(columns=["offset"])
        asides = [line for path in folder.rglob("_rejected.jsonl") for line in path.read_text().splitlines()]
        return {*table["offset"].to_pylist(), *(json.loads(line)["offset"] for line in asides)}

    yield opened, offsets


@contextmanager
def posted(folder: Path) -> Iterator[tuple[Sink, Offsets]]:
    def offsets() -> set[int]:
        posted = {int(request.headers["copydesk-offset"]) for request in receiver.requests}
        return posted | {entry["offset"] for entry in rejected(folder)}

    with receiving() as receiver, webhook(folder, receiver, concurrency=8) as sink:
        yield sink, offsets


@contextmanager
def sql(url: str) -> Iterator[tuple[Sink, Offsets]]:
    """Counts only rejected records: rows are there for the newest revision alone."""
    sink = open_sql(SqlSettings(url=url))
    yield sink, lambda: {int(at.rpartition("/")[2]) for (at,) in ask(url, "SELECT record FROM refused")}
    sink.close()


def is_revision(key: bytes | None, content: bytes | None, *_: Any) -> bool:
    """Whether it may be written: it is a takedown, or the article under its own key."""
    return content is None or key == id_of(1).encode()


@pytest.mark.parametrize("kind", ["jsonl", "parquet", "webhook", *DATABASES])
def test_each_record_is_written_or_rejected_with_a_reason(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    opened = {
        "jsonl": lambda: jsonl(tmp_path),
        "parquet": lambda: parquet(tmp_path),
        "webhook": lambda: posted(tmp_path),
        "sqlite": lambda: sql(f"sqlite:///{tmp_path}/articles.db"),
        "postgresql": lambda: sql(new_database(request.getfixturevalue("postgres"))),
    }
    numbers, sent, wanted = count(), set[int](), set[int]()
    with opened[kind]() as (sink, offsets):

        @settings(max_examples=25, suppress_health_check=list(HealthCheck))
        @given(st.lists(RECORDS, min_size=1, max_size=6))
        def process_all(records: list[Any]) -> None:
            numbered = [(next(numbers), record) for record in records]
            asyncio.run(process(sink, [event(offset, record) for offset, record in numbered]))
            sent.update(offset for offset, _ in numbered)
            wanted.update(
                offset for offset, record in numbered if not (kind in DATABASES and is_revision(*record))
            )

        with capture_logs():
            process_all()
        reached = offsets()
    assert wanted <= reached <= sent
