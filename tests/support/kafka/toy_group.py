"""The consumer group of the toy stage without a worker: its offsets and its lag."""

from kafka import TopicPartition
from kafka.structs import OffsetAndMetadata

from streams.core.stage import group_name
from streams.kafka import client
from streams.kafka.lag import GroupLag, group_lags
from streams.settings import Settings


def orders(settings: Settings) -> TopicPartition:
    """Partition 0 of the topic that the toy stage reads."""
    return TopicPartition(f"{settings.prefix}.order", 0)


def commit(settings: Settings, offset: int) -> None:
    """Commit this offset for `orders`."""
    group = group_name(settings.prefix, "toy")
    with client.admin(settings) as admin:
        admin.alter_group_offsets(group, {orders(settings): OffsetAndMetadata(offset, "", -1)})


def lag_of(settings: Settings) -> GroupLag:
    reads = {group_name(settings.prefix, "toy"): orders(settings).topic}
    with client.admin(settings) as admin, client.consumer(settings) as reader:
        [lag] = group_lags(admin, reader, reads)
    return lag
