"""Text that a page shows stays as it is; markup, however it is written, is in no field."""

import re
from html import escape
from typing import Any

import orjson
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import agents
from agents.clean.page.text import line
from streams.runtime.work.pool_process import StageWorker, load_work
from tests.hostile.chain import message, passages
from tests.hostile.record import PARAGRAPHS, Hostile, html, page, raw, story
from tests.hostile.rule import offences
from tests.hostile.scripts import MARK, everywhere, from_scraper, in_linked_data

#: Without models: names are spans of the text, so models make no difference here.
WORKERS = [
    StageWorker(stage.at("news"), load_work(stage, {"models": {}} if stage.name == "entities" else {}))
    for stage in agents.STAGES
]
#: Pieces that a parser reads as markup, whatever is around them.
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
# Two NULs mean that a file is not text.
WRITTEN = st.lists(MARKUP | WORDS, max_size=6).map("".join).map(lambda text: re.sub("\0+", "\0", text))
#: Text that looks like markup to some software, and that a page shows.
SHOWN = st.text("<>&;/!-\"'= abx#38lt", min_size=1, max_size=30).filter(lambda text: text.strip() != "")


def finished(record: Hostile) -> dict[str, Any]:
    """The finished record; fails if there is none."""
    done, value = passages(WORKERS, message(record))
    assert value, done
    article: dict[str, Any] = orjson.loads(value)
    return article


def fields_with_mark(record: dict[str, Any]) -> set[str]:
    """The fields that contain the word of the scripts. A URL may contain any word."""
    return {name for name, text in record.items() if MARK.encode() in orjson.dumps(text)} - {"image", "meta"}


@settings(max_examples=60)
@given(WRITTEN)
@example("&#2")
def test_markup_in_any_field_of_a_page_is_in_no_field_of_the_record(written: str) -> None:
    for record in (everywhere(written), in_linked_data(written)):
        article = finished(record)
        assert offences(article) == []
        assert fields_with_mark(article) == set()


@settings(max_examples=40)
@given(WRITTEN)
def test_markup_from_a_scraper_stays_only_in_text_that_was_sent_as_plain(written: str) -> None:
    article = finished(from_scraper(written))
    assert offences(article) == []
    assert fields_with_mark(article) <= {"text", "summary"}


@settings(max_examples=60)
@given(SHOWN)
def test_text_that_a_page_shows_stays_as_it_is(shown: str) -> None:
    whole = f"{PARAGRAPHS[1]} She wrote {shown} on the board, and left."
    body = story(
        before=f"<figure><figcaption>The board says {escape(shown)} today</figcaption></figure>",
        after=f"<p>{escape(whole)}</p>",
    )
    article = finished(html(page(body)))
    assert line(whole) in article["text"].split("\n\n")
    assert article["captions"] == [line(f"The board says {shown} today")]


@pytest.mark.parametrize("written", ["<b>", "<!-- -->", "<script>alert(1)</script>", "5 < 6", "R&D"])
def test_a_headline_about_html_is_as_the_page_shows_it(written: str) -> None:
    title = f"How {written} came to be"
    body = story().replace("Harbour ferry stays", escape(title))
    head = f'<meta property="og:title" content="{escape(title)}">'
    assert finished(html(page(body, head=head, title=escape(title))))["title"] == title


def test_text_that_a_scraper_sends_as_plain_and_its_meta_stay_as_they_are() -> None:
    text, meta = f"{PARAGRAPHS[0]} <b>Loud</b> &amp; clear.", {"<b>": ["\u202e", {"a": 1}]}
    article = finished(raw(html=None, text=f"{text}\n\n{PARAGRAPHS[1]}", meta=meta, feed="courier"))
    assert article["text"].startswith(text)
    assert article["meta"] == meta


def test_characters_that_would_end_a_url_in_a_text_are_escaped() -> None:
    article = finished(raw(url='https://www.hostile.example/<script>"a b"\u202e'))
    assert article["url"] == "https://www.hostile.example/%3Cscript%3E%22a%20b%22%E2%80%AE"


def test_an_apostrophe_and_an_ampersand_in_a_url_stay_as_they_are() -> None:
    """Both may be in a URL (RFC 3986). Whoever puts a URL into an attribute must escape it, as any text."""
    url = "https://www.hostile.example/it's?a=1&b='2'"
    linked = escape(url)
    head = f'<link rel="canonical" href="{linked}"><meta property="og:image" content="{linked}">'
    article = finished(raw(url=url, html=page(head=f'{head}<link rel="license" href="{linked}">')))
    assert (article["url"], article["canonical_url"], article["image"]) == (url, url, url)
    assert article["license"]["url"] == url


@pytest.mark.parametrize("fetched_at", ["<script>", "soon", "2026-11-01<b>", "\u202e2026-11-01"])
def test_a_fetched_at_that_is_not_a_time_is_not_passed_on(fetched_at: str) -> None:
    assert finished(raw(fetched_at=fetched_at))["fetched_at"] is None
