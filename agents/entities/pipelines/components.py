"""Which components of a spaCy pipeline find names, and which others these need."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from streams.errors import CannotStart

#: Factories of components that find names by vectors alone.
RECOGNISERS = frozenset(("ner", "beam_ner"))
#: Those of components that compute vectors, which others take over ("listen to").
ENCODERS = frozenset(("tok2vec", "transformer", "curated_transformer"))
#: Those that neither find names nor are needed by a recogniser.
UNRELATED = frozenset(
    (
        "tagger morphologizer parser beam_parser senter sentencizer attribute_ruler lemmatizer"
        " trainable_lemmatizer textcat textcat_multilabel spancat spancat_singlelabel span_finder"
        " entity_linker"
    ).split()
)
#: An architecture that is not spaCy's own may be a listener too.
LISTENER = re.compile(r"spacy\.\w+Listener\b|(?!spacy\.)")
#: What gives a component that spaCy itself does not have.
ORIGINS = {
    "curated_transformer": "pip install 'copydesk[transformers]'",
    "transformer": "pip install 'copydesk[transformers]' spacy-transformers",
    "gliner_spacy": "pip install gliner-spacy",
}

Config = dict[str, Any]


def needed(config: Config, model: str) -> list[str]:
    """The components to load, of the `config` of a pipeline. Raises `CannotStart` where none finds names.

    Recognisers are loaded with the encoders that they listen to. Where another component may set entities (a
    ruler, or a component that spaCy does not have) all are loaded: its rules may read what any other writes.
    """
    factories = _factories(config)
    if not sources(config):
        raise CannotStart(
            f"the model {model} cannot find names: no component of it sets entities, as ner does"
        )
    if not set(factories.values()) <= RECOGNISERS | ENCODERS | UNRELATED:
        return list(factories)
    encoders = [name for name, factory in factories.items() if factory in ENCODERS]
    kept = set(sources(config))
    for name in sources(config):
        kept.update(_listened_to(config["components"][name], encoders))
    return [name for name in factories if name in kept]


def sources(config: Config) -> list[str]:
    """The components that set entities, or may do so."""
    return [
        name
        for name, factory in _factories(config).items()
        if factory not in ENCODERS | UNRELATED and not _only_marks_spans(config["components"][name])
    ]


def missing(config: Config, names: list[str], is_known: Callable[[str], bool]) -> str | None:
    """What is wrong with the first of the components whose factory is not known, and how to get it."""
    for name in names:
        factory = config["components"][name].get("factory", name)
        if not is_known(factory):
            how = ORIGINS.get(factory, "install the package that has it")
            return f"needs the component {factory!r}, which no installed package has: {how}"
    return None


def _factories(config: Config) -> dict[str, str]:
    """Factories of the components that run, by name and in order."""
    disabled = set(config["nlp"].get("disabled", []))
    running = (name for name in config["nlp"]["pipeline"] if name not in disabled)
    return {name: config["components"][name].get("factory", name) for name in running}


def _only_marks_spans(component: Config) -> bool:
    return component.get("factory") == "span_ruler" and not component.get("annotate_ents", False)


def _listened_to(part: Any, encoders: list[str]) -> Iterator[str]:
    """The encoders whose vectors a part of a component's configuration uses, anywhere inside it."""
    if isinstance(part, dict):
        if LISTENER.match(part.get("@architectures", "spacy.")):
            upstream = part.get("upstream", "*")
            yield from encoders if upstream == "*" else [upstream]
        for value in part.values():
            yield from _listened_to(value, encoders)
