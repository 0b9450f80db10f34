import pytest

from agents.clean.fields.title import title
from tests.unit.agents.clean.pages import page


@pytest.mark.parametrize(
    ("head", "body", "jsonld", "expected"),
    [
        ("<title>T</title>", "<h1>H</h1>", '{"@type": "Article", "headline": "J &amp; K"}', "J & K"),
        ('<title>T</title><meta property="og:title" content="O">', "<h1>H</h1>", "", "O"),
        ("<title>T</title>", "<h1> H <em>two</em></h1>", "", "H two"),
        ("<title>T</title>", "", "", "T"),
        ("", "<p>x</p>", "", None),
    ],
)
def test_the_headline_is_taken_from_the_best_place_that_has_a_headline(
    head: str, body: str, jsonld: str, expected: str | None
) -> None:
    assert title(page(body, head, jsonld), None) == expected


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Ferry stays | Harbour Courier", "Ferry stays"),
        ("Ferry stays - Harbour Courier", "Ferry stays"),
        ("Ferry stays – harbour-courier", "Ferry stays"),
        ("Ferry stays - News - Harbour Courier", "Ferry stays"),
        ("Ferry stays - for now", "Ferry stays - for now"),
        ("Well-known ferry", "Well-known ferry"),
        ("Harbour Courier", "Harbour Courier"),
    ],
)
def test_the_name_of_the_site_is_cut_off_and_the_headline_stays_whole(written: str, kept: str) -> None:
    assert title(page(head=f"<title>{written}</title>"), "Harbour Courier") == kept


@pytest.mark.parametrize(
    ("heading", "written", "kept"),
    [
        ("Ferry stays", "Ferry stays - Local", "Ferry stays"),
        ("Ferry", "Ferry - stays", "Ferry"),
        ("Boat", "Ferry - stays", "Ferry - stays"),
    ],
)
def test_words_after_the_visible_heading_are_cut_off(heading: str, written: str, kept: str) -> None:
    assert title(page(f"<h1>{heading}</h1>", f'<meta property="og:title" content="{written}">'), None) == kept


@pytest.mark.parametrize("written", ["## Ferry stays", "*Ferry stays*", "Ferry stays ⋆", "Ferry stays |"])
def test_marks_that_the_visible_heading_lacks_are_left_out(written: str) -> None:
    head = f'<meta property="og:title" content="{written}"><title>{written}</title>'
    assert title(page("<h1>Ferry stays</h1>", head), None) == "Ferry stays"


def test_a_heading_alone_is_the_headline_if_it_shares_a_few_words_with_the_metadata() -> None:
    head = '<meta property="og:title" content="What do the Solent ferries cost?">'
    heading = "An introduction to the Solent ferries for newcomers to Gosport"
    assert title(page(f"<h1>{heading}</h1>", head), None) == heading


LONG = (
    "Ferry stays through the winter, and the board says that nobody knows yet where the late buses will turn"
)
SITE = '<meta property="og:site_name" content="Harbour Courier">'


@pytest.mark.parametrize(
    "separator", [" | ", " - ", " – ", " — ", " -- ", " · ", " « ", " » ", " _ ", " :: ", "|", "｜", "："]
)
def test_the_site_is_cut_off_after_every_separator(separator: str) -> None:
    written = f"Ferry stays{separator}Harbour Courier"

    assert title(page(head=f"{SITE}<title>{written}</title>"), "Harbour Courier") == "Ferry stays"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Harbour Courier | Ferry stays", "Ferry stays"),
        ("Ferry stays | Sport | Harbour Courier", "Ferry stays"),
        ("Ferry stays | Harbour Courier Online", "Ferry stays"),
        ("Opinion | Ferry stays", "Ferry stays"),
        ("Kommentar - Ferry stays", "Ferry stays"),
        ("Ferry stays (Published 2026)", "Ferry stays"),
        ("The ferry (2024)", "The ferry (2024)"),
        ("渡轮停驶_新闻_港口日报", "渡轮停驶"),
    ],
)
def test_sites_sections_and_dates_around_a_headline_go(written: str, kept: str) -> None:
    site = "港口日报" if "港口日报" in written else "Harbour Courier"

    assert title(page(head=f'<meta property="og:title" content="{written}">'), site) == kept


