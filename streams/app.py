"""A Faust App with the settings that lose nothing, and the few places where Faust itself is changed.

Which setting prevents which loss: docs/decisions/0002. What is changed here is not promised by Faust to stay
as it is, so its version is pinned, and tests/kafka shows each change at work on a real broker:

    consumer   reads only committed transactions; settles the loop before its partitions go; skips nothing
    producer   idempotent, so that a retry neither repeats nor reorders; can be renewed after a refused batch
"""

import asyncio
import threading
from typing import Any, Protocol, cast

import faust
import mode
import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError, NoOffsetForPartitionError, OffsetOutOfRangeError
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from streams.beat import Beat
from streams.deleted import Deleted, Loss, loss
from streams.ending import end_process
from streams.header_names import read_all_header_names
from streams.health import REBALANCING, STOPPING, Health
from streams.login import trust, user
from streams.producing import BATCH_BYTES, LINGER_MS, MAX_REQUEST_BYTES
from streams.settings import SecuritySettings, Settings, WorkerSettings
from streams.unpacking import Bounds, bound

log = structlog.get_logger("copydesk.app")

STOP_SHARE = 0.8
FETCH_BYTES = 16 * 1_048_576


class ConsumerThread(driver.AIOKafkaConsumerThread):
    """Faust reads what aborted transactions wrote, unless it writes transactions itself."""

    def _create_worker_consumer(self, transport: Any) -> AIOKafkaConsumer:
        read_all_header_names()
        bound(Bounds.of(cast(App, self.app).article_bytes))
        consumer = super()._create_worker_consumer(transport)
        consumer._isolation_level = "read_committed"
        consumer._fetch_max_bytes = FETCH_BYTES
        return consumer

    async def on_start(self) -> None:
        """Have the beat hear of every heartbeat that Kafka has answered."""
        await super().on_start()
        coordinator, beat = self._ensure_consumer()._coordinator, cast(App, self.app).beat
        ask = coordinator._do_heartbeat

        async def asked() -> bool:
            known: bool = await ask()
            if known:
                beat.answered()
            return known

        coordinator._do_heartbeat = asked

    async def seek_to_committed(self) -> Any:
        """Before anything is read of an assignment: where the group has no offset, begin at 0.

        Where the log begins later, nothing is done, and the first fetch says that there is no offset.
        """
        committed = await super().seek_to_committed()
        new = [one for one, offset in committed.items() if offset is None]
        if new:
            await self.call_thread(self._begin, new)
        return committed

    async def _begin(self, new: list[TopicPartition]) -> None:
        consumer = self._ensure_consumer()
        begins = await consumer.beginning_offsets(new)
        for one in consumer.assignment() & begins.keys():
            if begins[one] == 0:
                consumer.seek(one, 0)

    async def _fetch_records(
        self,
        consumer: AIOKafkaConsumer,
        active_partitions: Any,
        timeout: float | None = None,  # noqa: ASYNC109 - Faust's signature
        max_records: int | None = None,
    ) -> Any:
        """Faust's own, until Kafka says that what is next is not there: then nothing more is read."""
        deleted = cast(App, self.app).deleted
        try:
            if not deleted.met:
                return await super()._fetch_records(consumer, active_partitions, timeout, max_records)
            await asyncio.sleep(timeout or 0)
            refused: set[Any] = set()
        except (OffsetOutOfRangeError, NoOffsetForPartitionError) as error:
            refused = set(error.args[0]) if isinstance(error, OffsetOutOfRangeError) else set()
        if not deleted.met or deleted.due:
            await self._look(consumer, deleted, refused)
        return {}

    async def _look(self, consumer: AIOKafkaConsumer, deleted: Deleted, refused: set[Any]) -> None:
        """Ask what was deleted. While Kafka does not say it, the fetch is refused again."""
        try:
            losses = await self._losses(consumer, refused)
        except KafkaError as error:
            log.warning("Kafka does not say which records it has deleted", error=repr(error))
            return
        if losses:
            deleted.stop(losses)

    async def _losses(self, consumer: AIOKafkaConsumer, refused: set[Any]) -> list[Loss]:
        assigned = sorted(consumer.assignment())
        begins = await consumer.beginning_offsets(assigned)
        ends = await consumer.end_offsets(assigned)
        new = [one for one in assigned if await _next(consumer, one) is None]
        if new:
            await self._begin(new)
        refused = refused | _refused(consumer)
        found = [
            loss(one.partition, await _next(consumer, one), begins[one], ends[one], refused=one in refused)
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


def _refused(consumer: AIOKafkaConsumer) -> set[TopicPartition]:
    """Partitions whose offsets Kafka has refused too, and nobody has been told yet."""
    waiting = consumer._fetcher._records.items()
    return {
        one for one, found in waiting if isinstance(getattr(found, "_error", None), OffsetOutOfRangeError)
    }


class Loop(Protocol):
    """What a worker runs: it settles before its partitions go, and resumes when it has others."""

    async def settle(self) -> None: ...

    def resume(self) -> None: ...


class Consumer(driver.Consumer):
    """Settles the loop while its partitions are still ours, and commits what that acknowledged."""

    def _new_consumer_thread(self) -> driver.AIOKafkaConsumerThread:
        return ConsumerThread(self, loop=self.loop, beacon=self.beacon)

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Faust forgets here what was acknowledged since the last commit; so commit first."""
        app = cast(App, self.app)
        app.health.left(STOPPING if app.should_stop else REBALANCING)
        await app.work_loop.settle()
        await self.commit()
        await super().on_partitions_revoked(revoked)

    async def on_partitions_assigned(self, assigned: set[TP], generation_id: int = 0) -> None:
        """From here on Faust gives out records of the new assignment only."""
        cast(App, self.app).beat.answered()
        cast(App, self.app).work_loop.resume()
        cast(App, self.app).health.joined([one.partition for one in assigned])
        await super().on_partitions_assigned(assigned, generation_id)


class Producer(driver.Producer):
    """Idempotent without transactions, which Faust knows only together."""

    def _settings_extra(self) -> dict[str, Any]:
        """A producer id is given to those alone who may write: Faust starts one in a sink too."""
        return {"acks": "all", "enable_idempotence": cast(App, self.app).writes}

    def _new_producer(self, transactional_id: str | None = None) -> AIOKafkaProducer:
        """What was handed over before this process was stopped or cut off must not be sent afterwards."""
        producer = super()._new_producer(transactional_id)
        send, beat = producer.client.send, cast(App, self.app).beat

        async def checked(node: int, request: Any, **options: Any) -> Any:
            if type(request).__name__.startswith("Produce"):
                await beat.in_touch()
            return await send(node, request, **options)

        producer.client.send = checked
        return producer

    async def renew(self) -> None:
        """Begin with a new producer id. After a batch that the broker refused, it refuses all behind it
        as out of sequence."""
        old, self._producer = self._producer, self._new_producer()
        await self._producer.start()
        if old is not None:
            await old.stop()


class Transport(driver.Transport):
    """aiokafka, with the consumer and producer above."""

    Consumer = Consumer
    Producer = Producer


class App(faust.App):
    """A Faust app that settles its loop before it stops. These fields are set by whoever runs the loop."""

    work_loop: Loop
    beat: Beat
    health: Health
    deleted: Deleted
    stop_seconds: float = 60.0
    article_bytes: int = 16 * 1_048_576
    writes: bool = True

    def _new_transport(self) -> Transport:
        return Transport(self.conf.broker_consumer, self)

    def _create_directories(self) -> None:
        """None: Faust would make folders for tables, of which there are none."""

    async def on_stop(self) -> None:
        """On SIGTERM: publish what is finished, abandon the rest unacknowledged, commit."""
        self._end_in_time()
        self.health.left(STOPPING)
        await self.work_loop.settle()
        if self._consumer is not None:
            await self._consumer.commit()
        await super().on_stop()

    def _end_in_time(self) -> None:
        """Faust waits for ever to commit to a Kafka that is away; the orchestrator would kill us for it."""
        late = "it could not stop in good order in time"
        timer = threading.Timer(STOP_SHARE * self.stop_seconds, end_process, [late])
        timer.daemon = True
        timer.start()


def build_app(settings: Settings, worker: WorkerSettings, group: str, prefetch: int) -> App:
    """The Faust app of one worker, a member of the consumer group `group`.

    `prefetch` is how many records Faust holds, twice over, before the window does; of any size.
    """
    app = App(
        group,
        id_format="{id}",
        broker=[f"kafka://{one.strip()}" for one in settings.bootstrap_servers.split(",")],
        broker_credentials=credentials(settings.security),
        agent_supervisor=mode.CrashingSupervisor,
        autodiscover=False,
        web_enabled=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        table_standby_replicas=0,
        # The loop settles what is under way itself, in bounded time; Faust would wait for all of it.
        stream_wait_empty=False,
        stream_buffer_maxsize=prefetch,
        broker_max_poll_records=prefetch,
        broker_commit_interval=worker.commit_seconds,
        broker_session_timeout=worker.session_seconds,
        broker_heartbeat_interval=min(3.0, worker.session_seconds / 4),
        broker_rebalance_timeout=worker.rebalance_seconds,
        # A worker at its dead-letter limit fetches nothing, and must not lose its partitions for that.
        broker_max_poll_interval=7 * 86_400.0,
        broker_request_timeout=max(90.0, worker.session_seconds),
        # Not "earliest", which skips what was deleted unread and says nothing (streams/deleted.py).
        consumer_auto_offset_reset="none",
        consumer_metadata_max_age_ms=30_000,
        producer_request_timeout=min(30.0, worker.unavailable_seconds),
        producer_linger=LINGER_MS / 1000,
        producer_max_batch_size=BATCH_BYTES,
        producer_max_request_size=MAX_REQUEST_BYTES,
        producer_compression_type=settings.compression,
        worker_redirect_stdouts=False,
    )
    app.stop_seconds = worker.stop_seconds
    app.article_bytes = worker.article_bytes
    return app


def credentials(security: SecuritySettings) -> Any:
    """The security settings as Faust wants them; None for a broker that asks nothing."""
    if security.protocol == "PLAINTEXT":
        return None
    context = None
    if security.protocol in {"SSL", "SASL_SSL"}:
        context = trust(security)
    if security.protocol == "SSL":
        return faust.SSLCredentials(context=context)
    name, password = user(security)
    return faust.SASLCredentials(
        username=name,
        password=password,
        ssl_context=context,
        mechanism=security.mechanism,
    )
