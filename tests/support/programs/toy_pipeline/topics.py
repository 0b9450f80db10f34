"""order ──toy──▶ result, and discarded."""

from dataclasses import dataclass
from typing import Self

from streams.core.topic import Key, Topic


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is to be done, and a number that distinguishes revisions."""

    id: str
    n: int = 0
    do: str = ""
    pad: str = ""


@dataclass(frozen=True, kw_only=True)
class Result:
    """What was done."""

    id: str
    n: int
    pad: str = ""


@dataclass(frozen=True, kw_only=True)
class Discarded:
    """What was not done."""

    id: str
    reason: str

    @classmethod
    def of(cls, record: Order, *, stage: str, reason: str) -> Self:
        """What is kept of an order that was discarded."""
        return cls(id=record.id, reason=reason)


ORDER = Topic(name="order", key=Key.of("id"), record=Order, grows=True)
RESULT = Topic(name="result", key=Key.of("id"), record=Result)
DISCARDED = Topic(name="discarded", key=Key.original(), record=Discarded)
TOPICS = (ORDER, RESULT, DISCARDED)
