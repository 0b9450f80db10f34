"""Whether loaded work fits its stage, as far as its annotations show."""

import inspect
from collections.abc import Iterator
from dataclasses import is_dataclass
from typing import Any, get_args, get_type_hints

from streams.core.stage import Discard, Stage

#: How long the work itself takes, besides what it waits for.
OWN_SECONDS = 2.0


def work_fault(stage: Stage, work: Any) -> str | None:
    """Why `work` cannot be the work of `stage`, in a sentence, or None."""
    if not callable(work):
        return f"{stage.work} returned {work!r}, which is not a function of one record"
    try:
        inspect.signature(work).bind(None)
    except TypeError:
        return f"{stage.work} returned a work that takes {inspect.signature(work)}, and must take one record"
    except ValueError:  # functions in C may have no signature
        return None
    takes, returns = _annotated(work)
    if takes is not None and stage.reads.record is not None and not issubclass(stage.reads.record, takes):
        return f"its work takes a {takes.__name__}, and the stage reads a {stage.reads.record.__name__}"
    records = [topic.record for topic in stage.outputs if topic.record is not None]
    for returned in returns:
        if returned is not Discard and records and not any(_related(returned, record) for record in records):
            written = " or a ".join(record.__name__ for record in records)
            return f"its work returns a {returned.__name__}, and the stage writes a {written}"
    return None


def waiting_fault(stage: Stage, work: Any, article_seconds: float) -> str | None:
    """Why articles would be dead (`timed-out`) while `work` waits for others, in a sentence, or None."""
    waits = float(getattr(work, "waits_seconds", 0.0))
    if waits == 0.0 or waits + OWN_SECONDS <= article_seconds:
        return None
    return (
        f"{stage.work} may wait {waits:g} s for others, so article_seconds must be at least"
        f" {waits + OWN_SECONDS:g}, and is {article_seconds:g}"
    )


def _annotated(work: Any) -> tuple[type | None, list[type]]:
    """The dataclass of its argument, if it is one, and all classes that it may return."""
    function = work if inspect.isroutine(work) else type(work).__call__
    try:
        hints = get_type_hints(function)
    except Exception:  # noqa: BLE001 - an annotation may be any expression
        return None, []
    returns = list(_classes(hints.pop("return", Any)))
    takes = next(iter(hints.values()), None)
    return (takes if is_dataclass(takes) and inspect.isclass(takes) else None), returns


def _classes(hint: Any) -> Iterator[type]:
    """The classes in an annotation, those within a list included; none if it may be anything."""
    for inner in get_args(hint):
        yield from _classes(inner)
    anything = hint in (Any, object) or getattr(hint, "_is_protocol", False)
    if inspect.isclass(hint) and not get_args(hint) and not anything:
        yield hint


def _related(left: type, right: type) -> bool:
    return issubclass(left, right) or issubclass(right, left)
