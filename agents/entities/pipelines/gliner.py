"""A GLiNER model, which finds names of the kinds that it is asked for in words."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from agents.entities.pipelines.digest import digest
from agents.entities.pipelines.spans import ModelSpan
from streams.errors import CannotStart

#: In the settings, before the folder of the model.
PREFIX = "gliner:"
CONFIG = "gliner_config.json"
#: What it is asked for -> the types of entities.
PROMPTS = {
    "person": "person",
    "organization": "organisation",
    "location": "place",
    "nationality or religion": "group",
    "event": "event",
    "work of art": "work",
    "product": "product",
    "law": "law",
}
#: GLiNER's own default: from this probability on it is a name.
THRESHOLD = 0.5
#: As GLiNER counts words: each sign is one.
WORD = re.compile(r"\w+(?:[-_]\w+)*+|\S")
END = frozenset(".!?。")


class GlinerModel:
    """A model from a folder, on the CPU. `max_len` words are read at once, with sentences kept whole."""

    labels = frozenset[str]()

    def __init__(self, folder: str, language: str, more: Mapping[str, str] | None = None) -> None:
        """`more` are further prompts, with their types. Raises `CannotStart` with a sentence."""
        home = Path(folder).expanduser()
        self._model = _loaded(home, language)
        self.types: Mapping[str, str] = PROMPTS | dict(more or {})
        self._most: int = self._model.config.max_len
        self.name = f"gliner-{home.name}-{digest(home)}"

    def find(self, texts: Iterable[str]) -> list[list[ModelSpan]]:
        return [self._spans(text) for text in texts]

    def _spans(self, text: str) -> list[ModelSpan]:
        windows = list(windows_of(text, self._most))
        if not windows:
            return []
        in_windows = self._model.inference(
            [text[start:end] for start, end in windows], list(self.types), threshold=THRESHOLD
        )
        return [
            ModelSpan(start + each["start"], start + each["end"], each["label"])
            for (start, _), entities in zip(windows, in_windows, strict=True)
            for each in entities
        ]


def windows_of(text: str, most: int) -> Iterator[tuple[int, int]]:
    """Start and end of stretches of at most `most` words, each up to the last end of a sentence in it."""
    words = [(match.start(), match.end()) for match in WORD.finditer(text)]
    first = 0
    while first < len(words):
        last = min(first + most, len(words))
        if last < len(words):
            last = next((i for i in range(last, first, -1) if text[words[i - 1][0]] in END), last)
        yield words[first][0], words[last - 1][1]
        first = last


def _loaded(home: Path, language: str) -> Any:
    if not (home / CONFIG).is_file():
        raise CannotStart(
            f"{str(home)!r}, the model for language {language!r}, is not a folder of a GLiNER model:"
            f" it has no {CONFIG}"
        )
    try:
        from gliner import GLiNER
    except ImportError as error:
        raise CannotStart(
            f"the model {PREFIX}{home} needs GLiNER ({error}): pip install 'copydesk[gliner]'"
        ) from error
    try:
        # A worker never downloads a model.
        return GLiNER.from_pretrained(str(home), local_files_only=True, map_location="cpu")
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        cause = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise CannotStart(f"the model {PREFIX}{home} cannot be loaded: {cause}") from error
