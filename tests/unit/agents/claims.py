"""Claims on partitions, and records in them, for sinks under test."""

from typing import Any

from streams.core.sink import Claim, Delivered

SOURCE = "0123456789ab"
TOPIC = "news.summaries"


def claim(partition: int, offset: int, *, source: str = SOURCE, generation: int = 1) -> Claim:
    """The claim of a partition that is written from `offset` on."""
    return Claim(topic=TOPIC, partition=partition, offset=offset, source=source, generation=generation)


def record_at(offset: int, record: bytes | None, *, partition: int = 0, **fields: Any) -> Delivered:
    """A record at `offset`. Unless `fields` say otherwise, it belongs to an article of its own."""
    place = {"source": SOURCE, "topic": TOPIC, "partition": partition, "offset": offset}
    names = {"key": f"k{offset}", "event": f"e{offset}", "version": "1"}
    return Delivered(record=record, **{**place, **names, **fields})
