"""What the worth of a word and of a sentence is decided by. Nothing depends on the language."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

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


class Words:
    """The words of an article by sentence, and what is known of each word."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self.by_sentence = [Counter(terms(sentence)) for sentence in sentences]
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

    def features(self, word: str, occurrence: int) -> Iterator[str]:
        """The features of the first, second or third occurrence of a word."""
        often = min(self.count[word], 6)
        first = _bin(self._first[word], FIRST_PLACES)
        share = self._capital[word] / self.count[word]
        capital = 2 if share > 0.9 else 1 if share else 0
        length = _bin(len(word), LENGTHS)
        spread = min(5, int(20 * self._sentences[word] / len(self.by_sentence)))
        size = _bin(len(self.by_sentence), SIZES)
        yield from (f"k{occurrence}t{often}", f"f{first}k{min(occurrence, 2)}", f"c{capital}f{first}")
        yield from (f"c{capital}l{length}", f"l{length}k{occurrence}", f"s{spread}", f"s{spread}l{length}")
        yield from (f"o{min(self._opening[word], 3)}k{occurrence}", f"d{int(word.isdigit())}", f"n{size}")
        yield from (f"t{often}n{size}", f"t{often}l{length}", f"t{often}c{capital}", f"t{often}f{first}")


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


def _bin(value: int, edges: Sequence[int]) -> int:
    return next((i for i, edge in enumerate(edges) if value <= edge), len(edges))
