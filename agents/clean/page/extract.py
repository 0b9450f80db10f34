"""The article's own words out of the page, by trafilatura."""

from collections.abc import Iterator

from lxml.etree import _Element
from trafilatura import bare_extraction
from trafilatura.settings import Document

from agents.clean.page.parse import Page
from agents.clean.page.text import line, word_count

BLOCKS = {"p", "head", "quote", "item", "row", "lb", "list", "table", "code", "div", "dl", "fn"}
SPACED = {"cell"}
SECOND_LOOK = 150
"""Words of text below which the slower way is tried as well."""
LONGER = 1.5
MANY_ELEMENTS = 10_000
"""A page of more is not tried the slower way: trafilatura takes time with the square of them, each time."""
RESCUE_LINES = 20


def lines(page: Page) -> list[str]:
    """The paragraphs of the main text in page order, none where trafilatura finds no article.

    `fast` leaves out the comparison with readability and justext: on 181 pages that costs 4 of 14 ms and
    gives no better text (F1 .962 without, .960 with). Of 439 pages it failed on 5, which are told by their
    few words or by the rescue's shape, and which the comparison reads.
    """
    body, rescued = _extracted(page, fast=True)
    if sum(map(word_count, body)) >= SECOND_LOOK and not rescued:
        return body
    if page.tree.xpath("count(//*)") > MANY_ELEMENTS:
        return body
    other, _ = _extracted(page, fast=False)
    longer = sum(map(word_count, other)) > LONGER * sum(map(word_count, body))
    return other if other and (rescued or longer) else body


def _extracted(page: Page, *, fast: bool) -> tuple[list[str], bool]:
    """Paragraphs, and whether they are a rescue: all text of the page in one element.

    trafilatura copies a tree that it is handed. Its own plain text is not used: it decodes entities a second
    time, so `&amp;lt;` becomes markup.
    """
    found = bare_extraction(page.tree, url=page.url, fast=fast, include_comments=False)
    # It returns a dict only where it is asked for one.
    if not isinstance(found, Document):
        return [], False
    body = [each for each in _lines(found.body) if each.strip()]
    return body, len(found.body) == 1 and len(body) > RESCUE_LINES


def _lines(body: _Element) -> Iterator[str]:
    """The text between the edges of blocks. Its rescue of odd pages parts blocks by line feeds instead."""
    yield from "".join(_pieces(body)).split("\n")


def _pieces(element: _Element) -> Iterator[str]:
    edge = "\n" if element.tag in BLOCKS else " " if element.tag in SPACED else ""
    yield edge
    yield element.text or ""
    for child in element:
        yield from _pieces(child)
        yield child.tail or ""
    yield edge


def link_share(page: Page, paragraphs: list[str]) -> float:
    """How much of the text, 0 to 1, are paragraphs that are links and nothing else: a menu, headlines.

    Of links in links, which HTML does not have, the innermost: they hold each letter of the page once.
    """
    innermost = page.tree.xpath("//a[not(.//a)]")
    links = {line("".join(each.itertext())) for each in innermost}
    linked = sum(len(each) for each in paragraphs if line(each) in links)
    return linked / max(1, sum(map(len, paragraphs)))
