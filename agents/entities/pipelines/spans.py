"""What every model gives: parts of a text, with its own labels."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple, Protocol

from agents.entities.types import TYPE_OF_LABEL, WITHOUT_TYPE
from agents.entities.values.kinds import TYPE_OF_LABEL as TYPE_OF_VALUE

#: The labels of spaCy's pipelines -> the types of entities and of values.
SPACY_TYPES = TYPE_OF_LABEL | TYPE_OF_VALUE


class ModelSpan(NamedTuple):
    """A part of a text that the model takes for a name, and its label."""

    start: int
    end: int
    label: str


class NameModel(Protocol):
    """A model for a language.

    `name` is its name, its version and a hash of its files, `types` maps its labels to types of entities, and
    `labels` are those that it gives.
    """

    name: str
    types: Mapping[str, str]
    labels: frozenset[str]

    def find(self, texts: Iterable[str]) -> list[list[ModelSpan]]: ...


def without_type(model: NameModel) -> str | None:
    """A sentence on the labels of a model whose names are left out because no type is known for them."""
    unknown = sorted(model.labels - set(model.types) - WITHOUT_TYPE)
    if not unknown:
        return None
    return (
        f"names that the model {model.name} labels {', '.join(unknown)} are left out: no type is known for"
        " them; give them types with the setting stages.entities.work.labels"
    )
