"""How records look on a terminal: one finished article (`demo`, `process`), or a few labels (`tail`)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text


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


#: Entity type -> (heading, style), in the order shown.
KINDS = {
    "person": ("People", "bold cyan"),
    "organisation": ("Organisations", "bold magenta"),
    "place": ("Places", "bold green"),
}
MOST_NAMES = 6


def show(article: Mapping[str, Any]) -> RenderableType:
    """Title, where and when, whom and what it names, and its summary. `article` is a record of any stage."""
    lines = [Text(article.get("title") or "(no title)", style="bold"), Text(_origin(article), style="dim")]
    return Group(*lines, Padding(Group(*_name_lines(article), *_summary_lines(article)), (0, 0, 0, 2)))


def _origin(article: Mapping[str, Any]) -> str:
    source = article.get("source") or {}
    language = (article.get("language") or {}).get("code")
    authors = ", ".join(one["name"] for one in article.get("authors") or [])
    parts = [
        source.get("name") or source.get("domain"),
        authors,
        article.get("published_at"),
        language,
        f"{article['words']} words" if "words" in article else None,
    ]
    return " · ".join(part for part in parts if part)


def _name_lines(article: Mapping[str, Any]) -> Iterator[Text]:
    for kind, (heading, style) in KINDS.items():
        found = [one for one in article.get("entities") or [] if one["type"] == kind]
        if found:
            found.sort(key=lambda one: (-one["count"], one["mentions"][0]["start"]))
            yield Text.assemble((f"{heading}: ", style), _list(found))


def _list(entities: Iterable[Mapping[str, Any]]) -> str:
    names = [f"{one['name']} ×{one['count']}" if one["count"] > 1 else one["name"] for one in entities]
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def _summary_lines(article: Mapping[str, Any]) -> Iterator[Text]:
    summary = article.get("summary")
    if summary:
        yield from (Text(f"– {sentence['text']}") for sentence in summary["sentences"])
    warnings = article.get("warnings")
    if warnings:
        yield Text(f"({', '.join(warnings)})", style="dim yellow")
