"""How records look on a terminal: one finished article (`demo`, `process`), or a few labels (`tail`)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text


def brief(value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Labels and texts. A text is empty where the record, which may be of any stage or of none, has none."""
    yield "title", _text(value.get("title"))
    yield "url", _text(value.get("url"))
    yield "feed", _text(value.get("feed"))
    yield "language", _language(value.get("language"))
    yield "published", _text(value.get("published_at"))
    yield "people", ", ".join(_names(value.get("entities"), "person"))
    yield "organisations", ", ".join(_names(value.get("entities"), "organisation"))
    yield "places", ", ".join(_names(value.get("entities"), "place"))
    yield "summary", _summary(value.get("summary"))


def _language(language: object) -> str:
    return _text(language.get("code") if isinstance(language, Mapping) else language)


def _names(entities: object, kind: str) -> list[str]:
    """The names of the entities of a kind, without repeats."""
    known = [each for each in entities if isinstance(each, Mapping)] if isinstance(entities, list) else []
    return list(dict.fromkeys(_text(entity.get("name")) for entity in known if entity.get("type") == kind))


def _summary(summary: object) -> str:
    """The first sentence, or the whole text."""
    if not isinstance(summary, Mapping):
        return ""
    if _is_written(summary):
        return _text(summary.get("text"))
    sentences = summary.get("sentences")
    first = sentences[0] if isinstance(sentences, Sequence) and sentences else None
    return _text(first.get("text") if isinstance(first, Mapping) else summary.get("text"))


def _is_written(summary: Mapping[str, Any]) -> bool:
    """Whether a model has written it: its sentences are then not the text."""
    return summary.get("method") == "llm"


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
    """Title, origin, entities and summary of `article`, a record of any stage."""
    lines = [Text(article.get("title") or "(no title)", style="bold"), Text(origin(article), style="dim")]
    return Group(*lines, Padding(Group(*_name_lines(article), *_summary_lines(article)), (0, 0, 0, 2)))


def origin(article: Mapping[str, Any]) -> str:
    source = article.get("source") or {}
    outlet = source.get("name") or source.get("domain")
    authors = ", ".join(author["name"] for author in article.get("authors") or [])
    language = (article.get("language") or {}).get("code")
    words = f"{article['words']} words" if "words" in article else None
    return " · ".join(filter(None, (outlet, authors, article.get("published_at"), language, words)))


def _name_lines(article: Mapping[str, Any]) -> Iterator[Text]:
    for kind, (heading, style) in KINDS.items():
        entities = [entity for entity in article.get("entities") or [] if entity["type"] == kind]
        if entities:
            entities.sort(key=lambda entity: (-entity["count"], entity["mentions"][0]["start"]))
            yield Text.assemble((f"{heading}: ", style), _list(entities))


def _list(entities: Iterable[Mapping[str, Any]]) -> str:
    names = [each["name"] + (f" ×{each['count']}" if each["count"] > 1 else "") for each in entities]
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def _summary_lines(article: Mapping[str, Any]) -> Iterator[Text]:
    summary = article.get("summary")
    if summary:
        own = [sentence["text"] for sentence in summary["sentences"]]
        yield from (Text(f"– {text}") for text in ([summary["text"]] if _is_written(summary) else own))
    warnings = article.get("warnings")
    if warnings:
        yield Text(f"({', '.join(warnings)})", style="dim yellow")
