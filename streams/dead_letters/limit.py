"""The dead-letter limit: stop a worker when the failure rate suggests a fault of ours, not of the articles.

Counted per partition over consecutive offsets, as in sentry's arroyo, so that it can be counted again from
Kafka after a restart: the dead letters show which of the offsets before the commit are dead.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from itertools import takewhile


class Limit:
    """Counts outcomes in offset order. `exceeded` is a sentence once the limit is exceeded, else None."""

    def __init__(
        self, *, run: int, share: float, window: int, dead_letters: Mapping[int, Iterable[int]] | None = None
    ) -> None:
        self._run, self._share, self._window = run, share, window
        self._outcomes: dict[int, deque[bool]] = defaultdict(lambda: deque(maxlen=max(run, window)))
        self._dead_letters: dict[int, set[int]] = defaultdict(set)
        self._most = 4 * max(run, window)
        for partition, offsets in (dead_letters or {}).items():
            self._dead_letters[partition].update(offsets)
            self._forget_oldest(self._dead_letters[partition])
        self.exceeded: str | None = None

    def begin(self, partition: int, offset: int) -> None:
        """Count again, from the dead letters, the articles before the first offset that is read."""
        dead = self._dead_letters[partition]
        outcomes = self._outcomes[partition]
        outcomes.clear()
        first = max(0, offset - (outcomes.maxlen or 0))
        outcomes.extend(past in dead for past in range(first, offset))
        self._judge(partition)

    def count(self, partition: int, dead: bool, offset: int) -> None:
        if dead:
            self._dead_letters[partition].add(offset)
            self._forget_oldest(self._dead_letters[partition])
        self._outcomes[partition].append(dead)
        self._judge(partition)

    def _forget_oldest(self, offsets: set[int]) -> None:
        """Keep twice as many as are counted: articles that were read and not committed are read again."""
        if len(offsets) > self._most:
            offsets.intersection_update(sorted(offsets)[-(self._most // 2) :])

    def _judge(self, partition: int) -> None:
        outcomes = self._outcomes[partition]
        run = _run_at_the_end(outcomes)
        dead = sum(list(outcomes)[-self._window :])
        if run >= self._run:
            self.exceeded = f"{run} articles in a row are dead letters in partition {partition}"
        elif len(outcomes) >= self._window and dead > self._share * self._window:
            last = f"the last {self._window} articles"
            self.exceeded = f"{dead} of {last} are dead letters in partition {partition}"


def _run_at_the_end(outcomes: deque[bool]) -> int:
    return sum(1 for _ in takewhile(bool, reversed(outcomes)))
