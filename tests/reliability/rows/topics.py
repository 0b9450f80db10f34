"""Changes of topics, by operators or by Kafka itself."""

import time
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from streams.kafka import client
from streams.local.broker.node import Broker
from tests.reliability.articles import Mix
from tests.reliability.row import ACTIONS, Fault
from tests.reliability.running import Running
from tests.reliability.watched import RowError

#: Short, because the row waits for it twice.
UNAVAILABLE_SECONDS = 5


def read_only(run: Running) -> None:
    """The dead-letter topic of entities, then also the topic of clean, reject all records for a while."""
    clean, entities, _ = run.pipeline.stages
    topics = {"entities": entities.dead, "clean": clean.writes}
    names = {stage: topic.full_name for stage, topic in topics.items()}
    _rights(run, "--add", "--allow-principal", "User:*", "--operation", "All", topics=names.values())
    run.go_on()
    run.until_written("clean", 0.2)
    before = run.restarts("clean", "entities")
    try:
        for stage, name in names.items():
            _rights(run, "--add", "--deny-principal", "User:*", "--operation", "Write", topics=[name])
            run.go_on()
            run.until_still(stage, UNAVAILABLE_SECONDS + 2)
    finally:
        _rights(run, "--remove", "--force", topics=names.values())
    run.recovers("clean")
    restarts = run.restarts("clean", "entities") - before
    if not restarts:
        raise RowError("no process noticed the fault")
    run.happened.append(f"2 topics rejected all records; {restarts} restarts of processes")


def _rights(run: Running, *options: str, topics: Iterable[str]) -> None:
    run.copydesk("kafka", "acls", *options, *(part for name in topics for part in ("--topic", name)))


def with_rights(stack: ExitStack, folder: Path) -> dict[str, Any]:
    """A Kafka with access control; at first everybody may do everything."""
    settings = {
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "allow.everyone.if.no.acl.found": "true",
    }
    return {"kafka": stack.enter_context(Broker(folder / "kafka", settings=settings))}


def dead_letters_missing(run: Running) -> None:
    """Delete the dead-letter topic of entities, and recreate it after entities has exited because of it."""
    stage = run.pipeline.stages[1]
    with client.admin(run.settings) as admin:
        admin.delete_topics([stage.dead.full_name])
    run.until(lambda: "is missing" in run.log("entities"), "entities reports the missing topic", 200)
    run.copydesk("topics", "create")
    run.recovers("entities")
    run.happened.append(f"without it, {run.restarts('entities')} restarts of entities")


def add_partitions(run: Running) -> None:
    """Add partitions to the first topic, from 4 to 8."""
    run.until_written("clean", 0.2)
    with client.admin(run.settings) as admin:
        admin.create_partitions({run.raw: 8})
    began = time.monotonic()
    run.until(lambda: _partitions(run) == 8, "there are 8")
    run.until(
        lambda: any(run.acknowledged("clean").get(partition) for partition in range(4, 8)),
        "clean reads a new partition",
    )
    run.recoveries.append(time.monotonic() - began)
    run.published()
    new = sum(placed.partition >= 4 for placed in run.confirmed)
    if not new:
        raise RowError("no article went to a new partition")
    run.happened.append(f"4 partitions became 8; {new:,} articles went to the new ones")


def replay_all(run: Running) -> None:
    """Read every raw record once more, after a reset of offsets with Kafka's own tool."""
    run.quiet()
    before = run.written("clean")
    run.leave("clean")
    group = run.pipeline.stage("clean").group
    reset = ("--reset-offsets", "--to-earliest", "--topic", run.raw, "--group", group, "--execute")
    run.until(
        lambda: "NEW-OFFSET" in run.copydesk("kafka", "consumer-groups", *reset), "the offsets are reset"
    )
    run.start("clean")
    run.recovers("clean")
    run.until(lambda: run.written("clean") >= 1.99 * before, "all results are repeated")
    run.quiet()
    run.happened.append(f"{run.written('clean') - before:,} results repeated")


def _partitions(run: Running) -> int:
    time.sleep(0.2)
    with client.consumer(run.settings) as reader:
        return len(reader.partitions_for_topic(run.raw) or ())


FAULTS = (
    Fault(
        name="read-only",
        description="topics of dead letters and results reject all records for a while",
        strike=read_only,
        pipeline=ACTIONS,
        mix=Mix(actions={"fail": 20}),
        portions=4,
        around=with_rights,
        worker={"unavailable_seconds": UNAVAILABLE_SECONDS},
    ),
    Fault(
        name="letters-missing",
        description="the dead-letter topic is deleted, and recreated",
        strike=dead_letters_missing,
        pipeline=ACTIONS,
        mix=Mix(actions={"fail": 20}, late=0.6),
        rate=150,
        worker={"unavailable_seconds": 10},
    ),
    Fault(
        name="partitions",
        description="partitions added to the first topic",
        strike=add_partitions,
        rate=60,
        # A correction may be in another partition than the article that it corrects.
        reordered=True,
    ),
    Fault(name="replay", description="the whole first topic is read once more", strike=replay_all, share=0.6),
)
