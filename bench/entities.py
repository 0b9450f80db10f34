"""Entities against published gold, and what an article costs.

    python bench/entities.py [PAGES]

Newswire: strict span F1 in per cent (span and type must agree) for each sentence, on all sentences and on
prose (10 tokens and more, two fifths of them lower-case); the rest are score tables and headlines.
News articles: F1 of spans without types in the evaluated part; the gold's pronouns, quantities, dates and
common nouns do not count as missed. Pages: CPU time and memory of whole articles.
"""

import gzip
import json
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from rich.progress import track
from rich.table import Table

from agents.entities.settings import EntitiesSettings
from agents.entities.work import EntitiesWork, load
from agents.records import CleanArticle
from tests.unit.agents.articles import clean_article

DATA = Path(__file__).parents[2] / "shared/data"
NEWSWIRE = DATA / "entities/conllpp-test.jsonl.gz"
ARTICLES = DATA / "entities/news-fair-v2.jsonl.gz"
PAGES = DATA / "pages/aeb.jsonl"
TYPES = {"PER": "person", "ORG": "organisation", "LOC": "place"}
#: Types of the gold that are not names.
NO_NAMES = {"QUANTITY", "DATETIME"}

Sentence = list[list[str]]


class Span(NamedTuple):
    """A part of a text, and its type."""

    start: int
    end: int
    type: str


class Score:
    """Counts of right, predicted and expected spans by type."""

    def __init__(self) -> None:
        self.right, self.predicted, self.expected = Counter[str](), Counter[str](), Counter[str]()

    def add(self, spans: set[Span], expected: set[Span]) -> None:
        """Count the spans of a text."""
        self.right.update(span.type for span in spans & expected)
        self.predicted.update(span.type for span in spans)
        self.expected.update(span.type for span in expected)

    def f1(self, kinds: Iterable[str]) -> str:
        right, total = (
            sum(count[kind] for kind in kinds) for count in (self.right, self.predicted + self.expected)
        )
        return f"{200 * right / total:.1f}" if total else "-"


def spans_in(work: EntitiesWork, text: str) -> set[Span]:
    """The spans that the stage finds in a text."""
    entities = work(clean_article(text)).entities
    return {Span(at.start, at.end, entity.type) for entity in entities for at in entity.mentions}


def gold(sentence: Sentence) -> tuple[str, set[Span]]:
    """The sentence as text, and the spans of its tags."""
    spans, at, start, kind = set[Span](), 0, 0, ""
    for token, tag in [*sentence, ["", "O"]]:
        if kind and not tag.startswith("I-"):
            spans.add(Span(start, at - 1, TYPES.get(kind, "")))
            kind = ""
        if tag.startswith("B-"):
            start, kind = at, tag[2:]
        at += len(token) + 1
    return " ".join(token for token, _ in sentence), {span for span in spans if span.type}


def is_prose(sentence: Sentence) -> bool:
    """Whether it is a sentence and not a table or a headline."""
    return len(sentence) >= 10 and sum(token.islower() for token, _ in sentence) > 0.4 * len(sentence)


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The JSON objects of a file, one per line."""
    content = path.read_bytes()
    lines = gzip.decompress(content) if path.suffix == ".gz" else content
    yield from map(json.loads, lines.splitlines())


def newswire(work: EntitiesWork) -> Table:
    """Strict F1 by type."""
    scores = {"all": Score(), "prose": Score()}
    sentences = [sentence for row in rows(NEWSWIRE) for sentence in row["sentences"]]
    for sentence in track(sentences, description="newswire", transient=True):
        text, expected = gold(sentence)
        spans = {span for span in spans_in(work, text) if span.type in TYPES.values()}
        for name in ("all", "prose") if is_prose(sentence) else ("all",):
            scores[name].add(spans, expected)
    table = Table("sentences", *TYPES.values(), "all types", title="newswire, strict F1")
    for name, score in scores.items():
        table.add_row(name, *(score.f1([kind]) for kind in TYPES.values()), score.f1(TYPES.values()))
    return table


def articles(work: EntitiesWork) -> Table:
    """F1 of spans of any type."""
    score, covered, every = Score(), 0, 0
    for row in track(list(rows(ARTICLES)), description="articles", transient=True):
        first, last = row["evaluation_span"]
        named = [mention for mention in row["mentions"] if is_name(row["text"], mention)]
        expected = {Span(mention["start"], mention["end"], "") for mention in named}
        other = {(mention["start"], mention["end"]) for mention in row["mentions"]}
        spans = {
            Span(span.start, span.end, "")
            for span in spans_in(work, row["text"])
            if first <= span.start and span.end <= last
        }
        score.add({span for span in spans if span in expected or span[:2] not in other}, expected)
        covered += len(spans & expected)
        every += len(expected)
    table = Table("F1", "found", "of", title="news articles, spans")
    table.add_row(score.f1([""]), str(covered), str(every))
    return table


def is_name(text: str, mention: dict[str, Any]) -> bool:
    """Whether a mention of the gold is a name: a word has a capital letter, and it is no pronoun or date."""
    words = text[mention["start"] : mention["end"]].split()
    named = any(word[0].isupper() for word in words)
    return named and not mention["coref"] and mention["type"] not in NO_NAMES


def pages(work: EntitiesWork, most: int) -> Table:
    """CPU time of an article, and the peak memory after a tenth of the articles and at the end."""
    texts = [row["body"] for row in rows(PAGES)]
    inputs = [clean_article(f"{texts[i % len(texts)]}\n\n{unseen(i)}") for i in range(most)]
    memory, times = [], []
    for i, article in enumerate(track(inputs, description="pages", transient=True)):
        times.append(cpu(work, article))
        if i == most // 10:
            memory.append(peak())
    memory.append(peak())
    table = Table("articles", "words", "mean ms", "median ms", "peak MB after a tenth", "at the end")
    table.add_row(
        str(most),
        str(sum(article.words for article in inputs) // most),
        f"{1000 * sum(times) / most:.1f}",
        f"{1000 * sorted(times)[most // 2]:.1f}",
        *map(str, memory),
    )
    return table


def unseen(article: int) -> str:
    """35 words that no other article has, as in news. If a model keeps them in memory, that is a leak."""
    return " ".join(f"Word{article}x{i}" for i in range(35))


def peak() -> int:
    """The peak memory of the process, in MB (Linux counts it in KB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def cpu(work: EntitiesWork, article: CleanArticle) -> float:
    """Seconds of processor time for an article."""
    start = time.process_time()
    work(article)
    return time.process_time() - start


def main() -> None:
    """Print the tables, or a sentence where there is no data."""
    console = Console()
    if not DATA.is_dir():
        console.print("Nothing was measured: the folder shared/data beside the checkout does not exist.")
        return
    work = load(EntitiesSettings())
    console.print(f"model {work.model}")
    console.print(pages(work, int(sys.argv[1]) if len(sys.argv) > 1 else 400))
    console.print(newswire(work))
    console.print(articles(work))


if __name__ == "__main__":
    main()
