"""Which offsets of a partition are in files already."""

from bisect import bisect_right
from collections.abc import Iterable

#: The first and last offset of a file. It has every record of the partition between them.
Span = tuple[int, int]


class Held:
    """The offsets that are in one of the spans."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._firsts: list[int] = []
        self._lasts: list[int] = []
        for first, last in sorted(spans):
            if self._lasts and first <= self._lasts[-1]:
                self._lasts[-1] = max(last, self._lasts[-1])
            else:
                self._firsts.append(first)
                self._lasts.append(last)

    def __contains__(self, offset: int) -> bool:
        before = self.spans_before(offset)
        return before > 0 and offset <= self._lasts[before - 1]

    def spans_before(self, offset: int) -> int:
        """How many spans begin at or before an offset. If that differs, a span is between two offsets."""
        return bisect_right(self._firsts, offset)
