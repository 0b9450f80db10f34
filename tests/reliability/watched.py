"""What a fault waits for and looks at: lags, members, records, memory, as Kafka and the system tell them."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

import psutil
from kafka import TopicPartition

from streams.core.pipeline import Pipeline, group_name, sink_group_name
from streams.errors import CopydeskError
from streams.inspection.status import ComponentStatus, read_status
from streams.kafka import client
from streams.kafka.lag import committed
from streams.settings import Settings
from tests.reliability.publisher import Placed, Publisher

PATIENCE_SECONDS = 300.0
#: A lag, while Kafka does not say it.
UNKNOWN = 1_000_000

T = TypeVar("T")


class RowError(Exception):
    """The fault of a row did not happen, or the pipeline does not go on after it."""


class Watched:
    """A pipeline that runs, as it is seen from outside."""

    settings: Settings
    pipeline: Pipeline
    publisher: Publisher | None
    recoveries: list[float]

    def pid(self, name: str) -> int:
        """The process of a stage or sink."""
        raise NotImplementedError

    @property
    def poisoned(self) -> int:
        """How many of those that are published in all are to be dead."""
        assert self.publisher is not None
        return self.publisher.poisoned

    @property
    def total(self) -> int:
        """How many records are published in all."""
        assert self.publisher is not None
        return self.publisher.total

    @property
    def confirmed(self) -> Sequence[Placed]:
        """What Kafka has confirmed so far."""
        assert self.publisher is not None
        return self.publisher.confirmed

    def go_on(self) -> None:
        assert self.publisher is not None
        self.publisher.go_on()

    def until(self, true: Callable[[], Any], what: str, seconds: float = PATIENCE_SECONDS) -> Any:
        """Wait for something that other processes do."""
        deadline = time.monotonic() + seconds
        while not (result := true()):
            self.well()
            if time.monotonic() > deadline:
                raise RowError(f"after {seconds:g} s still not: {what}")
            time.sleep(0.05)
        return result

    def until_written(self, stage: str, share: float) -> None:
        """Wait until a stage has written its share of what is published."""
        wanted = share * self.total
        self._growing(
            lambda: self.written(stage), lambda so_far: so_far >= wanted, f"{stage} has written {share:.0%}"
        )

    def along(self, victims: Iterable[T], first: float, step: float, stage: str = "clean") -> Iterator[T]:
        """The victims, each when `stage` has come so far: a share of all, and for each a step more."""
        for turn, victim in enumerate(victims):
            self.until_written(stage, first + step * turn)
            yield victim

    def until_still(self, stage: str, seconds: float) -> None:
        """Wait until a stage, which must have work, has written nothing for so long."""
        since, before = time.monotonic(), self.written(stage)

        def still() -> bool:
            nonlocal since, before
            if (now := self.written(stage)) != before:
                since, before = time.monotonic(), now
            return time.monotonic() - since > seconds

        self.until(still, f"{stage} stands still for {seconds} s")
        if self.lag(stage) == 0:
            raise RowError(f"{stage} stands still because it has nothing to do")

    def written(self, stage: str) -> int:
        """Records that a stage has written to the topic behind it, repeats counted in."""
        topic = next(one.writes for one in self.pipeline.stages if one.name == stage)
        return self._end(topic.full_name(self.settings.prefix))

    def at_work(self, victims: Iterable[str]) -> Iterator[str]:
        """The stages and sinks, each when the first of one more portion has come to it."""
        for victim in victims:
            before = self.came(victim)
            self.go_on()
            self.until(partial(self._has_come, victim, before), f"something has come to {victim}")
            yield victim

    def _has_come(self, name: str, beyond: int) -> bool:
        return self.came(name) > beyond

    def came(self, name: str) -> int:
        """Records in the topic that a stage or sink reads, repeats counted in."""
        last = self.pipeline.stages[-1].writes
        topic = next((one.reads for one in self.pipeline.stages if one.name == name), last)
        return self._end(topic.full_name(self.settings.prefix))

    @contextmanager
    def recovering(self) -> Iterator[Callable[[str], None]]:
        """Each stage or sink that is given to what this yields is timed from then on, side by side with the
        others; in the end all of them have gone on (`recovers`)."""
        with ThreadPoolExecutor() as side_by_side:
            timed: list[Future[None]] = []
            yield lambda name: timed.append(side_by_side.submit(self.recovers, name))
        for one in timed:
            one.result()

    def recovers(self, name: str) -> None:
        """From now on, until a stage or sink goes on; nothing is noted of one with nothing left to do."""
        began, before = time.monotonic(), self._progress(name)

        def gone_on() -> bool:
            # Read first: who has come to the end since has gone on, too.
            idle = self.lag(name) == 0
            if noted := self._progress(name) > before:
                self.recoveries.append(time.monotonic() - began)
            return noted or idle

        self.until(gone_on, f"{name} goes on")

    def _progress(self, name: str) -> int:
        """How far a stage or sink has come: what a stage has written, what a sink has acknowledged."""
        if name in self.settings.sinks:
            return sum(self.acknowledged(name).values())
        return self.written(name)

    def lag(self, name: str) -> int:
        """Records that a stage or sink has not acknowledged; a large number while Kafka does not say."""
        return self._lags().get(name, UNKNOWN)

    def acknowledged(self, name: str) -> dict[int, int]:
        """The offset that a stage or sink has committed, by partition; nothing while Kafka does not say."""
        named = sink_group_name if name in self.settings.sinks else group_name
        group = named(self.settings.prefix, name)
        try:
            with client.admin(self.settings) as admin:
                return {one.partition: at for one, at in committed(admin, [group])[group].items()}
        except Exception:  # noqa: BLE001 - Kafka is away, which is what some rows are about
            return {}

    def published(self, seconds: float = PATIENCE_SECONDS) -> None:
        """Publish what is left, and wait until all is."""
        publisher = self.publisher
        assert publisher is not None
        publisher.finish()
        self.until(lambda: publisher.done, "all is published", seconds)

    def quiet(self, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until all is published and every stage and sink has acknowledged all there is."""
        self.published(seconds)
        self._growing(self._done, lambda done: done == 0 == self._done(), "all is worked off", seconds)

    def _growing(
        self,
        value: Callable[[], int],
        enough: Callable[[int], bool],
        what: str,
        seconds: float = PATIENCE_SECONDS,
    ) -> None:
        """Wait until a value is enough, for as long as it becomes greater than it ever was."""
        best, since = value(), time.monotonic()
        while not enough(now := value()):
            self.well()
            if now > best:
                best, since = now, time.monotonic()
            elif time.monotonic() - since > seconds:
                raise RowError(f"for {seconds:g} s at {best:,}, and still not: {what}")
            time.sleep(0.2)

    def _done(self) -> int:
        """0 once nothing waits; below it by what is still to be acknowledged, at all stages and sinks."""
        time.sleep(0.3)
        statuses = self._statuses()
        stages = [one.name for one in self.pipeline.stages]
        behind = {one.name: one.lag for one in statuses}
        sinks = sum(behind[name] for name in behind.keys() - set(stages))
        # What waits for a stage is to be acknowledged there, at those behind it, and at each sink.
        still = {name: len(behind) - nth for nth, name in enumerate(stages)}
        return -sum(behind[name] * still[name] for name in stages) - sinks if statuses else -UNKNOWN

    def well(self) -> None:
        """Raises `RowError` where nobody starts processes anew any more."""

    def members(self, stage: str) -> int:
        """How many processes share the partitions of a stage; 0 while they are being handed over."""
        found = next((one for one in self._statuses() if one.name == stage), None)
        return 0 if found is None or found.state == "rebalancing" else found.members

    def _lags(self) -> dict[str, int]:
        return {one.name: one.lag for one in self._statuses()}

    def _statuses(self) -> tuple[ComponentStatus, ...]:
        """Of every stage and sink; none while Kafka does not say."""
        try:
            status = read_status(self.settings, self.pipeline, with_reconciliation=False)
        except CopydeskError:
            return ()
        return (*status.stages, *status.sinks)

    def dead_letters(self, stage: str) -> int:
        """Records in the topic of a stage's dead letters."""
        topic = next(one.dead for one in self.pipeline.stages if one.name == stage)
        return self._end(topic.full_name(self.settings.prefix))

    def memory(self, names: Iterable[str]) -> dict[str, float]:
        """MB that each process holds, its children (by the largest) apart."""
        found: dict[str, float] = {}
        for name in names:
            process = psutil.Process(self.pid(name))
            found[name] = process.memory_info().rss / 1e6
            children = [one.memory_info().rss / 1e6 for one in workers_of(process)]
            found |= {f"{name}'s child": max(children)} if children else {}
        return found

    def _end(self, topic: str) -> int:
        try:
            with client.consumer(self.settings) as reader:
                partitions = [TopicPartition(topic, one) for one in reader.partitions_for_topic(topic) or ()]
                return sum(reader.end_offsets(partitions).values())
        except Exception:  # noqa: BLE001 - Kafka is away, which is what some rows are about
            return -1


def workers_of(process: psutil.Process) -> list[psutil.Process]:
    """The children that work; one beside them is multiprocessing's own."""
    return [one for one in process.children() if "spawn_main" in " ".join(one.cmdline())]
