"""What the worth of a word and of a sentence is decided by. Nothing depends on the language."""

import math
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.summaries.terms import terms

#: Of a word that stands in a text more often, the first three are counted.
MOST_OCCURRENCES = 3
DIGIT = re.compile(r"\d")
PERSONAL = re.compile(r"\b(?:I|we|you|my|our|your|me|us)\b", re.IGNORECASE)
QUOTED = re.compile(r"[\"“”«»„]")
CAPITAL = re.compile(r"[^\W\d_a-z]")
#: Of a short word and a long one, in letters.
LENGTHS = (2, 3, 4, 6)
FIRST_PLACES = (0, 1, 2, 4, 9)
SIZES = (14, 29)
OPENING = 3


class Kind(NamedTuple):
    """How often a word stands in a text, where first, and in which form: each as a bin."""

    often: int
    first: int
    capital: int
    length: int
    spread: int
    opening: int
    digit: int
    size: int


class Words:
    """The words of an article by sentence, and what is known of each word."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self.of_sentences = [terms(sentence) for sentence in sentences]
        self.by_sentence = [Counter(words) for words in self.of_sentences]
        self.count: Counter[str] = Counter()
        self._sentences: Counter[str] = Counter()
        self._first: dict[str, int] = {}
        self._capital: defaultdict[str, int] = defaultdict(int)
        for place, (sentence, words) in enumerate(zip(sentences, self.by_sentence, strict=True)):
            self.count.update(words)
            self._sentences.update(dict.fromkeys(words, 1))
            for word in words:
                self._first.setdefault(word, place)
            for word in terms_with_capitals(sentence):
                self._capital[word] += 1
        self._opening = sum(self.by_sentence[:OPENING], Counter())

    def matrix(self) -> NDArray[np.intp]:
        """How often each sentence has each word, in the order of `count`: shape (sentences, words)."""
        column = {word: i for i, word in enumerate(self.count)}
        counts = np.zeros((len(self.by_sentence), len(column)), dtype=np.intp)
        for row, words in zip(counts, self.by_sentence, strict=True):
            row[[column[word] for word in words]] = list(words.values())
        return counts

    def kind(self, word: str) -> Kind:
        """What is known of the word; many words of a text are of one kind."""
        count = self.count[word]
        share = self._capital[word] / count
        return Kind(
            often=min(count, 6),
            first=bisect_left(FIRST_PLACES, self._first[word]),
            capital=2 if share > 0.9 else 1 if share else 0,
            length=bisect_left(LENGTHS, len(word)),
            spread=min(5, int(20 * self._sentences[word] / len(self.by_sentence))),
            opening=min(self._opening[word], 3),
            digit=int(word.isdigit()),
            size=bisect_left(SIZES, len(self.by_sentence)),
        )


def of_word(kind: Kind, occurrence: int) -> list[str]:
    """The features of the first, second or third occurrence of a word."""
    often, first, capital, length, spread, opening, digit, size = kind
    return [
        *(f"k{occurrence}t{often}", f"f{first}k{min(occurrence, 2)}", f"c{capital}f{first}"),
        *(f"c{capital}l{length}", f"l{length}k{occurrence}", f"s{spread}", f"s{spread}l{length}"),
        *(f"o{opening}k{occurrence}", f"d{digit}", f"n{size}"),
        *(f"t{often}n{size}", f"t{often}l{length}", f"t{often}c{capital}", f"t{often}f{first}"),
    ]


def terms_with_capitals(sentence: str) -> list[str]:
    """The words that begin with a capital letter, in the form of `terms`."""
    return [
        word for each in sentence.split() if CAPITAL.match(each.lstrip("\"'“‘«(")) for word in terms(each)
    ]


def of_sentence(
    sentence: str, place: int, central: float, leading: float, size: int, *, leans: bool
) -> list[float]:
    """The features of a sentence. `central` and `leading`: its cosines to the whole and to the opening."""
    words = sentence.split()
    capitals = sum(bool(CAPITAL.match(word)) for word in words[1:]) / max(1, len(words) - 1)
    return [
        *(1 / (1 + place), float(place == 0), float(place == 1), float(place == 2), place / size),
        *(central, leading if place >= OPENING else 0.0, capitals),
        *(min(len(words), 40) / 40, float(len(words) > 32), float(len(words) < 8)),
        *(float(bool(QUOTED.search(sentence))), float(leans), float(bool(DIGIT.search(sentence)))),
        *(float(sentence.rstrip().endswith("?")), float(bool(PERSONAL.search(sentence)))),
        *(float(place < 5), math.log1p(place)),
    ]
