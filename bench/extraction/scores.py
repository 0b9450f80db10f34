"""How near a text comes to the gold."""

import re
import statistics
from collections import Counter
from collections.abc import Sequence
from unicodedata import normalize

WORD = re.compile(r"\w+")
#: A text with fewer characters beyond ASCII says nothing about its charset: a name may have been left out.
TELLING_CHARACTERS = 3

PrecisionRecall = tuple[float, float]


def shingles(text: str, size: int) -> Counter[tuple[str, ...]]:
    """Every run of `size` words; one shorter run where there are fewer."""
    words = WORD.findall(text)
    return Counter(tuple(words[at : at + size]) for at in range(max(1, len(words) - size + 1)))


def precision_recall(text: str, gold: str, size: int) -> PrecisionRecall:
    """Of shingles. An empty text scores 0."""
    ours, theirs = shingles(text, size), shingles(gold, size)
    common = (ours & theirs).total()
    return common / ours.total(), common / theirs.total()


def f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def means(scores: Sequence[PrecisionRecall]) -> PrecisionRecall:
    precision, recall = (statistics.mean(column) for column in zip(*scores, strict=True))
    return precision, recall


def f1_of_means(scores: Sequence[PrecisionRecall]) -> float:
    """As scrapinghub's article-extraction-benchmark has it."""
    return f1(*means(scores))


def mean_of_f1s(scores: Sequence[PrecisionRecall]) -> float:
    return statistics.mean(f1(*score) for score in scores)


def beyond_ascii(text: str) -> set[str]:
    """Its letters and signs, each once."""
    return {char for char in normalize("NFC", text) if not char.isascii() and char.isprintable()}


def same_characters(text: str, gold: str) -> bool | None:
    """Whether text and gold share most characters beyond ASCII of the one or of the other. A text that was
    read by the wrong charset does not. None where there are too few."""
    ours, theirs = beyond_ascii(text), beyond_ascii(gold)
    if not ours or len(theirs) < TELLING_CHARACTERS:
        return None
    return 2 * len(ours & theirs) > min(len(ours), len(theirs))


def ranks(values: Sequence[float]) -> list[float]:
    """1 for the least; equal values share the mean of their ranks."""
    order = sorted(values)
    first = {value: at for at, value in reversed(list(enumerate(order, 1)))}
    counts = Counter(order)
    return [first[value] + (counts[value] - 1) / 2 for value in values]


def spearman(left: Sequence[float], right: Sequence[float]) -> float:
    """The correlation of ranks, 0 where one side has a single value."""
    if len(set(left)) < 2 or len(set(right)) < 2:
        return 0.0
    return statistics.correlation(ranks(left), ranks(right))
