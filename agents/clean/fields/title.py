"""The headline, without the name of the site behind it."""

import re

from agents.clean.page.markup import TAG, plain, shown
from agents.clean.page.parse import Page
from agents.clean.page.text import fold, line

# `Headline | Site`, `Headline - Site`; a dash inside a headline has no site after it.
SUFFIX = re.compile(r"(.*\S)\s+[|·•»–—-]\s+(\S.{1,59})$")


def title(page: Page, outlet: str | None) -> str | None:
    """The headline the page gives: JSON-LD, og:title, its h1, `<title>`; None where there is none.

    Measured on 258 pages with a known headline: this order finds 79 %, the h1 first 73 %.
    """
    headings = _headings(page)
    given = (
        plain(page.article.get("headline")),
        plain(page.meta("og:title")),
        headings[0] if headings else None,
        plain(page.tree.findtext(".//head/title")),
    )
    found = _as_shown(next((each for each in given if each), None), headings)
    return _without_site(found, outlet, headings) if found else None


def _as_shown(found: str | None, headings: list[str]) -> str | None:
    """As the page shows it: of `The <b> tag`, what it says of itself has lost a word."""
    return next((each for each in headings if TAG.search(each) and plain(each) == found), found)


def _headings(page: Page) -> list[str]:
    texts = (line(shown(each)) for each in page.tree.xpath("//h1")[:10])
    return [each for each in texts if each]


def _without_site(found: str, outlet: str | None, headings: list[str]) -> str:
    """Cut the last part where it names the site, or where the rest is what the page shows as its heading."""
    while (parts := SUFFIX.match(found)) is not None:
        if not (_names(parts[2], outlet) or fold(parts[1]) in map(fold, headings)):
            break
        found = parts[1]
    return found


def _names(suffix: str, outlet: str | None) -> bool:
    return bool(outlet) and fold(suffix) in {fold(outlet or ""), fold((outlet or "").split(".")[0])}
