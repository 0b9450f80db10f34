"""Texts in JSON: plain, as HTML, or as the blocks of editors (Draft.js, ProseMirror, Contentful)."""

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree, html

from agents.clean.page import feed_item
from agents.clean.page.plaintext import blocks
from agents.clean.page.text import line

#: The keys of a block that hold its text, and its inner blocks; the first that has any is read.
TEXTS = (
    "text",
    "html",
    "value",
    "content",
    "body",
    "children",
    "data",
    "paragraph",
    "nodes",
    "blocks",
    "items",
)
KINDS = ("type", "_type", "nodeType", "object", "kind", "__typename")
INLINE = {
    "text",
    "span",
    "link",
    "hyperlink",
    "a",
    "strong",
    "bold",
    "b",
    "em",
    "italic",
    "i",
    "inline",
    "leaf",
}
BREAKS = {
    "p",
    "div",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "br",
    "tr",
    "section",
    "article",
}
UNSEEN = {"script", "style", "figure", "template", "noscript", "iframe", "svg"}
TAG = re.compile(r"</?[a-zA-Z][\w-]*+[^<>]*+>")
STOP = re.compile(r"[.!?…؟।][\"'”’»)]{0,3}(?:\s|\Z)|[。！？]")
CODE = re.compile(r"[{};=|\\]")
MAX_STEPS, MAX_CHARACTERS = 50_000, 2_000_000
MAX_DEPTH = 40


class Reader:
    """Reads texts up to a number of values and characters: those of nested lists are read repeatedly."""

    def __init__(self) -> None:
        self._steps = self._characters = 0
        self.named: dict[str, Any] = {}
        """What `{"__ref": "Paragraph:1"}` refers to, in the data of Apollo."""

    def lines(self, value: Any) -> list[str]:
        """The paragraphs in a value, none where it is no prose."""
        written = list(self._lines(value, 0))
        if not any(map(STOP.search, written)):
            return []
        kept = [each for each in map(line, written) if each]
        return kept if len(CODE.findall(" ".join(kept))) < sum(map(len, kept)) / 100 else []

    def _lines(self, value: Any, depth: int) -> Iterator[str]:
        self._steps += 1
        if self._steps > MAX_STEPS or depth > MAX_DEPTH:
            return
        if isinstance(value, str):
            self._characters += len(value)
            if self._characters < MAX_CHARACTERS:
                yield from _plain_or_html(feed_item.unwrapped(value))
        elif isinstance(value, dict):
            inner = next((value[key] for key in TEXTS if value.get(key)), None)
            inner = inner or self.named.get(str(value.get("__ref")))
            yield from self._lines(inner, depth + 1)
        elif isinstance(value, list):
            several = [list(self._lines(each, depth + 1)) for each in value]
            if _is_inline(value):
                yield "".join(" ".join(each) for each in several)
            else:
                yield from (each for part in several for each in part)


def _is_inline(values: list[Any]) -> bool:
    """Whether the values are the pieces of one paragraph."""
    kinds = {_kind(each) for each in values}
    if kinds <= INLINE:
        return True
    pieces = [
        each.get("text") for each in values if isinstance(each, dict) and isinstance(each.get("text"), str)
    ]
    return kinds == {""} and len(pieces) == len(values) and not all(map(_ends, pieces[:-1]))


def _ends(piece: Any) -> bool:
    return bool(piece.strip()) and STOP.search(piece.rstrip()[-2:]) is not None


def _kind(value: Any) -> str:
    names = (value.get(key) for key in KINDS) if isinstance(value, dict) else iter(())
    return next((name.lower() for name in names if isinstance(name, str)), "")


def _plain_or_html(text: str) -> Iterator[str]:
    if TAG.search(text):
        yield from _html_lines(text)
    elif "\n" in text:
        yield from blocks(text)
    else:
        yield text  # with the space at its ends, for it may be a piece of a sentence


def _html_lines(fragment: str) -> list[str]:
    parser = html.HTMLParser(remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        tree = html.document_fromstring(f"<div>{fragment}</div>".encode("utf-8", "replace"), parser=parser)
    except etree.ParserError:
        return []
    return "".join(_pieces(tree)).split("\n")


def _pieces(tree: html.HtmlElement) -> Iterator[str]:
    walk = etree.iterwalk(tree, events=("start", "end"))
    for event, each in walk:
        if each.tag in BREAKS:
            yield "\n"
        if event == "end":
            yield " ".join((each.tail or "").split("\n"))
        elif each.tag in UNSEEN:
            walk.skip_subtree()
        else:
            yield " ".join((each.text or "").split("\n"))
