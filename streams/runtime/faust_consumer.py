"""The thread in which Faust reads: committed records only, and none skipped (docs/decisions/0007)."""

import asyncio
from typing import Any, Protocol, cast

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError, NoOffsetForPartitionError, OffsetOutOfRangeError
from aiokafka.structs import OffsetAndMetadata
from faust.transport.drivers import aiokafka as driver

from streams.kafka.tolerant.decompression import Bounds, bound
from streams.kafka.tolerant.installation import install
from streams.runtime.data_loss import DataLossGuard, Loss, loss
from streams.runtime.group_member import Membership

log = structlog.get_logger("copydesk.reading")

FETCH_BYTES = 16 * 1_048_576


class Joined(Protocol):
    membership: Membership


class ConsumerThread(driver.AIOKafkaConsumerThread):
    """Faust itself reads the records of aborted transactions, unless it writes transactions."""

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
            await commit({tp: OffsetAndMetadata(at.offset, source) for tp, at in offsets.items()})

        consumer.commit = commit_with_source
        return consumer

    async def on_start(self) -> None:
        """Report each heartbeat that Kafka answers to the liveness check."""
        await super().on_start()
        coordinator, liveness = self._ensure_consumer()._coordinator, self._membership.liveness
        heartbeat = coordinator._do_heartbeat

        async def reported_heartbeat() -> bool:
            answered: bool = await heartbeat()
            if answered:
                liveness.record_answer()
            return answered

        coordinator._do_heartbeat = reported_heartbeat

    async def seek_to_committed(self) -> Any:
        """Seek to the committed offsets. Where the group has none, seek to 0 if the log begins there.

        If it begins later, nothing is done, and the first fetch fails because there is no offset. aiokafka
        0.14.0 does not seek to a committed 0: up to 8 records that Faust had returned were lost.
        """
        committed = await super().seek_to_committed()
        await self.call_thread(self._seek_to_zero, [tp for tp, offset in committed.items() if offset == 0])
        if new := [tp for tp, offset in committed.items() if offset is None]:
            await self.call_thread(self._begin, new)
        if self._membership.source:
            committed = {**committed, **await self.call_thread(self._restart_at_oldest)}
        return committed

    async def _restart_at_oldest(self) -> dict[TopicPartition, int]:
        """Offsets that were committed for another log do not apply to this one: begin at its oldest record.

        Returns these offsets, because Faust delivers no record before the offset that it takes for committed.
        """
        consumer, source = self._ensure_consumer(), self._membership.source
        committed = await consumer._coordinator.fetch_committed_offsets(sorted(consumer.assignment()))
        others = [partition for partition, at in committed.items() if at.metadata not in ("", source)]
        begins = await consumer.beginning_offsets(others) if others else {}
        for partition in consumer.assignment() & begins.keys():
            consumer.seek(partition, begins[partition])
        if others:
            log.warning(
                "the offsets belong to another log of this name: this one is read from its oldest record on",
                partitions=sorted(partition.partition for partition in others),
                records_deleted_before=sum(begins.values()),
            )
        return dict(begins)

    async def _begin(self, new: list[TopicPartition]) -> None:
        begins = await self._ensure_consumer().beginning_offsets(new)
        await self._seek_to_zero([partition for partition, begin in begins.items() if begin == 0])

    async def _seek_to_zero(self, partitions: list[TopicPartition]) -> None:
        consumer = self._ensure_consumer()
        for partition in consumer.assignment() & set(partitions):
            consumer.seek(partition, 0)

    async def _fetch_records(
        self,
        consumer: AIOKafkaConsumer,
        active_partitions: Any,
        timeout: float | None = None,  # noqa: ASYNC109 - Faust's signature
        max_records: int | None = None,
    ) -> Any:
        """Fetch as Faust does, until Kafka answers that the next record does not exist: then read no more."""
        data_loss = self._membership.data_loss
        try:
            if not data_loss.met:
                return await super()._fetch_records(consumer, active_partitions, timeout, max_records)
            await asyncio.sleep(timeout or 0)
            rejected: set[Any] = set()
        except (OffsetOutOfRangeError, NoOffsetForPartitionError) as error:
            rejected = set(error.args[0]) if isinstance(error, OffsetOutOfRangeError) else set()
        if not data_loss.met or data_loss.due:
            await self._look(consumer, data_loss, rejected)
        return {}

    async def _look(self, consumer: AIOKafkaConsumer, data_loss: DataLossGuard, rejected: set[Any]) -> None:
        """Ask Kafka what was deleted. If it does not answer, the next fetch is rejected again."""
        try:
            losses = await self._losses(consumer, rejected)
        except KafkaError as error:
            log.warning("Kafka did not report which records it has deleted", error=repr(error))
            return
        if losses or data_loss.met:
            data_loss.stop(losses)

    async def _losses(self, consumer: AIOKafkaConsumer, rejected: set[Any]) -> list[Loss]:
        assigned = sorted(consumer.assignment())
        begins = await consumer.beginning_offsets(assigned)
        ends = await consumer.end_offsets(assigned)
        if new := [partition for partition in assigned if await _next(consumer, partition) is None]:
            await self._begin(new)
        rejected = rejected | _rejected(consumer)
        losses = [
            loss(tp.partition, await _next(consumer, tp), begins[tp], ends[tp], rejected=tp in rejected)
            for tp in assigned
        ]
        return [loss for loss in losses if loss]


async def _next(consumer: AIOKafkaConsumer, partition: TopicPartition) -> int | None:
    """The offset that is read next; None if the group has none."""
    assignment = consumer._subscription.subscription.assignment
    state = assignment.state_value(partition) if assignment else None
    if state is not None and state.has_valid_position:
        return int(state.position)
    return cast(int | None, await consumer.committed(partition))


def _rejected(consumer: AIOKafkaConsumer) -> set[TopicPartition]:
    """Further partitions whose offsets Kafka has rejected, without a fetch that has raised it yet."""
    errors = {tp: getattr(result, "_error", None) for tp, result in consumer._fetcher._records.items()}
    return {tp for tp, error in errors.items() if isinstance(error, OffsetOutOfRangeError)}
