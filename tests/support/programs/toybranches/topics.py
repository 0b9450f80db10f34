"""order ──sort──▶ big ──pack──▶ packed
│         └──price──▶ priced
└──────▶ small
"""

from dataclasses import dataclass, field
from typing import Self

from streams.core.topic import Key, Topic


@dataclass(frozen=True, kw_only=True)
class Order:
    """`kinds` are the topics that the first stage writes to. The stage `at` is to `do` something else."""

    id: str
    n: int = 0
    kinds: list[str] = field(default_factory=lambda: ["big"])
    do: str = ""
    at: str = ""


@dataclass(frozen=True, kw_only=True)
class Big(Order):
    """An order for the stages that follow."""


@dataclass(frozen=True, kw_only=True)
class Small:
    """An order that is finished."""

    id: str
    n: int


@dataclass(frozen=True, kw_only=True)
class Packed(Small):
    """A big order, packed."""


@dataclass(frozen=True, kw_only=True)
class Priced(Small):
    """A big order and its price."""

    price: int


@dataclass(frozen=True, kw_only=True)
class Discarded:
    """An order that was discarded, and at which stage."""

    id: str
    stage: str
    reason: str

    @classmethod
    def of(cls, record: Order, *, stage: str, reason: str) -> Self:
        """What is kept of an order that was discarded."""
        return cls(id=record.id, stage=stage, reason=reason)


ORDER = Topic(name="order", key=Key.of("id"), record=Order, grows=True)
BIG = Topic(name="big", key=Key.of("id"), record=Big)
SMALL = Topic(name="small", key=Key.of("id"), record=Small)
PACKED = Topic(name="packed", key=Key.of("id"), record=Packed)
PRICED = Topic(name="priced", key=Key.of("id"), record=Priced)
DISCARDED = Topic(name="discarded", key=Key.original(), record=Discarded)
TOPICS = (ORDER, BIG, SMALL, PACKED, PRICED, DISCARDED)
