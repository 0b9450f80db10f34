"""Summaries against the first three sentences, on news with published reference summaries.

    python bench/summaries.py [ARTICLES]

ROUGE-1, ROUGE-2 and summary-level ROUGE-L F1 (Lin 2004) in per cent, on lower-cased words without stemming,
so lower than with tools that stem. Both rows are measured in the same way in the same run.
"""

import gzip
import json
import re
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from agents.summaries.sentences import split
from agents.summaries.settings import SummariesSettings
from agents.summaries.work import summarise

DATA = Path(__file__).parents[2] / "shared/data/summaries/cnndm-val1000.jsonl.gz"
SETTINGS = SummariesSettings()
Summariser = Callable[[str], list[str]]


def lead(text: str) -> list[str]:
    return [sentence.text for sentence in split(text, "en", most=SETTINGS.sentences, characters=100_000)]


def centroid(text: str) -> list[str]:
    return [sentence.text for sentence in summarise(text, "en", SETTINGS).sentences]


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


def rouge_n(chosen: list[str], reference: list[str], n: int) -> float:
    """F1 of shared n-grams, 0 to 1."""
    ours, theirs = (
        Counter(zip(*[tokens[i:] for i in range(n)], strict=False))
        for tokens in (words(" ".join(chosen)), words(" ".join(reference)))
    )
    total = ours.total() + theirs.total()
    return 2 * (ours & theirs).total() / total if total else 0.0


def rouge_lsum(chosen: list[str], reference: list[str]) -> float:
    """F1 of the union of longest common subsequences over sentences, 0 to 1."""
    ours, theirs = [words(text) for text in chosen], [words(text) for text in reference]
    have, want = Counter(chain.from_iterable(ours)), Counter(chain.from_iterable(theirs))
    total = have.total() + want.total()
    hits = 0
    for sentence in theirs:
        for place in sorted({place for other in ours for place in subsequence(sentence, other)}):
            word = sentence[place]
            if have[word] > 0 and want[word] > 0:
                hits += 1
                have[word] -= 1
                want[word] -= 1
    return 2 * hits / total if total else 0.0


def subsequence(left: list[str], right: list[str]) -> Iterator[int]:
    """The places in `left` of a longest common subsequence with `right`."""
    rows = [[0] * (len(right) + 1)]
    for word in left:
        row, above = [0], rows[-1]
        for j, other in enumerate(right):
            row.append(above[j] + 1 if word == other else max(above[j + 1], row[j]))
        rows.append(row)
    i, j = len(left), len(right)
    while i and j:
        if left[i - 1] == right[j - 1]:
            i, j = i - 1, j - 1
            yield i
        elif rows[i - 1][j] > rows[i][j - 1]:
            i -= 1
        else:
            j -= 1


def measure(name: str, summariser: Summariser, rows: list[dict[str, str]]) -> tuple[str, ...]:
    """A row of the table: the method, its means in per cent, and its CPU time per article in ms."""
    sums, seconds = [0.0, 0.0, 0.0], 0.0
    for row in track(rows, description=name, transient=True):
        start = time.process_time()
        chosen = summariser(row["article"])
        seconds += time.process_time() - start
        reference = row["reference"].split("\n")
        sums[0] += rouge_n(chosen, reference, 1)
        sums[1] += rouge_n(chosen, reference, 2)
        sums[2] += rouge_lsum(chosen, reference)
    means = [f"{100 * total / len(rows):.2f}" for total in sums]
    return name, *means, f"{1000 * seconds / len(rows):.2f}"


def main() -> None:
    """Print the table, or a sentence where there are no articles."""
    console = Console()
    if not DATA.is_file():
        console.print(f"Nothing was measured: {DATA.name} does not exist.")
        return
    with gzip.open(DATA, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines][: int(sys.argv[1]) if len(sys.argv) > 1 else None]
    table = Table("method", "ROUGE-1", "ROUGE-2", "ROUGE-Lsum", "ms/article", title=f"{len(rows)} articles")
    table.add_row(*measure("first three sentences", lead, rows))
    table.add_row(*measure("centroid x position", centroid, rows))
    console.print(table)
    console.print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main()
