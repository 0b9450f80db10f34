"""Entities against published gold, and what an article costs.

    python bench/entities.py [PAGES]

Newswire: strict span F1 in per cent (span and type must agree), one sentence at a time, on all sentences and
on prose (10 tokens and more, two fifths of them lower-case); the rest are score tables and headlines.
News articles: F1 of spans without types inside the evaluated part, where the gold's pronouns, quantities,
dates and common nouns do not count as missed. Pages: CPU time and memory of whole articles.
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
#: Of the gold's types: not names.
NO_NAMES = {"QUANTITY", "DATETIME"}

Sentence = list[list[str]]


class Span(NamedTuple):
    """A stretch of a text and what it is."""

    start: int
    end: int
    type: str


class Score:
    """Counts of right, given and wanted spans by type."""

    def __init__(self) -> None:
        self.right, self.given, self.wanted = Counter[str](), Counter[str](), Counter[str]()

    def add(self, given: set[Span], wanted: set[Span]) -> None:
        """Count the spans of one text."""
        self.right.update(one.type for one in given & wanted)
        self.given.update(one.type for one in given)
        self.wanted.update(one.type for one in wanted)

    def f1(self, kinds: Iterable[str]) -> str:
        right, total = (
            sum(count[kind] for kind in kinds) for count in (self.right, self.given + self.wanted)
        )
        return f"{200 * right / total:.1f}" if total else "-"


def found(work: EntitiesWork, text: str) -> set[Span]:
    """What the stage finds in a text."""
    entities = work(clean_article(text)).entities
    return {Span(at.start, at.end, one.type) for one in entities for at in one.mentions}


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
    return " ".join(token for token, _ in sentence), {one for one in spans if one.type}


def is_prose(sentence: Sentence) -> bool:
    """Whether it is a sentence rather than a table or a headline."""
    return len(sentence) >= 10 and sum(token.islower() for token, _ in sentence) > 0.4 * len(sentence)


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The JSON objects of a file, one a line."""
    content = path.read_bytes()
    lines = gzip.decompress(content) if path.suffix == ".gz" else content
    yield from map(json.loads, lines.splitlines())


def newswire(work: EntitiesWork) -> Table:
    """Strict F1 by type."""
    scores = {"all": Score(), "prose": Score()}
    sentences = [one for row in rows(NEWSWIRE) for one in row["sentences"]]
    for sentence in track(sentences, description="newswire", transient=True):
        text, wanted = gold(sentence)
        given = {one for one in found(work, text) if one.type in TYPES.values()}
        for name in ("all", "prose") if is_prose(sentence) else ("all",):
            scores[name].add(given, wanted)
    table = Table("sentences", *TYPES.values(), "together", title="newswire, strict F1")
    for name, score in scores.items():
        table.add_row(name, *(score.f1([kind]) for kind in TYPES.values()), score.f1(TYPES.values()))
    return table


def articles(work: EntitiesWork) -> Table:
    """F1 of spans, whatever their type."""
    score, covered, every = Score(), 0, 0
    for row in track(list(rows(ARTICLES)), description="articles", transient=True):
        first, last = row["evaluation_span"]
        named = [one for one in row["mentions"] if is_name(row["text"], one)]
        wanted = {Span(one["start"], one["end"], "") for one in named}
        other = {(one["start"], one["end"]) for one in row["mentions"]}
        given = {
            Span(one.start, one.end, "")
            for one in found(work, row["text"])
            if first <= one.start and one.end <= last
        }
        score.add({one for one in given if one in wanted or one[:2] not in other}, wanted)
        covered += len(given & wanted)
        every += len(wanted)
    table = Table("F1", "found", "of", title="news articles, spans")
    table.add_row(score.f1([""]), str(covered), str(every))
    return table


def is_name(text: str, mention: dict[str, Any]) -> bool:
    """Whether the gold means a name: one word has a capital letter, and it is no pronoun or date."""
    words = text[mention["start"] : mention["end"]].split()
    named = any(word[0].isupper() for word in words)
    return named and not mention["coref"] and mention["type"] not in NO_NAMES


def pages(work: EntitiesWork, most: int) -> Table:
    """CPU time of an article, and the most memory taken up to the first tenth and to the end."""
    texts = [row["body"] for row in rows(PAGES)]
    made = [clean_article(f"{texts[i % len(texts)]}\n\n{unseen(i)}") for i in range(most)]
    memory, times = [], []
    for i, one in enumerate(track(made, description="pages", transient=True)):
        times.append(cpu(work, one))
        if i == most // 10:
            memory.append(peak())
    memory.append(peak())
    table = Table("articles", "words", "mean ms", "median ms", "peak MB after a tenth", "at the end")
    table.add_row(
        str(most),
        str(sum(one.words for one in made) // most),
        f"{1000 * sum(times) / most:.1f}",
        f"{1000 * sorted(times)[most // 2]:.1f}",
        *(str(one) for one in memory),
    )
    return table


def unseen(article: int) -> str:
    """35 words that no other article has, as news brings them: what a model remembers of them is a leak."""
    return " ".join(f"Word{article}x{i}" for i in range(35))


def peak() -> int:
    """The most memory that the process has taken so far, in MB (Linux counts it in KB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def cpu(work: EntitiesWork, article: CleanArticle) -> float:
    """Seconds of processor time for one article."""
    start = time.process_time()
    work(article)
    return time.process_time() - start


def main() -> None:
    """Print the tables, or one sentence where the data is absent."""
    console = Console()
    if not DATA.is_dir():
        console.print("Nothing measured: the folder shared/data beside the checkout is not there.")
        return
    work = load(EntitiesSettings())
    console.print(f"model {work.model}")
    console.print(pages(work, int(sys.argv[1]) if len(sys.argv) > 1 else 400))
    console.print(newswire(work))
    console.print(articles(work))


if __name__ == "__main__":
    main()
