"""Texts with what people marked in them: published gold from ../shared/data, and the project's own."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agents.entities.types import TYPE_OF_LABEL
from models.names.corpus import LABELS, parse, text_and_spans

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared/data"
OWN = ROOT / "tests/unit/language"
NAMES = ("person", "organisation", "place")
TYPES = {"PER": "person", "ORG": "organisation", "LOC": "place"}
#: Types of the gold of news articles that are no names.
NO_NAMES = {"QUANTITY", "DATETIME"}

Span = tuple[int, int, str]
Sentence = list[list[str]]


@dataclass(frozen=True, slots=True)
class Text:
    """A text with its spans. `judged` are the stretches in which these are all that there is."""

    text: str
    spans: frozenset[Span]
    judged: tuple[tuple[int, int], ...]
    ignored: frozenset[tuple[int, int]] = frozenset()


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The JSON objects of a file, one a line."""
    content = path.read_bytes()
    lines = gzip.decompress(content) if path.suffix == ".gz" else content
    yield from map(json.loads, lines.splitlines())


def newswire(half: str, *, prose: bool) -> list[Text]:
    """Whole documents of CoNLL++; of them all sentences, or only prose."""
    return [_document(row["sentences"], prose) for row in rows(DATA / f"entities/conllpp-{half}.jsonl.gz")]


def articles() -> list[Text]:
    """News articles whose mentions have Wikidata ids: spans without types, in the evaluated part."""
    return [_article(row) for row in rows(DATA / "entities/news-fair-v2.jsonl.gz")]


def own_articles() -> list[Text]:
    """The project's own test set: articles of all regions, marked by another hand than the corpus."""
    return _own("articles.txt")


def snippets(language: str) -> list[Text]:
    """Short invented news in `fr` or `es`, marked before anybody saw what models make of it."""
    return _own(f"snippets-{language}.txt")


def _own(file: str) -> list[Text]:
    lines = (OWN / file).read_text(encoding="utf-8").splitlines()
    return [_marked(*text_and_spans(parse(line))) for line in lines]


def with_values() -> list[Text]:
    """The project's own texts, in which dates, amounts and nationalities are marked."""
    return [
        Text(row["text"], frozenset((a, b, kind) for kind, a, b, _ in row["spans"]), ((0, len(row["text"])),))
        for row in rows(OWN / "values.jsonl")
    ]


def quotations() -> list[dict[str, Any]]:
    return [case for file in sorted(OWN.glob("quotations-*.jsonl")) for case in rows(file)]


def _marked(text: str, spans: list[Span]) -> Text:
    typed = ((start, end, TYPE_OF_LABEL[LABELS[code]]) for start, end, code in spans)
    return Text(text, frozenset(span for span in typed if span[2] in NAMES), ((0, len(text)),))


def _document(sentences: list[Sentence], prose: bool) -> Text:
    text, spans, judged = "", set[Span](), []
    for sentence in sentences:
        start = len(text) + (1 if text else 0)
        text += ("\n" if text else "") + " ".join(token for token, _ in sentence)
        spans |= {(start + a, start + b, kind) for a, b, kind in _tagged(sentence)}
        if not prose or is_prose(sentence):
            judged.append((start, len(text)))
    return Text(text, frozenset(spans), tuple(judged))


def _tagged(sentence: Sentence) -> Iterator[Span]:
    """The spans of the tags in the sentence, whose tokens are joined by spaces."""
    at, start, kind = 0, 0, ""
    for token, tag in [*sentence, ["", "O"]]:
        if kind and not tag.startswith("I-"):
            if kind in TYPES:
                yield start, at - 1, TYPES[kind]
            kind = ""
        if tag.startswith("B-"):
            start, kind = at, tag[2:]
        at += len(token) + 1


def is_prose(sentence: Sentence) -> bool:
    """Whether it is a sentence and no table or headline: ten tokens, two fifths of them in lower case."""
    return len(sentence) >= 10 and sum(token.islower() for token, _ in sentence) > 0.4 * len(sentence)


def _article(row: dict[str, Any]) -> Text:
    named = [each for each in row["mentions"] if _is_name(row["text"], each)]
    every = frozenset((each["start"], each["end"]) for each in row["mentions"])
    spans = frozenset((each["start"], each["end"], "") for each in named)
    return Text(row["text"], spans, (tuple(row["evaluation_span"]),), every - {span[:2] for span in spans})


def _is_name(text: str, mention: dict[str, Any]) -> bool:
    """Whether a mention is a name: a word has a capital letter, and it is no pronoun, date or quantity."""
    words = text[mention["start"] : mention["end"]].split()
    return (
        any(word[0].isupper() for word in words) and not mention["coref"] and mention["type"] not in NO_NAMES
    )
