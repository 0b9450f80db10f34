import pytest

from agents.clean.fields import sections
from tests.unit.agents.clean.pages import news, page


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
def test_the_genre_follows_from_the_type_in_json_ld(kind: object, genre: str | None) -> None:
    assert sections.genre(page(jsonld=news(**{"@type": kind}))) == genre


def test_tags_come_from_a_single_place_without_repeats_and_in_order() -> None:
    listed = news(keywords=["Boats, ferries", "BOATS", 7])
    tagged = '<meta property="article:tag" content="A"><meta name="keywords" content="B">'

    assert sections.tags(page(jsonld=listed)) == ["Boats", "ferries"]
    assert sections.tags(page(head=tagged)) == ["A"]
    assert sections.tags(page(head='<meta name="keywords" content="one; two,two">')) == ["one", "two"]
    assert sections.tags(page()) == []


def test_description_section_and_image_are_read_and_cleaned() -> None:
    described = page(
        head='<meta name="description" content="Short.">'
        '<meta property="article:section" content="Sea &amp;amp; shore">'
        '<meta property="og:image" content="/boat.jpg">'
    )

    assert sections.description(described) == "Short."
    assert sections.section(described) == "Sea & shore"
    assert sections.image(described) == "https://www.news.example/boat.jpg"


@pytest.mark.parametrize(
    "image",
    [
        "https://a.example/b.jpg",
        {"url": "https://a.example/b.jpg"},
        [{"@type": "ImageObject", "contentUrl": "https://a.example/b.jpg"}],
    ],
)
def test_json_ld_names_the_picture_in_many_shapes(image: object) -> None:
    assert sections.image(page(jsonld=news(image=image))) == "https://a.example/b.jpg"


def test_captions_are_in_the_article_and_longer_than_a_word() -> None:
    body = (
        "<figcaption>Of a teaser</figcaption><article><figcaption>A boat at dusk</figcaption><figcaption>dpa"
        "</figcaption><figcaption>A boat, at dusk</figcaption></article>"
    )

    assert sections.captions(page(body)) == ["A boat at dusk"]
    assert sections.captions(page()) == []
