"""From the records of an article to its trace: they are grouped by their raw record."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from operator import attrgetter

from kafka import TopicPartition

from streams.core import record_headers
from streams.core.message import Message
from streams.core.pipeline import Pipeline, sink_topic
from streams.core.stage import Stage
from streams.dead_letters.ledger import resolution
from streams.dead_letters.listing import error_of, record_fields
from streams.dead_letters.record import REASON, record_of
from streams.dead_letters.takedowns import article_of
from streams.inspection.observation import DEAD, DISCARDED, WAITING
from streams.inspection.reconciliation import UNKNOWN, discarded, kind_of, raw_of
from streams.inspection.trace.finding import TraceRecords
from streams.inspection.trace.story import (
    BEST,
    HELD,
    NOT_KNOWN,
    REMOVED,
    SENT,
    TAKEN,
    HeldRecord,
    Trace,
    TracedRevision,
    TraceStep,
)
from streams.settings import Settings


def report(settings: Settings, pipeline: Pipeline, text: str, records: TraceRecords) -> Trace:
    places = set(map(raw_of, (*records.written, *records.raw.values())))
    revisions = [_Reporter(settings, pipeline, records, place).revision() for place in places]
    return Trace(
        text=text,
        key=records.key.decode("utf-8", "replace"),
        revisions=tuple(sorted(revisions, key=attrgetter("version", "raw"))),
        held=tuple(_held_record(records, message) for message in records.held),
    )


def _held_record(records: TraceRecords, message: Message) -> HeldRecord:
    in_topic = (transaction for transaction in records.transactions if transaction.topic == message.topic)
    holding = (str(transaction) for transaction in in_topic if message.partition in transaction.partitions)
    transaction = next(holding, f"{message.topic}: an open transaction")
    return HeldRecord(place=message.coordinates, at=message.timestamp, transaction=transaction)


class _Reporter:
    """Reports the revision whose raw record is or was at the place `raw`."""

    def __init__(self, settings: Settings, pipeline: Pipeline, records: TraceRecords, raw: str) -> None:
        self._settings = settings
        self._pipeline = pipeline
        self._ends = {topic.full_name for topic in pipeline.last}
        self._records = records
        self._raw = raw
        written = (message for message in records.written if raw_of(message) == raw)
        self._written = sorted(written, key=attrgetter("timestamp", "offset"))
        self._received = [message for message in records.raw.values() if raw_of(message) == raw]
        """The raw record, and its replays that wait."""

    def revision(self) -> TracedRevision:
        record = self._records.raw.get(self._raw)
        steps = tuple(self._steps())
        known = [*self._received, *self._written]
        return TracedRevision(
            raw=self._raw,
            version=self._version(known),
            received=record_headers.origin(known[0]).received,
            takedown=all(message.value is None for message in known),
            kept=record is not None,
            key=None if record is None or record.key is None else record.key.decode("utf-8", "replace"),
            feed=next((feed for message in known if (feed := record_fields(message).feed)), None),
            size=None if record is None else record.size,
            steps=steps,
            sinks=dict(self._taken(steps)),
        )

    def _version(self, known: Sequence[Message]) -> str:
        """The version that the stages have written, or else that the first stage will write."""
        for message in reversed(known):
            if message.header(record_headers.VERSION) is not None:
                return record_headers.origin(message).version
        return article_of(self._pipeline.stages[0], known[0])[1]

    def _steps(self) -> Iterator[TraceStep]:
        """The steps of all stages, in flow order."""
        places = [message.coordinates for message in self._received]
        for stage in self._pipeline.stages:
            writer = self._pipeline.writer(stage.reads)
            for step in list(self._steps_in(stage, places)):
                yield replace(step, after=None if writer is None else writer.name)
                if step.outcome in {SENT, REMOVED}:
                    places.append(step.place or "")

    def _steps_in(self, stage: Stage, places: Sequence[str]) -> Iterator[TraceStep]:
        """The steps of a stage, whose input is at some of `places`."""
        ranks = {topic.full_name: rank for rank, topic in enumerate(stage.outputs)}
        # In the order of the outputs: two records of a transaction may have the same time.
        in_order = sorted(self._written, key=lambda message: ranks.get(message.topic, 0))
        steps = _folded(step for message in in_order if (step := self._step(stage, message)) is not None)
        yield from steps
        replays = [step.entry.to for step in steps if step.entry is not None and step.entry.to]
        waits = [place for place in (*places, *replays) if self._unread(stage, place)]
        if waits and not any(step.outcome in {SENT, REMOVED} for step in steps):
            yield TraceStep(stage=stage.name, outcome=WAITING, place=waits[-1])
        elif not steps and (held := self._held(stage)):
            yield TraceStep(stage=stage.name, outcome=HELD, at=held.timestamp, place=held.coordinates)
        elif not steps and (self._reads(stage, places) or self._reached(stage)):
            yield TraceStep(stage=stage.name, outcome=NOT_KNOWN)

    def _held(self, stage: Stage) -> Message | None:
        """A record that the stage may have written and that is held back."""
        held = (message for message in self._records.held if raw_of(message) == self._raw)
        return next((message for message in held if self._step(stage, message) is not None), None)

    def _reads(self, stage: Stage, places: Iterable[str]) -> list[str]:
        """The places in the topic that the stage reads."""
        return [place for place in places if place.startswith(f"{stage.reads.full_name}/")]

    def _unread(self, stage: Stage, place: str) -> bool:
        """Whether the stage reads the topic there and has not yet acknowledged the record."""
        return bool(self._reads(stage, [place])) and self._behind(stage.group, place)

    def _reached(self, stage: Stage) -> bool:
        """Whether it was in the topic that the stage reads, as shown by a reader or a stage downstream."""
        readers = self._pipeline.readers(stage.reads)
        stages = [*readers, *(behind for reader in readers for behind in self._pipeline.behind(reader))]
        return any(self._step(other, message) for other in stages for message in self._written)

    def _step(self, stage: Stage, message: Message) -> TraceStep | None:
        """The step that a record shows; None if the record is of another stage."""
        if message.topic in {topic.full_name for topic in stage.outputs}:
            sent = _step(stage, message, REMOVED if message.value is None else SENT)
            return replace(sent, end=message.topic in self._ends)
        if message.topic == stage.dead.full_name:
            return self._dead(stage, message)
        if message.topic == stage.discards.full_name:
            return _discarded(stage, message)
        return None

    def _dead(self, stage: Stage, message: Message) -> TraceStep:
        record, dead_letters = record_of(message), stage.dead.full_name
        return replace(
            _step(stage, message, DEAD),
            reason=message.header(REASON) or UNKNOWN,
            error=error_of(message),
            record=record,
            entry=resolution(self._records.ledger, dead_letters, record, message.timestamp),
            ce_id=None,
        )

    def _taken(self, steps: Iterable[TraceStep]) -> Iterator[tuple[str, str]]:
        """Name of a sink → whether it has acknowledged the last record in the topic that it reads."""
        sent = [step.place or "" for step in steps if step.outcome in {SENT, REMOVED}]
        for name in self._settings.sinks:
            topic = sink_topic(self._settings, self._pipeline, name).full_name
            if places := [place for place in sent if place.startswith(f"{topic}/")]:
                behind = self._behind(self._pipeline.sink_group(name), places[-1])
                yield name, WAITING if behind else TAKEN

    def _behind(self, group: str, place: str) -> bool:
        """Whether a group has not yet acknowledged the record there."""
        topic, partition, offset = place.rsplit("/", 2)
        committed = self._records.offsets.get(group, {}).get(TopicPartition(topic, int(partition)), 0)
        return int(offset) >= committed


def _step(stage: Stage, message: Message, outcome: str) -> TraceStep:
    return TraceStep(
        stage=stage.name,
        outcome=outcome,
        at=message.timestamp,
        place=message.coordinates,
        ce_id=message.header("ce_id"),
    )


def _discarded(stage: Stage, message: Message) -> TraceStep | None:
    """None if another stage has discarded it: stages share the topic."""
    observation, kind = discarded(message), kind_of(message)
    step = replace(_step(stage, message, DISCARDED), reason=observation.reason, kind=kind)
    return step if observation.stage == stage.name else None


def _folded(steps: Iterable[TraceStep]) -> list[TraceStep]:
    """Merge repeats into one step, with their number, the time of the first and the place of the last."""
    folded: dict[tuple[str, str | None], TraceStep] = {}
    for step in steps:
        identity = (step.outcome, step.record or step.ce_id)
        before = folded.pop(identity, None)
        folded[identity] = step if before is None else replace(step, times=before.times + 1, at=before.at)
    return sorted(folded.values(), key=lambda step: -BEST.index(step.outcome))
