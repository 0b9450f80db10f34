"""What Kafka deletes before it is read."""

import json
import shlex
from collections.abc import Iterator
from typing import Any
from urllib.request import urlopen

from kafka import TopicPartition

from streams.core.pipeline import group_name
from streams.kafka import client
from streams.kafka.lag import committed
from streams.local.broker.ports import free_ports
from tests.reliability.row import Fault
from tests.reliability.running import Running
from tests.reliability.watched import RowError

STOPPED = "stopped: records were deleted before they were read"
METRIC = "copydesk_lost_records{"


def expire(run: Running) -> None:
    """Half of what waits for clean is deleted, as retention does. It tells how many, and goes on only once
    the command that it names was run."""
    run.until_written("clean", 0.2)
    run.leave("clean")
    run.published()
    before = run.written("clean")
    _delete_half(run)
    port, _ = free_ports(0)
    run.start("clean", own={"COPYDESK_PROBES__PORT": str(port)})
    report = run.until(lambda: next(_told(run), None), "clean says what is gone")
    said = (report["records"], _metric(port), run.written("clean") - before)
    if said != (len(run.gone), len(run.gone), 0):
        raise RowError(f"{len(run.gone)} are gone, and clean says, counts and goes on with {said}")
    run.leave("clean")
    run.copydesk(*shlex.split(report["todo"].partition("then: ")[2])[1:])
    run.start("clean")
    run.recovers("clean")
    run.happened.append(f"{len(run.gone):,} deleted unread, each of them told; the rest read once accepted")


def _delete_half(run: Running) -> None:
    group = group_name(run.settings.prefix, "clean")
    with client.admin(run.settings) as admin, client.consumer(run.settings) as reader:
        read = committed(admin, [group])[group]
        ends = reader.end_offsets(list(read))
        begins = {one: at + (ends[one] - at) // 2 for one, at in read.items()}
        admin.delete_records(begins)
    run.gone |= {_origin(one, offset) for one, begin in begins.items() for offset in range(read[one], begin)}
    if not run.gone:
        raise RowError("nothing was deleted")


def _origin(partition: TopicPartition, offset: int) -> tuple[str, int, int]:
    return partition.topic, partition.partition, offset


def _told(run: Running) -> Iterator[dict[str, Any]]:
    """What clean has logged of it, the line whole."""
    for line in run.log("clean").splitlines():
        if STOPPED in line and line.endswith("}"):
            yield json.loads(line)


def _metric(port: int) -> int:
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    return sum(int(float(line.split()[-1])) for line in lines if line.startswith(METRIC))


FAULTS = (
    Fault(name="offsets-expired", what="half of what waits is deleted before it is read", strike=expire),
)
