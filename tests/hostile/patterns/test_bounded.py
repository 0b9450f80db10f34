"""Patterns that are not linear get no more text than their bound, from the largest fields that there are."""

import re
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from typing import Any

import pytest

from agents.clean.settings import CleanSettings
from agents.clean.work import CleanWork, load
from agents.topics import RAW
from streams.errors import Invalid
from tests.hostile.chain import message
from tests.hostile.corpus import CORPUS
from tests.hostile.patterns.test_growth import BOUNDED
from tests.hostile.record import Hostile, html, linked, page, raw, story

LONG = "Ann Lee (Gazette), " * 50_000
RECORDS = (
    CORPUS["every field a megabyte"](),
    CORPUS["JSON-LD with an author of 900 KB"](),
    html("<meta " * 500 + page()),
    html(page(story(before=f"<p class=byline>{LONG}</p>"))),
    html(page(head=linked('{"@type": "NewsArticle", "author": "By Ann Lee (Gazette)"}'))),
    raw(html=page().replace("<title>", f"<meta name=author content='{LONG}'><title>"), authors=[LONG]),
)


class Watched:
    """A pattern that remembers the length of the longest text it was called with."""

    def __init__(self, pattern: re.Pattern[Any]) -> None:
        self._pattern = pattern
        self.longest = -1

    def __getattr__(self, method: str) -> Any:
        def call(*arguments: Any) -> Any:
            end = arguments[2] if len(arguments) == 3 and isinstance(arguments[2], int) else None
            texts = (argument[:end] for argument in arguments if isinstance(argument, str | bytes))
            self.longest = max(self.longest, *map(len, texts))
            return getattr(self._pattern, method)(*arguments)

        return call


@pytest.fixture(scope="module")
def longest() -> Iterator[dict[str, int]]:
    """The longest text that each pattern, by its name, got while all records were cleaned."""
    work = load(CleanSettings())
    with pytest.MonkeyPatch.context() as patch:
        watched = {name: watch(patch, name) for name in BOUNDED}
        for record in RECORDS:
            clean(work, record)
        yield {name: pattern.longest for name, pattern in watched.items()}


def watch(patch: pytest.MonkeyPatch, name: str) -> Watched:
    """Replace a pattern in its module by a watched one."""
    module, _, variable = name.rpartition(".")
    watched = Watched(getattr(import_module(module), variable))
    patch.setattr(import_module(module), variable, watched)
    return watched


def clean(work: CleanWork, record: Hostile) -> None:
    """Clean the record, whatever its outcome."""
    with suppress(Invalid):
        work(RAW.decode(message(record)))


@pytest.mark.parametrize("name", BOUNDED)
def test_a_pattern_gets_no_more_text_than_its_bound(longest: dict[str, int], name: str) -> None:
    assert 0 <= longest[name] <= BOUNDED[name]
