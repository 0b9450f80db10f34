"""What the work of a stage counts besides articles.

It counts in a pool process; the parent, which has the metrics, adds it to them with the result of the
article.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

IN, OUT = "in", "out"


class Counted(StrEnum):
    """What is counted. Each is a metric, with the stage as a label and mostly one more."""

    REQUESTS = "requests"
    TOKENS = "tokens"
    COST = "cost"
    FALLBACKS = "fallbacks"


class Count(NamedTuple):
    counted: Counted
    label: str
    amount: float


class WorkCounts:
    """Counters of a stage's work, which has them as its attribute `counts`.

    Known `outcomes` of requests and `reasons` of fallbacks start at 0: Prometheus sees no increase in a
    series that begins with 1.
    """

    def __init__(self, *, outcomes: Iterable[str] = (), reasons: Iterable[str] = ()) -> None:
        self._amounts: dict[tuple[Counted, str], float] = {
            **{(Counted.REQUESTS, str(outcome)): 0.0 for outcome in outcomes},
            **{(Counted.FALLBACKS, str(reason)): 0.0 for reason in reasons},
            **{(Counted.TOKENS, direction): 0.0 for direction in (IN, OUT)},
            (Counted.COST, ""): 0.0,
        }

    def request(self, outcome: str) -> None:
        """A request to a model server has ended."""
        self._add(Counted.REQUESTS, outcome, 1)

    def tokens(self, direction: str, number: int) -> None:
        """Tokens of a request (`in`) or of an answer (`out`)."""
        self._add(Counted.TOKENS, direction, number)

    def cost(self, amount: float) -> None:
        """What a request has cost, in the currency of the prices in the settings."""
        self._add(Counted.COST, "", amount)

    def fallback(self, reason: str) -> None:
        """The work of an article was done by the simpler method. `reason` is one of few kebab-case words."""
        self._add(Counted.FALLBACKS, reason, 1)

    def take(self) -> tuple[Count, ...]:
        """What was counted since the last call."""
        taken = tuple(Count(counted, label, amount) for (counted, label), amount in self._amounts.items())
        self._amounts.clear()
        return taken

    def _add(self, counted: Counted, label: str, amount: float) -> None:
        key = (counted, str(label))
        self._amounts[key] = self._amounts.get(key, 0.0) + amount
