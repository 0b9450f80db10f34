"""A Faust App with settings that lose nothing, and the few places where Faust itself is changed.

What each change and setting is for: docs/decisions/0003, with the test that shows it. Faust does not promise
to keep what is changed here, so its version is pinned:

    reading    only committed transactions; skips nothing (streams/runtime/faust_consumer.py)
    consumer   drains the loop before its partitions are revoked
    producer   idempotent, so that a retry neither repeats nor reorders; can be renewed after a rejected batch
"""

import asyncio
import io
import threading
from collections.abc import Awaitable, Callable
from typing import Any, cast

import faust
import mode
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from faust.exceptions import FaustError
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from streams.core.message import Outgoing
from streams.kafka.connection import bootstrap_addresses, sasl_credentials, tls_context
from streams.kafka.producer import BATCH_BYTES, LINGER_MS, MAX_REQUEST_BYTES, check_before_sending
from streams.monitoring.health import REBALANCING, STOPPING
from streams.runtime.faust_consumer import ConsumerThread
from streams.runtime.group_member import Membership
from streams.runtime.process_exit import end_process
from streams.settings import SecuritySettings

STOP_SHARE = 0.8
#: How long to wait for room in a buffer while those of all partitions are full, and for records of other
#: partitions while those of some are.
ROOM_SECONDS, FULL_SECONDS = 0.1, 0.01


class Consumer(driver.Consumer):
    """Drains the loop while its partitions are still ours, and commits what that acknowledged."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._room = asyncio.Event()
        super().__init__(*arguments, **options)

    def on_buffer_drop(self, tp: TP) -> None:
        super().on_buffer_drop(tp)
        self._room.set()

    async def _wait_next_records(self, timeout: float) -> Any:  # noqa: ASYNC109 - Faust's signature
        """Where buffers are full, look again soon: they may have room before another partition has records.

        Faust waits a second for the others, or sleeps a second if there are none.
        """
        if self.flow_active and not self._get_active_partitions():
            self._room.clear()
            await self.wait(self._room.wait(), timeout=ROOM_SECONDS)
            return {}, self._get_active_partitions()
        return await super()._wait_next_records(FULL_SECONDS if self._buffered_partitions else timeout)

    async def seek_to_committed(self) -> Any:
        """The loop hears of all partitions before the first record of any."""
        committed = await super().seek_to_committed()
        app = cast(App, self.app)
        app.work_loop.begin({partition.partition: offset or 0 for partition, offset in committed.items()})
        return committed

    def _new_consumer_thread(self) -> driver.AIOKafkaConsumerThread:
        return ConsumerThread(self, loop=self.loop, beacon=self.beacon)

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Commit first: Faust would forget here what was acknowledged since the last commit."""
        app = cast(App, self.app)
        app.membership.health.left(STOPPING if app.should_stop else REBALANCING)
        await app.work_loop.drain()
        await self.commit()
        await super().on_partitions_revoked(revoked)

    async def on_partitions_assigned(self, assigned: set[TP], generation_id: int = 0) -> None:
        """From here on Faust delivers only records of the new assignment."""
        app = cast(App, self.app)
        app.membership.liveness.record_answer()
        app.work_loop.resume(generation_id)
        app.membership.health.joined([partition.partition for partition in assigned])
        await super().on_partitions_assigned(assigned, generation_id)


class Producer(driver.Producer):
    """Idempotent without transactions, which Faust itself does not offer."""

    def _settings_extra(self) -> dict[str, Any]:
        """Faust starts a producer in a sink too, which may have no right to get a producer id."""
        return {"acks": "all", "enable_idempotence": cast(App, self.app).membership.writes}

    def _new_producer(self, transactional_id: str | None = None) -> AIOKafkaProducer:
        """Records handed over before this process was suspended or disconnected must not be sent later."""
        producer = super()._new_producer(transactional_id)
        check_before_sending(producer, cast(App, self.app).membership.liveness.wait_until_connected)
        return producer

    async def hand_over(self, record: Outgoing) -> Awaitable[Any]:
        """Hand over one record. Raises `KafkaError`, unwrapped from Faust's own error."""
        try:
            return await self.send(
                record.topic,
                key=record.key,
                value=record.value,
                partition=None,
                timestamp=None,
                headers=cast(list[tuple[str, bytes]], list(record.headers)),
            )
        except FaustError as error:
            if isinstance(error.__cause__, KafkaError):
                raise error.__cause__ from None
            raise KafkaError(str(error)) from error

    async def renew(self) -> None:
        old, self._producer = self._producer, self._new_producer()
        await self._producer.start()
        if old is not None:
            await old.stop()


class Transport(driver.Transport):
    """aiokafka, with the consumer and producer above."""

    Consumer = Consumer
    Producer = Producer


