"""An article whole on a terminal, with the names in it coloured and the quotations underlined."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from agents.display import KINDS, origin

STYLES = {kind: style for kind, (_, style) in KINDS.items()} | {
    "group": "cyan",
    **dict.fromkeys(("event", "work", "law", "product"), "yellow"),
    **dict.fromkeys(("date", "time", "money", "percent", "quantity"), "blue"),
}
QUOTED = {"direct": "underline", "mixed": "underline", "indirect": "italic"}
LONGEST_QUOTATION = 60


def whole(article: Mapping[str, Any]) -> RenderableType:
    """Title, origin and text with names and quotations marked, then who said what, places and summary."""
    title = Text(article.get("title") or "(no title)", style="bold")
    text = Text(article.get("text") or "")
    for entity in article.get("entities") or []:
        for at in entity["mentions"]:
            (title if at["field"] == "title" else text).stylize(
                STYLES.get(entity["type"], ""), at["start"], at["end"]
            )
    for quote in article.get("quotes") or []:
        text.stylize(QUOTED[quote["kind"]], quote["span"]["start"], quote["span"]["end"])
    return Group(title, Text(origin(article), style="dim"), Text(), text, *_notes(article), Text())


def _notes(article: Mapping[str, Any]) -> Iterator[Text]:
    summary = article.get("summary")
    if summary:
        yield Text.assemble("\n", ("Summary: ", "bold"), summary["text"])
        if summary["phrases"]:
            yield Text.assemble(("About: ", "bold"), ", ".join(summary["phrases"]))
    quotes = [quote for quote in article.get("quotes") or [] if quote["speaker"]]
    if quotes:
        yield Text("Who said what:", style="bold")
    yield from (Text(f"  {quote['speaker']['name']}: {_short(quote['span']['text'])}") for quote in quotes)
    placed = [entity for entity in article.get("entities") or [] if entity["location"]]
    if placed:
        yield Text.assemble(("Places: ", "bold"), ", ".join(map(_placed, placed)))


def _short(text: str) -> str:
    words = " ".join(text.split()).rstrip(",")
    return words if len(words) <= LONGEST_QUOTATION else words[:LONGEST_QUOTATION].rpartition(" ")[0] + " …"


def _placed(entity: Mapping[str, Any]) -> str:
    location = entity["location"]
    # Most codes of provinces are numbers, which say nothing to a reader.
    admin = location["admin"] if (location["admin"] or "").isalpha() else None
    where = ", ".join(filter(None, (admin, location["country"])))
    return f"{entity['name']} ({where})"
