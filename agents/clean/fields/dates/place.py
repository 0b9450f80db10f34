"""Where a page is from, as far as that decides how its dates are read."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from agents.clean.fields.language import declared
from agents.clean.page.parse import Page
from agents.records import RawArticle
from agents.web_url import read

MONTH_FIRST = {"us", "ph", "pr", "gu"}
#: Countries by domain that are used all over the world.
ANYWHERE = {"ai", "am", "cc", "co", "eu", "fm", "gg", "io", "la", "ly", "me", "to", "tv", "ws"}
MONTHS = 12
SLASHED = re.compile(r"(?<![\d/])(\d{1,2})[/-](\d{1,2})[/-](?:20)?\d\d(?![\d/-])")
PERSIAN = {"fa", "ps"}
PERSIAN_COUNTRIES = {"ir", "af"}


@dataclass(frozen=True, slots=True)
class Place:
    language: str | None = None
    country: str | None = None
    month_first: bool = False
    """Whether 3/4/2026 is the fourth of March."""
    latest: str | None = None
    """The day after which a date is in the future, where that is known."""
    known: frozenset[str] = frozenset()
    """Days that the page dates itself by elsewhere: of two readings of a date, one of these is right."""

    @property
    def persian(self) -> bool:
        """Whether years like 1404 are of the Persian calendar."""
        return self.language in PERSIAN or self.country in PERSIAN_COUNTRIES

    @property
    def buddhist(self) -> bool:
        """Whether years like 69 are of the Buddhist calendar."""
        return self.language == "th"

    def settled(self, texts: Iterable[str]) -> "Place":
        """With the order that the page's own dates show: 25/12/2026 has the day first."""
        pairs = [(int(a), int(b)) for text in texts for a, b in SLASHED.findall(text)]
        day_first = sum(a > MONTHS >= b for a, b in pairs)
        month_first = sum(b > MONTHS >= a for a, b in pairs)
        return self if day_first == month_first else replace(self, month_first=month_first > day_first)


def place_of(page: Page, record: RawArticle, latest: str | None, known: frozenset[str]) -> Place:
    """By the language that the page declares, with its region, and by the country of the domain."""
    language, *subtags = (declared(page, record) or "").lower().split("-")
    region = next((tag for tag in subtags if len(tag) == 2), None)
    country = region or _domain(page.url)
    # English of no country is read as American.
    american = country in MONTH_FIRST if country else language in {"en", ""}
    return Place(language or None, country, american, latest, known)


def _domain(url: str) -> str | None:
    domain = read(url).host.rsplit(".", 1)[-1]
    known = len(domain) == 2 and domain.isascii() and domain not in ANYWHERE
    return {"uk": "gb"}.get(domain, domain) if known else None
