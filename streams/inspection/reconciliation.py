"""Reconciliation: the outcome of every record of the first topics, counted from Kafka alone.

Every record that a stage writes names its origin (`copydesk_raw`). So the records with an outcome are
subtracted from those received, and the rest is waiting. Which of several outcomes of an article counts:
streams/inspection/observation.py.
"""

from array import array
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain, repeat
from typing import Any, TypeVar

import msgspec

from streams.core import record_headers
from streams.core.message import Message
from streams.core.pipeline import Pipeline
from streams.dead_letters.ledger import read_ledger, resolution
from streams.dead_letters.provenance import provenance, replayed_from
from streams.dead_letters.record import REASON, record_of
from streams.inspection.observation import (
    DEAD,
    DISCARDED,
    FINISHED,
    REACHED,
    WAITING,
    Observation,
    Observations,
    Routes,
)
from streams.kafka.protocols import Reader
from streams.kafka.reader import as_message, extents, scan

UNKNOWN = "unknown"
T = TypeVar("T")

Origin = tuple[str, int, int]
"""Topic, partition and offset of a record of a first topic."""


class Reasoned(msgspec.Struct):
    """The fields of a discarded record that are read."""

    reason: str = UNKNOWN
    stage: str = UNKNOWN
    kind: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """Counts of distinct records. `raw` is the sum of all others.

    `removed` counts finished takedowns. The other counts are of articles, except that takedowns in flight are
    `waiting`, and dead ones are `dead`. An older version whose finished record was compacted (a day after a
    newer one, at the earliest) counts as waiting.
    """

    raw: int
    finished: int
    removed: int
    discarded: Mapping[str, int]
    dead: Mapping[str, int]
    waiting: int
    finished_on: Mapping[str, int] = field(default_factory=dict)
    """Last topic → articles in it, whatever their outcome on other branches."""
    discarded_by_stage: Mapping[str, int] = field(default_factory=dict)
    """Stage → articles that it has discarded, whatever their outcome on other branches."""
    open_dead_letters: Mapping[str, int] = field(default_factory=dict)
    """Stage → dead letters that are neither replayed nor dropped."""
    records: Mapping[str, int] = field(default_factory=dict)
    """Full name of a topic with outcomes → records that were read from it."""
    deleted: int = 0
    """Records that Kafka deleted during the count, at most: their articles count as waiting."""


class OutcomeTable:
    """Every record received, with its observations. It holds no keys and no values."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._routes = Routes(pipeline)
        self._observations: dict[Origin, Observations] = {}
        self._same: dict[Observations, Observations] = {}
        """Each combination once, so that a record takes only a reference."""
        self._keys = Keys()
        self._takedowns: set[Origin] = set()

    def received(
        self, place: Origin, *, takedown: bool, key: bytes | None = None, before: int | None = None
    ) -> None:
        """Note a record of a first topic, in partition order. `before`: the offset that it replays.

        A replay counts as the record at that offset, which has the same key if it is still kept.
        """
        self._keys.note(place, key)
        is_replay = before is not None and self._keys.may_be_replayed(place, before)
        origin = (*place[:2], before) if is_replay and before is not None else place
        self._observations.setdefault(origin, ())
        if takedown:
            self._takedowns.add(origin)

    def ended(self, origin: Origin | None, observation: Observation) -> None:
        """Note an observation of a record, unless the record is no longer kept."""
        if origin is None or origin not in self._observations:
            return
        before = self._observations[origin]
        if observation not in before:
            after = (*before, observation)
            self._observations[origin] = self._same.setdefault(after, after)

    def reconciliation(self) -> Reconciliation:
        observations = Counter(self._observations.values())
        takedowns = Counter(self._observations[origin] for origin in self._takedowns)
        outcomes: Counter[Observation] = Counter()
        for combination, count in observations.items():
            outcomes[self._routes.outcome(combination)] += count
        removed = _sum(takedowns, lambda combination: self._routes.outcome(combination).outcome == FINISHED)
        return Reconciliation(
            raw=len(self._observations),
            finished=_sum(outcomes, lambda observation: observation.outcome == FINISHED) - removed,
            removed=removed,
            discarded=_by_reason(outcomes, DISCARDED),
            dead=_by_reason(outcomes, DEAD),
            waiting=_sum(outcomes, lambda observation: observation.outcome == WAITING),
            finished_on=self._finished_on(observations - takedowns),
            discarded_by_stage=self._discarded_by_stage(observations),
        )

    def _finished_on(self, articles: Counter[Observations]) -> dict[str, int]:
        ends = [Observation(FINISHED, topic=topic.name) for topic in self._pipeline.last]
        return {end.topic: sum(count for seen, count in articles.items() if end in seen) for end in ends}

    def _discarded_by_stage(self, observations: Counter[Observations]) -> dict[str, int]:
        counts: Counter[str] = Counter()
        for combination, count in observations.items():
            for observation in self._routes.discards(combination):
                counts[observation.stage] += count
        return dict(sorted(counts.items()))


def _sum(counts: Counter[T], wanted: Callable[[T], bool]) -> int:
    return sum(count for value, count in counts.items() if wanted(value))


def _by_reason(outcomes: Counter[Observation], outcome: str) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for observation, count in outcomes.items():
        if observation.outcome == outcome:
            counts[observation.reason] += count
    return dict(sorted(counts.items()))


class Keys:
    """The hash of each record's key, by partition and offset: 8 bytes per record."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, int], tuple[int, array[int]]] = {}

    def note(self, place: Origin, key: bytes | None) -> None:
        """Note the next record of a partition; offsets without a record get `NO_RECORD`."""
        first, hashes = self._kept.setdefault(place[:2], (place[2], array("q")))
        hashes.extend(repeat(NO_RECORD, place[2] - first - len(hashes)))
        hashes.append(hash(key))

    def may_be_replayed(self, place: Origin, offset: int) -> bool:
        """Whether the record at `place`, noted last, may be a replay of the one at `offset`."""
        first, hashes = self._kept[place[:2]]
        return offset < first or hashes[offset - first] == hashes[-1]


