"""Nested elements of the same kind: reading each of them must not read all of the innermost again."""

import time
from collections.abc import Callable

import pytest
from lxml import html

from agents.clean.fields import sections
from agents.clean.fields.byline import byline
from agents.clean.fields.title import title
from agents.clean.page.charset import Decoded
from agents.clean.page.extract import link_share
from agents.clean.page.markup import MAX_FIELD, MAX_SHOWN, shown
from agents.clean.page.parse import Page, parse
from agents.clean.settings import CleanSettings
from agents.records import RawPage
from tests.hostile.record import URL, page, story

LEVELS = 100
#: A single level costs what the page costs. Reading all levels in full costs at least 40 times as much.
TIMES = 10
#: A clock is not exact below this: so it is added to both times.
NOISE = 0.1
TEXT = "The ferry of Gosport runs. " * 40_000
ITALICS = "<i>x</i>" * 15_000
READ: dict[str, Callable[[Page], object]] = {
    "captions": sections.captions,
    "title": lambda parsed: title(parsed, None),
    "byline": lambda parsed: byline(parsed, RawPage(url=URL, page=b""), None),
    "links": lambda parsed: link_share(parsed, ["The ferry of Gosport runs."]),
}


def nested(tag: str, levels: int, inside: str) -> Page:
    """A page with this element nested `levels` deep, and `inside` in the innermost."""
    ends = "".join(f"</{start.split()[0]}>" for start in reversed(tag.split("><")))
    text = page(story(after=f"<{tag}>" * levels + inside + ends * levels))
    parsed = parse(Decoded(text, "utf-8"), URL, CleanSettings())
    assert parsed is not None
    return parsed


def seconds(read: Callable[[Page], object], parsed: Page) -> float:
    """Processor time: the better of two."""
    taken = []
    for _ in range(2):
        began = time.process_time()
        read(parsed)
        taken.append(time.process_time() - began)
    return min(taken)


@pytest.mark.parametrize(
    ("field", "tag", "inside"),
    [
        ("captions", "figcaption", TEXT),
        ("captions", "figcaption", ITALICS),
        ("captions", "article", "<figcaption>x y</figcaption>" * 3_000),
        ("title", "h1", TEXT),
        ("title", "h1", ITALICS),
        ("byline", "div class=byline", ITALICS),
        ("byline", "div itemprop=author", "<i itemprop=name>x</i>" * 3_000),
        ("byline", "div", "<i class=author>x</i>" * 15_000),
        ("links", "a href=/x><div", TEXT),
        ("links", "a href=/x><div", ITALICS),
    ],
)
def test_a_hundred_nested_elements_cost_little_more_than_one(field: str, tag: str, inside: str) -> None:
    single, hundred = (seconds(READ[field], nested(tag, levels, inside)) for levels in (1, LEVELS))
    assert hundred + NOISE < TIMES * (single + NOISE)


def test_no_more_of_an_element_is_read_than_a_field_may_have() -> None:
    long = html.fromstring(f"<div>{'x' * MAX_FIELD}y</div>")
    crowded = html.fromstring(f"<div>{'<i>x</i>' * MAX_SHOWN}</div>")
    assert shown(long) == "x" * MAX_FIELD
    assert 0 < len(shown(crowded)) <= MAX_SHOWN


def test_the_words_of_an_element_are_in_order_and_without_scripts() -> None:
    element = html.fromstring("<div>a<p>b<script>no</script>c<i>d</i></p>e<style>no</style>f</div>")
    assert shown(element) == "abcdef"
    assert shown(element.find("p")) == "bcd"


def test_a_text_in_nested_links_counts_as_a_link_once() -> None:
    text = "All of today's news"
    assert link_share(nested("a href=/x><div", 3, text), [text]) == 1.0
