"""The licence for reuse of the article, where the page grants one."""

import re

from agents.clean.page import jsonld
from agents.clean.page.markup import plain, shown
from agents.clean.page.parse import Page, web_url
from agents.records import License

CREATIVE_COMMONS = re.compile(
    r"//(?:www\.)?creativecommons\.org/(?:licenses/(by(?:-nc)?(?:-nd|-sa)?)|publicdomain/(zero))/(\d\.\d)",
    re.I,
)
IN_WORDS = re.compile(
    r"\b(?:under|with|unter|sous|bajo)\b[^.]{0,40}\b(?:creative commons|cc)\b"
    r"(?:[ -](by(?:-nc)?(?:-nd|-sa)?)\b)?(?:[ -](\d\.\d))?",
    re.I,
)
LICENSED = "//@rel[contains(concat(' ', ., ' '), ' license ')]/parent::*[self::a or self::link]"
# `javascript:` and other schemes. `CC BY 4.0: see below` is no URL: it has a space before the colon.
OTHER_URL = re.compile(r"\W*[a-z][\w\t\n+.-]*:", re.IGNORECASE)


def license_of(page: Page) -> License | None:
    """The licence in JSON-LD, a rel=license link or a Creative Commons link; None where there is none."""
    claimed = jsonld.name(page.article.get("license"), "url", "@id", "name")
    links = page.tree.xpath(LICENSED)
    linked = (_license(link.get("href"), plain(shown(link))) for link in links[:3])
    commons = page.tree.xpath("//a/@href[contains(., 'creativecommons.org/')]")[:3]
    licenses = (_license(claimed, None), *linked, *(_license(url, None) for url in commons))
    return next(filter(None, licenses), None)


def license_in(paragraph: str) -> License | None:
    """The Creative Commons licence that a sentence grants: `republish under a Creative Commons license`."""
    match = IN_WORDS.search(paragraph)
    return License(name=_name(match[1], match[2]), url=None) if match else None


def _license(url: str | None, words: str | None) -> License | None:
    if match := CREATIVE_COMMONS.search(url or ""):
        return License(name="CC0-1.0" if match[2] else _name(match[1], match[3]), url=f"https:{match[0]}/")
    absolute = web_url(url)
    name = words or (None if OTHER_URL.match(url or "") else plain(url)) or absolute
    return License(name=name, url=absolute) if name and len(name) <= 200 else None


def _name(terms: str | None, version: str | None) -> str:
    """The SPDX identifier where the terms are known: CC-BY-SA-4.0."""
    return "-".join(["CC", terms.upper(), *([version] if version else [])]) if terms else "Creative Commons"
