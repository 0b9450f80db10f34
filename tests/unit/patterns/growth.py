"""How the time that a pattern takes grows with the length of a text that is made against it."""

import re
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tests.unit.patterns.attacks import Attack, attacks

#: Twice as long is twice the time; here it is four times as long.
APART, LINEAR = 4, 8.0
#: Letters of the longest text, and of the one by which the worst attacks are picked out.
MOST, FIRST = 32_768, 1_024
#: No text is longer than one that took so many seconds.
ENOUGH = 0.01
WORST = 4
#: For what takes twice as long with each letter; then for the rest.
SMALL_STEP, SMALL, STEP = 1.25, 100, 2.0


@dataclass(frozen=True)
class Growth:
    """`ratio`: how much longer a text four times as long takes; infinite where none of 400 letters ends."""

    ratio: float
    attack: Attack | None = None

    @property
    def is_linear(self) -> bool:
        """Whether it takes no more than its share."""
        return self.ratio < LINEAR


def growth(pattern: re.Pattern[Any], mode: str) -> Growth:
    """The worst growth of a pattern that is used by `mode`: search, match or fullmatch."""
    probed = [(_probe(pattern, mode, one), one) for one in attacks(pattern)]
    worst = sorted(probed, key=lambda each: each[0], reverse=True)[:WORST]
    found = (_growth(pattern, mode, one) for _, one in worst)
    return max(found, key=lambda one: one.ratio, default=Growth(1.0))


def seconds(pattern: re.Pattern[Any], mode: str, text: Any) -> float:
    """Processor time of this thread: of `search` the time to find all, as `sub` and `split` do."""
    began = time.thread_time()
    if mode == "search":
        deque(pattern.finditer(text), 0)
    else:
        getattr(pattern, mode)(text)
    return time.thread_time() - began


def _probe(pattern: re.Pattern[Any], mode: str, attack: Attack) -> float:
    """Seconds for each letter, of a text as long as may be."""
    times, took = _longest(pattern, mode, attack, FIRST)
    return took / times / len(attack.pump)


def _growth(pattern: re.Pattern[Any], mode: str, attack: Attack) -> Growth:
    times, took = _longest(pattern, mode, attack, MOST)
    if times <= SMALL and took > ENOUGH:
        return Growth(float("inf"), attack)
    short, long = (_best(pattern, mode, attack, many) for many in (max(times // APART, 1), times))
    return Growth(long / short, attack)


def _best(pattern: re.Pattern[Any], mode: str, attack: Attack, times: int) -> float:
    text = attack.text(times, pattern.pattern)
    return min(seconds(pattern, mode, text) for _ in range(5))


def _longest(pattern: re.Pattern[Any], mode: str, attack: Attack, most: int) -> tuple[int, float]:
    """How often the longest text says its piece, in at most `most` letters, and what it took.

    In small steps at first: what doubles with each letter is stopped before it takes minutes.
    """
    times, took = 4, 0.0
    for times in _sizes(most // len(attack.pump)):
        took = seconds(pattern, mode, attack.text(times, pattern.pattern))
        if took > ENOUGH:
            break
    return times, took


def _sizes(most: int) -> Iterable[int]:
    size = 4.0
    while size < most:
        yield int(size)
        size *= SMALL_STEP if size < SMALL else STEP
    yield max(most, 4)
