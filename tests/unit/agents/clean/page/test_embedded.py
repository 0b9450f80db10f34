"""Pages that a script fills in, and the forms in which they hold their text."""

import json
from typing import Any

import pytest

from agents.clean.page import embedded
from agents.clean.page.charset import Decoded
from agents.clean.page.parse import Page, parse
from agents.clean.settings import CleanSettings
from agents.clean.work import load
from agents.records import CleanArticle
from tests.unit.agents.clean.pages import URL, raw

HEADLINE = "Ferry stays in the harbour all winter"
PARAGRAPHS = [
    "The harbour council voted on Tuesday to keep the ferry running through the winter, after a long debate.",
    "Fares will rise in January, and the operator has promised to publish how many passengers it carries.",
    "Shopkeepers on the quay had feared for their trade; 1,900 people had signed a petition by Monday.",
]
HTML = "".join(f"<p>{each}</p>" for each in PARAGRAPHS)
JSON = 'type="application/json"'
OTHER = {
    "title": "Choir wins silver in Norden",
    "slug": "choir",
    "body": "<p>The choir sang well. </p>" * 200,
}


def app(script: str, attributes: str = "", title: str = HEADLINE) -> str:
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title></head><body><div id='app'></div>"
        f"<script {attributes}>{script}</script></body></html>"
    )


def page(script: str, attributes: str = "") -> Page:
    parsed = parse(Decoded(app(script, attributes), None), URL, CleanSettings())
    assert parsed is not None
    return parsed


def data(**article: Any) -> dict[str, Any]:
    return {"props": {"pageProps": {"article": {"headline": HEADLINE, "slug": "ferry", **article}}}}


def pieces(text: str, **kind: str) -> list[dict[str, str]]:
    """A paragraph in two pieces, as where a word is bold."""
    return [{"text": text[:20], **kind}, {"text": text[20:], **kind}]


@pytest.mark.parametrize(
    "article",
    [
        {"body": HTML},
        {"body": HTML.replace("<", "&lt;")},
        {"content": {"rendered": HTML}},
        {"text": "\n\n".join(PARAGRAPHS)},
        {"paragraphs": PARAGRAPHS},
        {"paragraphs": [f"<p>{each}</p>" for each in PARAGRAPHS]},
        {"blocks": [{"type": "paragraph", "text": each} for each in PARAGRAPHS]},
        {"content": {"blocks": [{"type": "paragraph", "data": {"text": each}} for each in PARAGRAPHS]}},
        {"body": {"blocks": [{"text": each, "type": "unstyled"} for each in PARAGRAPHS], "entityMap": {}}},
        {"body": [{"_type": "block", "children": pieces(each, _type="span")} for each in PARAGRAPHS]},
        {"body": [{"type": "p", "children": pieces(each)} for each in PARAGRAPHS]},
        {
            "doc": {
                "content": [
                    {"type": "paragraph", "content": pieces(each, type="text")} for each in PARAGRAPHS
                ]
            }
        },
        {"body": HTML, "comments": [{"text": "I like the ferry. " * 300}], "related": [OTHER]},
    ],
)
def test_the_text_of_an_article_is_read_from_data_in_any_form(article: dict[str, Any]) -> None:
    assert embedded.lines(page(json.dumps(data(**article)), JSON)) == PARAGRAPHS


WHOLE = json.dumps(data(body=HTML))


@pytest.mark.parametrize(
    ("script", "attributes"),
    [
        (WHOLE, 'id="__NEXT_DATA__" type="application/json"'),
        (f"window.__INITIAL_STATE__ = {WHOLE};window.x = 1;", ""),
        (f"window.__STATE__ = JSON.parse({json.dumps(WHOLE)});", ""),
        (f'window.__NUXT__=(function(a){{return {{data:[{{title:a,body:{json.dumps(HTML)}}}]}}}}("x"))', ""),
        (f"self.__next_f.push({json.dumps([1, '5:' + WHOLE])})", ""),
        (json.dumps({"Article:1": {"title": HEADLINE, "body": [{"__ref": f"P:{n}"} for n in range(3)]},
                     **{f"P:{n}": {"text": each} for n, each in enumerate(PARAGRAPHS)}}), JSON),
        (json.dumps({"a": [OTHER, OTHER], "b": data(body=HTML)}), JSON),
        (json.dumps({"@type": "NewsArticle", "headline": HEADLINE, "articleBody": HTML}),
         'type="application/ld+json"'),
        (json.dumps({"@type": "NewsArticle", "headline": HEADLINE, "articleBody": "\n\n".join(PARAGRAPHS)}),
         'type="application/ld+json"'),
    ],
)  # fmt: skip
def test_the_data_is_found_wherever_frameworks_write_it(script: str, attributes: str) -> None:
    assert embedded.lines(page(script, attributes)) == PARAGRAPHS


@pytest.mark.parametrize(
    "value",
    [
        {"body": "Too short."},
        {"css": "a { color: red; } " * 100},
        {"ids": [f"https://a.example/{number}" for number in range(200)]},
        {"translations": {"hint": "You can sign in here. " * 50}},
        [[[[]]]],
        None,
    ],
)
def test_data_without_prose_has_no_text(value: object) -> None:
    assert embedded.lines(page(json.dumps(value), JSON)) == []


def test_a_page_without_text_is_an_article_by_its_data_and_says_so() -> None:
    article = load(CleanSettings())(raw(html=app(WHOLE, JSON)))

    assert isinstance(article, CleanArticle)
    assert (article.title, article.text) == (HEADLINE, "\n\n".join(PARAGRAPHS))
    assert article.extraction.method == "json"
