"""The headings that a page shows, without those of menus, boxes and other articles."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from lxml.html import HtmlElement

from agents.clean.page.markup import shown
from agents.clean.page.parse import Page
from agents.clean.page.text import line, word_count

MOST_MAIN, MOST_MARKED, MOST_LESSER = 10, 3, 15
APART = {"nav", "aside", "footer", "dialog", "button", "figure"}
# Classes of menus, boxes, names of sites, and of headings for search engines. Whole words only: on 525 pages
# `sidebar`, `overlay`, `dialog` and `newsletter` are in classes around the whole article.
APART_CLASS = re.compile(
    r"(?<!\S)(?:modal(?:[-_][\w-]{1,20})?|pop-?up|cookies?(?:[-_][\w-]{1,20})?|consent|newsletter-signup"
    r"|(?:\w{1,8}-)?bread-?crumbs?(?:[-_][\w-]{1,30})?|(?:site-?|header-?|main-?)?logo|sr-only|visually-?hidden"
    r"|screen-reader-text|seo-?title|is_blind|site-?(?:title|name|branding)|brand|mega-?menu|teasers?|login)(?!\S)",
    re.IGNORECASE,
)
KICKER = re.compile(
    r"kicker|overline|eyebrow|top-?line|label|categor|rubri|badge|flag|dachzeile|super-?title|section|topic"
    r"|antetitulo|occhiello|surtitre|catchline|overtitle|pre-?title|roof|vignette|tag\b",
    re.IGNORECASE,
)
BLOCKS = {"br", "div", "p", "small", "ul", "li"}
MOST_ABOVE = 25
MOST_WITHIN = 12
MOST_WORDS = 60


@dataclass(frozen=True, slots=True)
class Heading:
    """`forms` are its text, and texts of elements within: a kicker may be inside of a heading, too."""

    text: str
    forms: tuple[str, ...]
    is_main: bool
    """Whether it is an h1, or marked as the headline."""
    is_apart: bool
    """Whether it belongs to a menu, a box or a link."""


def headings(page: Page) -> list[Heading]:
    """The headings in the order in which they are likely to be the headline: h1, marked ones, h2."""
    main = list(islice(page.tree.iter("h1"), MOST_MAIN))
    if not main:
        main = page.tree.xpath("//*[@itemprop='headline'][not(self::h2 or self::meta)]")[:MOST_MARKED]
    every = [_heading(each, True) for each in main]
    every += [_heading(each, False) for each in islice(page.tree.iter("h2"), MOST_LESSER)]
    return [heading for heading in every if heading]


def _heading(element: HtmlElement, is_main: bool) -> Heading | None:
    within = list(islice(element.iterdescendants(), MOST_WITHIN))
    text = _text(element, within) or _alternative(within)
    if not text or word_count(text) > MOST_WORDS:
        return None
    forms = (text, *_parts(element, text, within)) if within else (text,)
    linked = not is_main and (any(each.tag == "a" for each in within) or element.getparent() is None)
    return Heading(_without_kicker(element, text), forms, is_main, linked or _is_apart(element))


def _text(element: HtmlElement, within: list[HtmlElement]) -> str | None:
    return line(shown(element, " " if any(each.tag in BLOCKS for each in within) else ""))


def _alternative(within: list[HtmlElement]) -> str | None:
    """The text of a picture in place of a heading."""
    texts = (line(each.get("alt")) for each in within if each.tag == "img")
    return next((text for text in texts if text), None)


def _parts(element: HtmlElement, text: str, within: list[HtmlElement]) -> Iterator[str]:
    texts = [line(shown(each)) for each in within if isinstance(each.tag, str)]
    yield from sorted({each for each in texts if each and each != text}, key=len, reverse=True)
    first = element[0] if len(element) else None
    if first is not None and not (element.text or "").strip():
        before = shown(first)
        rest = line(shown(element).removeprefix(before))
        if rest and rest != text:
            yield rest.lstrip("-–—:| ")


def _without_kicker(element: HtmlElement, text: str) -> str:
    first = element[0] if len(element) > 1 or (len(element) == 1 and element[0].tail) else None
    if first is None or not KICKER.search(first.get("class") or ""):
        return text
    rest = (line(shown(element).removeprefix((element.text or "") + shown(first))) or "").lstrip("-–—:| ")
    return rest if word_count(rest) > 1 else text


def _is_apart(element: HtmlElement) -> bool:
    above = islice(element.iterancestors(), MOST_ABOVE)
    return any(
        each.tag in APART or APART_CLASS.search(f"{each.get('class') or ''} {each.get('id') or ''}")
        for each in (element, *above)
        if each.tag not in ("body", "html")
    )
