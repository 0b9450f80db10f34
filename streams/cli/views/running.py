"""What `up` shows once its processes are started: what it waits for, and what passes through."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.text import Text

from streams.cli.views.steps import Steps
from streams.inspection.activity import Activity
from streams.runtime.outage_log import AGAIN, SILENT

if TYPE_CHECKING:
    from streams.local.broker.node import Broker


@contextmanager
def running_kafka(steps: Steps, node: "Broker") -> Iterator["Broker"]:
    """A Kafka of ours within the block; its start and its end are steps."""
    try:
        with steps.shown():
            steps.step("starting Kafka")
            node.start()
        yield node
    finally:
        with steps.shown():
            steps.step("stopping Kafka")
            node.stop()


def is_of_outage(line: str) -> bool:
    """Whether a process says that Kafka does not answer, or answers again."""
    return SILENT in line or AGAIN in line


def starting(waiting: Mapping[str, str]) -> str:
    """`loading models: clean, entities`."""
    return f"loading models: {', '.join(waiting)}"


def working(activity: Activity | None, waiting: Mapping[str, str]) -> Text:
    """What passes through the pipeline, or what prevents it."""
    if waiting:
        reasons = "; ".join(f"{name}: {reason}" for name, reason in waiting.items())
        return Text.assemble(("not ready  ", "yellow"), reasons)
    return Text("asking Kafka" if activity is None else in_words(activity))


def in_words(activity: Activity) -> str:
    """`articles: 1,234 in, 1,200 done, 34 waiting, 600 per minute`."""
    counts = f"articles: {activity.received:,} in, {activity.done:,} done, {activity.waiting:,} waiting"
    return f"{counts}, {activity.per_minute:,} per minute"
