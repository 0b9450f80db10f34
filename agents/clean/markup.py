"""What readers see of markup: of an element of the page, and of a field that somebody wrote as HTML."""

import re
from collections.abc import Iterator
from html import unescape

from lxml import etree, html

from agents.clean.text import line

# What browsers do not show as words.
UNSEEN = {"script", "style", "template", "noscript", "iframe", "noembed", "noframes", "object", "svg"}
TAG = re.compile(r"<[A-Za-z!/?]")
ENTITY = re.compile(r"&#?\w")
MAX_FIELD = 20_000
ROUNDS = 4
"""So often is undone what was escaped again and again; on 439 news pages twice is the most."""


def shown(element: html.HtmlElement, between: str = "") -> str:
    """The words in an element, without those of scripts and styles in it."""
    return between.join(_words(element))


def _words(element: html.HtmlElement) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag not in UNSEEN:
            yield from _words(child)
        yield child.tail or ""


def plain(value: object) -> str | None:
    """A field of one line that was written as HTML: its tags go, its entities are decoded.

    So often as they were escaped, so that nothing is left that a browser would take for an element.
    """
    found = line(value[:MAX_FIELD]) if isinstance(value, str) else None
    for _ in range(ROUNDS):
        if not found or not (TAG.search(found) or ENTITY.search(found)):
            return found
        found = line(_without_tags(found) if TAG.search(found) else unescape(found))
    return line(TAG.sub(" ", found or ""))


def _without_tags(written: str) -> str:
    parser = html.HTMLParser(remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        return shown(html.document_fromstring(f"<div>{written}".encode(), parser=parser), " ")
    except etree.ParserError:
        return ""
