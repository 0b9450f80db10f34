import json
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.clean.page import json_block, jsonld
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
        '{"@type": "WebSite", "name": "Courier"}\n' + json.dumps(NEWS),
        '{"@type": "WebSite", "name": "Courier"};' + json.dumps(NEWS) + "// the end",
        '{"@type": "NewsArticle", /* was: "Ferry goes" */ "headline": "Ferry stays"}',
        '{"@type": "newsarticle",\n// "headline": "Ferry goes",\n"headline": "Ferry stays"}',
        r'{"@type": "NewsArticle", "headline": "Ferry stays", "description": "it\'s \x41"}',
        escape(json.dumps(NEWS)),
        escape(escape(json.dumps([NEWS]))),
        "<![CDATA[" + escape(json.dumps(NEWS)) + "]]>",
        json.dumps({"@type": "WebPage", "hasPart": [{"@type": "WebPageElement"}, NEWS]}),
        json.dumps({"@type": "WebPage", "mainContentOfPage": NEWS}),
        json.dumps(NEWS | {"liveBlogUpdate": [{"articleBody": "The ferry stays. " * 100_000}]}),
        json.dumps(NEWS | {"articleBody": "The ferry stays. " * 300_000}),
    ],
)
def test_the_article_is_found_whatever_is_wrapped_around_it_or_broken(block: str) -> None:
    assert page(jsonld=block).article["headline"] == "Ferry stays"


@pytest.mark.parametrize(
    ("url", "broken"),
    [
        ("https://a.example/b//c", '{"url": "https://a.example/b//c", /* note */}'),
        ("a /* b */ <!-- c", '{"url": "a /* b */ <!-- c",}'),
        ("a,} b", '{"url": "a,} b",}'),
        ('a \\ "b" c', r'{"url": "a \\ "b" c",}'),
    ],
)
def test_what_is_within_a_string_stays_when_a_block_is_repaired(url: str, broken: str) -> None:
    assert json_block.values(broken) == [{"url": url}]


ANN = {"@id": "#ann", "name": "Ann Lee"}


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        ({"@id": "#ann"}, ANN),
        ({"@type": "Person", "@id": "#ann"}, ANN),
        ([{"@id": "#ann"}, "Tom Roe"], [ANN, "Tom Roe"]),
        ("#ann", ANN),
        ({"@id": "#tom"}, {"@id": "#tom"}),
        ({"@id": "#ann", "name": "Ann"}, {"@id": "#ann", "name": "Ann"}),
        ("Ann Lee", "Ann Lee"),
    ],
)
@pytest.mark.parametrize("elsewhere", [ANN, {"@type": "WebPage", "author": ANN}, {"creator": [ANN]}])
def test_a_reference_stands_for_the_node_that_it_names(
    author: object, expected: object, elsewhere: jsonld.Node
) -> None:
    assert jsonld.resolved(author, [NEWS, elsewhere]) == expected
    graph = json.dumps({"@graph": [NEWS | {"author": author}, elsewhere]})
    assert page(jsonld=graph).article["author"] == expected


def test_the_first_article_with_content_is_used() -> None:
    bare, other = {"@type": "Article", "url": "x"}, {"@type": "Article", "headline": "Another"}

    assert page(jsonld=json.dumps([bare, NEWS, other])).article == NEWS
    assert page(jsonld=json.dumps([bare])).article == bare
    assert page(jsonld=json.dumps([{"@type": "Recipe", "name": "x"}])).article == {}


@pytest.mark.parametrize(
    "block", ["", "null", "7", "no json", "{" * 5000, "[" * 100_000, '{"@graph":' * 900 + "{}"]
)
def test_a_block_that_is_not_json_ld_is_ignored(block: str) -> None:
    assert page(jsonld=block).article == {}


@given(VALUES)
def test_any_json_is_read_without_an_exception(value: object) -> None:
    parsed = page(jsonld=json.dumps(value).replace("</", "<\\/"))

    assert isinstance(parsed.article, dict)
    assert all(isinstance(jsonld.types(node), set) for node in parsed.nodes)
    assert jsonld.name(value) is None or isinstance(jsonld.name(value), str)
