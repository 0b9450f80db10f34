"""What is not linear reads no more than it is said to, of the largest fields that there are."""

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
from tests.hostile.record import Hostile, html, linked, page, raw, story
from tests.unit.patterns.test_growth import BOUNDED

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
    """A pattern that remembers the longest text that it was given."""

    def __init__(self, pattern: re.Pattern[Any]) -> None:
        self._pattern = pattern
        self.longest = -1

    def __getattr__(self, method: str) -> Any:
        def call(*given: Any) -> Any:
            to = given[2] if len(given) == 3 and isinstance(given[2], int) else None
            texts = (each[:to] for each in given if isinstance(each, str | bytes))
            self.longest = max(self.longest, *map(len, texts))
            return getattr(self._pattern, method)(*given)

        return call


@pytest.fixture(scope="module")
def longest() -> Iterator[dict[str, int]]:
    """By the name of each pattern, the most that it was given while all were cleaned."""
    work = load(CleanSettings())
    with pytest.MonkeyPatch.context() as patch:
        watched = {name: watch(patch, name) for name in BOUNDED}
        for record in RECORDS:
            clean(work, record)
        yield {name: one.longest for name, one in watched.items()}


def watch(patch: pytest.MonkeyPatch, name: str) -> Watched:
    """Put an eye on a pattern where it stands."""
    module, _, variable = name.rpartition(".")
    found = Watched(getattr(import_module(module), variable))
    patch.setattr(import_module(module), variable, found)
    return found


def clean(work: CleanWork, record: Hostile) -> None:
    """Through the clean stage, whatever becomes of it."""
    with suppress(Invalid):
        work(RAW.decode(message(record)))


@pytest.mark.parametrize("name", BOUNDED)
def test_it_is_given_no_more_than_its_bound(longest: dict[str, int], name: str) -> None:
    assert 0 <= longest[name] <= BOUNDED[name]
