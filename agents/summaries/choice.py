"""Which sentences are the summary: those that have the most of the words that a summary would have.

The gain of a sentence is what it adds to the expected F1 of words, as ROUGE-1 counts it (Lin 2004), between
the summary and one that an editor would write; concepts to be covered are from Gillick and Favre 2009.
"""

import operator
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from agents.summaries.features import MOST_OCCURRENCES, Words, of_sentence
from agents.summaries.leaning import leans
from agents.summaries.ranking import DECIMALS, Floats, Vectors
from agents.summaries.terms import terms
from agents.summaries.weights import Weights

#: What the score of a sentence by its place and form counts beside the words in it.
OF_SENTENCE = 0.1
#: The length of an editor's summary, as a share of the words that are allowed here, which are a limit.
EDITOR, LIMIT = 0.72, 1.2
#: With a smaller share of the words that are wanted, a summary is too short, whatever is expected of more.
ENOUGH = 0.5


@dataclass(frozen=True, slots=True)
class Choice:
    """How long a summary may be, in words, and how much two of its sentences may share."""

    words: int
    alike: float


class Chooser:
    """The sentences of an article, for choosing among them."""

    def __init__(self, sentences: Sequence[str], language: str | None, weights: Weights) -> None:
        self._words = Words(sentences)
        self._lengths = [words.total() for words in self._words.by_sentence]
        self._leans = [leans(sentence, language) for sentence in sentences]
        self._vectors = Vectors([terms(sentence) for sentence in sentences])
        self._scores = self._by_place(sentences, weights)
        self._probable = self._probabilities(weights)

    def choose(self, choice: Choice, worthy: Sequence[bool]) -> list[int]:
        """The places of the sentences of a summary, in document order; all worthy ones of a short text."""
        every = [place for place, is_worthy in enumerate(worthy) if is_worthy]
        if sum(self._lengths[place] for place in every) <= choice.words:
            return every
        chosen: list[int] = []
        have: Counter[str] = Counter()
        hits, best = 0.0, 0.0
        alike = np.zeros(len(worthy), dtype=bool)
        while True:
            fitting = [place for place in self._fitting(chosen, choice, worthy) if not alike[place]]
            gains = {place: self._gain(place, hits, have, len(chosen), choice) for place in fitting}
            place = max(gains, key=lambda each: (round(gains[each], DECIMALS), -each), default=None)
            is_enough = sum(have.values()) >= ENOUGH * choice.words
            if place is None or (is_enough and gains[place] <= best):
                return sorted(chosen) or self._first(worthy)
            best = gains[place]
            hits += self._hits(place, have)
            have.update(self._words.by_sentence[place])
            alike |= np.round(self._vectors.to(place), DECIMALS) >= choice.alike
            chosen.append(place)

    def _fitting(self, chosen: Sequence[int], choice: Choice, worthy: Sequence[bool]) -> list[int]:
        """The sentences that can be added: short enough, and leaning only on a chosen one."""
        left = LIMIT * choice.words - sum(self._lengths[place] for place in chosen)
        return [
            place
            for place, is_worthy in enumerate(worthy)
            if is_worthy
            and place not in chosen
            and self._lengths[place] <= left
            and (not self._leans[place] or place - 1 in chosen)
        ]

    def _gain(self, place: int, hits: float, have: Counter[str], chosen: int, choice: Choice) -> float:
        """The expected F1 with the sentence, and a part of its own score."""
        length = sum(have.values()) + self._lengths[place] + EDITOR * choice.words
        covered = 2 * (hits + self._hits(place, have)) / length
        return float(covered + OF_SENTENCE * self._scores[place] / (1 + chosen))

    def _hits(self, place: int, have: Counter[str]) -> float:
        """How many words of an editor's summary the sentence is expected to add."""
        return sum(
            self._probable.get((word, occurrence), 0.0)
            for word, count in self._words.by_sentence[place].items()
            for occurrence in range(have[word] + 1, min(have[word] + count, MOST_OCCURRENCES) + 1)
        )

    def _first(self, worthy: Sequence[bool]) -> list[int]:
        """Where nothing fits: the first sentence that stands alone, else the first."""
        alone = [place for place, is_worthy in enumerate(worthy) if is_worthy and not self._leans[place]]
        return [*alone, *(place for place, each in enumerate(worthy) if each), *range(len(worthy))][:1]

    def _by_place(self, sentences: Sequence[str], weights: Weights) -> Floats:
        central = self._vectors.to_centroid()
        openings = [self._vectors.to(place) for place in range(min(3, len(sentences)))]
        leading = np.mean(openings, axis=0) if openings else central
        rows = [
            of_sentence(
                sentence, place, central[place], leading[place], len(sentences), leans=self._leans[place]
            )
            for place, sentence in enumerate(sentences)
        ]
        sums = np.array([sum(map(operator.mul, row, weights.sentences)) for row in rows])
        scores: Floats = np.round(sums - weights.middle, DECIMALS)
        return scores

    def _probabilities(self, weights: Weights) -> dict[tuple[str, int], float]:
        return {
            (word, occurrence): weights.probability(self._words.features(word, occurrence))
            for word, count in self._words.count.items()
            for occurrence in range(1, min(count, MOST_OCCURRENCES) + 1)
        }
