"""The licence under which the article may be used again, where the page grants one."""

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
# `javascript:`, and those that are read as URLs; `CC BY 4.0: see below` has a space before.
OTHER_URL = re.compile(r"\W*[a-z][\w\t\n+.-]*:", re.IGNORECASE)


def license_of(page: Page) -> License | None:
    """The licence in JSON-LD, a rel=license link or a Creative Commons link; None where there is none."""
    claimed = jsonld.name(page.article.get("license"), "url", "@id", "name")
    links = page.tree.xpath("//*[self::a or self::link][contains(concat(' ', @rel, ' '), ' license ')]")
    named = (_license(each.get("href"), plain(shown(each))) for each in links[:3])
    commons = page.tree.xpath("//a[contains(@href, 'creativecommons.org/')]/@href")[:3]
    found = (_license(claimed, None), *named, *(_license(each, None) for each in commons))
    return next((each for each in found if each), None)


def license_in(paragraph: str) -> License | None:
    """The Creative Commons licence that a sentence grants: `republish under a Creative Commons license`."""
    found = IN_WORDS.search(paragraph)
    return License(name=_name(found[1], found[2]), url=None) if found else None


def _license(url: str | None, words: str | None) -> License | None:
    found = CREATIVE_COMMONS.search(url or "")
    if found:
        secure = f"https:{found[0]}/"
        return License(name="CC0-1.0" if found[2] else _name(found[1], found[3]), url=secure)
    absolute = web_url(url)
    name = words or (None if OTHER_URL.match(url or "") else plain(url)) or absolute
    return License(name=name, url=absolute) if name and len(name) <= 200 else None


def _name(terms: str | None, version: str | None) -> str:
    """SPDX where the terms are known: CC-BY-SA-4.0."""
    return "-".join(["CC", terms.upper(), *([version] if version else [])]) if terms else "Creative Commons"
