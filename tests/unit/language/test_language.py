"""The bars that the language work has reached, on news that was invented and marked for it.

Whoever wrote the cases knew nothing of the code; `make bench-language` has all figures.
"""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from agents.entities.types import TYPE_OF_LABEL
from agents.entities.work import EntitiesWork
from models.names.corpus import LABELS, parse, text_and_spans
from tests.unit.agents.articles import clean_article

FOLDER = Path(__file__).parent
NAMES = frozenset(("person", "organisation", "place"))


def cases() -> Iterator[dict[str, Any]]:
    """The cases of quotations in English."""
    for file in sorted(FOLDER.glob("quotations-*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            if not case["kind"].startswith("lang-"):
                yield case


def test_quotations_and_their_speakers_are_found(work: EntitiesWork) -> None:
    counts = Counter[str]()
    for case in cases():
        record = work(clean_article(case["text"], title=case["title"]))
        quotes = {quote.span.text: quote for quote in record.quotes}
        counts["all"] += len(case["quotes"])
        counts["taken"] += len(quotes)
        for expected in case["quotes"]:
            quote = quotes.get(expected["text"])
            speaker = quote.speaker.name if quote and quote.speaker else None
            counts["content"] += quote is not None
            counts["speaker"] += quote is not None and _same(speaker, expected["speaker"])

    assert counts["content"] >= 0.95 * counts["all"]
    assert counts["content"] >= 0.95 * counts["taken"]
    assert counts["speaker"] >= 0.9 * counts["all"]


def _same(name: str | None, expected: str | None) -> bool:
    return (name or "").casefold().removeprefix("the ") == (expected or "").casefold().removeprefix("the ")


def test_names_in_articles_of_all_regions_are_found_with_their_types(work: EntitiesWork) -> None:
    right = spans = expected = 0
    for line in (FOLDER / "articles.txt").read_text(encoding="utf-8").splitlines():
        text, marked = text_and_spans(parse(line))
        gold = {(start, end, TYPE_OF_LABEL[LABELS[code]]) for start, end, code in marked}
        gold = {span for span in gold if span[2] in NAMES}
        entities = [entity for entity in work(clean_article(text)).entities if entity.type in NAMES]
        own = {(at.start, at.end, entity.type) for entity in entities for at in entity.mentions}
        right, spans, expected = right + len(own & gold), spans + len(own), expected + len(gold)

    assert 2 * right / (spans + expected) >= 0.85
