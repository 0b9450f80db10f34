"""When the article was published and last changed, how precisely that is known, and from where."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from htmldate import find_date

from agents.clean.fields.timestamps import Moment, Precision
from agents.clean.page import jsonld
from agents.clean.page.parse import Page
from agents.clean.settings import CleanSettings
from agents.records import RawArticle

PUBLISHED = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "article:published",
    "datepublished",
    "parsely-pub-date",
    "cxenseparse:recs:publishtime",
    "dcterms.issued",
    "dc.date.issued",
    "dcterms.created",
    "dc.date.created",
    "dcterms.date",
    "dc.date",
    "sailthru.date",
    "publish-date",
    "publish_date",
    "publication_date",
    "publicationdate",
    "pubdate",
    "date",
)
MODIFIED = (
    "article:modified_time",
    "og:article:modified_time",
    "og:updated_time",
    "datemodified",
    "dcterms.modified",
    "dc.date.modified",
    "lastmod",
    "last-modified",
)
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
URL_DATE = re.compile(
    r"[/_-]((?:19|20)\d\d)[/_-]?(0[1-9]|1[0-2]|(?<=[/_-])[1-9](?=[/_-])|[a-z]{3}(?=/))[/_-]?"
    r"(0[1-9]|[12]\d|3[01]|(?<=[/_-])[1-9])(?![0-9])"
)
MARKED = "self::time[@pubdate] or contains(@itemprop, 'datePublished') or contains(@class, 'published')"
MAX_TIMES = 20


@dataclass(frozen=True, slots=True)
class PublishedDate:
    """The date of an article; every field is None where it is not known."""

    at: str | None = None
    precision: Precision | None = None
    evidence: str | None = None
    in_future: bool = False


def published(page: Page, record: RawArticle, settings: CleanSettings) -> PublishedDate:
    """The first plausible date: of JSON-LD, meta tags, the URL, what readers see, or the scraper."""
    fetched = Moment.read(record.fetched_at)
    for evidence, moment in _candidates(page, record, settings, fetched):
        if moment is not None and settings.earliest <= moment.day <= settings.latest:
            late = fetched is not None and moment.later_than(fetched)
            return PublishedDate(moment.text, moment.precision, evidence, late)
    return PublishedDate()


def modified(page: Page, settings: CleanSettings) -> str | None:
    """When it was last changed, by JSON-LD or meta tags."""
    texts = (page.article.get("dateModified"), *map(page.meta, MODIFIED))
    moments = (Moment.read(_string(text)) for text in texts)
    plausible = (each.text for each in moments if each and settings.earliest <= each.day <= settings.latest)
    return next(plausible, None)


def _candidates(
    page: Page, record: RawArticle, settings: CleanSettings, fetched: Moment | None
) -> Iterator[tuple[str, Moment | None]]:
    for node in (page.article, *page.nodes):
        if jsonld.types(node) & (jsonld.ARTICLE_TYPES | {"WebPage", ""}):
            for key in ("datePublished", "dateCreated"):
                yield "json-ld", Moment.read(_string(node.get(key)))
    for name in PUBLISHED:
        yield "meta", Moment.read(page.meta(name))
    for element in page.tree.xpath(f"//body//*[{MARKED}]")[:MAX_TIMES]:
        yield "visible", Moment.read(element.get("datetime") or element.get("content"))
    in_url = _in_url(page.url)
    times = [moment for moment in map(Moment.read, page.tree.xpath("//time/@datetime")[:MAX_TIMES]) if moment]
    yield "visible", next((moment for moment in times if in_url and moment.day == in_url.day), None)
    yield "url", in_url
    yield "visible", _searched(page, settings, fetched, times)
    yield "scraper", Moment.read(record.published_at)


def _in_url(url: str) -> Moment | None:
    match = URL_DATE.search(url.lower())
    if match is None:
        return None
    year, month, day = match.groups()
    return Moment.read(f"{year}-{MONTHS.index(month) + 1 if month in MONTHS else month}-{day}")


def _searched(
    page: Page, settings: CleanSettings, fetched: Moment | None, times: list[Moment]
) -> Moment | None:
    """The date that htmldate finds in the text. Its default upper bound is today, so one is always given."""
    # Bounded by `latest`, because there is no day after the year 9999.
    fetched_day = min(fetched.day, settings.latest) if fetched else None
    latest = datetime.fromisoformat(fetched_day) + timedelta(days=1) if fetched_day else settings.latest
    if len(page.tree) == 0 or not page.tree.xpath("boolean(//body//*)"):
        return None
    text = find_date(
        page.tree,
        extensive_search=False,
        original_date=True,
        url=page.url,
        min_date=settings.earliest,
        max_date=latest,
    )
    day = Moment.read(text)
    return next((moment for moment in times if day and moment.day == day.day), day)


def _string(value: object) -> str | None:
    return next((each for each in jsonld.many(value) if isinstance(each, str)), None)