#: No hash is -1 in Python.
NO_RECORD = -1


def reconcile(reader: Reader, pipeline: Pipeline) -> Reconciliation:
    """Reconcile the records that the topics hold at the call. Raises `BrokerError`.

    The ends of all topics are looked up before anything is read, and later records do not count. So articles
    in flight are waiting, and no article is finished that was not received.
    """
    table = OutcomeTable(pipeline)
    entries = read_ledger(reader, pipeline.ledger.full_name)
    stages = {stage.dead.full_name: stage.name for stage in pipeline.stages}
    open_dead_letters: dict[str, set[str]] = {name: set() for name in stages.values()}
    trusted, results = provenance(pipeline), _results(pipeline)
    deleted: list[int] = []
    spans = extents(reader, [*sorted(trusted.first), *results])
    first_spans = {tp: span for tp, span in spans.items() if tp.topic in trusted.first}
    for message in map(as_message, scan(reader, first_spans, deleted.append)):
        _received(table, trusted.of(message))
    read: Counter[str] = Counter()
    result_spans = {tp: span for tp, span in spans.items() if tp.topic in results}
    for message in map(as_message, scan(reader, result_spans, deleted.append)):
        topic, record = message.topic, record_of(message)
        read[topic] += 1
        table.ended(origin_of(trusted.of(message)), results[topic](message))
        if topic in stages and resolution(entries, topic, record, message.timestamp) is None:
            open_dead_letters[stages[topic]].add(record)
    return replace(
        table.reconciliation(),
        open_dead_letters={name: len(records) for name, records in open_dead_letters.items()},
        records={topic: read[topic] for topic in results},
        deleted=sum(deleted),
    )


def _received(table: OutcomeTable, message: Message) -> None:
    before = replayed_from(message)
    table.received(
        (message.topic, message.partition, message.offset),
        takedown=message.value is None,
        key=message.key,
        before=None if before is None else before[1],
    )


def _results(pipeline: Pipeline) -> dict[str, Callable[[Message], Observation]]:
    """Full names of the topics with outcomes, and what a record of each of them shows."""
    branches = (stage.outputs for stage in pipeline.stages if len(stage.outputs) > 1)
    outcomes = [
        *((topic, REACHED) for topic in chain(*branches)),
        *((topic, FINISHED) for topic in pipeline.last),
    ]
    results: dict[str, Callable[[Message], Observation]] = {
        topic.full_name: partial(_on, Observation(outcome, topic=topic.name)) for topic, outcome in outcomes
    }
    results |= {stage.discards.full_name: discarded for stage in pipeline.stages}
    return results | {stage.dead.full_name: partial(_dead, stage.name) for stage in pipeline.stages}


def _on(observation: Observation, message: Message) -> Observation:
    return observation


def _reasoned(message: Message) -> Reasoned:
    """What a discarded record says of its reason."""
    try:
        return msgspec.json.decode(message.value or b"{}", type=Reasoned)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Reasoned()


def discarded(message: Message) -> Observation:
    """Reason and stage of a discarded record. The stage is in its value, or else in `ce_source`."""
    fields = _reasoned(message)
    stage = fields.stage
    if stage == UNKNOWN:
        stage = (message.header("ce_source") or "").rpartition("/")[2] or UNKNOWN
    return Observation(DISCARDED, fields.reason, stage)


def kind_of(message: Message) -> str | None:
    """The kind that a discarded record names: `home`, `error`."""
    kind = _reasoned(message).kind
    return kind if isinstance(kind, str) else None


def _dead(stage: str, message: Message) -> Observation:
    return Observation(DEAD, message.header(REASON) or UNKNOWN, stage)


def raw_of(message: Message) -> str:
    """The place of its raw record. Dead letters of a first stage name it as the record that failed."""
    raw = record_headers.raw(message)
    return record_of(message) if raw == message.coordinates else raw


def origin_of(message: Message) -> Origin | None:
    """The place of its raw record; None if it is unknown."""
    place = raw_of(message)
    if place == message.coordinates:
        return None
    topic, partition, offset = place.rsplit("/", 2)
    return topic, int(partition), int(offset)
