import json

import pytest

from agents.clean.page.agreement import OTHER, SAME_HEADLINE, SAME_URL, UNKNOWN, Identity
from agents.clean.page.jsonld import Node
from tests.unit.agents.clean.pages import page

HERE = "https://www.news.example/town/ferry-stays"
HEADLINE = "Ferry stays in the harbour all winter"
CHOIR = {"@type": "NewsArticle", "headline": "Choir wins silver in Norden", "datePublished": "2026-02-01"}
FERRY = {"@type": "NewsArticle", "headline": HEADLINE, "datePublished": "2026-03-10"}
IDENTITY = Identity.of(HERE, ["https://news.example/2026/7"], [HEADLINE, "Ferry stays | The News"])


@pytest.mark.parametrize(
    ("node", "agreement"),
    [
        ({"headline": HEADLINE}, SAME_HEADLINE),
        ({"headline": "FERRY STAYS in the harbour…"}, SAME_HEADLINE),
        ({"headline": "Ferry &quot;stays&quot; in harbour all winter long"}, SAME_HEADLINE),
        ({"headline": HEADLINE, "url": "https://news.example/another"}, SAME_HEADLINE),
        ({"url": HERE}, SAME_URL),
        ({"mainEntityOfPage": HERE + "/"}, SAME_URL),
        ({"mainEntityOfPage": {"@id": "/town/ferry-stays#page"}}, SAME_URL),
        (
            {"mainEntityOfPage": {"@type": "WebPage", "url": "http://m.news.example/town/Ferry-stays"}},
            SAME_URL,
        ),
        ({"url": HERE + "/amp/?utm_source=feed"}, SAME_URL),
        ({"headline": "Winter news", "url": "https://news.example/2026/7"}, SAME_URL),
        ({"headline": "Choir wins silver"}, UNKNOWN),
        ({"url": "https://news.example/another"}, UNKNOWN),
        ({"headline": "Choir wins silver", "mainEntityOfPage": "https://news.example/"}, UNKNOWN),
        ({"headline": 7, "url": None, "mainEntityOfPage": [None, {"@id": 1}]}, UNKNOWN),
        ({}, UNKNOWN),
        ({"headline": "Choir wins silver", "url": "https://news.example/another"}, OTHER),
        ({"headline": "Choir wins silver", "@id": "https://news.example/town/ferry-stays-2"}, OTHER),
        ({"headline": "Choir wins silver", "url": HERE + "?page=2"}, OTHER),
    ],
)
def test_a_node_agrees_with_its_page_in_headline_or_url(node: Node, agreement: int) -> None:
    assert IDENTITY.agreement(node) == agreement


@pytest.mark.parametrize(
    "nodes",
    [
        [CHOIR, FERRY],
        [CHOIR | {"url": "https://news.example/choir"}, FERRY],
        [FERRY | {"hasPart": [CHOIR]}],
        [{"@type": "ItemList", "itemListElement": [CHOIR]}, CHOIR, FERRY | {"@type": "BlogPosting"}],
        [CHOIR | {"url": HERE}, FERRY],
        [CHOIR, FERRY | {"headline": "Another title", "mainEntityOfPage": HERE}],
        [{"@type": "Article"}, FERRY | {"headline": None}],
    ],
)
def test_of_several_articles_the_one_that_agrees_with_the_page_is_used(nodes: list[Node]) -> None:
    shown = page(f"<h1>{HEADLINE}</h1>", jsonld=json.dumps(nodes), url=HERE)

    assert shown.article["datePublished"] == "2026-03-10"


@pytest.mark.parametrize("beside", [[], [FERRY]])
def test_an_article_about_another_page_is_none_of_the_page(beside: list[Node]) -> None:
    other = CHOIR | {"mainEntityOfPage": "https://news.example/choir"}

    shown = page(f"<h1>{HEADLINE}</h1>", jsonld=json.dumps([{"@type": "WebSite"}, other, *beside]), url=HERE)

    assert shown.nodes == [{"@type": "WebSite"}, *beside]


def test_what_the_article_lacks_is_read_from_another_node_of_its_headline() -> None:
    more = {"@type": "Article", "headline": HEADLINE, "author": "Ann Lee", "datePublished": "2020-01-01"}

    shown = page(f"<h1>{HEADLINE}</h1>", jsonld=json.dumps([CHOIR | {"author": "Tom Roe"}, FERRY, more]))

    assert shown.article == FERRY | {"author": "Ann Lee"}


def test_an_article_with_another_headline_and_no_url_is_kept_where_there_is_no_better() -> None:
    assert page(f"<h1>{HEADLINE}</h1>", jsonld=json.dumps(CHOIR)).article == CHOIR
