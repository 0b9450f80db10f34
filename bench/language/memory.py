"""Whether the stage of entities grows: its memory after 2,000 different articles, and after 20,000.

    python -m bench.language.memory

Each article has sentences of several real ones, and a word in eight that no other article has. It takes as
long as the articles: a quarter of an hour.
"""

import random
import re
from collections.abc import Iterator, Sequence

import psutil
from rich.progress import track

from agents.entities.settings import EntitiesSettings
from agents.entities.work import load
from bench.language import gold
from tests.unit.agents.articles import clean_article

EARLY, LATE = 2_000, 20_000
SENTENCES = 8
NEW_WORDS = 1 / 8
SENTENCE_END = re.compile(r"(?<=[.!?]) ")
SYLLABLES = (
    "ba",
    "co",
    "den",
    "fel",
    "gor",
    "hin",
    "ja",
    "ka",
    "lo",
    "mir",
    "nus",
    "per",
    "ral",
    "sto",
    "ven",
)
MIB = 1_048_576


def main() -> None:
    sentences = [
        sentence
        for row in gold.rows(gold.DATA / "summaries/cnndm-val1000.jsonl.gz")
        for sentence in SENTENCE_END.split(row["article"])
    ]
    work = load(EntitiesSettings())
    process, sizes = psutil.Process(), dict[int, float]()
    for number, text in enumerate(track(articles(sentences, LATE), total=LATE), start=1):
        work(clean_article(text))
        if number in (EARLY, LATE):
            sizes[number] = process.memory_info().rss / MIB
    print(f"RSS after {EARLY:,} articles {sizes[EARLY]:.0f} MiB, after {LATE:,} {sizes[LATE]:.0f} MiB")


def articles(sentences: Sequence[str], number: int) -> Iterator[str]:
    chance = random.Random(1)
    for _ in range(number):
        words = " ".join(chance.sample(sentences, SENTENCES)).split()
        yield " ".join(_invented(chance) if chance.random() < NEW_WORDS else word for word in words)


def _invented(chance: random.Random) -> str:
    word = "".join(chance.choices(SYLLABLES, k=chance.randint(2, 5)))
    return word.capitalize() if chance.random() < 0.5 else word


if __name__ == "__main__":
    main()
