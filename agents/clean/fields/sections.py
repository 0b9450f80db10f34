"""What the page files the article under: genre, section, tags; and its description, picture and captions."""

import re
from collections.abc import Iterable

from agents.clean.page import jsonld
from agents.clean.page.markup import plain, shown
from agents.clean.page.parse import Page
from agents.clean.page.text import fold, line, word_count

# In this order: a page that is both NewsArticle and LiveBlogPosting is a live blog.
GENRES = {
    "LiveBlogPosting": "live",
    "OpinionNewsArticle": "opinion",
    "AnalysisNewsArticle": "analysis",
    "ReviewNewsArticle": "review",
    "CriticReview": "review",
    "Review": "review",
    "BackgroundNewsArticle": "background",
    "SatiricalArticle": "satire",
    "AdvertiserContentArticle": "advertisement",
    "BlogPosting": "blog",
    "ReportageNewsArticle": "news",
    "NewsArticle": "news",
}
MAX_TAGS = 50
MAX_CAPTIONS = 20
COMMA = re.compile(r"(?:(?<!\s)\s++)?[,;]\s*")


def genre(page: Page) -> str | None:
    """What kind of article JSON-LD calls it; None where it says no more than "article"."""
    kinds = jsonld.types(page.article)
    return next((word for kind, word in GENRES.items() if kind in kinds), None)


def section(page: Page) -> str | None:
    return plain(page.meta("article:section") or jsonld.name(page.article.get("articleSection")))


def tags(page: Page) -> list[str]:
    """The keywords, each once, in page order."""
    keywords = jsonld.many(page.article.get("keywords"))
    lists = (
        page.metas.get("article:tag", []),
        [each for each in keywords if isinstance(each, str)],
        page.metas.get("news_keywords", []),
        page.metas.get("keywords", []),
    )
    for given in lists:
        found = _each_once(line(part) for value in given[:MAX_TAGS] for part in _parts(value))
        if found:
            return found[:MAX_TAGS]
    return []


def description(page: Page) -> str | None:
    """The publisher's own teaser."""
    given = page.meta("og:description", "description", "twitter:description", "dc.description")
    return plain(given) or plain(page.article.get("description"))


def image(page: Page) -> str | None:
    """The address of the picture that stands for the article."""
    claimed = jsonld.name(page.article.get("image"), "url", "contentUrl")
    return page.link(page.meta("og:image", "og:image:url", "twitter:image") or claimed)


def captions(page: Page) -> list[str]:
    """What stands under its pictures: the captions within the article, or all where it is not marked."""
    # Not `//article//figcaption`: 3,000 in 100 articles in one another take libxml2 0.6 s, 6,000 take 1.8 s.
    for path in ("//figcaption[ancestor::article]", "//figcaption[ancestor::main]", "//figcaption"):
        found = [line(shown(each)) for each in page.tree.xpath(path)[: 2 * MAX_CAPTIONS]]
        if found:
            return [each for each in _each_once(found) if word_count(each) > 1][:MAX_CAPTIONS]
    return []


def _parts(value: str) -> list[str]:
    """Tags go first: there are commas and semicolons in them, and in what is escaped."""
    return COMMA.split(plain(value) or "")


def _each_once(values: Iterable[str | None]) -> list[str]:
    kept: dict[str, str] = {}
    for tidy in values:
        if tidy and len(tidy) <= 1000:
            kept.setdefault(fold(tidy) or tidy, tidy)
    return list(kept.values())
