"""Dead letters made by hand, as the loop makes them, many at once and without a worker."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from streams.core.message import Message, Outgoing
from streams.core.stage import Failure, Reason, Stage
from streams.dead_letters.record import dead_letter
from tests.support.pipelines.harness import PATIENCE, UnderTest

Headers = Sequence[tuple[str, bytes]]


@dataclass(frozen=True, kw_only=True)
class Died:
    """A record that was published and is dead."""

    value: bytes | None
    key: bytes | None = b"k"
    headers: Headers = ()
    reason: Reason = Reason.FAILED
    partition: int | None = None


def order_that_died(n: int, reason: Reason = Reason.FAILED, **more: Any) -> Died:
    return Died(
        value=json.dumps({"id": f"k{n}", "n": n, **more}).encode(), key=f"k{n}".encode(), reason=reason
    )


def write_dead_letters(
    pipeline: UnderTest,
    stage: Stage,
    died: Iterable[Died],
    change: Callable[[Outgoing], Outgoing] = lambda made: made,
) -> list[str]:
    """Publish each to what the stage reads, and its dead letter; `topic/partition/offset` of each."""
    topic = pipeline.topic(stage.reads.name)
    with pipeline.producer() as out:
        sent = [
            (
                one,
                out.send(
                    topic, key=one.key, value=one.value, headers=list(one.headers), partition=one.partition
                ),
            )
            for one in died
        ]
        placed = [(one, future.get(timeout=PATIENCE)) for one, future in sent]
        messages = [
            Message(
                topic=topic,
                partition=at.partition,
                offset=at.offset,
                timestamp=at.timestamp,
                key=one.key,
                value=one.value,
                headers=tuple(one.headers),
            )
            for one, at in placed
        ]
        for (one, _), message in zip(placed, messages, strict=True):
            dead = Failure(reason=one.reason, error="ValueError", message=f"no good: {message.offset}")
            made = change(dead_letter(message, dead, stage, prefix=pipeline.prefix, group="g"))
            out.send(made.topic, key=made.key, value=made.value, headers=list(made.headers))
        out.flush()
    return [message.coordinates for message in messages]
