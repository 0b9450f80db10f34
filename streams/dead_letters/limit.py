"""The limit: when so much is dead that it cannot be the articles' fault, a worker stops.

Counted per partition over consecutive offsets, as sentry's arroyo does, so that it can be counted again
from Kafka after a restart: which of the offsets before the commit are dead, the letters say.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping

Partition = int


class Limit:
    """Counts fates in offset order; `exceeded` says in a sentence when it is too much, or None."""

    def __init__(
        self, *, run: int, share: float, window: int, letters: Mapping[Partition, Iterable[int]] | None = None
    ) -> None:
        self._run = run
        self._share = share
        self._fates: dict[Partition, deque[bool]] = defaultdict(lambda: deque(maxlen=max(run, window)))
        self._letters: dict[Partition, set[int]] = defaultdict(set)
        self._most = 4 * max(run, window)
        for number, offsets in (letters or {}).items():
            self._letters[number].update(offsets)
            self._forget_oldest(self._letters[number])
        self._window = window
        self.exceeded: str | None = None

    def begin(self, partition: Partition, offset: int) -> None:
        """Count again, from the letters, what lies before the first offset that is read from a partition."""
        dead = self._letters[partition]
        fates = self._fates[partition]
        fates.clear()
        first = max(0, offset - (fates.maxlen or 0))
        fates.extend(past in dead for past in range(first, offset))
        self._judge(partition)

    def count(self, partition: Partition, dead: bool, offset: int) -> None:
        """Count the fate of the next article of a partition."""
        if dead:
            self._letters[partition].add(offset)
            self._forget_oldest(self._letters[partition])
        self._fates[partition].append(dead)
        self._judge(partition)

    def _forget_oldest(self, offsets: set[int]) -> None:
        """Keep those that may be counted once more: of the last articles, and of as many before them, since
        what was read and not committed is read again."""
        if len(offsets) > self._most:
            kept = sorted(offsets)[-(self._most // 2) :]
            offsets.intersection_update(kept)

    def _judge(self, partition: Partition) -> None:
        fates = self._fates[partition]
        run = _run_at_the_end(fates)
        dead = sum(list(fates)[-self._window :])
        if run >= self._run:
            self.exceeded = f"{run} articles of partition {partition} one after the other are dead letters"
        elif len(fates) >= self._window and dead > self._share * self._window:
            self.exceeded = (
                f"{dead} of the last {self._window} articles of partition {partition} are dead letters"
            )


def _run_at_the_end(fates: deque[bool]) -> int:
    run = 0
    for dead in reversed(fates):
        if not dead:
            break
        run += 1
    return run
