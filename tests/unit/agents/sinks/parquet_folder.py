"""A Parquet sink on a folder of its own, its records, and the rows that it has written."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyarrow import dataset

from agents.sinks.parquet.files import Files
from agents.sinks.parquet.schema import schema_of
from agents.sinks.parquet.sink import Parquet
from agents.sinks.rejected import RejectedRecords
from streams.core.sink import Delivered
from tests.unit.agents.claims import SOURCE, claim, record_at

AT_13_59 = 1_795_701_540.0  # 2026-11-26T13:59:00Z


@dataclass(frozen=True, kw_only=True)
class Note:
    """A record for tests that are not about columns."""

    id: str
    n: int


class Clock:
    """The time that the sink sees."""

    def __init__(self) -> None:
        self.now = AT_13_59

    def __call__(self) -> float:
        return self.now


def delivered(
    offset: int, partition: int = 0, *, value: bytes | None = None, gone: bool = False
) -> Delivered:
    version = "0000001795701500-0001795701500123-000000-00000000000000000007"
    value = None if gone else value or b'{"id":"k%d","n":%d}' % (offset, offset)
    return record_at(offset, value, partition=partition, version=version, event=f"e{partition}-{offset}")


@contextmanager
def sink(
    folder: Path,
    *,
    clock: Clock | None = None,
    partitions: Sequence[int] = (0,),
    offset: int = 0,
    source: str = SOURCE,
    generation: int = 1,
    **changed: Any,
) -> Iterator[Parquet]:
    """A sink that has just started, with claims on its partitions from `offset` on."""
    files = Files(str(folder), schema_of(Note))
    options = {"minutes": 60, "file_bytes": 10**9, "clock": clock or Clock(), **changed}
    opened = Parquet(files, RejectedRecords(folder / "_rejected.jsonl", 3), **options)
    try:
        for partition in partitions:
            opened.begin(claim(partition, offset, source=source, generation=generation))
        yield opened
    finally:
        opened.close()


def rows(folder: Path) -> list[dict[str, Any]]:
    table = dataset.dataset(folder, partitioning="hive", format="parquet").to_table()
    return sorted(table.to_pylist(), key=lambda row: (row["partition"], row["offset"]))


def offsets(folder: Path) -> list[tuple[int, int]]:
    return [(row["partition"], row["offset"]) for row in rows(folder)]
