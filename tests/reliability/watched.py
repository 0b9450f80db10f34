"""What a fault waits for: lag, members, records and memory, as Kafka and the operating system report them."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

import psutil
from kafka import TopicPartition

from streams.core.pipeline import Pipeline
from streams.errors import CopydeskError
from streams.inspection.status import ComponentStatus, read_status
from streams.kafka import client
from streams.kafka.lag import committed
from streams.settings import Settings
from tests.reliability.publisher import Placed, Publisher

PATIENCE_SECONDS = 300.0
#: The lag, while Kafka does not report it.
UNKNOWN = 1_000_000

T = TypeVar("T")


class RowError(Exception):
    """The fault of a row did not happen, or the pipeline does not continue after it."""


class Watched:
    """A running pipeline, observed from outside."""

    settings: Settings
    pipeline: Pipeline
    publisher: Publisher | None
    recoveries: list[float]

    def pid(self, name: str) -> int:
        """The process id of a stage or sink."""
        raise NotImplementedError

    @property
    def poisoned(self) -> int:
        """How many of all published records must be dead in the end."""
        assert self.publisher is not None
        return self.publisher.poisoned

    @property
    def total(self) -> int:
        """How many records the row publishes."""
        assert self.publisher is not None
        return self.publisher.total

    @property
    def confirmed(self) -> Sequence[Placed]:
        """The records that Kafka has confirmed so far."""
        assert self.publisher is not None
        return self.publisher.confirmed

    def go_on(self) -> None:
        """Publish the next portion."""
        assert self.publisher is not None
        self.publisher.go_on()

    def until(self, condition: Callable[[], Any], description: str, seconds: float = PATIENCE_SECONDS) -> Any:
        """Wait until a condition is true, which other processes bring about."""
        deadline = time.monotonic() + seconds
        while not (result := condition()):
            self.require_supervision()
            if time.monotonic() > deadline:
                raise RowError(f"not within {seconds:g} s: {description}")
            time.sleep(0.05)
        return result

    def until_written(self, stage: str, share: float) -> None:
        """Wait until a stage has written this share of the published records."""
        wanted = share * self.total
        self._growing(
            lambda: self.written(stage), lambda so_far: so_far >= wanted, f"{stage} has written {share:.0%}"
        )

    def along(self, victims: Iterable[T], first: float, step: float, stage: str = "clean") -> Iterator[T]:
        """The victims: the first when `stage` has written the share `first`, each other a `step` later."""
        for turn, victim in enumerate(victims):
            self.until_written(stage, first + step * turn)
            yield victim

    def until_still(self, stage: str, seconds: float) -> None:
        """Wait until a stage has written nothing for `seconds`, although it has work."""
        since, before = time.monotonic(), self.written(stage)

        def still() -> bool:
            nonlocal since, before
            if (now := self.written(stage)) != before:
                since, before = time.monotonic(), now
            return time.monotonic() - since > seconds

        self.until(still, f"{stage} has stalled for {seconds} s")
        if self.lag(stage) == 0:
            raise RowError(f"{stage} writes nothing because it has no work")

    def written(self, stage: str) -> int:
        """Records that a stage has written to its topic, repeats included."""
        topic = self.pipeline.stage(stage).writes
        return self._end(topic.full_name)

    def at_work(self, victims: Iterable[str]) -> Iterator[str]:
        """The stages and sinks, each when the first record of one more portion has reached it."""
        for victim in victims:
            before = self.received(victim)
            self.go_on()
            self.until(partial(self._has_received, victim, before), f"{victim} receives a record")
            yield victim

    def _has_received(self, name: str, more_than: int) -> bool:
        return self.received(name) > more_than

    def received(self, name: str) -> int:
        """Records in the topic that a stage or sink reads, repeats included."""
        last = self.pipeline.stages[-1].writes
        topic = next((stage.reads for stage in self.pipeline.stages if stage.name == name), last)
        return self._end(topic.full_name)

    @contextmanager
    def recovering(self) -> Iterator[Callable[[str], None]]:
        """Yields a function that waits, in a thread, until a stage or sink has recovered (`recovers`).

        At the end, all of them have recovered.
        """
        with ThreadPoolExecutor() as threads:
            futures: list[Future[None]] = []
            yield lambda name: futures.append(threads.submit(self.recovers, name))
        for future in futures:
            future.result()

    def recovers(self, name: str) -> None:
        """Wait until a stage or sink continues, and note the time, unless it has nothing left to do."""
        began, before = time.monotonic(), self._progress(name)

        def continues() -> bool:
            # The lag is read first: a stage that has reached the end since then has continued too.
            idle = self.lag(name) == 0
            if progressed := self._progress(name) > before:
                self.recoveries.append(time.monotonic() - began)
            return progressed or idle

        self.until(continues, f"{name} continues")

    def _progress(self, name: str) -> int:
        """What a stage has written, or what a sink has acknowledged."""
        if name in self.settings.sinks:
            return sum(self.acknowledged(name).values())
        return self.written(name)

    def lag(self, name: str) -> int:
        """Records that a stage or sink has not acknowledged; `UNKNOWN` while Kafka does not report it."""
        return self._lags().get(name, UNKNOWN)

    def acknowledged(self, name: str) -> dict[int, int]:
        """The committed offset of a stage or sink, by partition; nothing while Kafka does not report it."""
        is_sink = name in self.settings.sinks
        group = self.pipeline.sink_group(name) if is_sink else self.pipeline.stage(name).group
        try:
            with client.admin(self.settings) as admin:
                offsets = committed(admin, [group])[group]
        except Exception:  # noqa: BLE001 - Kafka is unavailable, which is the fault of some rows
            return {}
        return {partition.partition: offset for partition, offset in offsets.items()}

    def published(self, seconds: float = PATIENCE_SECONDS) -> None:
        """Publish the rest, and wait until Kafka has confirmed it."""
        publisher = self.publisher
        assert publisher is not None
        publisher.finish()
        self.until(lambda: publisher.done, "all records are published", seconds)

    def quiet(self, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until all records are published, and every stage and sink has acknowledged everything."""
        self.published(seconds)
        self._growing(
            self._done, lambda done: done == 0 == self._done(), "all records are processed", seconds
        )

    def _growing(
        self,
        value: Callable[[], int],
        enough: Callable[[int], bool],
        description: str,
        seconds: float = PATIENCE_SECONDS,
    ) -> None:
        """Wait until a value is enough, as long as it still reaches new maximums."""
        best, since = value(), time.monotonic()
        while not enough(now := value()):
            self.require_supervision()
            if now > best:
                best, since = now, time.monotonic()
            elif time.monotonic() - since > seconds:
                raise RowError(f"no progress for {seconds:g} s at {best:,}, and not yet: {description}")
            time.sleep(0.2)

    def _done(self) -> int:
        """0 when nothing waits; else minus the missing acknowledgements of all stages and sinks."""
        time.sleep(0.3)
        statuses = self._statuses()
        stages = [stage.name for stage in self.pipeline.stages]
        lags = {status.name: status.lag for status in statuses}
        sinks = sum(lags[name] for name in lags.keys() - set(stages))
        # A record that waits for a stage must be acknowledged there, at the later stages, and at each sink.
        missing = {name: len(lags) - position for position, name in enumerate(stages)}
        return -sum(lags[name] * missing[name] for name in stages) - sinks if statuses else -UNKNOWN

    def require_supervision(self) -> None:
        """Raises `RowError` if processes are no longer restarted."""

    def members(self, stage: str) -> int:
        """How many processes share the partitions of a stage; 0 while partitions are being handed over."""
        status = next((status for status in self._statuses() if status.name == stage), None)
        return 0 if status is None or status.state == "rebalancing" else status.members

    def _lags(self) -> dict[str, int]:
        return {status.name: status.lag for status in self._statuses()}

    def _statuses(self) -> tuple[ComponentStatus, ...]:
        """The status of every stage and sink; none while Kafka does not report it."""
        try:
            status = read_status(self.settings, self.pipeline, with_reconciliation=False)
        except CopydeskError:
            return ()
        return (*status.stages, *status.sinks)

    def dead_letters(self, stage: str) -> int:
        """Records in the dead-letter topic of a stage."""
        topic = self.pipeline.stage(stage).dead
        return self._end(topic.full_name)

    def memory(self, names: Iterable[str]) -> dict[str, float]:
        """The memory of each process in MB, and of the largest of its pool processes."""
        sizes: dict[str, float] = {}
        for name in names:
            parent = psutil.Process(self.pid(name))
            sizes[name] = parent.memory_info().rss / 1e6
            pool = [process.memory_info().rss / 1e6 for process in pool_processes_of(parent)]
            sizes |= {f"{name}'s pool process": max(pool)} if pool else {}
        return sizes

    def _end(self, topic: str) -> int:
        try:
            with client.consumer(self.settings) as reader:
                numbers = reader.partitions_for_topic(topic) or ()
                partitions = [TopicPartition(topic, number) for number in numbers]
                return sum(reader.end_offsets(partitions).values())
        except Exception:  # noqa: BLE001 - Kafka is unavailable, which is the fault of some rows
            return -1


def pool_processes_of(parent: psutil.Process) -> list[psutil.Process]:
    """The processes of the pool, without multiprocessing's own helper process."""
    return [process for process in parent.children() if "spawn_main" in " ".join(process.cmdline())]
