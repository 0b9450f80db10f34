"""What a page shows is text, and stays as it is; what is markup in it, or says it is, never is."""

import re
from html import escape
from typing import Any

import orjson
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import agents
from agents.clean.text import line
from streams.child import Worker, load_work
from tests.hostile.chain import message, passages
from tests.hostile.record import PARAGRAPHS, Hostile, html, page, raw, story
from tests.hostile.rule import offences
from tests.hostile.scripts import MARK, everywhere, from_scraper, in_linked_data

#: Without models: names are spans of the text, whoever finds them.
WORKERS = [
    Worker(stage, "news", load_work(stage, {"models": {}} if stage.name == "entities" else {}))
    for stage in agents.STAGES
]
#: Pieces that a parser reads as markup whatever stands around them.
MARKUP = st.sampled_from(
    [
        f"<script>{MARK}()</script>",
        f"<!-- {MARK} -->",
        f"<style>.{MARK}{{}}</style>",
        f'<img src="x" onerror="{MARK}()">',
        f"<b title='{MARK}'>",
        "</b>",
        f"<svg onload={MARK}()></svg>",
        f"<a href=javascript:{MARK}()>",
        "</a>",
        f"<template><p>{MARK}</p></template>",
        f"<iframe srcdoc={MARK}></iframe>",
        "<br/>",
    ]
)
WORDS = st.text("abc é漢\u200d\u202e\u200b\0&;#x26lt ", max_size=8)
# Two NULs are how a file that is no text is told.
WRITTEN = st.lists(MARKUP | WORDS, max_size=6).map("".join).map(lambda said: re.sub("\0+", "\0", said))
#: All that looks like markup to somebody, and is shown.
SAID = st.text("<>&;/!-\"'= abx#38lt", min_size=1, max_size=30).filter(lambda said: said.strip() != "")


def finished(record: Hostile) -> dict[str, Any]:
    """The finished record, which there must be."""
    made, value = passages(WORKERS, message(record))
    assert value, made
    found: dict[str, Any] = orjson.loads(value)
    return found


def fields_with_mark(record: dict[str, Any]) -> set[str]:
    """The fields in which a script's own word turns up; a URL may have any word."""
    return {name for name, said in record.items() if MARK.encode() in orjson.dumps(said)} - {"image", "meta"}


@settings(max_examples=60, deadline=None)
@given(WRITTEN)
@example("&#2")
def test_markup_in_any_field_of_a_page_is_in_no_field_of_the_record(written: str) -> None:
    for record in (everywhere(written), in_linked_data(written)):
        found = finished(record)
        assert offences(found) == []
        assert fields_with_mark(found) == set()


@settings(max_examples=40, deadline=None)
@given(WRITTEN)
def test_markup_from_a_scraper_stays_only_in_the_text_that_it_calls_plain(written: str) -> None:
    found = finished(from_scraper(written))
    assert offences(found) == []
    assert fields_with_mark(found) <= {"text", "summary"}


@settings(max_examples=60, deadline=None)
@given(SAID)
def test_what_a_page_shows_as_text_stays_text_as_it_is(said: str) -> None:
    whole = f"{PARAGRAPHS[1]} She wrote {said} on the board, and left."
    told = story(
        before=f"<figure><figcaption>The board says {escape(said)} today</figcaption></figure>",
        after=f"<p>{escape(whole)}</p>",
    )
    found = finished(html(page(told)))
    assert line(whole) in found["text"].split("\n\n")
    assert found["captions"] == [line(f"The board says {said} today")]


@pytest.mark.parametrize("written", ["<b>", "<!-- -->", "<script>alert(1)</script>", "5 < 6", "R&D"])
def test_a_headline_about_html_is_as_the_page_shows_it(written: str) -> None:
    said = f"How {written} came to be"
    body = story().replace("Harbour ferry stays", escape(said))
    head = f'<meta property="og:title" content="{escape(said)}">'
    assert finished(html(page(body, head=head, title=escape(said))))["title"] == said


def test_text_that_a_scraper_calls_plain_is_plain() -> None:
    said = f"{PARAGRAPHS[0]} <b>Loud</b> &amp; clear."
    assert finished(raw(html=None, text=f"{said}\n\n{PARAGRAPHS[1]}"))["text"].startswith(said)


def test_what_the_scraper_says_of_itself_is_passed_on_as_it_came() -> None:
    meta = {"<b>": ["\u202e", {"a": 1}]}
    assert finished(raw(meta=meta, feed="courier"))["meta"] == meta


def test_a_url_is_escaped_where_it_would_end_in_a_text() -> None:
    found = finished(raw(url='https://www.hostile.example/<script>"a b"\u202e'))
    assert found["url"] == "https://www.hostile.example/%3Cscript%3E%22a%20b%22%E2%80%AE"


def test_an_apostrophe_and_an_ampersand_in_a_url_stay_as_they_are() -> None:
    """Both are signs of a URL (RFC 3986): who puts one into an attribute escapes it, as any text."""
    said = "https://www.hostile.example/it's?a=1&b='2'"
    linked = escape(said)
    head = f'<link rel="canonical" href="{linked}"><meta property="og:image" content="{linked}">'
    found = finished(raw(url=said, html=page(head=f'{head}<link rel="license" href="{linked}">')))
    assert (found["url"], found["canonical_url"], found["image"]) == (said, said, said)
    assert found["license"]["url"] == said


@pytest.mark.parametrize("said", ["<script>", "soon", "2026-11-01<b>", "\u202e2026-11-01"])
def test_a_time_of_fetching_that_is_none_is_not_passed_on(said: str) -> None:
    assert finished(raw(fetched_at=said))["fetched_at"] is None
