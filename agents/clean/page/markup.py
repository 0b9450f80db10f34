"""What readers see of markup: of an element of the page, and of a field that somebody wrote as HTML."""

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
"""Pieces of text between tags of which the words of a field are put together."""
ROUNDS = 4
"""So often is undone what was escaped again and again; on 439 news pages twice is the most."""


def shown(element: html.HtmlElement, between: str = "") -> str:
    """The words in an element, without those of scripts and styles in it; no more of them than a field has.

    Elements of one kind may stand in one another, and each of them would hold all that is in the innermost.
    """
    return between.join(islice(_words(element), MAX_SHOWN))[:MAX_FIELD]


def length(element: html.HtmlElement) -> int:
    """How many characters of words are in an element, the space between tags left out."""
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
