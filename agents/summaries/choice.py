"""Which sentences are the summary: those that have the most of the words that a summary would have.

A set of sentences is worth the expected F1 of words, as ROUGE-1 counts it (Lin 2004), between it and a
summary that an editor would write, and a share of what its sentences are worth by place and form. Concepts to
be covered are from Gillick and Favre 2009. Sets are searched by beam: each good set with each sentence more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.summaries.accusations import accuses, denies
from agents.summaries.features import MOST_OCCURRENCES, OPENING, Kind, Words, of_sentence, of_word
from agents.summaries.leaning import leans
from agents.summaries.ranking import DECIMALS, Floats, Vectors
from agents.summaries.weights import Weights

#: The length of an editor's summary, as a share of the words that are allowed here, which are a limit.
EDITOR, LIMIT = 0.6, 1.2
#: With a smaller share of the words that are wanted, a summary is too short, whatever is expected of more.
ENOUGH = 0.5
#: Sets that are kept at each step: fewer of a longer summary, which takes more steps.
BEAM, FEWEST = 24 * 50, 4
#: Words of the sentences that are tried, for each word that is wanted.
TRIED = 8

Places = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """How long a summary may be, in words, and how much two of its sentences may share."""

    words: int
    alike: float


class Chooser:
    """The sentences of an article, for choosing among them."""

    def __init__(self, sentences: Sequence[str], language: str | None, weights: Weights) -> None:
        self.words = Words(sentences)
        self._lengths = [words.total() for words in self.words.by_sentence]
        self._leans = [leans(sentence, language) for sentence in sentences]
        self._accusing = {place for place, each in enumerate(sentences) if accuses(each, language)}
        self._denials = {place for place, each in enumerate(sentences) if denies(each, language)}
        self._vectors = Vectors(self.words.of_sentences)
        self.features = self._of_sentences(sentences)
        self._scores = [float(np.sum(row * weights.sentences)) for row in self.features]
        self._counts = self.words.matrix()
        self._probable = self._probabilities(weights)

    def choose(self, choice: Choice, worthy: Sequence[bool]) -> list[int]:
        """The places of the sentences of a summary, in document order; all worthy ones of a short text."""
        every = [place for place, is_worthy in enumerate(worthy) if is_worthy]
        if sum(self._lengths[place] for place in every) <= choice.words:
            return every
        sets = self.sets(choice, worthy)
        enough = ENOUGH * choice.words
        longest = max((self._total(places) for places in sets), default=0)
        allowed = [places for places in sets if self._total(places) >= min(enough, longest)]
        fair = [places for places in allowed if self._is_fair(places)] or allowed
        best = max(fair, key=lambda places: (sets[places], [-place for place in places]), default=None)
        return list(best) if best else self._first(worthy)

    def _is_fair(self, places: Places) -> bool:
        """Whether no accusation stands in it alone that is denied in the article."""
        chosen = set(places)
        return not self._denials or not chosen & self._accusing or bool(chosen & self._denials)

    def sets(self, choice: Choice, worthy: Sequence[bool]) -> dict[Places, float]:
        """The sets of sentences that were tried, with what each is worth."""
        tried = self._tried(choice, worthy)
        repeats = {place: self._repeats(place, choice) for place in tried}
        kept = max(FEWEST, BEAM // max(1, choice.words))
        worth: dict[Places, float] = {}
        beam: list[Places] = [()]
        while beam:
            step = self._worth(self._longer(beam, tried, repeats, choice), choice)
            worth |= step
            beam = sorted(step, key=lambda places: (-step[places], places))[:kept]
        return worth

    def _longer(
        self, beam: Sequence[Places], tried: Sequence[int], repeats: Mapping[int, set[int]], choice: Choice
    ) -> list[Places]:
        """The sets with each sentence more that is short enough, repeats none, and leans on none left out."""
        longer: dict[Places, None] = {}
        for places in beam:
            left = LIMIT * choice.words - self._total(places)
            barred = set(places).union(*(repeats[place] for place in places))
            for place in tried:
                stands = not self._leans[place] or place - 1 in places
                if place not in barred and stands and self._lengths[place] <= left:
                    longer[tuple(sorted((*places, place)))] = None
        return list(longer)

    def _repeats(self, place: int, choice: Choice) -> set[int]:
        cosines = np.round(self._vectors.to(place), DECIMALS)
        return set(np.flatnonzero(cosines >= choice.alike).tolist())

    def _tried(self, choice: Choice, worthy: Sequence[bool]) -> list[int]:
        """The best of the worthy sentences, each by itself, and whatever denies an accusation."""
        alone = [place for place, is_worthy in enumerate(worthy) if is_worthy]
        worth = self._worth([(place,) for place in alone], choice)
        ranked = sorted(alone, key=lambda place: (-worth[(place,)], place))
        ends = np.cumsum([self._lengths[place] for place in ranked])
        best = ranked[: int(np.searchsorted(ends, TRIED * choice.words)) + 1]
        return [*best, *(place for place in alone if place in self._denials and place not in best)]

    def _worth(self, sets: Sequence[Places], choice: Choice) -> dict[Places, float]:
        """The expected F1 of each set, and the share of its sentences' own mean score."""
        if not sets:
            return {}
        hits = np.take_along_axis(self._probable, self.occurrences(sets).T, axis=1).sum(axis=0)
        lengths = np.array([self._total(places) for places in sets]) + EDITOR * choice.words
        own = np.array([sum(self._scores[place] for place in places) / len(places) for places in sets])
        return dict(zip(sets, np.round(2 * hits / lengths + own, DECIMALS).tolist(), strict=True))

    def occurrences(self, sets: Sequence[Places]) -> NDArray[np.intp]:
        """How often each set has each word, at most thrice: shape (sets, words)."""
        counts = np.stack([self._counts[list(places)].sum(axis=0) for places in sets])
        capped: NDArray[np.intp] = np.minimum(counts, MOST_OCCURRENCES)
        return capped

    def _total(self, places: Places) -> int:
        return sum(self._lengths[place] for place in places)

    def _first(self, worthy: Sequence[bool]) -> list[int]:
        """Where nothing fits: the first sentence that stands alone, else the first."""
        alone = [place for place, is_worthy in enumerate(worthy) if is_worthy and not self._leans[place]]
        return [*alone, *(place for place, each in enumerate(worthy) if each), *range(len(worthy))][:1]

    def _of_sentences(self, sentences: Sequence[str]) -> Floats:
        """The features of each: shape (sentences, features)."""
        central = self._vectors.to_centroid()
        openings = [self._vectors.to(place) for place in range(min(OPENING, len(sentences)))]
        leading = np.mean(openings, axis=0) if openings else central
        size = len(sentences)
        return np.array(
            [
                of_sentence(each, place, central[place], leading[place], size, leans=self._leans[place])
                for place, each in enumerate(sentences)
            ]
        )

    def _probabilities(self, weights: Weights) -> Floats:
        """How many of a word's first none, one, two or three occurrences a summary has: shape (words, 4)."""
        odds = np.full((len(self.words.count), MOST_OCCURRENCES + 1), -np.inf)
        of_kind: dict[tuple[Kind, int], float] = {}
        for row, (word, count) in zip(odds, self.words.count.items(), strict=True):
            kind = self.words.kind(word)
            for occurrence in range(1, min(count, MOST_OCCURRENCES) + 1):
                key = (kind, occurrence)
                if key not in of_kind:
                    of_kind[key] = weights.odds(of_word(*key))
                row[occurrence] = of_kind[key] + weights.own(word, occurrence)
        return np.cumsum(1 / (1 + np.exp(-odds)), axis=1)
