"""What trafilatura takes for the text of a page."""

from collections.abc import Iterator

from lxml.etree import _Element
from trafilatura import bare_extraction
from trafilatura.settings import Document

from agents.clean.page.parse import Page
from agents.clean.page.text import line

BLOCKS = {"p", "head", "quote", "item", "row", "lb", "list", "table", "code", "div", "dl", "fn"}
SPACED = {"cell"}


def fast(page: Page) -> list[str]:
    """The paragraphs of trafilatura's quick mode, in page order; none where it finds no article.

    trafilatura works on a copy of the tree. Its own plain text is not used: it decodes entities a second
    time, so `&amp;lt;` becomes markup.
    """
    document = bare_extraction(page.tree, url=page.url, fast=True, include_comments=False)
    # It returns a dict only if asked for one. Its fallback separates blocks by line feeds.
    if not isinstance(document, Document):
        return []
    return [each for each in "".join(_pieces(document.body)).split("\n") if each.strip()]


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
