"""The account: what became of every record of the first topic, told from Kafka alone.

Everything a stage writes carries where it comes from (`copydesk_raw`), so the records that ended somewhere
are subtracted from those that came in; what is left is waiting. What counts of several ends of an article,
streams/inspection/observation.py says.
"""

from array import array
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import repeat
from typing import TypeVar

import msgspec

from streams.core import record_headers
from streams.core.message import Message
from streams.core.pipeline import Pipeline
from streams.dead_letters.ledger import LedgerEntry, read_ledger, resolution
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
    Ways,
)
from streams.kafka.protocols import Reader, Record
from streams.kafka.reader import as_message, extents, scan

UNKNOWN = "unknown"
T = TypeVar("T")

Origin = tuple[str, int, int]
"""Topic, partition and offset of a record of the first topic."""


class Reasoned(msgspec.Struct):
    """What is read of a discarded record."""

    reason: str = UNKNOWN
    stage: str = UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """Counts of distinct records. `raw` is the sum of all others.

    `removed` are takedowns that went through to the end; the other counts are of articles, except that a
    takedown in flight is waiting, and one that is dead is dead. An older revision whose finished record
    compaction has removed (a day after a newer one, at the earliest) counts as waiting.
    """

    raw: int
    finished: int
    removed: int
    discarded: Mapping[str, int]
    dead: Mapping[str, int]
    waiting: int
    finished_on: Mapping[str, int] = field(default_factory=dict)
    """End topic → articles that lie there, whatever became of them on other branches."""
    discarded_by_stage: Mapping[str, int] = field(default_factory=dict)
    """Articles that a stage has discarded, whatever became of them on other branches."""
    open_dead_letters: Mapping[str, int] = field(default_factory=dict)
    """Dead letters of each stage that were neither replayed nor dropped."""
    records: Mapping[str, int] = field(default_factory=dict)
    """Full name of a topic in which articles may end → records that were read of it."""
    deleted: int = 0
    """Records that Kafka deleted while they were counted, at most: some articles only seem to wait."""


class OutcomeTable:
    """Every record that came in with all that is known of it. It holds no keys and no values."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._ways = Ways(pipeline)
        self._observations: dict[Origin, Observations] = {}
        self._same: dict[Observations, Observations] = {}
        """Each combination once: a record costs a reference."""
        self._keys = Keys()
        self._takedowns: set[Origin] = set()

    def received(
        self, place: Origin, *, takedown: bool, key: bytes | None = None, before: int | None = None
    ) -> None:
        """A record of the first topic, in the order of its partition; `before`: offset of what it replays.

        A replay counts as the record that lay there: where that is kept, it has the same key.
        """
        self._keys.note(place, key)
        is_replay = before is not None and self._keys.may_be_replayed(place, before)
        origin = (*place[:2], before) if is_replay and before is not None else place
        self._observations.setdefault(origin, ())
        if takedown:
            self._takedowns.add(origin)

    def ended(self, origin: Origin | None, observation: Observation) -> None:
        """Something that came of a record. Of records that are no longer kept, nothing is noted."""
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
        for seen, count in observations.items():
            outcomes[self._ways.outcome(seen)] += count
        through = _sum(takedowns, lambda seen: self._ways.outcome(seen).outcome == FINISHED)
        return Reconciliation(
            raw=len(self._observations),
            finished=_sum(outcomes, lambda observation: observation.outcome == FINISHED) - through,
            removed=through,
            discarded=_by_reason(outcomes, DISCARDED),
            dead=_by_reason(outcomes, DEAD),
            waiting=_sum(outcomes, lambda observation: observation.outcome == WAITING),
            finished_on=self._finished_on(observations - takedowns),
            discarded_by_stage=self._discarded_by_stage(observations),
        )

    def _finished_on(self, articles: Counter[Observations]) -> dict[str, int]:
        ends = [Observation(FINISHED, topic=topic.name) for topic in self._pipeline.last]
        return {end.topic: _sum(articles, partial(_holds, end)) for end in ends}

    def _discarded_by_stage(self, observations: Counter[Observations]) -> dict[str, int]:
        counted: Counter[str] = Counter()
        for seen, count in observations.items():
            for observation in self._ways.discards(seen):
                counted[observation.stage] += count
        return dict(sorted(counted.items()))


def _sum(counted: Counter[T], wanted: Callable[[T], bool]) -> int:
    return sum(count for value, count in counted.items() if wanted(value))


def _holds(observation: Observation, observations: Observations) -> bool:
    return observation in observations


def _by_reason(outcomes: Counter[Observation], outcome: str) -> dict[str, int]:
    counted: Counter[str] = Counter()
    for observation, count in outcomes.items():
        if observation.outcome == outcome:
            counted[observation.reason] += count
    return dict(sorted(counted.items()))


class Keys:
    """The hash of each record's key, by partition and offset: 8 bytes a record."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, int], tuple[int, array[int]]] = {}

    def note(self, place: Origin, key: bytes | None) -> None:
        """The next record of a partition; offsets that hold none get no key's hash."""
        first, hashes = self._kept.setdefault(place[:2], (place[2], array("q")))
        hashes.extend(repeat(NO_RECORD, place[2] - first - len(hashes)))
        hashes.append(hash(key))

    def may_be_replayed(self, place: Origin, offset: int) -> bool:
        """Whether the record at `place` may be what lay at `offset` of its partition before."""
        first, hashes = self._kept[place[:2]]
        return offset < first or hashes[offset - first] == hashes[-1]


