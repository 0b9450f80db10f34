"""Elements of one kind in one another: what is read of each must not be all that is in the innermost."""

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
#: One level costs what the page costs. All levels read in full cost 40 times as much and more.
TIMES = 10
#: Below it a clock tells nothing: so much is added to both.
NOISE = 0.1
TEXT = "The ferry of Gosport runs. " * 40_000
ITALICS = "<i>x</i>" * 15_000
READ: dict[str, Callable[[Page], object]] = {
    "captions": sections.captions,
    "title": lambda given: title(given, None),
    "byline": lambda given: byline(given, RawPage(url=URL, page=b""), None),
    "links": lambda given: link_share(given, ["The ferry of Gosport runs."]),
}


def nested(tag: str, levels: int, inside: str) -> Page:
    """The page with so many of an element in one another, and something in the innermost."""
    ends = "".join(f"</{one.split()[0]}>" for one in reversed(tag.split("><")))
    text = page(story(after=f"<{tag}>" * levels + inside + ends * levels))
    found = parse(Decoded(text, "utf-8"), URL, CleanSettings())
    assert found is not None
    return found


def seconds(read: Callable[[Page], object], given: Page) -> float:
    """Processor time, the best of two."""
    taken = []
    for _ in range(2):
        began = time.process_time()
        read(given)
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
def test_a_hundred_in_one_another_cost_little_more_than_one(field: str, tag: str, inside: str) -> None:
    one, many = (seconds(READ[field], nested(tag, levels, inside)) for levels in (1, LEVELS))
    assert many + NOISE < TIMES * (one + NOISE)


def test_of_an_element_no_more_words_are_read_than_a_field_has() -> None:
    long = html.fromstring(f"<div>{'x' * MAX_FIELD}y</div>")
    crowded = html.fromstring(f"<div>{'<i>x</i>' * MAX_SHOWN}</div>")
    assert shown(long) == "x" * MAX_FIELD
    assert 0 < len(shown(crowded)) <= MAX_SHOWN


def test_the_words_of_an_element_are_those_in_it_in_their_order_without_scripts() -> None:
    given = html.fromstring("<div>a<p>b<script>no</script>c<i>d</i></p>e<style>no</style>f</div>")
    assert shown(given) == "abcdef"
    assert shown(given.find("p")) == "bcd"


def test_what_stands_in_links_in_links_is_a_link_once() -> None:
    said = "All of today's news"
    given = nested("a href=/x><div", 3, said)
    assert link_share(given, [said]) == 1.0
