"""The trace of an article: its revisions, and the steps of each revision through the stages."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from streams.dead_letters.ledger import LedgerEntry
from streams.inspection.observation import DEAD, DISCARDED, FINISHED, WAITING

SENT, REMOVED, DROPPED = "sent", "removed", "dropped"
#: A sink has acknowledged it.
TAKEN = "taken"
#: An open transaction holds back what a stage has written.
HELD = "held"
#: The records that show its outcome are no longer kept, or the stage gives its results other keys.
NOT_KNOWN = "not known"
#: Of several steps in a stage the first in this order counts.
BEST = (REMOVED, SENT, DISCARDED, WAITING, DEAD, HELD, NOT_KNOWN)
#: Of several branches the most urgent counts, as in the reconciliation.
URGENT_FIRST = (WAITING, HELD, DEAD, FINISHED, REMOVED, DROPPED, DISCARDED, NOT_KNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceStep:
    """One outcome of a revision in a stage. `at` is in milliseconds, None if it is still to come.

    `place` is that of the record which shows it. Of a dead letter, `record` is its name in `copydesk dlq`,
    and `entry` is what closed it. Repeats after a crash have the same `ce_id`: `times` counts them.
    """

    stage: str
    outcome: str
    at: int | None = None
    place: str | None = None
    reason: str | None = None
    kind: str | None = None
    error: str | None = None
    record: str | None = None
    entry: LedgerEntry | None = None
    ce_id: str | None = None
    times: int = 1
    after: str | None = None
    """The stage whose results this one reads; None if it reads a first topic."""
    end: bool = False
    """Whether its record is in a topic that no stage reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedRevision:
    """One raw record and its steps. `received` is when Kafka received it, in milliseconds.

    `size` (bytes), `key` and `feed` are None if unknown; `kept` says whether Kafka still has the record.
    """

    raw: str
    version: str
    received: int
    takedown: bool
    kept: bool
    key: str | None
    feed: str | None
    size: int | None
    steps: tuple[TraceStep, ...]
    sinks: Mapping[str, str]

    @property
    def outcome(self) -> str:
        """finished, removed, discarded, dead, dropped, waiting, held or not known."""
        return min(map(_outcome, self._furthest()), key=URGENT_FIRST.index, default=NOT_KNOWN)

    def _furthest(self) -> Iterator[TraceStep]:
        """The last step on each branch."""
        followed = {step.after for step in self.steps}
        for stage, steps in groupby(self.steps, key=lambda step: step.stage):
            if stage in followed:
                yield from (step for step in steps if step.end)
            else:
                yield min(steps, key=lambda step: BEST.index(step.outcome))


def _outcome(step: TraceStep) -> str:
    dropped = step.entry is not None and step.entry.action == DROPPED
    return {SENT: FINISHED, DEAD: DROPPED if dropped else DEAD}.get(step.outcome, step.outcome)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRecord:
    """A record of the article that is held back. `at` is its append time in milliseconds.

    Whether it counts is known only when `transaction` has ended, and its own, if that is another one.
    """

    place: str
    at: int
    transaction: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """An article's revisions, from the oldest to the newest, and its records that are held back."""

    text: str
    key: str
    revisions: tuple[TracedRevision, ...]
    held: tuple[HeldRecord, ...] = ()

    @property
    def now(self) -> str | None:
        """The outcome of the newest revision; None if the article is unknown."""
        return self.revisions[-1].outcome if self.revisions else HELD if self.held else None

    @property
    def current(self) -> str | None:
        """The place of the current finished record, in the first topic that has one; None if none has."""
        return next(iter(self.current_by_topic.values()), None)

    @property
    def current_by_topic(self) -> Mapping[str, str]:
        """Full name of a last topic → the place of the current finished record in it."""
        newest: dict[str, TraceStep] = {}
        for step in (step for revision in self.revisions for step in revision.steps if step.end):
            newest[(step.place or "").partition("/")[0]] = step
        return {topic: step.place or "" for topic, step in newest.items() if step.outcome == SENT}