#: No hash is -1 in Python.
NO_RECORD = -1


def reconcile(reader: Reader, pipeline: Pipeline, prefix: str) -> Reconciliation:
    """The account of the pipeline, as far as its topics go at the call. Raises `BrokerError`.

    All ends are taken together, before anything is read: what comes later counts nowhere, so that an article
    in flight is waiting and no article is finished that never came in.
    """
    ledger = OutcomeTable(pipeline)
    closed = read_ledger(reader, pipeline.ledger.full_name(prefix))
    dead_letters = {stage.dead.full_name(prefix): stage.name for stage in pipeline.stages}
    open_dead_letters: dict[str, set[str]] = {name: set() for name in dead_letters.values()}
    holds, results = provenance(pipeline, prefix), _results(pipeline, prefix)
    deleted: list[int] = []
    spans = extents(reader, [*sorted(holds.first), *results])
    first_spans = {one: span for one, span in spans.items() if one.topic in holds.first}
    for record in scan(reader, first_spans, deleted.append):
        _received(ledger, holds.of(as_message(record)))
    read: Counter[str] = Counter()
    result_spans = {one: span for one, span in spans.items() if one.topic in results}
    for record in scan(reader, result_spans, deleted.append):
        read[record.topic] += 1
        ledger.ended(origin_of(holds.of(as_message(record))), results[record.topic](record))
        if record.topic in dead_letters and _is_open(record, closed):
            open_dead_letters[dead_letters[record.topic]].add(record_of(as_message(record)))
    return replace(
        ledger.reconciliation(),
        open_dead_letters={name: len(records) for name, records in open_dead_letters.items()},
        records={topic: read[topic] for topic in results},
        deleted=sum(deleted),
    )


def _received(ledger: OutcomeTable, message: Message) -> None:
    before = replayed_from(message)
    ledger.received(
        (message.topic, message.partition, message.offset),
        takedown=message.value is None,
        key=message.key,
        before=None if before is None else before[1],
    )


def _is_open(record: Record, closed: Mapping[bytes, LedgerEntry]) -> bool:
    return resolution(closed, record.topic, record_of(as_message(record)), record.timestamp) is None


def _results(pipeline: Pipeline, prefix: str) -> dict[str, Callable[[Record], Observation]]:
    """The topics in which a record may end, and how what lies there is read."""
    ends: dict[str, Callable[[Record], Observation]] = {}
    ends |= {
        topic.full_name(prefix): partial(_lies_on, observation=Observation(REACHED, topic=topic.name))
        for stage in pipeline.stages
        for topic in stage.outputs
        if len(stage.outputs) > 1
    }
    ends |= {
        topic.full_name(prefix): partial(_lies_on, observation=Observation(FINISHED, topic=topic.name))
        for topic in pipeline.last
    }
    ends |= {stage.discards.full_name(prefix): _discarded for stage in pipeline.stages}
    ends |= {stage.dead.full_name(prefix): partial(_dead, stage=stage.name) for stage in pipeline.stages}
    return ends


def _lies_on(record: Record, *, observation: Observation) -> Observation:
    return observation


def _discarded(record: Record) -> Observation:
    return discarded(as_message(record))


def discarded(message: Message) -> Observation:
    """Why and in which stage it was discarded: the topic is shared. The record says it, else `ce_source`."""
    try:
        fields = msgspec.json.decode(message.value or b"{}", type=Reasoned)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        fields = Reasoned()
    source = (message.header("ce_source") or "").rpartition("/")[2]
    return Observation(
        DISCARDED, fields.reason, source or UNKNOWN if fields.stage == UNKNOWN else fields.stage
    )


def _dead(record: Record, *, stage: str) -> Observation:
    return Observation(DEAD, _header(record, REASON) or UNKNOWN, stage)


def origin_of(message: Message) -> Origin | None:
    """Where it comes from: as its maker noted, or, for a dead letter of the first stage, where the dead
    letter says."""
    noted = record_headers.raw(message)
    place = record_of(message) if noted == message.coordinates else noted
    if place == message.coordinates:
        return None
    topic, partition, offset = place.rsplit("/", 2)
    return topic, int(partition), int(offset)


def _header(record: Record, name: str) -> str | None:
    return as_message(record).header(name)
