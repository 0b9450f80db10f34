"""The article's words, extracted from the page by trafilatura."""

from collections.abc import Iterator

from lxml.etree import _Element
from trafilatura import bare_extraction
from trafilatura.settings import Document

from agents.clean.page.parse import Page
from agents.clean.page.text import line, word_count

BLOCKS = {"p", "head", "quote", "item", "row", "lb", "list", "table", "code", "div", "dl", "fn"}
SPACED = {"cell"}
SECOND_LOOK = 150
"""A text of fewer words is extracted again in the slower mode."""
LONGER = 1.5
MANY_ELEMENTS = 10_000
"""A page of more elements is not: trafilatura's time grows with the square of their number, in both modes."""
FALLBACK_LINES = 20


def lines(page: Page) -> list[str]:
    """The paragraphs of the main text in page order; none where trafilatura finds no article.

    `fast` leaves out the comparison with readability and justext. On 181 pages that takes 4 of 14 ms and
    gives no better text (F1 .962 without, .960 with). Of 439 pages `fast` failed on 5. Those have few words
    or the shape of trafilatura's fallback, and the comparison reads them.
    """
    body, is_fallback = _extracted(page, fast=True)
    enough = sum(map(word_count, body)) >= SECOND_LOOK and not is_fallback
    if enough or page.tree.xpath("count(//*)") > MANY_ELEMENTS:
        return body
    other, _ = _extracted(page, fast=False)
    longer = sum(map(word_count, other)) > LONGER * sum(map(word_count, body))
    return other if other and (is_fallback or longer) else body


def fast(page: Page) -> list[str]:
    """The paragraphs of trafilatura's quick mode, in page order."""
    return _extracted(page, fast=True)[0]


def _extracted(page: Page, *, fast: bool) -> tuple[list[str], bool]:
    """Paragraphs, and whether they are trafilatura's fallback: all text of the page in one element.

    trafilatura works on a copy of the tree. Its own plain text is not used: it decodes entities a second
    time, so `&amp;lt;` becomes markup.
    """
    document = bare_extraction(page.tree, url=page.url, fast=fast, include_comments=False)
    # It returns a dict only if asked for one.
    if not isinstance(document, Document):
        return [], False
    # The fallback separates blocks by line feeds.
    body = [each for each in "".join(_pieces(document.body)).split("\n") if each.strip()]
    return body, len(document.body) == 1 and len(body) > FALLBACK_LINES


def _pieces(element: _Element) -> Iterator[str]:
    edge = "\n" if element.tag in BLOCKS else " " if element.tag in SPACED else ""
    yield edge
    yield element.text or ""
    for inner in element:
        yield from _pieces(inner)
        yield inner.tail or ""
    yield edge


def link_share(page: Page, paragraphs: list[str]) -> float:
    """The share of the text, 0 to 1, in paragraphs that are only a link: a menu, headlines.

    Of nested links, which HTML does not allow, only the innermost count, so that each letter counts once.
    """
    links = {line("".join(link.itertext())) for link in page.tree.xpath("//a[not(.//a)]")}
    linked = sum(len(each) for each in paragraphs if line(each) in links)
    return linked / max(1, sum(map(len, paragraphs)))
