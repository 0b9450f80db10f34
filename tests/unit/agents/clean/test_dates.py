import json

import pytest

from agents.clean.fields.dates import PublishedDate, modified, published
from agents.clean.page.parse import Page
from agents.clean.settings import CleanSettings
from tests.unit.agents.clean.pages import STORY, page, raw

SETTINGS = CleanSettings()
FETCHED = "2026-06-01T00:00:00Z"


def date_of(web_page: Page, **scraper: str) -> PublishedDate:
    return published(web_page, raw(web_page.url, **{"fetched_at": FETCHED} | scraper), SETTINGS)


def test_json_ld_comes_before_meta_tags_before_the_address() -> None:
    url = "https://news.example/2026/05/01/harbour"
    meta = '<meta property="article:published_time" content="2026-05-02T08:00:00Z">'
    jsonld = '{"@type": "NewsArticle", "datePublished": "2026-05-03T08:00:00+02:00"}'

    assert date_of(page(url=url)) == PublishedDate("2026-05-01", "day", "url")
    assert date_of(page(url=url, head=meta)) == PublishedDate("2026-05-02T08:00:00Z", "second", "meta")
    assert date_of(page(url=url, head=meta, jsonld=jsonld)) == PublishedDate(
        "2026-05-03T08:00:00+02:00", "second", "json-ld"
    )


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
def test_a_day_in_the_address_is_read_and_no_number_is_taken_for_one(path: str, day: str | None) -> None:
    assert date_of(page(url=f"https://news.example{path}")).at == day


def test_a_time_that_readers_see_is_more_precise_than_the_address() -> None:
    web_page = page(
        f'<time datetime="2026-05-01T07:45">1 May</time><p>{STORY}</p>', url="https://n.example/2026/05/01/a"
    )

    assert date_of(web_page) == PublishedDate("2026-05-01T07:45", "minute", "visible")


def test_a_date_in_the_words_of_the_page_is_the_last_that_the_page_gives() -> None:
    web_page = page(f'<div class="date">Published: 14 May 2026</div><p>{STORY}</p>')

    assert date_of(web_page, published_at="2026-05-20") == PublishedDate("2026-05-14", "day", "visible")


def test_the_scraper_is_believed_where_the_page_says_nothing() -> None:
    assert date_of(page(), published_at="2026-05-20T10:00:00Z") == PublishedDate(
        "2026-05-20T10:00:00Z", "second", "scraper"
    )


def test_nothing_is_invented() -> None:
    assert date_of(page()) == PublishedDate()


@pytest.mark.parametrize(
    "default", ["1970-01-01T00:00:01Z", "0001-01-01T00:00:00", "2999-01-01", "soon", 7, None]
)
def test_what_software_writes_for_not_known_is_passed_over(default: object) -> None:
    jsonld = json.dumps({"@type": "NewsArticle", "datePublished": default})
    meta = '<meta name="date" content="2026-05-02">'

    assert date_of(page(head=meta, jsonld=jsonld)).evidence == "meta"


def test_a_date_after_the_page_was_fetched_is_kept_and_marked() -> None:
    jsonld = '{"@type": "NewsArticle", "datePublished": "2026-06-05T00:00:01Z"}'

    assert date_of(page(jsonld=jsonld)) == PublishedDate(
        "2026-06-05T00:00:01Z", "second", "json-ld", in_future=True
    )


def test_the_bound_of_a_date_in_words_is_when_the_page_was_fetched_and_not_today() -> None:
    web_page = page(f'<div class="date">Published: 14 May 2038</div><p>{STORY}</p>')

    assert date_of(web_page, fetched_at="2038-06-01T00:00:00Z").at == "2038-05-14"
    assert date_of(web_page).at is None


@pytest.mark.parametrize("fetched_at", ["9999-12-31T10:00:00Z", "9999-12-31T23:59:59-23:59"])
def test_a_page_that_was_fetched_at_the_end_of_time_is_dated_all_the_same(fetched_at: str) -> None:
    web_page = page(f'<div class="date">Published: 14 May 2026</div><p>{STORY}</p>')
    assert date_of(web_page, fetched_at=fetched_at).at == "2026-05-14"


def test_when_it_was_changed_is_known_from_json_ld_or_meta_tags() -> None:
    meta = '<meta property="article:modified_time" content="2026-05-02T08:00:00Z">'
    jsonld = '{"@type": "NewsArticle", "dateModified": "2026-05-03"}'

    assert modified(page(head=meta, jsonld=jsonld), SETTINGS) == "2026-05-03"
    assert modified(page(head=meta), SETTINGS) == "2026-05-02T08:00:00Z"
    assert modified(page(), SETTINGS) is None
