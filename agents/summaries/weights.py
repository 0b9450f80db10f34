"""The weights of a summary: how probable a word is in it, and how good a sentence is by its place.

Trained by models/summaries/train.py on the even half of 1,000 articles with their editors' summaries.
"""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Self


@dataclass(frozen=True, slots=True)
class Weights:
    """`words` has a weight a feature, in log-odds; `sentences` one a feature of a sentence, `middle`
    the mean score."""

    words: Mapping[str, float]
    base: float
    sentences: tuple[float, ...]
    middle: float

    @classmethod
    @cache
    def load(cls) -> Self:
        stored = json.loads(resources.files(__package__).joinpath("weights.json").read_text(encoding="utf-8"))
        return cls(stored["words"], stored["base"], tuple(stored["sentences"]), stored["middle"])

    def probability(self, features: Iterable[str]) -> float:
        """That a summary has the word, 0 to 1."""
        return 1 / (1 + math.exp(-self.base - sum(self.words.get(feature, 0.0) for feature in features)))
