"""How well and how fast pages are cleaned, measured on the news pages in ../shared/data.

    OMP_NUM_THREADS=1 python bench/clean.py            a table
    OMP_NUM_THREADS=1 python bench/clean.py --misses   and the differences from the gold, one per line

Text of `aeb` is scored as in its benchmark: 4-word shingles, F1 of the mean precision and recall. Text of
`fundus` is scored by words. Dates are compared by day, titles without white space and invisible characters,
authors as sets. "persons" are the authors of the gold that can be names of persons. Times are CPU time.
"""

import gzip
import json
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from agents.clean.fields.byline import is_name
from agents.clean.page.text import fold, line
from agents.clean.settings import CleanSettings
from agents.clean.work import CleanWork, load
from agents.records import CleanArticle, RawPage

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
WORD = re.compile(r"\w+")
Score = tuple[float, float]


def pages(name: str) -> Iterator[dict[str, Any]]:
    """The gold of a set, each with its `page` in bytes."""
    for row in (DATA / "pages" / f"{name}.jsonl").read_text("utf-8").splitlines():
        gold = json.loads(row)
        yield gold | {"page": gzip.decompress((DATA / gold["file"]).read_bytes())}


def shingles(text: str, size: int) -> Counter[tuple[str, ...]]:
    """Every run of `size` words; one shorter run where there are fewer."""
    words = WORD.findall(text)
    return Counter(tuple(words[at : at + size]) for at in range(max(1, len(words) - size + 1)))


def precision_recall(text: str, gold: str, size: int) -> Score:
    """Of shingles. An empty text scores 0."""
    ours, theirs = shingles(text, size), shingles(gold, size)
    common = (ours & theirs).total()
    return common / ours.total(), common / theirs.total()


def f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


class Tally:
    """The results for the pages of a set."""

    def __init__(self) -> None:
        self.milliseconds: list[float] = []
        self.text: list[Score] = []
        self.right: Counter[str] = Counter()
        self.asked: Counter[str] = Counter()
        self.outcomes: Counter[str] = Counter()
        self.languages: Counter[str] = Counter()
        self.misses: list[str] = []

    def judge(self, field: str, ours: object, gold: object, name: str) -> None:
        self.asked[field] += 1
        self.right[field] += ours == gold
        if ours != gold:
            self.misses.append(f"{name} {field}: {ours!r}, gold {gold!r}")


def measure(work: CleanWork, name: str, size: int) -> Tally:
    """Clean every page of a set and compare it with its gold."""
    tally = Tally()
    for gold in pages(name):
        record = RawPage(url=gold["url"], page=gold["page"], fetched_at=gold.get("fetched_at"))
        began = time.process_time()
        article = work(record)
        tally.milliseconds.append(1000 * (time.process_time() - began))
        tally.outcomes["sent" if isinstance(article, CleanArticle) else article.reason] += 1
        text = article.text if isinstance(article, CleanArticle) else ""
        tally.text.append(precision_recall(text, gold["body"], size))
        if f1(*tally.text[-1]) < 0.8:
            tally.misses.append(f"{gold['id']} text: {f1(*tally.text[-1]):.2f} {gold['url']}")
        if isinstance(article, CleanArticle):
            tally.languages[article.language.code or "?"] += 1
            compare(tally, article, gold)
    return tally


def compare(tally: Tally, article: CleanArticle, gold: dict[str, Any]) -> None:
    """Date, title and authors, where the gold has them."""
    if gold.get("published_at"):
        tally.judge("date", (article.published_at or "")[:10], gold["published_at"][:10], gold["id"])
    if gold.get("title"):
        tally.judge("title", article.title, line(gold["title"]), gold["id"])
    if gold.get("authors"):
        ours = {fold(author.name) for author in article.authors}
        tally.judge("authors", ours, {fold(each) for each in gold["authors"]}, gold["id"])
        persons = {fold(each) for each in gold["authors"] if is_name(each)}
        tally.judge("persons", ours, persons, gold["id"])


def report(name: str, tally: Tally) -> None:
    """Print a set's part of the table."""
    precision, recall = (statistics.mean(each) for each in zip(*tally.text, strict=True))
    mean_f1 = statistics.mean(f1(*each) for each in tally.text)
    times = sorted(tally.milliseconds)
    print(f"{name}: {len(times)} pages, {dict(tally.outcomes)}")
    print(
        f"  text   F1 {f1(precision, recall):.3f} (P {precision:.3f} R {recall:.3f}), mean F1 {mean_f1:.3f}"
    )
    for field, asked in tally.asked.items():
        print(f"  {field:8}{tally.right[field] / asked:.3f} of {asked}")
    print(
        f"  ms     median {statistics.median(times):.1f}, mean {statistics.mean(times):.1f},"
        f" p95 {times[len(times) * 95 // 100]:.1f}, most {times[-1]:.1f}"
    )
    print(f"  languages {dict(tally.languages.most_common())}")


def main() -> None:
    if not DATA.is_dir():
        print(f"Nothing was measured: the folder {DATA.name} beside the checkout does not exist.")
        return
    work = load(CleanSettings())
    for name, size in (("aeb", 4), ("fundus", 1)):
        tally = measure(work, name, size)
        report(name, tally)
        if "--misses" in sys.argv:
            print(*tally.misses, sep="\n")


if __name__ == "__main__":
    main()
