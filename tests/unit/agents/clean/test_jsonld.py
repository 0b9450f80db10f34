import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.clean.page import jsonld
from tests.unit.agents.clean.pages import page

NEWS = {"@type": "NewsArticle", "headline": "Ferry stays"}
VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["@type", "@graph", "mainEntity", "headline", "author", "name", "image", "datePublished", "license"]
    ), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@pytest.mark.parametrize(
    "block",
    [
        json.dumps(NEWS),
        json.dumps([{"@type": "BreadcrumbList"}, NEWS]),
        json.dumps({"@graph": [{"@type": "WebSite"}, NEWS]}),
        json.dumps({"@type": "WebPage", "mainEntity": NEWS}),
        json.dumps([[NEWS]]),
        json.dumps(NEWS | {"@type": ["Article", "https://schema.org/NewsArticle"]}),
        "<!--\n" + json.dumps(NEWS) + "\n-->",
        "//<![CDATA[\n" + json.dumps(NEWS) + "\n//]]>",
        json.dumps(NEWS) + ";",
        '{"@type": "NewsArticle", "headline": "Ferry stays",}',
        '{"@type": "NewsArticle", "description": "two\nlines", "headline": "Ferry stays"}',
        '{"@type": "NewsArticle", "headline": "Ferry stays", "description": "a "quote" inside"}',
        '{"@type": "NewsArticle", "headline": "Ferry stays", "author": {',
    ],
)
def test_the_article_is_found_whatever_is_wrapped_around_it_or_broken(block: str) -> None:
    assert page(jsonld=block).article["headline"] == "Ferry stays"


def test_the_first_article_that_says_something_is_the_one() -> None:
    bare, other = {"@type": "Article", "url": "x"}, {"@type": "Article", "headline": "Another"}

    assert page(jsonld=json.dumps([bare, NEWS, other])).article == NEWS
    assert page(jsonld=json.dumps([bare])).article == bare
    assert page(jsonld=json.dumps([{"@type": "Recipe", "name": "x"}])).article == {}


@pytest.mark.parametrize(
    "block", ["", "null", "7", "no json", "{" * 5000, "[" * 100_000, '{"@graph":' * 900 + "{}"]
)
def test_what_is_no_json_ld_is_nothing(block: str) -> None:
    assert page(jsonld=block).article == {}


@given(VALUES)
def test_any_json_is_read_without_an_exception(value: object) -> None:
    web_page = page(jsonld=json.dumps(value).replace("</", "<\\/"))

    assert isinstance(web_page.article, dict)
    assert all(isinstance(jsonld.types(node), set) for node in web_page.nodes)
    assert jsonld.name(value) is None or isinstance(jsonld.name(value), str)
