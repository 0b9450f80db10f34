"""Dead letters as the loop writes them, written many at once and without a worker."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from streams.core.message import Message, Outgoing
from streams.core.pipeline import load_pipeline
from streams.core.stage import Failure, Reason
from streams.dead_letters.record import dead_letter
from tests.support.commands.dlq import settings_of
from tests.support.pipelines.harness import PATIENCE, UnderTest

Headers = Sequence[tuple[str, bytes]]


@dataclass(frozen=True, kw_only=True)
class FailedRecord:
    """A record to publish together with its dead letter."""

    value: bytes | None
    key: bytes | None = b"k"
    headers: Headers = ()
    reason: Reason = Reason.FAILED
    partition: int | None = None


def failed_order(n: int, reason: Reason = Reason.FAILED, **more: Any) -> FailedRecord:
    return FailedRecord(
        value=json.dumps({"id": f"k{n}", "n": n, **more}).encode(), key=f"k{n}".encode(), reason=reason
    )


def write_dead_letters(
    toy: UnderTest,
    failed: Iterable[FailedRecord],
    change: Callable[[Outgoing], Outgoing] = lambda dead_letter_record: dead_letter_record,
) -> list[str]:
    """Publish each record to what the stage reads, and its dead letter. `topic/partition/offset` of each."""
    stage = load_pipeline(settings_of(toy)).stage("toy")
    topic = stage.reads.full_name
    with toy.producer() as out:
        sent = [
            (
                record,
                out.send(
                    topic,
                    key=record.key,
                    value=record.value,
                    headers=list(record.headers),
                    partition=record.partition,
                ),
            )
            for record in failed
        ]
        placed = [(record, future.get(timeout=PATIENCE)) for record, future in sent]
        messages = [
            Message(
                topic=topic,
                partition=metadata.partition,
                offset=metadata.offset,
                timestamp=metadata.timestamp,
                key=record.key,
                value=record.value,
                headers=tuple(record.headers),
            )
            for record, metadata in placed
        ]
        for (record, _), message in zip(placed, messages, strict=True):
            failure = Failure(reason=record.reason, error="ValueError", message=f"no good: {message.offset}")
            written = change(dead_letter(message, failure, stage))
            out.send(written.topic, key=written.key, value=written.value, headers=list(written.headers))
        out.flush()
    return [message.coordinates for message in messages]
