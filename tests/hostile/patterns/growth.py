"""How the time that a pattern takes grows with the length of an attack."""

import re
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tests.hostile.patterns.attacks import Attack, attacks

#: The longer text is `APART` times as long. Above `LINEAR` times the time, the growth is more than linear.
APART, LINEAR = 4, 8.0
#: Letters of the longest text, and of the text by which the worst attacks are chosen.
MOST, FIRST = 32_768, 4_096
#: Once a text has taken this many seconds, no longer text is tried.
ENOUGH = 0.01
WORST = 4
#: Texts grow slowly at first, for patterns whose time doubles with each letter, and faster above `SMALL`.
SMALL_STEP, SMALL, STEP = 1.25, 100, 2.0


@dataclass(frozen=True)
class Growth:
    """`ratio`: how much longer a text four times as long takes; infinite where a short text takes long."""

    ratio: float
    attack: Attack | None = None

    @property
    def is_linear(self) -> bool:
        return self.ratio < LINEAR


def growth(pattern: re.Pattern[Any], mode: str) -> Growth:
    """The worst growth of a pattern that is used by `mode`: search, match or fullmatch."""
    worst = sorted(attacks(pattern), key=lambda attack: _probe(pattern, mode, attack), reverse=True)[:WORST]
    growths = (_growth(pattern, mode, attack) for attack in worst)
    return max(growths, key=lambda measured: measured.ratio, default=Growth(1.0))


def seconds(pattern: re.Pattern[Any], mode: str, text: Any) -> float:
    """Processor time of this thread. For `search` it is the time of all matches, as in `sub` and `split`."""
    began = time.thread_time()
    if mode == "search":
        deque(pattern.finditer(text), 0)
    else:
        getattr(pattern, mode)(text)
    return time.thread_time() - began


def _probe(pattern: re.Pattern[Any], mode: str, attack: Attack) -> float:
    """Seconds per letter, of the longest text of at most `FIRST` letters."""
    times, took = _longest(pattern, mode, attack, FIRST)
    return took / times / len(attack.pump)


def _growth(pattern: re.Pattern[Any], mode: str, attack: Attack) -> Growth:
    times, took = _longest(pattern, mode, attack, MOST)
    if times <= SMALL and took > ENOUGH:
        return Growth(float("inf"), attack)
    short, long = (_best(pattern, mode, attack, repeats) for repeats in (max(times // APART, 1), times))
    return Growth(long / short, attack)


def _best(pattern: re.Pattern[Any], mode: str, attack: Attack, times: int) -> float:
    text = attack.text(times, pattern.pattern)
    return min(seconds(pattern, mode, text) for _ in range(5))


def _longest(pattern: re.Pattern[Any], mode: str, attack: Attack, most: int) -> tuple[int, float]:
    """How often the longest text of at most `most` letters repeats its piece, and the seconds that it took.

    In small steps at first, so that a pattern whose time doubles with each letter is stopped in time.
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
