import pytest

from agents.clean.fields.dates import PublishedDate, modified, published
from agents.clean.page.parse import Page
from agents.clean.settings import CleanSettings
from tests.unit.agents.clean.pages import STORY, news, page, raw

SETTINGS = CleanSettings()
FETCHED = "2026-06-01T00:00:00Z"
ADDRESS = "https://news.example/2026/05/01/harbour"
META = '<meta property="article:published_time" content="2026-05-02T08:00:00Z">'
LD = news(datePublished="2026-05-03T08:00:00+02:00")
TIME = f'<time datetime="2026-05-01T07:45">1 May</time><p>{STORY}</p>'
WORDS = f'<div class="date">Published: 14 May 2026</div><p>{STORY}</p>'
SENT = {"published_at": "2026-05-20T10:00:00Z"}


def published_date(page: Page, **scraper: str) -> PublishedDate:
    return published(page, raw(page.url, **{"fetched_at": FETCHED} | scraper), SETTINGS)


@pytest.mark.parametrize(
    ("shown", "sent", "expected"),
    [
        ({"url": ADDRESS}, {}, PublishedDate("2026-05-01", "day", "url")),
        ({"url": ADDRESS, "head": META}, {}, PublishedDate("2026-05-02T08:00:00Z", "second", "meta")),
        ({"head": META, "jsonld": LD}, {}, PublishedDate("2026-05-03T08:00:00+02:00", "second", "json-ld")),
        ({"url": ADDRESS, "body": TIME}, {}, PublishedDate("2026-05-01T07:45", "minute", "visible")),
        ({"body": WORDS}, SENT, PublishedDate("2026-05-14", "day", "visible")),
        ({}, SENT, PublishedDate("2026-05-20T10:00:00Z", "second", "scraper")),
        ({}, {}, PublishedDate()),
    ],
    ids=[
        "the address",
        "a meta tag before the address",
        "JSON-LD before a meta tag",
        "a time that readers see on the day in the address",
        "the words of the page before the scraper",
        "the scraper",
        "unknown",
    ],
)
def test_the_date_comes_from_the_best_place_that_has_one(
    shown: dict[str, str], sent: dict[str, str], expected: PublishedDate
) -> None:
    assert published_date(page(**shown), **sent) == expected


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("/2026/05/01/harbour", "2026-05-01"),
        ("/news/2026-05-01-harbour", "2026-05-01"),
        ("/20260501/harbour", "2026-05-01"),
        ("/2026/may/01/harbour", "2026-05-01"),
        ("/2026/5/1/harbour", "2026-05-01"),
        ("/2026/05/harbour", None),
        ("/story-20260599", None),
        ("/story/120260501", None),
    ],
)
def test_a_day_in_the_address_is_read_and_other_numbers_are_not_taken_for_a_day(
    path: str, day: str | None
) -> None:
    assert published_date(page(url=f"https://news.example{path}")).at == day


@pytest.mark.parametrize(
    "default", ["1970-01-01T00:00:01Z", "0001-01-01T00:00:00", "2999-01-01", "soon", 7, None]
)
def test_placeholders_for_an_unknown_date_are_skipped(default: object) -> None:
    assert published_date(page(head=META, jsonld=news(datePublished=default))).evidence == "meta"


def test_a_date_after_the_page_was_fetched_is_kept_and_marked() -> None:
    later = "2026-06-05T00:00:01Z"

    expected = PublishedDate(later, "second", "json-ld", in_future=True)
    assert published_date(page(jsonld=news(datePublished=later))) == expected


def test_a_date_in_words_may_be_as_late_as_the_fetch_whatever_the_clock_says() -> None:
    dated = page(WORDS.replace("2026", "2038"))

    assert published_date(dated, fetched_at="2038-06-01T00:00:00Z").at == "2038-05-14"
    assert published_date(dated).at is None


@pytest.mark.parametrize("fetched_at", ["9999-12-31T10:00:00Z", "9999-12-31T23:59:59-23:59"])
def test_a_page_fetched_in_the_last_hours_of_the_year_9999_still_gets_its_date(fetched_at: str) -> None:
    assert published_date(page(WORDS), fetched_at=fetched_at).at == "2026-05-14"


def test_the_time_of_the_last_change_is_read_from_json_ld_or_meta_tags() -> None:
    meta = '<meta property="article:modified_time" content="2026-05-02T08:00:00Z">'
    jsonld = news(dateModified="2026-05-03")

    assert modified(page(head=meta, jsonld=jsonld), raw(), SETTINGS) == "2026-05-03"
    assert modified(page(head=meta), raw(), SETTINGS) == "2026-05-02T08:00:00Z"
    assert modified(page(), raw(), SETTINGS) is None