@pytest.mark.parametrize(
    "body",
    [
        "<div class='modal'><h1>Thanks for coming</h1></div><h1>Ferry stays open</h1>",
        "<h1 class='logo'><a href='/'>Town</a></h1><h2>Ferry stays open</h2>",
        "<nav><ol class='breadcrumb'><li><h1>Ferry news today</h1></li></ol></nav><h2>Ferry stays open</h2>",
        "<h1></h1><h2>Ferry stays open</h2>",
        "<h1><img src='t.png' alt='Ferry stays open'></h1>",
        "<h1><span class='kicker'>Traffic</span> <span>Ferry stays open</span></h1>",
        "<h1>FERRY STAYS OPEN</h1>",
        "<h1>Ferry<br>stays open</h1>",
        "<h1>Politics</h1><h1>Ferry stays open</h1>",
    ],
)
def test_the_heading_that_the_metadata_agrees_on_is_the_headline(body: str) -> None:
    assert title(page(body, "<title>Ferry stays open - Local - Courier</title>"), None) == "Ferry stays open"


@pytest.mark.parametrize(
    "body",
    [
        "<h1></h1><h2>Ferry stays open</h2>",
        "<h1><img src='t.png' alt='Ferry stays open'></h1>",
        "<h1><b class='kicker'>Traffic</b> Ferry stays open</h1>",
        "<h1 class='site-title'>Courier</h1><h2>Ferry stays open</h2>",
    ],
)
def test_a_page_without_metadata_has_its_first_heading_as_the_headline(body: str) -> None:
    assert title(page(body), None) == "Ferry stays open"


@pytest.mark.parametrize("cut", [LONG[:80] + "…", LONG[:80] + "...", LONG[:80]])
def test_a_headline_that_was_cut_is_whole(cut: str) -> None:
    head = f'<title>{LONG} | Courier</title><meta property="og:title" content="{cut}">'

    assert title(page(f"<h1>{LONG}</h1>", head), None) == LONG
    assert title(page("", head), "Courier") == LONG


def test_a_heading_in_other_words_than_the_metadata_is_the_headline_where_it_is_about_the_same() -> None:
    head = '<meta property="og:title" content="Ten ways to keep the harbour ferry">'

    assert (
        title(page("<h1>How to keep the harbour ferry</h1>", head), None) == "How to keep the harbour ferry"
    )
    assert title(page("<h1>Log in</h1>", head), None) == "Ten ways to keep the harbour ferry"


@pytest.mark.parametrize("head", ["", '<meta property="og:title" content="Harbour Courier wins prize">'])
def test_a_headline_that_begins_with_the_name_of_the_site_is_no_name_of_the_site(head: str) -> None:
    body = "<h1>Harbour Courier wins prize</h1><h2>Most read</h2>"
    tag = "<title>Harbour Courier wins prize | Harbour Courier</title>"

    assert title(page(body, f"{SITE}{tag}{head}"), "Harbour Courier") == "Harbour Courier wins prize"
    assert title(page("", f"{SITE}{tag}{head}"), "Harbour Courier") == "Harbour Courier wins prize"


def test_a_headline_that_begins_with_a_club_of_the_name_of_the_host_stays_whole() -> None:
    score = "Liverpool – Chelsea 3:1"

    assert title(page(f"<h1>{score}</h1>", f"<title>{score}</title>"), "Liverpool") == score
    head = '<title>x</title><meta property="og:title" content="Liverpool live">'
    assert title(page("<h1>Liverpool live</h1><h2>Latest</h2>", head), "Liverpool") == "Liverpool live"


@pytest.mark.parametrize("name", ["The Harbour Courier", "Harbour Courier Online", "HarbourCourier.com"])
def test_a_heading_that_is_the_name_of_the_site_is_no_headline(name: str) -> None:
    body = f"<h1>{name}</h1><h2>Ferry stays open</h2>"

    assert title(page(body, f"{SITE}<title>{name}</title>"), None) == "Ferry stays open"


@pytest.mark.parametrize(
    ("written", "main", "lesser", "expected"),
    [
        ("Ferry fares rise - The Courier", "The Courier", "Ferry fares rise", "Ferry fares rise"),
        ("Ferry fares rise | Local | Hafenblick", "Hafenblick", "Ferry fares rise", "Ferry fares rise"),
        ("Local news - Ferry fares rise", "Ferry fares rise", "Local news", "Ferry fares rise"),
        ("Harbour - Bad news for the ferry", "Bad news for the ferry", "Harbour", "Bad news for the ferry"),
    ],
)
def test_a_main_heading_that_stands_after_the_headline_in_the_title_is_the_name_of_the_site(
    written: str, main: str, lesser: str, expected: str
) -> None:
    body = f"<h1>{main}</h1><h2>{lesser}</h2>"

    assert title(page(body, f"<title>{written}</title>"), None) == expected
