"""Which models find names, and in how much of an article."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class EntitiesSettings:
    models: Mapping[str, str] = field(default_factory=lambda: {"en": "copydesk"})
    """Language code (ISO 639) -> package of a spaCy pipeline with a component `ner`, or `copydesk`.

    In other languages in the Latin script, names are found by lists of first names, places and
    organisations. Articles in any other language get no entities, and the warning `language-unsupported`.
    """
    most_characters: int = 100_000
    """Characters of a text that are read, from its beginning. A longer text gets the warning
    `text-cut-for-entities`.

    News has 4,000 on average. 100,000 characters of prose take 1.5 s, of nothing but symbols 8 s.
    """
