"""From the records that were found to the story: grouped by the raw record that they were made of."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from kafka import TopicPartition

from streams.core import record_headers
from streams.core.message import Message
from streams.core.pipeline import Pipeline, group_name, sink_group_name, sink_topic
from streams.core.stage import Stage
from streams.dead_letters.ledger import resolution
from streams.dead_letters.listing import error_of, record_fields
from streams.dead_letters.record import REASON, record_of
from streams.dead_letters.takedowns import article_of
from streams.inspection.observation import DEAD, DISCARDED, WAITING
from streams.inspection.reconciliation import UNKNOWN, discarded
from streams.inspection.trace.finding import TraceRecords, raw_of
from streams.inspection.trace.story import (
    BEST,
    HELD,
    NOT_KNOWN,
    SENT,
    TAKEN,
    TAKEN_DOWN,
    HeldRecord,
    Trace,
    TracedRevision,
    TraceStep,
)
from streams.settings import Settings


def report(settings: Settings, pipeline: Pipeline, text: str, found: TraceRecords) -> Trace:
    raws = {raw_of(one) for one in (*found.made, *found.raw.values())}
    told = [_Reporter(settings, pipeline, found, raw).revision() for raw in raws]
    return Trace(
        text=text,
        key=found.key.decode("utf-8", "replace"),
        revisions=tuple(sorted(told, key=lambda one: (one.version, one.raw))),
        held=tuple(_held_record(found, one) for one in found.held),
    )


def _held_record(found: TraceRecords, message: Message) -> HeldRecord:
    transaction = next(
        (
            str(one)
            for one in found.transactions
            if one.topic == message.topic and message.partition in one.partitions
        ),
        f"{message.topic}: an open transaction",
    )
    return HeldRecord(place=message.coordinates, at=message.timestamp, transaction=transaction)


class _Reporter:
    def __init__(self, settings: Settings, pipeline: Pipeline, found: TraceRecords, raw: str) -> None:
        self._settings = settings
        self._prefix = settings.prefix
        self._pipeline = pipeline
        self._ends = {topic.full_name(settings.prefix) for topic in pipeline.last}
        self._found = found
        self._raw = raw
        self._made = sorted(
            (one for one in found.made if raw_of(one) == raw), key=lambda one: (one.timestamp, one.offset)
        )
        self._came = [one for one in found.raw.values() if raw_of(one) == raw]
        """The raw record, and as what it was replayed and waits."""

    def revision(self) -> TracedRevision:
        record = self._found.raw.get(self._raw)
        steps = tuple(self._steps())
        known = [*self._came, *self._made]
        return TracedRevision(
            raw=self._raw,
            version=self._version(known),
            received=record_headers.origin(known[0]).received,
            takedown=all(one.value is None for one in known),
            kept=record is not None,
            key=None if record is None or record.key is None else record.key.decode("utf-8", "replace"),
            feed=next((feed for one in known if (feed := record_fields(one).feed)), None),
            size=None if record is None else record.size,
            steps=steps,
            sinks=dict(self._taken(steps)),
        )

    def _version(self, known: Iterable[Message]) -> str:
        """As the stages wrote it, else as the first of them will."""
        written = [one for one in known if one.header(record_headers.VERSION) is not None]
        return (
            record_headers.origin(written[-1]).version
            if written
            else article_of(self._pipeline.stages[0], next(iter(known)))[1]
        )

    def _steps(self) -> Iterator[TraceStep]:
        """What each stage made of it, in flow order; at the end that it waits, or that no more is known."""
        places = [one.coordinates for one in self._came]
        for stage in self._pipeline.stages:
            writer = self._pipeline.writer(stage.reads)
            for step in list(self._steps_in(stage, places)):
                yield replace(step, after=None if writer is None else writer.name)
                if step.outcome in {SENT, TAKEN_DOWN}:
                    places.append(step.place or "")

    def _steps_in(self, stage: Stage, places: Sequence[str]) -> Iterator[TraceStep]:
        """What the stage made of what lies at `places`."""
        ranks = {topic.full_name(self._prefix): rank for rank, topic in enumerate(stage.outputs)}
        # In the order of the outputs: two records of one transaction may have one time.
        in_order = sorted(self._made, key=lambda message: ranks.get(message.topic, 0))
        steps = _folded(step for message in in_order if (step := self._step(stage, message)) is not None)
        yield from steps
        sent_again = [step.entry.to for step in steps if step.entry is not None and step.entry.to]
        waits = [place for place in (*places, *sent_again) if self._unread(stage, place)]
        if waits and not any(step.outcome in {SENT, TAKEN_DOWN} for step in steps):
            yield TraceStep(stage=stage.name, outcome=WAITING, place=waits[-1])
        elif not steps and (held := self._held(stage)):
            yield TraceStep(stage=stage.name, outcome=HELD, at=held.timestamp, place=held.coordinates)
        elif not steps and (self._reads(stage, places) or self._reached(stage)):
            yield TraceStep(stage=stage.name, outcome=NOT_KNOWN)

    def _held(self, stage: Stage) -> Message | None:
        """What the stage may have written of it and nobody can read yet."""
        held = (one for one in self._found.held if raw_of(one) == self._raw)
        return next((one for one in held if self._step(stage, one) is not None), None)

    def _reads(self, stage: Stage, places: Iterable[str]) -> list[str]:
        """Those of the places that lie on what the stage reads."""
        return [at for at in places if at.startswith(f"{stage.reads.full_name(self._prefix)}/")]

    def _unread(self, stage: Stage, place: str) -> bool:
        """Whether the stage has still to read the record there."""
        return bool(self._reads(stage, [place])) and self._behind(group_name(self._prefix, stage.name), place)

    def _reached(self, stage: Stage) -> bool:
        """Whether it lay on what the stage reads: another reader, or a stage behind one, has made
        something of it."""
        readers = self._pipeline.readers(stage.reads)
        stages = [*readers, *(behind for reader in readers for behind in self._pipeline.behind(reader))]
        return any(self._step(other, message) for other in stages for message in self._made)

    def _step(self, stage: Stage, message: Message) -> TraceStep | None:
        """What a record says that the stage did; None where it is of another stage."""
        if message.topic in {topic.full_name(self._prefix) for topic in stage.outputs}:
            sent = _step(stage, message, TAKEN_DOWN if message.value is None else SENT)
            return replace(sent, end=message.topic in self._ends)
        if message.topic == stage.dead.full_name(self._prefix):
            return self._dead(stage, message)
        if message.topic == stage.discards.full_name(self._prefix):
            return _discarded(stage, message)
        return None

    def _dead(self, stage: Stage, message: Message) -> TraceStep:
        record, dead_letters = record_of(message), stage.dead.full_name(self._prefix)
        return replace(
            _step(stage, message, DEAD),
            reason=message.header(REASON) or UNKNOWN,
            error=error_of(message),
            record=record,
            entry=resolution(self._found.ledger, dead_letters, record, message.timestamp),
            ce_id=None,
        )

    def _taken(self, steps: Iterable[TraceStep]) -> Iterator[tuple[str, str]]:
        """Name of a sink → whether it has acknowledged what lies of this on the topic that it reads."""
        sent = [step.place or "" for step in steps if step.outcome in {SENT, TAKEN_DOWN}]
        for name in self._settings.sinks:
            topic = sink_topic(self._settings, self._pipeline, name).full_name(self._prefix)
            if places := [place for place in sent if place.startswith(f"{topic}/")]:
                behind = self._behind(sink_group_name(self._prefix, name), places[-1])
                yield name, WAITING if behind else TAKEN

    def _behind(self, group: str, place: str) -> bool:
        """Whether a group has not yet acknowledged the record there."""
        topic, partition, offset = place.rsplit("/", 2)
        done = self._found.offsets.get(group, {}).get(TopicPartition(topic, int(partition)), 0)
        return int(offset) >= done


def _step(stage: Stage, message: Message, outcome: str) -> TraceStep:
    return TraceStep(
        stage=stage.name,
        outcome=outcome,
        at=message.timestamp,
        place=message.coordinates,
        ce_id=message.header("ce_id"),
    )


def _discarded(stage: Stage, message: Message) -> TraceStep | None:
    """All stages share the topic: of another one there is no step."""
    observation = discarded(message)
    return (
        replace(_step(stage, message, DISCARDED), reason=observation.reason)
        if observation.stage == stage.name
        else None
    )


def _folded(steps: Iterable[TraceStep]) -> list[TraceStep]:
    """Repeats are one step with their number, where the last of them lies."""
    found: dict[tuple[str, str | None], TraceStep] = {}
    for step in steps:
        same = (step.outcome, step.record or step.ce_id)
        before = found.pop(same, None)
        found[same] = step if before is None else replace(step, times=before.times + 1, at=before.at)
    return sorted(found.values(), key=lambda one: -BEST.index(one.outcome))
