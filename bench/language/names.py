"""F1 of the names that the stage finds, and of those that the stock model finds."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from rich.progress import track

from agents.entities.finding import mentions_in
from agents.entities.model import STOCK, Model
from agents.entities.work import EntitiesWork
from bench.language.gold import NAMES, Span, Text
from tests.unit.agents.articles import clean_article

Finder = Callable[[str], set[Span]]


@dataclass
class Score:
    """Counts of right, own and expected spans by type."""

    right: Counter[str] = field(default_factory=Counter)
    own: Counter[str] = field(default_factory=Counter)
    expected: Counter[str] = field(default_factory=Counter)

    def add(self, own: set[Span], expected: set[Span], right: set[Span]) -> None:
        for counts, spans in ((self.right, right), (self.own, own), (self.expected, expected)):
            counts.update(span[2] for span in spans)

    def f1(self, kinds: Iterable[str]) -> float:
        """In per cent."""
        right, total = (sum(each[kind] for kind in kinds) for each in (self.right, self.own + self.expected))
        return 200 * right / total if total else 0.0


def by_stage(work: EntitiesWork) -> Finder:
    def find(text: str) -> set[Span]:
        entities = work(clean_article(text)).entities
        return {(at.start, at.end, entity.type) for entity in entities for at in entity.mentions}

    return find


def by_stock() -> Finder:
    """The stock model as it is: its spans, with the types of the labels."""
    model = Model(STOCK, "en")
    return lambda text: {(each.start, each.end, each.type) for each in mentions_in(model, text)}


def measure(
    find: Finder,
    texts: Sequence[Text],
    name: str,
    *,
    typed: bool = True,
    kinds: Sequence[str] = NAMES,
) -> tuple[Score, Score]:
    """Strict scores, for which span and type must agree, and those for which they need only overlap."""
    strict, overlap = Score(), Score()
    for each in track(texts, description=name, transient=True):
        judged = kinds if typed else (*NAMES, "group", "event", "work", "law", "product")
        own = {span for span in find(each.text) if span[2] in judged and _is_judged(span, each)}
        own = (
            own if typed else {(start, end, "") for start, end, _ in own if (start, end) not in each.ignored}
        )
        expected = {span for span in each.spans if _is_judged(span, each)}
        strict.add(own, expected, own & expected)
        overlap.add(own, expected, {span for span in own if any(_overlap(span, other) for other in expected)})
    return strict, overlap


def _is_judged(span: Span, text: Text) -> bool:
    return any(start <= span[0] < end for start, end in text.judged)


def _overlap(span: Span, other: Span) -> bool:
    return span[2] == other[2] and span[0] < other[1] and other[0] < span[1]
