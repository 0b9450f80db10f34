"""How near to the gold an extractor comes."""

import re
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from agents.clean.fields.byline import is_name
from agents.clean.page.text import fold, line
from bench.extraction.sets import Gold
from bench.extraction.tools import Extracted

WORD = re.compile(r"\w+")
#: A page whose text has a lower F1 is a bad one.
BAD = 0.8


def shingles(text: str, size: int) -> Counter[tuple[str, ...]]:
    """Every run of `size` words; one shorter run where there are fewer."""
    words = WORD.findall(text)
    return Counter(tuple(words[at : at + size]) for at in range(max(1, len(words) - size + 1)))


def precision_recall(text: str, gold: str, size: int) -> tuple[float, float]:
    """Of shingles. An empty text scores 0."""
    ours, theirs = shingles(text, size), shingles(gold, size)
    common = (ours & theirs).total()
    return common / ours.total(), common / theirs.total()


def f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


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


@dataclass(slots=True)
class Tally:
    """The results of an extractor on a part of a set."""

    size: int
    ids: list[str] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)
    text: list[tuple[float, float]] = field(default_factory=list)
    confidence: list[float] = field(default_factory=list)
    right: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    misses: list[str] = field(default_factory=list)

    def add(self, gold: Gold, extracted: Extracted, milliseconds: float) -> None:
        self.ids.append(gold.id)
        self.milliseconds.append(milliseconds)
        self.outcomes[extracted.outcome] += 1
        self.text.append(precision_recall(extracted.text, gold.body, self.size))
        self.confidence.append(extracted.confidence or 0.0)
        if f1(*self.text[-1]) < BAD:
            precision, recall = self.text[-1]
            self.misses.append(f"{gold.id} text: P {precision:.2f} R {recall:.2f} {gold.url}")
        self._compare_fields(extracted, gold)

    def _compare_fields(self, extracted: Extracted, gold: Gold) -> None:
        if gold.published_at:
            self._judge("date", (extracted.date or "")[:10], gold.published_at[:10], gold.id)
        if gold.title:
            self._judge("title", line(extracted.title), gold.title, gold.id)
        if gold.authors:
            ours = {fold(name) for name in extracted.authors}
            self._judge("authors", ours, {fold(name) for name in gold.authors}, gold.id)
            persons = {fold(name) for name in gold.authors if is_name(name)}
            self._judge("persons", ours, persons, gold.id)

    def _judge(self, name: str, ours: object, theirs: object, page: str) -> None:
        self.asked[name] += 1
        self.right[name] += ours == theirs
        if ours != theirs:
            self.misses.append(f"{page} {name}: {ours!r}, gold {theirs!r}")

    @property
    def f1s(self) -> list[float]:
        return [f1(*scores) for scores in self.text]

    def text_scores(self) -> tuple[float, float, float]:
        """F1 of the means, mean precision and mean recall, as in the benchmark of `aeb`."""
        precision, recall = (statistics.mean(column) for column in zip(*self.text, strict=True))
        return f1(precision, recall), precision, recall

    def share(self, name: str) -> str:
        return f"{self.right[name] / self.asked[name]:.3f}" if self.asked[name] else "-"

    def bad_in_the_worst_tenth(self) -> float:
        """The share of bad pages that are among the tenth with the lowest confidence."""
        order = sorted(zip(self.confidence, self.f1s, strict=True))
        bad = [value < BAD for _, value in order]
        return sum(bad[: max(1, len(bad) // 10)]) / max(1, sum(bad))
