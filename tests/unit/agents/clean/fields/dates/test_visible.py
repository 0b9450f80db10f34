import pytest

from agents.clean.fields.dates import published
from agents.clean.settings import CleanSettings
from tests.unit.agents.clean.pages import STORY, page, raw

SETTINGS = CleanSettings()
HEADLINE = "<h1>Ferry runs through the winter</h1>"
BODY = f"<p>{STORY}</p>" * 4


def date_of(body: str, lang: str = "en", head: str = "", fetched_at: str | None = None) -> str | None:
    dated = page(body, lang=lang, head=head)
    return published(dated, raw(dated.url, fetched_at=fetched_at), SETTINGS).at


def article(before: str = "", after: str = "", headline: str = HEADLINE) -> str:
    return f"<main><article>{headline}{before}{BODY}{after}</article></main>"


@pytest.mark.parametrize(
    "byline",
    [
        "<div class='x9'>March 10, 2026</div>",
        "<p>By Mara Ellwood, 10 March 2026</p>",
        "<div><p>Mara Ellwood</p><p>Mar 10, 2026</p></div>",
        "<div class='meta'><span>10</span><span>Mar</span><span>2026</span></div>",
        "<ul class='info'><li>Town</li><li>10.03.2026</li><li>3 min read</li></ul>",
        "<time datetime='2026-03-10'>Tuesday</time>",
        "<p><a href='/by/mara-ellwood'>Mara Ellwood of the Courier</a> | 10 Mar 2026</p>",
        "<span data-date='2026-03-10T07:30:00Z'></span>",
        "<span data-timestamp='1773124200'>three days ago</span>",
        "<p>Published: 10.03.2026 | Updated: 11.03.2026</p>",
        "<p>Updated: 11.03.2026 | Published: 10.03.2026</p>",
        "<p>Updated: March 10, 2026</p>",
        "<header><span class='date'>10 March 2026</span></header>",
        "<p>The council decides at last.</p><p>10 March 2026</p>",
        "<p>© Mara Ellwood</p><p>10 March 2026</p>",
        f"<p>{' ' * 90}Published: March 10, 2026{' ' * 90}</p>",
        "<div class='node--promoted'><h5><a href='/team'>The editors of the Courier</a></h5>"
        "<div class='pubdate'>March 10, 2026</div></div>",
    ],
)
def test_the_date_near_the_headline_is_the_articles(byline: str) -> None:
    assert (date_of(article(byline)) or "")[:10] == "2026-03-10"


@pytest.mark.parametrize(
    "other",
    [
        "<aside><p>30 May 2026</p><a href='/x'>The roof of the market leaks</a></aside>",
        "<div class='related-posts'><a href='/x'>Roof</a> <time datetime='2026-05-30'>30 May</time></div>",
        "<ul class='most-read'><li><a href='/x'>Roof leaks</a> 30 May 2026</li></ul>",
        "<section id='comments'><p><time datetime='2026-06-01T10:00Z'>1 June</time> Yes.</p></section>",
        "<ol class='comment-list'><li>Ann, 30 May 2026: I say yes.</li></ol>",
        "<p>Copyright © 2019 Courier, last site update 01/02/2019</p>",
        "<p>© 2026 Courier</p>",
        "<p>Last updated: 30 May 2026</p>",
        "<p>Zuletzt aktualisiert am 30.05.2026</p>",
        "<p>The ferry was launched on 30 May 1999, and it has run since then without a single accident.</p>",
        "<div><a href='/x'>The roof of the market leaks</a><span class='date'>30 May 2026</span></div>",
        "<nav><span>30 May 2026</span></nav>",
        "<a href='/x'><h3>The roof of the market leaks</h3><time datetime='2026-05-30'>30 May</time></a>",
    ],
)
def test_dates_of_other_things_are_not_the_articles(other: str) -> None:
    assert date_of(article(after=other)) is None
    assert date_of(article("<p>10 March 2026</p>", other)) == "2026-03-10"


@pytest.mark.parametrize(
    "note",
    [
        "<p>By Mara Ellwood last updated <time datetime='2026-04-04T20:44:00Z'>4 April 26</time></p>",
        "<p>Updated: April 4, 2026</p>",
        "<p>Mis à jour le 4 avril 2026</p>",
    ],
)
def test_an_update_is_no_publication_where_the_page_says_that_it_was_changed_then(note: str) -> None:
    changed = '<meta property="article:modified_time" content="2026-04-04T20:44:00Z">'
    assert date_of(article(note), head=changed) is None


@pytest.mark.parametrize(
    "note",
    [
        "Erstellt am: 10.03.2026",
        "Veröffentlicht: 10. März 2026",
        "Published 10 March 2026",
        "公開日：2026/03/10",
    ],
)
def test_a_date_after_the_story_is_the_articles_if_it_says_so(note: str) -> None:
    assert date_of(article(after=f"<p>{note}</p>"), lang="de") == "2026-03-10"


def test_a_date_above_the_headline_is_the_articles_if_both_stand_together() -> None:
    above = "<div><span class='date'>10 March 2026</span>" + HEADLINE + "</div>"
    masthead = "<div class='masthead'>Monday, 1 June 2026</div>"

    assert date_of(article(headline=above)) == "2026-03-10"
    assert date_of(masthead + article()) is None


def test_a_visible_date_after_the_fetch_is_of_something_to_come() -> None:
    assert date_of(article("<p>10 March 2026</p>"), fetched_at="2026-03-09T10:00:00Z") == "2026-03-10"
    assert date_of(article("<p>10 March 2026</p>"), fetched_at="2026-03-01T10:00:00Z") is None


def test_the_day_that_readers_see_is_kept_where_the_attribute_is_in_another_zone() -> None:
    time = "<time datetime='2026-03-11T04:13:00Z'>March 10, 2026</time>"
    assert date_of(article(time)) == "2026-03-10"


def test_of_a_list_of_dates_none_is_the_articles() -> None:
    days = "".join(f"<p class='date'>{day} May 2026</p>" for day in range(10, 16))
    assert date_of(f"<main>{HEADLINE}{BODY}{days}</main>") is None
