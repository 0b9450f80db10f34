"""What an extractor makes of the pages of a set, added up."""

import statistics
from collections import Counter
from dataclasses import dataclass, field

from agents.clean.fields.byline import is_name
from agents.clean.page.text import fold, line
from bench.extraction.scores import PrecisionRecall, f1, precision_recall, same_characters
from bench.extraction.sets import MEASURES, Gold
from bench.extraction.tools import Extracted

#: Set, half, extractor → its results.
Tallies = dict[tuple[str, str, str], "Tally"]
#: A page whose text has a lower F1 is a bad one.
BAD = 0.8


@dataclass(slots=True)
class Tally:
    """The results of an extractor on a part of a set. `measure` is the set's own."""

    measure: str
    milliseconds: list[float] = field(default_factory=list)
    text: dict[str, list[PrecisionRecall]] = field(default_factory=lambda: {name: [] for name in MEASURES})
    empty: int = 0
    confidence: list[float] = field(default_factory=list)
    right: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)
    discarded: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    guessed: int = 0
    misses: list[str] = field(default_factory=list)

    def add(self, gold: Gold, extracted: Extracted, milliseconds: float) -> None:
        self.milliseconds.append(milliseconds)
        self.empty += not extracted.text.strip()
        self.guessed += extracted.charset_guessed
        for reasons, reason in ((self.discarded, extracted.discarded), (self.failed, extracted.failed)):
            if reason:
                reasons[reason] += 1
                self.misses.append(f"{gold.id} no article: {reason} {gold.url}")
        self._compare_text(extracted, gold)
        self._compare_fields(extracted, gold)

    def _compare_text(self, extracted: Extracted, gold: Gold) -> None:
        for name, size in MEASURES.items():
            self.text[name].append(precision_recall(extracted.text, gold.body, size))
        self.confidence.append(extracted.confidence or 0.0)
        precision, recall = self.text[self.measure][-1]
        if f1(precision, recall) < BAD:
            self.misses.append(f"{gold.id} text: P {precision:.2f} R {recall:.2f} {gold.url}")
        same = same_characters(extracted.text, gold.body)
        if same is not None:
            self._judge("charset", same, True, gold.id)

    def _compare_fields(self, extracted: Extracted, gold: Gold) -> None:
        if gold.published_at:
            self._judge("date", (extracted.date or "")[:10], gold.published_at[:10], gold.id)
        if gold.title:
            self._judge("title", line(extracted.title), gold.title, gold.id)
        if gold.authors:
            ours, theirs = extracted.authors, gold.authors
            self._judge("authors", names(ours), names(theirs), gold.id)
            self._judge("persons", names(filter(is_name, ours)), names(filter(is_name, theirs)), gold.id)

    def _judge(self, name: str, ours: object, theirs: object, page: str) -> None:
        self.asked[name] += 1
        self.answered[name] += bool(ours)
        self.right[name] += ours == theirs
        if ours != theirs:
            self.misses.append(f"{page} {name}: {ours!r}, gold {theirs!r}")

    @property
    def pages(self) -> int:
        return len(self.milliseconds)

    @property
    def mean_milliseconds(self) -> float:
        return statistics.mean(self.milliseconds)

    @property
    def f1s(self) -> list[float]:
        """Of each page, by the set's own measure."""
        return [f1(*score) for score in self.text[self.measure]]

    def share(self, name: str) -> float | None:
        """Of the pages with gold for a field, those where it is right. None where it is never given."""
        return self.right[name] / self.asked[name] if self.answered[name] else None

    def bad_in_the_worst_tenth(self) -> float:
        """The share of bad pages that are among the tenth with the lowest confidence."""
        order = sorted(zip(self.confidence, self.f1s, strict=True))
        bad = [value < BAD for _, value in order]
        return sum(bad[: max(1, len(bad) // 10)]) / max(1, sum(bad))


def names(authors: "list[str] | filter[str]") -> set[str]:
    return {fold(name) for name in authors}
