"""Quotations of the project's own cases: whether the content is exact, and the speaker right."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from agents.entities.work import EntitiesWork
from tests.unit.agents.articles import clean_article


def measure(work: EntitiesWork, cases: Sequence[dict[str, Any]]) -> Counter[str]:
    """Counts of `expected`, `own`, `content` and `speaker`."""
    counts = Counter[str]()
    for case in cases:
        language = case["kind"].removeprefix("lang-") if case["kind"].startswith("lang-") else "en"
        record = work(clean_article(case["text"], title=case["title"], language=language))
        quotes = {quote.span.text: quote for quote in record.quotes}
        counts["expected"] += len(case["quotes"])
        counts["own"] += len(quotes)
        for expected in case["quotes"]:
            quote = quotes.get(expected["text"])
            speaker = quote.speaker.name if quote and quote.speaker else ""
            counts["content"] += quote is not None
            counts["speaker"] += quote is not None and _plain(speaker) == _plain(expected["speaker"] or "")
    return counts


def _plain(name: str) -> str:
    return name.casefold().removeprefix("the ")
