"""ROUGE of summaries (Lin 2004) over the first sentences of the same articles, with bootstrap intervals."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from rich.progress import track

from agents.summaries.leaning import leans
from agents.summaries.sentences import split
from agents.summaries.settings import SummariesSettings
from agents.summaries.work import summarise
from tests.unit.agents.articles import tagged_article

SETTINGS = SummariesSettings()
SAMPLES = 1000


@dataclass(frozen=True, slots=True)
class Result:
    """ROUGE-1 and ROUGE-2 in per cent, the gain in ROUGE-1 over each lead with its interval, and the rest."""

    rouge: tuple[float, float]
    over: dict[str, tuple[float, float, float]]
    words: float
    dangling: float


def measure(articles: Sequence[dict[str, Any]], name: str) -> Result:
    own, pairs, leads = [], [], {"2 sentences": [], "3 sentences": [], "equal length": []}
    lengths, dangling = [], 0
    for article in track(articles, description=name, transient=True):
        text, reference = article["article"], words(article["reference"])
        summary = summarise(tagged_article(text), SETTINGS)
        tokens = words(summary.text)
        sentences = [each.text for each in split(text, "en", most=400, characters=100_000)]
        own.append(rouge(tokens, reference, 1))
        pairs.append(rouge(tokens, reference, 2))
        leads["2 sentences"].append(rouge(words(" ".join(sentences[:2])), reference, 1))
        leads["3 sentences"].append(rouge(words(" ".join(sentences[:3])), reference, 1))
        leads["equal length"].append(rouge(words(" ".join(sentences))[: len(tokens)], reference, 1))
        lengths.append(len(tokens))
        dangling += is_dangling([each.text for each in summary.sentences], sentences)
    over = {lead: interval(np.array(own) - np.array(scores)) for lead, scores in leads.items()}
    means = 100 * float(np.mean(own)), 100 * float(np.mean(pairs))
    return Result(means, over, float(np.mean(lengths)), dangling / len(articles))


def words(text: str) -> list[str]:
    """Lower-cased, without stemming: figures are lower than of tools that stem."""
    return re.findall(r"[a-z0-9]+", text.lower())


def rouge(tokens: list[str], reference: list[str], n: int) -> float:
    """F1 of the n-grams of both, 0 to 1."""
    own, wanted = (Counter(zip(*[each[i:] for i in range(n)], strict=False)) for each in (tokens, reference))
    total = own.total() + wanted.total()
    return 2 * (own & wanted).total() / total if total else 0.0


def interval(differences: np.ndarray) -> tuple[float, float, float]:
    """The mean in per cent, and the bounds of its 95 % interval by bootstrap."""
    drawn = np.random.default_rng(0).integers(0, len(differences), (SAMPLES, len(differences)))
    low, high = np.percentile(differences[drawn].mean(axis=1), [2.5, 97.5])
    return 100 * float(differences.mean()), 100 * float(low), 100 * float(high)


def is_dangling(summary: Sequence[str], sentences: Sequence[str]) -> bool:
    """Whether a sentence of the summary leans on one that was left out."""
    before = dict(zip(sentences[1:], sentences, strict=False))
    return any(leans(each, "en") and before.get(each) not in summary for each in summary)
