"""The text that readers see: of an element of the page, and of a field that contains HTML."""

import re
from collections.abc import Iterator
from html import unescape
from itertools import islice

from lxml import etree, html

from agents.clean.page.text import line

# What browsers do not show as words.
UNSEEN = {"script", "style", "template", "noscript", "iframe", "noembed", "noframes", "object", "svg"}
TAG = re.compile(r"<[A-Za-z!/?]")
ENTITY = re.compile(r"&#?\w")
MAX_FIELD = 20_000
MAX_SHOWN = 4_000
"""Pieces of text between tags that are joined to a field, at most."""
ROUNDS = 4
"""Repeated escapes are decoded at most this many times; on 439 news pages, twice is the most."""


def shown(element: html.HtmlElement, between: str = "") -> str:
    """The text in an element, without scripts and styles, cut at the length of a field.

    Elements may be nested, and each of them would hold the whole text of the innermost.
    """
    return between.join(islice(_words(element), MAX_SHOWN))[:MAX_FIELD]


def length(element: html.HtmlElement) -> int:
    """How many characters the text in an element has, without the space between tags."""
    return sum(len(each.strip()) for each in _words(element))


def _words(element: html.HtmlElement) -> Iterator[str]:
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, each in walk:
        if event == "end":
            yield (each.tail or "") if each is not element else ""
        elif each is not element and each.tag in UNSEEN:
            walk.skip_subtree()
        else:
            yield each.text or ""


def plain(value: object) -> str | None:
    """A field of one line without its tags, and with its entities decoded.

    That is repeated for text that was escaped several times: nothing may stay that a browser takes for an
    element.
    """
    text = line(value[:MAX_FIELD]) if isinstance(value, str) else None
    for _ in range(ROUNDS):
        if not text or not (TAG.search(text) or ENTITY.search(text)):
            return text
        text = line(_without_tags(text) if TAG.search(text) else unescape(text))
    return line(TAG.sub(" ", text or ""))


def _without_tags(text: str) -> str:
    parser = html.HTMLParser(remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        return shown(html.document_fromstring(f"<div>{text}".encode(), parser=parser), " ")
    except etree.ParserError:
        return ""
