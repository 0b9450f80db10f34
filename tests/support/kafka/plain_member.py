"""A member of a consumer group with aiokafka alone. It does what Faust does for a worker, for comparison.

Workers do not use it (docs/decisions/0003). It keeps the same promises (streams/runtime/group_member.py).
"""

import asyncio
import signal
import threading
from collections.abc import AsyncIterator, Callable, Collection
from dataclasses import replace
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError, NoOffsetForPartitionError, OffsetOutOfRangeError
from aiokafka.structs import OffsetAndMetadata

from streams.kafka.connection import bootstrap_addresses, security_options
from streams.kafka.tolerant.decompression import Bounds, bound
from streams.kafka.tolerant.installation import install
from streams.monitoring.health import REBALANCING, STOPPING
from streams.runtime.data_loss import loss
from streams.runtime.group_member import Membership
from streams.runtime.process_exit import end_process
from tests.support.kafka.plain_events import Assignment, Event
from tests.support.kafka.plain_producer import PlainProducer

log = structlog.get_logger("copydesk.plain")

FETCH_BYTES, POLL_MS, STOP_SHARE = 16 * 1_048_576, 1000, 0.8


class PlainMember(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka ships no types
    """A member of a consumer group with aiokafka alone."""

    def __init__(self, membership: Membership) -> None:
        install()
        bound(Bounds.of(membership.worker.article_bytes))
        self.should_stop = False
        self.producer = PlainProducer(membership)
        self._membership = membership
        self._work_loop = membership.make_loop(self.producer)
        self._assignment = Assignment()
        self._committing = asyncio.Lock()

    def run(self) -> None:
        """Read until SIGTERM or SIGINT, then raise `SystemExit`."""
        asyncio.run(self._run_until_signal())
        raise SystemExit(0)

    def ask(self, answer: Callable[[], None]) -> None:
        self._event_loop.call_soon_threadsafe(answer)

    def lost_group(self) -> str | None:
        """Not known here. The next `getmany` raises the error of the coordinator."""
        return None

    async def _run_until_signal(self) -> None:
        stopped = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
        await self.start()
        await stopped.wait()
        await self.stop()

    async def start(self) -> None:
        """Join the group and start to read."""
        self._event_loop = asyncio.get_running_loop()
        self._consumer = self._new_consumer()
        if self._membership.writes:
            await self.producer.start()
        self._work_loop.start()
        self._consumer.subscribe([self._membership.topic], listener=self)
        await self._consumer.start()
        self._watch_heartbeats()
        self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._commit_forever())]
        for task in self._tasks:
            task.add_done_callback(self._ended)

    async def stop(self) -> None:
        """Drain, commit and leave the group."""
        self.should_stop = True
        self._end_in_time()
        self._membership.health.left(STOPPING)
        await self._work_loop.drain()
        for task in self._tasks:
            task.cancel()
        await self.commit()
        await self._consumer.stop()
        await self.producer.stop()

    def _end_in_time(self) -> None:
        late = "it could not stop in good order in time"
        timer = threading.Timer(STOP_SHARE * self._membership.worker.stop_seconds, end_process, [late])
        timer.daemon = True
        timer.start()

    def _ended(self, task: "asyncio.Task[None]") -> None:
        if not task.cancelled() and not self.should_stop:
            end_process(f"reading ended: {task.exception()!r}")

    def _new_consumer(self) -> Any:
        membership, worker = self._membership, self._membership.worker
        return AIOKafkaConsumer(
            bootstrap_servers=bootstrap_addresses(membership.settings.bootstrap_servers),
            group_id=membership.group,
            isolation_level="read_committed",
            auto_offset_reset="none",
            enable_auto_commit=False,
            fetch_max_bytes=FETCH_BYTES,
            metadata_max_age_ms=30_000,
            session_timeout_ms=int(1000 * worker.session_seconds),
            heartbeat_interval_ms=int(1000 * min(3.0, worker.session_seconds / 4)),
            rebalance_timeout_ms=int(1000 * worker.rebalance_seconds),
            max_poll_interval_ms=7 * 86_400_000,
            request_timeout_ms=int(1000 * max(90.0, worker.session_seconds)),
            **security_options(membership.settings.security),
        )

    def _watch_heartbeats(self) -> None:
        """The only change to aiokafka, which does not report when Kafka last answered."""
        coordinator, liveness = self._consumer._coordinator, self._membership.liveness
        send_heartbeat = coordinator._do_heartbeat

        async def watched() -> bool:
            known: bool = await send_heartbeat()
            if known:
                liveness.record_answer()
            return known

        coordinator._do_heartbeat = watched

    async def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        """aiokafka awaits this before it joins again."""
        self._membership.health.left(STOPPING if self.should_stop else REBALANCING)
        await self._work_loop.drain()
        await self.commit()

    async def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        """aiokafka awaits this before it fetches from them."""
        self._assignment = Assignment()
        offsets = await self._seek_where_nothing_is_committed(assigned)
        self._membership.liveness.record_answer()
        self._work_loop.resume(self._consumer._coordinator.generation)
        self._work_loop.begin(offsets)
        self._membership.health.joined([partition.partition for partition in assigned])

    async def _seek_where_nothing_is_committed(self, assigned: Collection[TopicPartition]) -> dict[int, int]:
        """Start at offset 0 if the log starts there; if not, the first fetch reports that there is no offset.

        Offsets of another log do not apply to this one: it is read from its oldest record on.
        """
        source = self._membership.source
        stored = await self._consumer._coordinator.fetch_committed_offsets(list(assigned))
        new = [partition for partition in assigned if partition not in stored]
        of_other_log = [
            partition for partition, at in stored.items() if source and at.metadata not in ("", source)
        ]
        begins = await self._consumer.beginning_offsets(new + of_other_log) if new or of_other_log else {}
        for partition, begin in begins.items():
            if begin == 0 or partition in of_other_log:
                self._consumer.seek(partition, begin)
        committed = {partition.partition: at.offset for partition, at in stored.items()}
        return {partition.partition: committed.get(partition.partition, 0) for partition in assigned}

    async def _read(self) -> None:
        await self._membership.agent(self, self._work_loop)

    def noack(self) -> "PlainMember":
        """Records are acknowledged only by `ack`, as Faust does after `noack`."""
        return self

    async def events(self) -> AsyncIterator[Event]:
        """Every record. Those fetched before a rebalance are not handed out after it."""
        while True:
            batches = await self._fetched()
            assignment = self._assignment
            for partition, records in batches.items():
                for record in records:
                    if assignment is not self._assignment or self.should_stop:
                        break
                    event = Event(replace(record, timestamp=record.timestamp / 1000))
                    assignment.give_out(partition, event)
                    yield event

    async def _fetched(self) -> dict[TopicPartition, list[Any]]:
        """The next records; none any more once records were lost."""
        data_loss = self._membership.data_loss
        if not data_loss.met:
            try:
                batches: dict[TopicPartition, list[Any]] = await self._consumer.getmany(
                    timeout_ms=POLL_MS, max_records=self._membership.prefetch
                )
            except (OffsetOutOfRangeError, NoOffsetForPartitionError) as error:
                await self._check_for_losses(error)
            else:
                return batches
        await asyncio.sleep(POLL_MS / 1000)
        if data_loss.due and data_loss.met:
            await self._check_for_losses(None)
        return {}

    async def _check_for_losses(self, error: KafkaError | None) -> None:
        """Ask Kafka which records were lost, and stop if there are any; otherwise go on reading."""
        rejected = set(error.args[0]) if isinstance(error, OffsetOutOfRangeError) else set()
        assigned = sorted(self._consumer.assignment())
        begins, ends = [
            await ask(assigned) for ask in (self._consumer.beginning_offsets, self._consumer.end_offsets)
        ]
        losses = [
            loss(
                partition.partition,
                await self._consumer.committed(partition),
                begins[partition],
                ends[partition],
                rejected=partition in rejected,
            )
            for partition in assigned
        ]
        losses = [lost for lost in losses if lost]
        if losses or self._membership.data_loss.met:
            self._membership.data_loss.stop(losses)
        else:
            await self._seek_where_nothing_is_committed(assigned)

    async def commit(self) -> None:
        """Commit what is acknowledged. If it fails, the next commit makes up for it."""
        async with self._committing:
            source = self._membership.source
            assignment = self._assignment
            offsets = assignment.committable()
            if not offsets:
                return
            try:
                await self._consumer.commit(
                    {partition: OffsetAndMetadata(offset, source) for partition, offset in offsets.items()}
                )
            except KafkaError as error:
                log.warning("offsets were not committed", error=repr(error))
            else:
                assignment.committed(offsets)

    async def _commit_forever(self) -> None:
        while True:
            await asyncio.sleep(self._membership.worker.commit_seconds)
            await self.commit()
