"""A stage: what it reads and writes, its work, and the outcomes of an article in it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Protocol

from streams.core.message import Event, Outgoing
from streams.core.topic import DAY, MIB, Key, Topic
from streams.core.work_counts import Count


class Outcome(StrEnum):
    """The outcome of an article in a stage: one of these, exactly once."""

    SENT = "sent"
    DISCARDED = "discarded"
    DEAD = "dead"


class Reason(StrEnum):
    """Why an article is dead: always due to the article itself, never to an outage."""

    INVALID = "invalid"
    FAILED = "failed"
    TIMED_OUT = "timed-out"
    KILLED_WORKER = "killed-worker"
    TOO_LARGE = "too-large"


@dataclass(frozen=True, slots=True)
class Discard:
    """Returned by a stage's work for an article of no interest.

    `reason` is a kebab-case word, one of few: `status` and a metric count articles by it. It is not checked.
    `kind` says more, and nothing is counted by it; the record of the discarded topic must have such a field.
    """

    reason: str
    kind: str | None = None


def in_words(reason: str | None, kind: str | None) -> str:
    """`not-an-article (home)`, or only the reason."""
    return f"{reason or ''} ({kind})" if kind else reason or ""


class Work(Protocol):
    """A stage's work: one record in; a record, several, or a `Discard` out. Runs in a pool process.

    It may have an attribute `model` (str), the name of the loaded model. It is part of `ce_id`, so that
    consumers see the results of another model as new, and a replay with the same model as a repeat.
    Work with several models has a function `model_of` too, from a record to the name of the one that made it.
    It may have `counts` (`WorkCounts`), what it counts for the metrics, and `waits_seconds`, the longest time
    for which it waits for others: a worker does not start where `article_seconds` is not enough for that.
    It may have `notices`, sentences that a worker logs as warnings when it starts.
    It raises `Invalid` for an article it cannot read and `Unavailable` if something it needs does not answer.
    """

    def __call__(self, record: Any, /) -> Any | Discard | Sequence[Any]: ...


class Stream(Protocol):
    """A Faust stream, as far as an agent needs it. `noack`: the loop acknowledges, not the stream."""

    def noack(self) -> "Stream": ...

    def events(self) -> AsyncIterator[Event]: ...


class AgentLoop(Protocol):
    async def submit(self, event: Event) -> None: ...


Agent = Callable[[Stream, AgentLoop], Awaitable[None]]


async def take_all(articles: Stream, loop: AgentLoop) -> None:
    """Submit every article to the loop. Without `noack`, Faust acknowledges articles whose agent raised."""
    async for article in articles.noack().events():
        await loop.submit(article)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One step of the pipeline. Its name is the module, the topic, the test and the metric label."""

    name: str
    version: str
    """Increased when the same input gives other bytes: consumers then see the results as new."""
    reads: Topic
    writes: Topic | tuple[Topic, ...]
    """One topic or several: each record goes to the topic of its type."""
    discards: Topic
    work: str
    """`package.module:function`; the function takes the stage's settings and returns its `Work`."""
    agent: Agent

    @property
    def outputs(self) -> tuple[Topic, ...]:
        return (self.writes,) if isinstance(self.writes, Topic) else self.writes

    @property
    def dead(self) -> Topic:
        return dead_topic(self.name, self.reads)

    @property
    def group(self) -> str:
        """The consumer group of its workers."""
        return group_name(self.reads.prefix, self.name)

    def at(self, prefix: str) -> "Stage":
        """The same stage, with its topics at `prefix`."""
        outputs = tuple(topic.at(prefix) for topic in self.outputs)
        return replace(
            self,
            reads=self.reads.at(prefix),
            writes=outputs[0] if isinstance(self.writes, Topic) else outputs,
            discards=self.discards.at(prefix),
        )


def group_name(prefix: str, stage: str) -> str:
    return f"copydesk.{prefix}.{stage}"


def dead_topic(stage: str, reads: Topic) -> Topic:
    """The dead-letter topic of a stage. Its records may be a MiB larger than those that the stage reads."""
    policy = replace(reads.policy, cleanup_policy="delete", retention_ms=30 * DAY)
    if policy.max_message_bytes is not None:
        policy = replace(policy, max_message_bytes=policy.max_message_bytes + MIB)
    return Topic(
        name=f"dead.{stage}",
        key=Key.original(),
        record=None,
        policy=policy,
        single=True,
        prefix=reads.prefix,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Processed:
    """The result of work that succeeded: the records to be written."""

    outcome: Outcome
    records: tuple[Outgoing, ...]
    reason: str | None = None
    kind: str | None = None
    seconds: float = 0.0
    counts: tuple[Count, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """The result of work that failed. `trace` is at most a few KiB."""

    reason: Reason
    error: str
    message: str
    trace: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """Not an outcome yet: something the work needs is unavailable, and the article is to be retried."""

    message: str


WorkResult = Processed | Failure | Retry
