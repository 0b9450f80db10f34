"""The weights of a summary: how probable a word is in it, and how good a sentence is by its place.

Trained by models/summaries/train.py on the even half of 1,000 articles with their editors' summaries.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Self

#: The weights for languages that have none of their own.
ANY = "any"


@dataclass(frozen=True, slots=True)
class Weights:
    """`words` has a weight a feature, in log-odds, `known` one a word and one a word and occurrence, `rare`
    the weight of all other words; `sentences` one a feature of a sentence, in points of F1."""

    words: Mapping[str, float]
    base: float
    sentences: tuple[float, ...]
    known: Mapping[str, float]
    rare: float

    @classmethod
    def load(cls, language: str | None) -> Self:
        """Those of the language, else those of any."""
        stored = cls._every()
        return stored.get(language or ANY, stored[ANY])

    @classmethod
    @cache
    def _every(cls) -> dict[str, Self]:
        stored = json.loads(resources.files(__package__).joinpath("weights.json").read_text(encoding="utf-8"))
        return {language: cls.of(each) for language, each in stored.items()}

    @classmethod
    def of(cls, stored: dict[str, Any]) -> Self:
        return cls(**stored | {"sentences": tuple(stored["sentences"])})

    def odds(self, features: Iterable[str]) -> float:
        """What the features of a word add to the log-odds that a summary has it."""
        return self.base + sum(self.words.get(each, 0.0) for each in features)

    def own(self, word: str, occurrence: int) -> float:
        """What the word itself adds to them."""
        return self.known.get(word, self.rare) + self.known.get(f"{word} {occurrence}", 0.0)
