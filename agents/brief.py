"""A record of the desk in a few labelled lines, whatever it holds: `copydesk tail` shows them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any


def brief(value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Label and text; empty where the record, of whichever stage or none, has nothing to say."""
    yield "title", _text(value.get("title"))
    yield "url", _text(value.get("url"))
    yield "feed", _text(value.get("feed"))
    yield "language", _language(value.get("language"))
    yield "published", _text(value.get("published_at"))
    yield "people", ", ".join(_names(value.get("entities"), "person"))
    yield "places", ", ".join(_names(value.get("entities"), "place"))
    yield "summary", _summary(value.get("summary"))


def _language(language: object) -> str:
    return _text(language.get("code") if isinstance(language, Mapping) else language)


def _names(entities: object, kind: str) -> list[str]:
    """The names of the entities of one kind, each once."""
    listed = [one for one in entities if isinstance(one, Mapping)] if isinstance(entities, list) else []
    return list(dict.fromkeys(_text(one.get("name")) for one in listed if one.get("type") == kind))


def _summary(summary: object) -> str:
    """Its first sentence, or all of its text."""
    if not isinstance(summary, Mapping):
        return ""
    sentences = summary.get("sentences")
    first = sentences[0] if isinstance(sentences, Sequence) and sentences else None
    return _text(first.get("text") if isinstance(first, Mapping) else summary.get("text"))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
