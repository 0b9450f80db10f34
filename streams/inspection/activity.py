"""How much passes through the pipeline now, by the ends of its topics: cheap enough to ask all the time."""

import threading
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

import structlog
from kafka import TopicPartition

from streams.core.pipeline import Pipeline
from streams.core.topic import Topic
from streams.kafka import client
from streams.kafka.lag import group_lags
from streams.kafka.protocols import Admin, Reader
from streams.settings import Settings

log = structlog.get_logger("copydesk.activity")

LOOK_SECONDS = 1.0
RATE_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """Records since the watch began. `done`: finished, discarded or dead; `waiting`: unread by a stage."""

    received: int
    done: int
    waiting: int
    per_minute: int


class ActivityWatch:
    """Looks every second, in a thread. `latest` is None until Kafka has answered, and in an outage."""

    def __init__(self, settings: Settings, pipeline: Pipeline) -> None:
        self._settings = settings
        self._reads = {stage.group: stage.reads.full_name for stage in pipeline.stages}
        self._first = [topic.full_name for topic in pipeline.first]
        self._ends = sorted({topic.full_name for topic in _ends(pipeline)})
        self._begin: dict[TopicPartition, int] | None = None
        self._done: deque[tuple[float, int]] = deque()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="activity", daemon=True)
        self.latest: Activity | None = None

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._look_on()
            except Exception as error:  # noqa: BLE001 - kafka-python also raises RuntimeError when Kafka goes away
                log.debug("Kafka did not report the activity", error=client.words(error))
                self.latest = None
                self._stop.wait(LOOK_SECONDS)

    def _look_on(self) -> None:
        with client.admin(self._settings) as admin, client.consumer(self._settings) as reader:
            while not self._stop.is_set():
                self.latest = self.look(admin, reader)
                self._stop.wait(LOOK_SECONDS)

    def look(self, admin: Admin, reader: Reader) -> Activity:
        ends = _end_offsets(reader, [*self._first, *self._ends])
        if self._begin is None:
            self._begin = ends
        grown = {at: end - self._begin.get(at, 0) for at, end in ends.items()}
        done = sum(count for at, count in grown.items() if at.topic in self._ends)
        return Activity(
            received=sum(count for at, count in grown.items() if at.topic in self._first),
            done=done,
            waiting=sum(lag.lag for lag in group_lags(admin, reader, self._reads)),
            per_minute=self._rate(done),
        )

    def _rate(self, done: int) -> int:
        now = time.monotonic()
        self._done.append((now, done))
        while now - self._done[0][0] > RATE_SECONDS:
            self._done.popleft()
        began, before = self._done[0]
        seconds = now - began
        return round(60 * (done - before) / seconds) if seconds else 0


def _ends(pipeline: Pipeline) -> Iterable[Topic]:
    """The topics in which an article is done."""
    yield from pipeline.last
    for stage in pipeline.stages:
        yield stage.discards
        yield stage.dead


def _end_offsets(reader: Reader, topics: Iterable[str]) -> dict[TopicPartition, int]:
    partitions = [
        TopicPartition(topic, n) for topic in topics for n in reader.partitions_for_topic(topic) or ()
    ]
    return dict(reader.end_offsets(partitions)) if partitions else {}