class App(faust.App):
    """A member of a consumer group: one agent on one topic. Raises `ConfigError`."""

    def __init__(self, membership: Membership) -> None:
        self.membership = membership
        super().__init__(membership.group, **_options(membership))
        self.work_loop = membership.make_loop(cast(Producer, self.producer))
        self._add_agent()
        self.task(self._begin)
        self.finalize()

    def _add_agent(self) -> None:
        """Add an agent that takes the topic's records as bytes."""
        membership, work_loop = self.membership, self.work_loop
        records = self.topic(
            membership.topic,
            key_type=bytes,
            value_type=bytes,
            key_serializer="raw",
            value_serializer="raw",
            allow_empty=True,
        )

        async def agent(stream: Any) -> None:
            await membership.agent(stream, work_loop)

        agent.__doc__ = membership.agent.__doc__
        self.agent(records, name=membership.name, concurrency=1)(agent)

    async def _begin(self) -> None:
        self.work_loop.start()

    def run(self) -> None:
        # Its spinner writes to `stdout`; standard output is for results.
        faust.Worker(
            self, quiet=True, override_logging=False, redirect_stdouts=False, stdout=io.StringIO()
        ).execute_from_commandline()

    def ask(self, answer: Callable[[], None]) -> None:
        self.loop.call_soon_threadsafe(answer)

    def lost_group(self) -> str | None:
        thread = getattr(self._consumer, "_thread", None)
        consumer = getattr(thread, "_consumer", None)
        coordinator = getattr(consumer, "_coordinator", None)
        pending = getattr(coordinator, "_pending_exception", None)
        if pending is not None:
            return repr(pending)
        task = getattr(coordinator, "_coordination_task", None)
        return "its coordination ended" if task is not None and task.done() else None

    def _new_transport(self) -> Transport:
        return Transport(self.conf.broker_consumer, self)

    def _create_directories(self) -> None:
        """Create none: they are for tables, which are not used."""

    async def on_stop(self) -> None:
        """On SIGTERM: publish what is finished, abandon the rest unacknowledged, commit."""
        self._end_in_time()
        self.membership.health.left(STOPPING)
        await self.work_loop.drain()
        if self._consumer is not None:
            await self._consumer.commit()
        await super().on_stop()

    def _end_in_time(self) -> None:
        """Faust waits forever to commit if Kafka is unavailable; the orchestrator would kill us."""
        late = "it could not shut down in time"
        timer = threading.Timer(STOP_SHARE * self.membership.worker.stop_seconds, end_process, [late])
        timer.daemon = True
        timer.start()


def _options(membership: Membership) -> dict[str, Any]:
    """Faust's settings. Raises `ConfigError`."""
    settings, worker, prefetch = membership.settings, membership.worker, membership.prefetch
    return {
        "id_format": "{id}",
        "broker": [f"kafka://{address}" for address in bootstrap_addresses(settings.bootstrap_servers)],
        "broker_credentials": credentials(settings.security),
        "agent_supervisor": mode.CrashingSupervisor,
        "autodiscover": False,
        "web_enabled": False,
        "topic_allow_declare": False,
        "topic_disable_leader": True,
        "table_standby_replicas": 0,
        # The loop drains what is in flight in limited time; Faust would wait for all of it.
        "stream_wait_empty": False,
        "stream_buffer_maxsize": prefetch,
        "broker_max_poll_records": prefetch,
        "broker_commit_interval": worker.commit_seconds,
        "broker_session_timeout": worker.session_seconds,
        "broker_heartbeat_interval": min(3.0, worker.session_seconds / 4),
        "broker_rebalance_timeout": worker.rebalance_seconds,
        # A worker at its dead-letter limit fetches nothing, and must keep its partitions all the same.
        "broker_max_poll_interval": 7 * 86_400.0,
        "broker_request_timeout": max(90.0, worker.session_seconds),
        # Not "earliest", which silently skips lost records (streams/runtime/data_loss.py).
        "consumer_auto_offset_reset": "none",
        "consumer_metadata_max_age_ms": 30_000,
        "producer_request_timeout": min(30.0, worker.unavailable_seconds),
        "producer_linger": LINGER_MS / 1000,
        "producer_max_batch_size": BATCH_BYTES,
        "producer_max_request_size": MAX_REQUEST_BYTES,
        "producer_compression_type": settings.compression,
        "worker_redirect_stdouts": False,
    }


def credentials(security: SecuritySettings) -> Any:
    """The security settings for Faust; None for a broker without authentication and TLS."""
    if security.protocol == "PLAINTEXT":
        return None
    context = tls_context(security) if security.protocol in {"SSL", "SASL_SSL"} else None
    if security.protocol == "SSL":
        return faust.SSLCredentials(context=context)
    name, password = sasl_credentials(security)
    return faust.SASLCredentials(
        username=name, password=password, ssl_context=context, mechanism=security.mechanism
    )
