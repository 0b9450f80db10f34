"""The story of an article: its revisions, and of each what every stage made of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from streams.dead_letters.ledger import LedgerEntry
from streams.inspection.observation import DEAD, DISCARDED, FINISHED, WAITING

SENT, TAKEN_DOWN, DROPPED = "sent", "removed", "dropped"
#: A sink has acknowledged it.
TAKEN = "taken"
#: What a stage wrote of it cannot be read yet: it lies behind an open transaction.
HELD = "held"
#: What became of it is no longer kept, or the stage gives its results other keys.
NOT_KNOWN = "not known"
#: What a stage is done with: of several steps in one stage these count before others, in this order.
BEST = (TAKEN_DOWN, SENT, DISCARDED, WAITING, DEAD, HELD, NOT_KNOWN)
#: Of several branches the one counts that is left to do, as in the account.
URGENT_FIRST = (WAITING, HELD, DEAD, FINISHED, TAKEN_DOWN, DROPPED, DISCARDED, NOT_KNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceStep:
    """What a stage made of a revision. `at` is in milliseconds, None for what is still to come.

    `place` is where the record of it lies; of a dead letter, `record` names it as `copydesk dlq` does, and
    `entry` says what closed it. A repeat after a crash has the same `ce_id`: `times` counts them.
    """

    stage: str
    outcome: str
    at: int | None = None
    place: str | None = None
    reason: str | None = None
    error: str | None = None
    record: str | None = None
    entry: LedgerEntry | None = None
    ce_id: str | None = None
    times: int = 1
    after: str | None = None
    """The stage whose result this one reads; None: it reads what came in."""
    end: bool = False
    """Whether it lies on a topic that no stage reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedRevision:
    """One raw record and all that became of it. `received` is when Kafka took it, in milliseconds.

    `size` (bytes), `key` and `feed` are None where they are not known; `kept` says whether the record is.
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
        """finished, removed, discarded, dead, dropped, waiting, held or not known: its end so far."""
        return min(map(_outcome, self._furthest()), key=URGENT_FIRST.index, default=NOT_KNOWN)

    def _furthest(self) -> Iterator[TraceStep]:
        """How far it has come on each branch."""
        went_on = {step.after for step in self.steps}
        for stage, steps in groupby(self.steps, key=lambda step: step.stage):
            if stage in went_on:
                yield from (step for step in steps if step.end)
            else:
                yield min(steps, key=lambda step: BEST.index(step.outcome))


def _outcome(step: TraceStep) -> str:
    dropped = step.entry is not None and step.entry.action == DROPPED
    return {SENT: FINISHED, DEAD: DROPPED if dropped else DEAD}.get(step.outcome, step.outcome)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRecord:
    """A record of the article that cannot be read yet, where it lies and when it was appended.

    Whether it counts is known once `transaction` has ended, and its own, where it is another's.
    """

    place: str
    at: int
    transaction: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """All of an article, its revisions from the oldest to the newest, and what cannot be read of it yet."""

    text: str
    key: str
    revisions: tuple[TracedRevision, ...]
    held: tuple[HeldRecord, ...] = ()

    @property
    def now(self) -> str | None:
        """What the newest revision became; None: nothing is known of the article."""
        return self.revisions[-1].outcome if self.revisions else HELD if self.held else None

    @property
    def stands(self) -> str | None:
        """Where the finished record lies that readers are to have now; None: they are to have none.

        Of several end topics the first one that holds one.
        """
        return next(iter(self.stands_on.values()), None)

    @property
    def stands_on(self) -> Mapping[str, str]:
        """Full name of an end topic → where on it the record lies that its readers are to have now."""
        newest: dict[str, TraceStep] = {}
        for step in (step for revision in self.revisions for step in revision.steps if step.end):
            newest[(step.place or "").partition("/")[0]] = step
        return {topic: step.place or "" for topic, step in newest.items() if step.outcome == SENT}
