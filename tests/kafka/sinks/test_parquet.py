"""A Parquet sink on a real broker: each record is there once, and every file is complete at any moment."""

import json
import signal
from pathlib import Path
from typing import Any

import pytest
from pyarrow import dataset

from tests.support.pipelines.harness import UnderTest, results_and_takedowns, until

pytestmark = pytest.mark.kafka

RECORDS = 2000


def rows(folder: Path) -> list[dict[str, Any]]:
    """All rows, read while the sink may be writing."""
    if not list(folder.glob("date=*")):
        return []
    return list(dataset.dataset(folder, partitioning="hive", format="parquet").to_table().to_pylist())


def test_kill_9_twice_with_records_in_flight_and_each_record_is_there_once_in_whole_files(
    toy: UnderTest,
) -> None:
    folder = toy.folder / "lake"
    toy.configure(partitions=3)
    with (toy.folder / "copydesk.toml").open("a") as file:
        file.write(
            f'[sinks.lake]\nkind = "parquet"\nfolder = "{folder}"\nrecord = "toy_pipeline.topics:Result"\n'
            "file_bytes = 80_000\n"
        )
    toy.create_topics()
    toy.publish(results_and_takedowns(RECORDS), "result")
    for share in (0.1, 0.4):
        sink = toy.start("sink", "lake")
        until(lambda share=share: len(rows(folder)) > RECORDS * share, "rows are coming")
        sink.kill()
        sink.wait()
    last = toy.start("sink", "lake")
    until(lambda: _lag(toy) == 0, "all is acknowledged")
    last.send_signal(signal.SIGTERM)
    assert last.wait(30) == 0

    written = {(row["partition"], row["offset"]): (row["id"], row["n"], row["pad"]) for row in rows(folder)}
    wanted = {(record.partition, record.offset): _row(record) for record in toy.read("result")}
    assert written == wanted
    assert len(rows(folder)) == RECORDS
    assert list((folder / "_journal").iterdir()) == []


def _row(record: Any) -> tuple[str, int | None, str | None]:
    value = json.loads(record.value) if record.value else {"id": record.key.decode(), "n": None, "pad": None}
    return value["id"], value["n"], value["pad"]


def _lag(toy: UnderTest) -> int:
    status = json.loads(toy.run("status", "--json").stdout)
    return next(sink["lag"] for sink in status["sinks"] if sink["name"] == "lake")
