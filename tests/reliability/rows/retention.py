"""Records that Kafka deletes before they are read."""

import json
import shlex
from collections.abc import Iterator
from typing import Any
from urllib.request import urlopen

from streams.kafka import client
from streams.kafka.lag import committed
from streams.local.broker.ports import free_ports
from tests.reliability.row import Fault
from tests.reliability.running import Running
from tests.reliability.watched import RowError

STOPPED = "stopped: records were deleted before they were read"
METRIC = "copydesk_lost_records{"


def expire(run: Running) -> None:
    """Delete half of the records that wait for clean, as retention does.

    Clean must report how many, and continue only after the command that it names.
    """
    run.until_written("clean", 0.2)
    run.leave("clean")
    run.published()
    before = run.written("clean")
    _delete_half(run)
    port, _ = free_ports(0)
    run.start("clean", own={"COPYDESK_PROBES__PORT": str(port)})
    report = run.until(lambda: next(_reports(run), None), "clean reports the lost records")
    logged_counted_written = (report["records"], _metric(port), run.written("clean") - before)
    if logged_counted_written != (len(run.gone), len(run.gone), 0):
        raise RowError(f"{len(run.gone)} are lost; clean logs, counts and writes {logged_counted_written}")
    run.leave("clean")
    run.copydesk(*shlex.split(report["todo"].partition("then: ")[2])[1:])
    run.start("clean")
    run.recovers("clean")
    run.happened.append(
        f"{len(run.gone):,} records lost, each of them reported;"
        " the rest was read after the loss was accepted"
    )


def _delete_half(run: Running) -> None:
    group = run.pipeline.stage("clean").group
    with client.admin(run.settings) as admin, client.consumer(run.settings) as reader:
        read = committed(admin, [group])[group]
        ends = reader.end_offsets(list(read))
        starts = {partition: offset + (ends[partition] - offset) // 2 for partition, offset in read.items()}
        admin.delete_records(starts)
    run.gone |= {
        (partition.topic, partition.partition, offset)
        for partition, start in starts.items()
        for offset in range(read[partition], start)
    }
    if not run.gone:
        raise RowError("nothing was deleted")


def _reports(run: Running) -> Iterator[dict[str, Any]]:
    """The complete log lines of clean about lost records."""
    for line in run.log("clean").splitlines():
        if STOPPED in line and line.endswith("}"):
            yield json.loads(line)


def _metric(port: int) -> int:
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    return sum(int(float(line.split()[-1])) for line in lines if line.startswith(METRIC))


FAULTS = (
    Fault(
        name="offsets-expired",
        description="half of the waiting records are deleted before they are read",
        strike=expire,
    ),
)
