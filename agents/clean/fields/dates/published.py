"""When the article was published and last changed, how precisely that is known, and from where."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from agents.clean.fields.dates.machine import read
from agents.clean.fields.dates.place import Place, place_of
from agents.clean.fields.dates.visible import LIKELY, MARKED, UPDATED, Reader, Seen
from agents.clean.fields.parsely import parsely
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
    "published-date",
    "published_date",
    "publisheddate",
    "article:published_date",
    "article.published",
    "citation_publication_date",
    "citation_online_date",
    "citation_date",
    "prism.publicationdate",
    "shareaholic:article_published_time",
    "bt:pubdate",
    "rnews:datepublished",
    "originalpublicationdate",
    "article_date_original",
    "dc.created",
    "dc.date.published",
    "article:created",
    "creation_date",
    "createdate",
    "release_date",
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
    r"[/_-]((?:19|20)\d\d)[/_-]?(0[1-9]|1[0-2]|(?<=[/_-])[1-9](?=[/_-])|[a-z]{3,9}(?=/))[/_-]?"
    r"(0[1-9]|[12]\d|3[01]|(?<=[/_-])[1-9])(?![0-9])"
)
#: The date is a part of the path, or begins one.
DATE_PATH = re.compile(r"/(?:[a-z]{1,3})?(?:19|20)\d\d[/_-]?(?:[01]?\d|[a-z]{3,9})[/_-]?[0-3]?\d(?!\d)")
# With the time or a serial number: `/A2026031014320005196`, `/t20260310_123`.
URL_SERIAL = re.compile(
    r"[/_-][a-z]{1,3}(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:_\d|(?:[01]\d|2[0-3])[0-5]\d{3,13}(?!\d))"
)
# In a string within a string, quotes are escaped.
DATE_IN_JSON = re.compile(
    r'(?:"|&quot;)datePublished\\{0,4}(?:"|&quot;)\s{0,9}:\s{0,9}\\{0,4}(?:"|&quot;)([^"\\&]{8,60})'
)
DATE_IN_SCRIPT = re.compile(
    r'"(?:datePublished|publishDate|publishedAt|published_at|publish_date|publicationDate|publication_date|pubDate'
    r'|publishedDate|first_publish(?:ed_at|_date)|firstPublished\w{0,9}|first_publication_date)\\{0,4}"\s{0,9}:\s{0,9}'
    r'\\{0,4}"([^"\\]{8,40})'
)
MAX_SCRIPTS, MAX_SCRIPT = 20, 200_000


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
    known = frozenset(each.day for each in (_in_url(page.url),) if each)
    place = place_of(page, record, _next_day(fetched), known)
    for evidence, moment in _candidates(page, record, settings, place):
        if moment is not None and settings.earliest <= moment.day <= settings.latest:
            late = fetched is not None and moment.later_than(fetched)
            if not (late and evidence == "visible"):
                return PublishedDate(moment.text, moment.precision, evidence, late)
    return PublishedDate()


def modified(page: Page, record: RawArticle, settings: CleanSettings) -> str | None:
    """When it was last changed, by JSON-LD or meta tags."""
    moment = _modified(page, place_of(page, record, None, frozenset()), settings)
    return moment.text if moment else None


def _modified(page: Page, place: Place, settings: CleanSettings) -> Moment | None:
    values = (_single(page.article.get("dateModified")), *map(page.meta, MODIFIED))
    moments = (read(value, place) for value in values)
    return next((each for each in moments if each and settings.earliest <= each.day <= settings.latest), None)


def _candidates(
    page: Page, record: RawArticle, settings: CleanSettings, place: Place
) -> Iterator[tuple[str, Moment | None]]:
    yield from _in_json_ld(page, jsonld.ARTICLE_TYPES | {""}, "datePublished", place)
    yield "json-ld", read(_in_broken_json(page), place)
    for name in PUBLISHED:
        yield "meta", read(page.meta(name), place)
    yield "meta", read(parsely(page).get("pub_date"), place)
    yield from _in_json_ld(page, {"WebPage"}, "datePublished", place)
    yield from _in_json_ld(page, jsonld.ARTICLE_TYPES | {"WebPage", ""}, "dateCreated", place)
    in_url, changed = _in_url(page.url), _modified(page, place, settings)
    dates = Reader(page, place, changed.day if changed else None).dates()
    yield from _seen(dates, 0, MARKED)
    yield "visible", next((each.moment for each in dates if in_url and each.moment.day == in_url.day), None)
    is_path = DATE_PATH.search(page.url) is not None
    yield "url", in_url if is_path else None
    yield from _seen(dates, MARKED + 1, LIKELY)
    # At the end of a name it may be of what the article is about: `remembering-2001-09-11`.
    yield "url", None if is_path or _is_later(in_url, record) else in_url
    yield "scraper", read(record.published_at, place)
    yield "script", read(_in_scripts(page), place)
    yield from _seen(dates, LIKELY + 1, UPDATED)


def _in_json_ld(page: Page, types: set[str], key: str, place: Place) -> Iterator[tuple[str, Moment | None]]:
    for node in (page.article, *page.nodes):
        if jsonld.types(node) & types:
            yield "json-ld", read(_single(node.get(key)), place)


def _is_later(moment: Moment | None, record: RawArticle) -> bool:
    fetched = Moment.read(record.fetched_at)
    return moment is not None and fetched is not None and moment.later_than(fetched)


def _seen(dates: list[Seen], best: int, worst: int) -> Iterator[tuple[str, Moment | None]]:
    return (("visible", each.moment) for each in dates if best <= each.rank <= worst)


def _in_broken_json(page: Page) -> str | None:
    """The only date of publication in JSON-LD that cannot be read, or that is of a part of the page."""
    scripts = page.tree.xpath("//script[contains(@type, 'ld+json')]/text()")[:MAX_SCRIPTS]
    days = {day for script in scripts for day in DATE_IN_JSON.findall(script[:MAX_SCRIPT])}
    return days.pop() if len(days) == 1 else None


def _in_scripts(page: Page) -> str | None:
    """The only date of publication in the data of scripts."""
    scripts = page.tree.xpath("//script[not(@src)]/text()")[:MAX_SCRIPTS]
    days = {day for script in scripts for day in DATE_IN_SCRIPT.findall(script[:MAX_SCRIPT])}
    return days.pop() if len({day[:10] for day in days}) == 1 else None


def _in_url(url: str) -> Moment | None:
    match = URL_DATE.search(url.lower()) or URL_SERIAL.search(url.lower())
    if match is None:
        return None
    year, month, day = match.groups()
    return Moment.read(f"{year}-{MONTHS.index(month[:3]) + 1 if month[:3] in MONTHS else month}-{day}")


def _next_day(moment: Moment | None) -> str | None:
    """The last day that is not later anywhere on earth."""
    try:
        return (date.fromisoformat(moment.day) + timedelta(days=1)).isoformat() if moment else None
    except OverflowError:
        return None


def _single(value: object) -> object:
    """The value, or the first of several; a typed value is `{"@value": "2026-03-10"}`."""
    first = next(iter(jsonld.many(value)), None)
    return first.get("@value") if isinstance(first, dict) else first
