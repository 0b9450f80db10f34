"""What a stage is: what it reads, what it writes, its work, and the outcomes of an article in it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Protocol

from streams.core.message import Event, Outgoing
from streams.core.topic import DAY, MIB, Topic


class Outcome(StrEnum):
    """What became of an article in a stage: one of these, exactly once."""

    SENT = "sent"
    DISCARDED = "discarded"
    DEAD = "dead"


class Reason(StrEnum):
    """Why an article is dead. Only what the article itself did; never an outage."""

    INVALID = "invalid"
    FAILED = "failed"
    TIMED_OUT = "timed-out"
    KILLED_WORKER = "killed-worker"
    TOO_LARGE = "too-large"


@dataclass(frozen=True, slots=True)
class Discard:
    """Returned by a stage's work for an article that is of no interest. `reason` is a kebab-case word."""

    reason: str


class Work(Protocol):
    """A stage's work: one record in; a record, several, or a `Discard` out. Runs in a pool process.

    It may have an attribute `model` (str): the model it was loaded with, which is part of `ce_id`, so that
    the results of another model are news to consumers and a replay with the same model is not.
    It raises `Invalid` for an article it cannot read and `Unavailable` when the target is unavailable.
    """

    def __call__(self, record: Any, /) -> Any | Discard | Sequence[Any]: ...


class Stream(Protocol):
    """A Faust stream, as far as an agent needs it. `noack`: it is the loop that acknowledges."""

    def noack(self) -> "Stream": ...

    def events(self) -> AsyncIterator[Event]: ...


class AgentLoop(Protocol):
    """What an agent hands its articles to."""

    async def submit(self, event: Event) -> None: ...


Agent = Callable[[Stream, AgentLoop], Awaitable[None]]


async def take_all(articles: Stream, loop: AgentLoop) -> None:
    """Hand every article to the loop. Without `noack` Faust acknowledges one whose agent has raised."""
    async for article in articles.noack().events():
        await loop.submit(article)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One step of the pipeline. Its name is the module, the topic, the test and the metric label."""

    name: str
    version: str
    """Raised when the same input gives other bytes: consumers then see the results as new."""
    reads: Topic
    writes: Topic | tuple[Topic, ...]
    """One topic or several: each record goes to the topic of its type."""
    discards: Topic
    work: str
    """`package.module:function`; the function takes the stage's settings and returns its `Work`."""
    agent: Agent
    """The Faust agent: takes the stream and the stage's loop."""

    @property
    def outputs(self) -> tuple[Topic, ...]:
        """The topics of its results."""
        return (self.writes,) if isinstance(self.writes, Topic) else self.writes

    @property
    def dead(self) -> Topic:
        """Where its dead letters lie: the original bytes."""
        return dead_topic(self.name, self.reads)


def dead_topic(stage: str, reads: Topic) -> Topic:
    """The dead-letter topic of a stage: the original key and bytes, a MiB larger than what it reads."""
    policy = replace(reads.policy, cleanup_policy="delete", retention_ms=30 * DAY)
    if policy.max_message_bytes is not None:
        policy = replace(policy, max_message_bytes=policy.max_message_bytes + MIB)
    return Topic(name=f"dead.{stage}", key="original key", record=None, policy=policy, single=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Processed:
    """The outcome of an article that was worked on: what is to be written, and its outcome."""

    outcome: Outcome
    records: tuple[Outgoing, ...]
    reason: str | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """The outcome of an article that cannot be processed. `trace` is at most a few KiB."""

    reason: Reason
    error: str
    message: str
    trace: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """Not an outcome yet: the target is unavailable, and the article is to be retried."""

    message: str


WorkResult = Processed | Failure | Retry
