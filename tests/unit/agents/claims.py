"""Claims on partitions, for sinks under test."""

from streams.core.sink import Claim

SOURCE = "0123456789ab"


def claim(topic: str, partition: int, offset: int, *, source: str = SOURCE, generation: int = 1) -> Claim:
    """The claim of a partition that is written from `offset` on."""
    return Claim(topic=topic, partition=partition, offset=offset, source=source, generation=generation)
