"""The way of an article through the stages without Kafka.

What a stage writes is what the stages behind it read, so the finished values are those that Kafka would hold.
The work is done by the caller, in pool processes or in its own: `walk` asks for one step after another.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from streams.core.message import Message, Outgoing
from streams.core.stage import Failure, Outcome, Processed, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class OfflineResult:
    """The outcome of an article, and its stage. `value` is the finished record, None for a takedown."""

    source: Message
    stage: str
    outcome: Outcome
    topic: str | None = None
    value: bytes | None = None
    reason: str | None = None
    kind: str | None = None
    error: str | None = None


class Step(NamedTuple):
    """What is to be done next: the work of a stage on a record."""

    stage: Stage
    message: Message


Steps = Generator[Step, Processed | Failure, list[OfflineResult]]


def walk(stages: Sequence[Stage], source: Message) -> Steps:
    """The steps of `source` through all stages that are behind its topic; at the end, its results.

    Each step is answered with the result of its work.
    """
    return _Walk(stages, source).through(stages[0].reads.full_name, source)


class _Walk:
    def __init__(self, stages: Sequence[Stage], source: Message) -> None:
        self._stages, self._source = stages, source

    def through(self, topic: str, message: Message) -> Steps:
        """All stages that read `topic`."""
        results = []
        for stage in self._readers(topic):
            results += yield from self._in(stage, message)
        return results

    def _readers(self, topic: str) -> list[Stage]:
        return [stage for stage in self._stages if stage.reads.full_name == topic]

    def _in(self, stage: Stage, message: Message) -> Steps:
        result = yield Step(stage, message)
        if isinstance(result, Failure):
            return [self._ended(stage, Outcome.DEAD, reason=result.reason.value, error=result.message)]
        if result.outcome is Outcome.DISCARDED:
            return [self._ended(stage, result.outcome, reason=result.reason, kind=result.kind)]
        results = []
        for record in result.records:
            results += yield from self._sent(stage, record, message)
        return results

    def _sent(self, stage: Stage, record: Outgoing, before: Message) -> Steps:
        if self._readers(record.topic):
            key, value, headers = record.key, record.value, record.headers
            read = replace(before, topic=record.topic, key=key, value=value, headers=headers)
            return (yield from self.through(record.topic, read))
        return [self._ended(stage, Outcome.SENT, topic=record.topic, value=record.value)]

    def _ended(self, stage: Stage, outcome: Outcome, **result: Any) -> OfflineResult:
        return OfflineResult(source=self._source, stage=stage.name, outcome=outcome, **result)
