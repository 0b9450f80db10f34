"""Every regular expression takes time with the length of a text, whoever wrote the text."""

import re
from typing import Any

import pytest

from tests.unit.patterns.attacks import attacks
from tests.unit.patterns.growth import Growth, growth, seconds
from tests.unit.patterns.inventory import inventory

PRODUCT = inventory()
#: What a pattern that is no more than quadratic reads at the most. test_bounded.py proves it.
BOUNDED = {
    "agents.clean.fields.byline.IN_BRACKETS": 200,
    "agents.clean.fields.byline.NOISE": 200,
    "agents.clean.page.charset.META_CHARSET": 4_096,
}
#: These read what an operator wrote.
OWN = {"streams.cli.config.URL_PASSWORD"}
#: Handed on to a function that reads a whole value by them.
MODES = {"streams.core.record_headers.COORDINATES": "fullmatch"}
FOREIGN = sorted(PRODUCT.patterns.keys() - BOUNDED.keys() - OWN)
#: At its bound, a pattern takes no longer than a plain one takes for `MANY` times so long a text.
PLAIN, LETTERS = re.compile("[^x]"), 500_000
MANY, TRIES = 8, 3

SLOW = {
    "search": (
        r"(a+)+$",
        r"(?:a|a)*b",
        r"(?:\w+\s?)*!",
        r"(?:['’]s|[\s'-]+)+$",
        r"\s+$",
        r"\s*,",
        r"[.]++$",
        r"\S+@\S+",
        r"\(([^)]*)\)",
        r"<!DOCTYPE[^>]*>",
        rb"<link\b[^>]*\brel\s*=\s*[\"']?canonical\b[^>]*>",
        r"charset\s*=\s*[\"']?\s*(\w+)",
    ),
    "match": (r"\s*\s*x", r".*,.*;"),
    "fullmatch": (r"(?:\d+,?)+", r"\w*\w*!"),
}
FAST = {
    "search": (r"\s+", r"(?<!\s)\s++$", r"\A[^<]*<", r"a{1,20}b", r"<html\b[^>]*+(?:>|\Z)", r"(?i)m[e]ta"),
    "match": (r"\s*x", r".*,", r"(?>a+)+b", r"(?:s|[-s])*+"),
    "fullmatch": (r"\w+@\S+", r"[a-z]{1,63}(?:\.[a-z]{1,63})*"),
}


def worst(pattern: re.Pattern[Any], mode: str) -> Growth:
    """The growth, measured again where it looks bad: others are at work on this machine."""
    found = growth(pattern, mode)
    for _ in range(TRIES - 1):
        if found.is_linear:
            break
        found = min(found, growth(pattern, mode), key=lambda one: one.ratio)
    return found


def cases(table: dict[str, tuple[str | bytes, ...]]) -> list[tuple[str, str | bytes]]:
    """Mode and pattern, one after the other."""
    return [(mode, each) for mode, patterns in table.items() for each in patterns]


@pytest.mark.parametrize("name", FOREIGN)
def test_a_pattern_takes_time_with_the_length_of_the_text(name: str) -> None:
    found = worst(PRODUCT.patterns[name], MODES.get(name, PRODUCT.mode(name)))
    assert found.is_linear, (
        f"{name} takes {found.ratio:.0f} times as long for a text 4 times as long: {found.attack!r}. Let it"
        " read each character once: begin a run where it begins, (?<!\\s)\\s++, make repeats possessive, or"
        " read a stretch whole and judge it then. Or bound what it reads, and say so in BOUNDED."
    )


@pytest.mark.parametrize("name", BOUNDED)
def test_a_pattern_that_is_not_linear_is_fast_at_its_bound(name: str) -> None:
    pattern, mode = PRODUCT.patterns[name], PRODUCT.mode(name)
    texts = [one.text(BOUNDED[name] // len(one.pump), pattern.pattern) for one in attacks(pattern)]
    found = max(texts, key=lambda text: seconds(pattern, mode, text))
    took = min(seconds(pattern, mode, found) for _ in range(TRIES))
    assert took < MANY * min(seconds(PLAIN, "search", "a" * LETTERS) for _ in range(TRIES))


@pytest.mark.parametrize(("mode", "written"), cases(SLOW))
def test_what_is_slow_is_found(mode: str, written: str | bytes) -> None:
    assert not growth(re.compile(written), mode).is_linear


@pytest.mark.parametrize(("mode", "written"), cases(FAST))
def test_what_is_linear_passes(mode: str, written: str) -> None:
    assert worst(re.compile(written), mode).is_linear
