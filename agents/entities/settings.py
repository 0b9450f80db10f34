"""Which models find names, and in how much of an article."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class EntitiesSettings:
    models: Mapping[str, str] = field(default_factory=lambda: {"en": "copydesk"})
    """Language code (ISO 639) -> `copydesk` (English), the package or the folder (with a `/`) of a spaCy
    pipeline, or `gliner:` and the folder of a GLiNER model.

    A value replaces the default, so name every language that has a model: a package that is installed but
    not named here is not used. In other languages in the Latin script, names are found by lists of first
    names, places and organisations. Articles in any other language get no entities, and the warning
    `language-unsupported`.
    """
    labels: Mapping[str, str] = field(default_factory=dict)
    """Label of a model -> type of entity, for labels that spaCy's own pipelines do not have. A GLiNER model
    is also asked for these labels.
    """
    most_characters: int = 100_000
    """How many characters of a text are read, from its beginning. A longer text gets the warning
    `text-cut-for-entities`.

    News articles have 4,000 on average. 100,000 characters of prose take 1.5 s; of nothing but symbols, 8 s.
    """
