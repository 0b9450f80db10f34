"""Every regular expression takes time in proportion to the length of the text, whoever wrote the text."""

import re
from typing import Any

import pytest

from tests.hostile.patterns.growth import Growth, growth
from tests.hostile.patterns.inventory import inventory

PRODUCT = inventory()
#: These read only what an operator wrote.
OWN = {"streams.cli.views.configuration.URL_PASSWORD"}
#: Passed on to a function that matches a whole value.
MODES = {
    "streams.core.record_headers.COORDINATES": "fullmatch",
    "streams.client_trouble.CONNECTION": "match",
    "streams.client_trouble.SLOW": "match",
}
FOREIGN = sorted(PRODUCT.patterns.keys() - OWN)
TRIES = 3

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
    """The growth, measured again where it looks bad, since other processes run on this machine."""
    best = growth(pattern, mode)
    for _ in range(TRIES - 1):
        if best.is_linear:
            break
        best = min(best, growth(pattern, mode), key=lambda measured: measured.ratio)
    return best


def cases(table: dict[str, tuple[str | bytes, ...]]) -> list[tuple[str, str | bytes]]:
    """Each pattern with its mode."""
    return [(mode, pattern) for mode, patterns in table.items() for pattern in patterns]


@pytest.mark.parametrize("name", FOREIGN)
def test_a_pattern_takes_time_in_proportion_to_the_length_of_the_text(name: str) -> None:
    measured = worst(PRODUCT.patterns[name], MODES.get(name, PRODUCT.mode(name)))
    assert measured.is_linear, (
        f"{name} takes {measured.ratio:.0f} times as long for a text 4 times as long: {measured.attack!r}."
        " Let it read each character once: match a run only from its start, (?<!\\s)\\s++, make repeats"
        " possessive, or match a longer stretch and check it afterwards."
    )


def test_each_exception_names_a_pattern_that_exists() -> None:
    assert OWN | MODES.keys() <= PRODUCT.patterns.keys()


@pytest.mark.parametrize(("mode", "written"), cases(SLOW))
def test_a_slow_pattern_is_detected(mode: str, written: str | bytes) -> None:
    assert not growth(re.compile(written), mode).is_linear


@pytest.mark.parametrize(("mode", "written"), cases(FAST))
def test_a_linear_pattern_passes(mode: str, written: str) -> None:
    assert worst(re.compile(written), mode).is_linear
