"""What `up` shows once its processes are started: what it waits for, and what passes through."""

from collections.abc import Mapping

from rich.text import Text

from streams.inspection.activity import Activity


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
    """`1,234 articles in, 1,200 done, 34 waiting, 600 per minute`."""
    counts = f"{activity.received:,} articles in, {activity.done:,} done, {activity.waiting:,} waiting"
    return f"{counts}, {activity.per_minute:,} per minute"
