"""The thread in which Faust reads: what is committed, and nothing skipped (docs/decisions/0007)."""

import asyncio
from typing import Any, Protocol, cast

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError, NoOffsetForPartitionError, OffsetOutOfRangeError
from aiokafka.structs import OffsetAndMetadata
from faust.transport.drivers import aiokafka as driver

from streams.kafka.tolerant.decompression import Bounds, bound
from streams.kafka.tolerant.installation import install
from streams.runtime.data_loss import Deleted, Loss, loss
from streams.runtime.group_member import Membership

log = structlog.get_logger("copydesk.reading")

FETCH_BYTES = 16 * 1_048_576


class Joined(Protocol):
    membership: Membership


class ConsumerThread(driver.AIOKafkaConsumerThread):
    """Faust reads what aborted transactions wrote, unless it writes transactions itself."""

    @property
    def _membership(self) -> Membership:
        return cast(Joined, self.app).membership

    def _create_worker_consumer(self, transport: Any) -> AIOKafkaConsumer:
        install()
        bound(Bounds.of(self._membership.worker.article_bytes))
        consumer = super()._create_worker_consumer(transport)
        consumer._isolation_level = "read_committed"
        consumer._fetch_max_bytes = FETCH_BYTES
        commit, source = consumer.commit, self._membership.source

        async def commit_with_source(offsets: Any) -> None:
            await commit({one: OffsetAndMetadata(at.offset, source) for one, at in offsets.items()})

        consumer.commit = commit_with_source
        return consumer

    async def on_start(self) -> None:
        """Have the beat hear of every heartbeat that Kafka has answered."""
        await super().on_start()
        coordinator, liveness = self._ensure_consumer()._coordinator, self._membership.liveness
        ask = coordinator._do_heartbeat

        async def asked() -> bool:
            known: bool = await ask()
            if known:
                liveness.record_answer()
            return known

        coordinator._do_heartbeat = asked

    async def seek_to_committed(self) -> Any:
        """Back to what is committed; where the group has no offset, to 0, if the log begins there.

        Where it begins later, nothing is done, and the first fetch says that there is no offset. aiokafka
        0.14.0 does not go back to a committed 0: up to 8 records that Faust had given back were lost.
        """
        committed = await super().seek_to_committed()
        await self.call_thread(self._seek_to_zero, [one for one, offset in committed.items() if offset == 0])
        new = [one for one, offset in committed.items() if offset is None]
        if new:
            await self.call_thread(self._begin, new)
        if self._membership.source:
            committed = {**committed, **await self.call_thread(self._restart_at_oldest)}
        return committed

    async def _restart_at_oldest(self) -> dict[TopicPartition, int]:
        """Offsets that were committed of another log say nothing of this one: begin at its oldest record.

        Where that is, since Faust gives out nothing before what it takes for committed.
        """
        consumer, source = self._ensure_consumer(), self._membership.source
        found = await consumer._coordinator.fetch_committed_offsets(sorted(consumer.assignment()))
        others = [one for one, at in found.items() if at.metadata not in ("", source)]
        begins = await consumer.beginning_offsets(others) if others else {}
        for one in consumer.assignment() & begins.keys():
            consumer.seek(one, begins[one])
        if others:
            log.warning(
                "the offsets are of another log of this name: this one is read from its oldest record on",
                partitions=sorted(one.partition for one in others),
                records_deleted_before=sum(begins.values()),
            )
        return dict(begins)

    async def _begin(self, new: list[TopicPartition]) -> None:
        begins = await self._ensure_consumer().beginning_offsets(new)
        await self._seek_to_zero([one for one, begin in begins.items() if begin == 0])

    async def _seek_to_zero(self, partitions: list[TopicPartition]) -> None:
        consumer = self._ensure_consumer()
        for one in consumer.assignment() & set(partitions):
            consumer.seek(one, 0)

    async def _fetch_records(
        self,
        consumer: AIOKafkaConsumer,
        active_partitions: Any,
        timeout: float | None = None,  # noqa: ASYNC109 - Faust's signature
        max_records: int | None = None,
    ) -> Any:
        """Faust's own, until Kafka says that what is next is not there: then nothing more is read."""
        deleted = self._membership.deleted
        try:
            if not deleted.met:
                return await super()._fetch_records(consumer, active_partitions, timeout, max_records)
            await asyncio.sleep(timeout or 0)
            rejected: set[Any] = set()
        except (OffsetOutOfRangeError, NoOffsetForPartitionError) as error:
            rejected = set(error.args[0]) if isinstance(error, OffsetOutOfRangeError) else set()
        if not deleted.met or deleted.due:
            await self._look(consumer, deleted, rejected)
        return {}

    async def _look(self, consumer: AIOKafkaConsumer, deleted: Deleted, rejected: set[Any]) -> None:
        """Ask what was deleted. While Kafka does not say it, the fetch is rejected again."""
        try:
            losses = await self._losses(consumer, rejected)
        except KafkaError as error:
            log.warning("Kafka does not say which records it has deleted", error=repr(error))
            return
        if losses or deleted.met:
            deleted.stop(losses)

    async def _losses(self, consumer: AIOKafkaConsumer, rejected: set[Any]) -> list[Loss]:
        assigned = sorted(consumer.assignment())
        begins = await consumer.beginning_offsets(assigned)
        ends = await consumer.end_offsets(assigned)
        new = [one for one in assigned if await _next(consumer, one) is None]
        if new:
            await self._begin(new)
        rejected = rejected | _rejected(consumer)
        found = [
            loss(one.partition, await _next(consumer, one), begins[one], ends[one], rejected=one in rejected)
            for one in assigned
        ]
        return [one for one in found if one]


async def _next(consumer: AIOKafkaConsumer, partition: TopicPartition) -> int | None:
    """The offset of a partition to be read next; None where the group has none."""
    assignment = consumer._subscription.subscription.assignment
    state = assignment.state_value(partition) if assignment else None
    if state is not None and state.has_valid_position:
        return int(state.position)
    return cast(int | None, await consumer.committed(partition))


def _rejected(consumer: AIOKafkaConsumer) -> set[TopicPartition]:
    """Partitions whose offsets Kafka has rejected too, and nobody has been told yet."""
    waiting = consumer._fetcher._records.items()
    return {
        one for one, found in waiting if isinstance(getattr(found, "_error", None), OffsetOutOfRangeError)
    }
