import json

import pytest

from agents.clean.fields import sections
from tests.unit.agents.clean.pages import page


@pytest.mark.parametrize(
    ("kind", "genre"),
    [
        ("NewsArticle", "news"),
        (["NewsArticle", "LiveBlogPosting"], "live"),
        ("https://schema.org/OpinionNewsArticle", "opinion"),
        ("Review", "review"),
        ("Article", None),
        ("Recipe", None),
    ],
)
def test_the_genre_is_what_json_ld_calls_it(kind: object, genre: str | None) -> None:
    assert sections.genre(page(jsonld=json.dumps({"@type": kind, "headline": "x"}))) == genre


def test_tags_come_from_one_place_each_once_in_order() -> None:
    article = {"@type": "NewsArticle", "headline": "x", "keywords": ["Boats, ferries", "BOATS", 7]}

    assert sections.tags(page(jsonld=json.dumps(article))) == ["Boats", "ferries"]
    assert sections.tags(
        page(head='<meta property="article:tag" content="A"><meta name="keywords" content="B">')
    ) == ["A"]
    assert sections.tags(page(head='<meta name="keywords" content="one; two,two">')) == ["one", "two"]
    assert sections.tags(page()) == []


def test_description_section_and_image_are_read_and_made_whole() -> None:
    web_page = page(
        head='<meta name="description" content="Short.">'
        '<meta property="article:section" content="Sea &amp;amp; shore">'
        '<meta property="og:image" content="/boat.jpg">'
    )

    assert sections.description(web_page) == "Short."
    assert sections.section(web_page) == "Sea & shore"
    assert sections.image(web_page) == "https://www.news.example/boat.jpg"


@pytest.mark.parametrize(
    "image",
    [
        "https://a.example/b.jpg",
        {"url": "https://a.example/b.jpg"},
        [{"@type": "ImageObject", "contentUrl": "https://a.example/b.jpg"}],
    ],
)
def test_json_ld_names_the_picture_in_many_shapes(image: object) -> None:
    article = {"@type": "NewsArticle", "headline": "x", "image": image}

    assert sections.image(page(jsonld=json.dumps(article))) == "https://a.example/b.jpg"


def test_captions_are_those_of_the_article_and_more_than_one_word() -> None:
    body = (
        "<figcaption>Of a teaser</figcaption><article><figcaption>A boat at dusk</figcaption><figcaption>dpa"
        "</figcaption><figcaption>A boat, at dusk</figcaption></article>"
    )

    assert sections.captions(page(body)) == ["A boat at dusk"]
    assert sections.captions(page()) == []
