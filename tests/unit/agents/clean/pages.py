"""Whole pages for tests: each test fills in the part that it is about."""

import json

from agents.clean.page.charset import Decoded
from agents.clean.page.parse import Page, parse
from agents.clean.settings import CleanSettings
from agents.records import RawArticle

URL = "https://www.news.example/harbour"
STORY = (
    "The council voted on Tuesday to keep the harbour ferry running through the winter, after a debate that"
    " filled the public gallery until well past midnight. Fares will rise in January, and the operator has"
    " promised to publish how many passengers it carries each month on the late crossings."
)


def html(body: str = f"<p>{STORY}</p>", head: str = "", jsonld: str = "", lang: str = "") -> str:
    """A page as text. `jsonld` becomes the content of its script."""
    script = f'<script type="application/ld+json">{jsonld}</script>' if jsonld else ""
    tag = f'<html lang="{lang}">' if lang else "<html>"
    return f"<!DOCTYPE html>{tag}<head>{head}{script}</head><body>{body}</body></html>"


def news(**fields: object) -> str:
    """A news article in JSON-LD, with these fields."""
    return json.dumps({"@type": "NewsArticle", "headline": "x"} | fields)


def page(
    body: str = f"<p>{STORY}</p>", head: str = "", jsonld: str = "", lang: str = "", url: str = URL
) -> Page:
    parsed = parse(Decoded(html(body, head, jsonld, lang), None), url, CleanSettings())
    assert parsed is not None
    return parsed


def raw(url: str = URL, **fields: object) -> RawArticle:
    return RawArticle(url=url, **fields)  # type: ignore[arg-type]  # fields as the test names them
