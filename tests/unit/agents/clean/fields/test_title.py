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
