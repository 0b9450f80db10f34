"""Small spaCy pipelines that tests make, each in a folder of its own."""

from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.training import Example
from thinc.api import fix_random_seed

TEXTS = [
    "Anna Berg went home.",
    "Then Knut Holm spoke.",
    "We met Anna Berg.",
    "Nothing else happened.",
    "Knut Holm left.",
]
NAMES = ("Anna Berg", "Knut Holm")
TOK2VEC = {"@architectures": "spacy.HashEmbedCNN.v2", "pretrained_vectors": None, "width": 16, "depth": 1,
           "embed_size": 100, "window_size": 1, "maxout_pieces": 2, "subword_features": True}  # fmt: skip


def listener(upstream: str = "*") -> dict[str, Any]:
    return {"@architectures": "spacy.Tok2VecListener.v1", "width": 16, "upstream": upstream}


def recogniser(vectors: dict[str, Any]) -> dict[str, Any]:
    """The configuration of a component `ner` with these vectors."""
    return {
        "model": {
            "@architectures": "spacy.TransitionBasedParser.v2",
            "state_type": "ner",
            "extra_state_tokens": False,
            "hidden_width": 16,
            "maxout_pieces": 2,
            "use_upper": True,
            "nO": None,
            "tok2vec": vectors,
        }
    }


def with_listener(
    folder: Path, *, encoder: str = "tok2vec", upstream: str = "*", label: str = "PERSON"
) -> Path:
    """A trained pipeline whose `ner` has no vectors of its own, and two components that it does not need."""
    nlp = spacy.blank("en", meta={"name": "listening", "version": "1.2.3"})
    nlp.add_pipe("tok2vec", name=encoder, config={"model": TOK2VEC})
    nlp.add_pipe("senter", config={"model": {"tok2vec": TOK2VEC}})
    nlp.add_pipe("ner", config=recogniser(listener(upstream)))
    nlp.add_pipe("sentencizer")
    train(nlp, label)
    nlp.to_disk(folder)
    return folder


def with_ruler(folder: Path, ruler: str = "entity_ruler", **config: Any) -> Path:
    """A pipeline without weights, whose ruler reads what another component wrote before it."""
    nlp = spacy.blank("en", meta={"name": "ruled", "version": "1.0.0"})
    attributes = nlp.add_pipe("attribute_ruler")
    attributes.add([[{"LOWER": "berg"}]], {"TAG": "HILL"})  # type: ignore[attr-defined]  # spaCy has no types
    nlp.add_pipe(ruler, config=config).add_patterns([{"label": "ORG", "pattern": [{"TAG": "HILL"}]}])  # type: ignore[attr-defined]  # as above
    nlp.to_disk(folder)
    return folder


def train(nlp: Language, label: str) -> None:
    """Until it knows the names of the texts."""
    fix_random_seed(0)
    examples = [_example(nlp, text, label) for text in TEXTS]
    optimizer = nlp.initialize(lambda: examples)
    optimizer.learn_rate = 0.02
    for _ in range(15):
        nlp.update(examples, sgd=optimizer)


def _example(nlp: Language, text: str, label: str) -> Example:
    spans = [(text.find(name), text.find(name) + len(name), label) for name in NAMES if name in text]
    sentences = [True, *[False] * (len(nlp.make_doc(text)) - 1)]
    return Example.from_dict(nlp.make_doc(text), {"entities": spans, "sent_starts": sentences})
