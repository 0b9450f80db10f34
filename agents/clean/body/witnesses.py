"""What others say of a block: how much of it is in trafilatura's text, in JSON-LD, elsewhere on the page.

Texts are compared by runs: every three words that follow each other.
"""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt

Column = npt.NDArray[np.floating]
Integers = npt.NDArray[np.int64]
LONG_WORD = 12
"""Characters a word; a text with more has no spaces between words and is compared by characters."""
MIXER = 0x9E3779B97F4A7C15 - (1 << 64)
"""An odd number, so that the order of a run's words counts."""

MAX_CHARACTERS = 2_000_000
"""Of a page's texts that are compared; one of 8 million without a space took 600 MB."""


def units(text: str) -> list[str]:
    words = text.split()
    return words if len(text) <= LONG_WORD * len(words) else list(text)


def units_of(texts: Iterable[str]) -> Iterator[list[str]]:
    """Those of each text, up to `MAX_CHARACTERS` of them all."""
    left = MAX_CHARACTERS
    for text in texts:
        yield units(text[:left])
        left = max(0, left - len(text))


class Witness:
    """A text, by lines."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = [stripped for line in lines if (stripped := line.strip())]
        self.units = list(units_of(self.lines))

    def __bool__(self) -> bool:
        return any(len(each) > 2 for each in self.units)


class Runs:
    """Those of a page's blocks, as numbers. `counts` has how many each block has."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        self._runs, self._owners = numbered(list(units_of(texts)))
        self.counts = np.bincount(self._owners, minlength=len(texts))

    def held_by(self, witness: Witness) -> Column:
        """How much of each text the witness has, 0 to 1; of one of fewer than four words all or nothing."""
        held = np.isin(self._runs, numbered(witness.units)[0])
        lines = set(witness.lines)
        return np.where([text in lines for text in self.texts], 1.0, self._share(held))

    def repeated(self) -> tuple[Column, Column]:
        """How much of each text stands in the ones before it, and after it."""
        order = np.argsort(self._runs, kind="stable")
        runs, owners = self._runs[order], self._owners[order]
        new = np.flatnonzero(np.append(True, runs[1:] != runs[:-1])[: len(runs)])
        times = np.diff(np.append(new, len(runs)))
        first, last = owners[new], owners[new + times - 1]
        before, after = np.zeros(len(runs), dtype=bool), np.zeros(len(runs), dtype=bool)
        before[order] = np.repeat(first, times) < owners
        after[order] = np.repeat(last, times) > owners
        return self._share(before), self._share(after)

    def _share(self, there: npt.NDArray[np.bool_]) -> Column:
        shares = np.bincount(self._owners, weights=there, minlength=len(self.texts)) / np.maximum(
            1, self.counts
        )
        return np.where(self.counts > 1, shares, 0.0)


def numbered(texts: Sequence[Sequence[str]]) -> tuple[Integers, Integers]:
    """The runs of texts as numbers, and which of the texts each is of."""
    words = map(zlib.crc32, map(str.encode, chain.from_iterable(texts)))
    sizes = [len(each) for each in texts]
    flat = np.fromiter(words, dtype=np.int64, count=sum(sizes))
    owners = np.repeat(np.arange(len(texts)), sizes)
    whole = owners[:-2] == owners[2:]
    return ((flat[:-2] * MIXER + flat[1:-1]) * MIXER + flat[2:])[whole], owners[:-2][whole]
