from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.entities.quotes.marks import quoted

SIGNS = st.sampled_from([*"“”\"'‘’«»„‹›「」", "word ", "It's ", ". ", ", ", "\n\n", " ", "the players’ pay "])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“No,” she said.", ["No,"]),
        ('"No," she said. "Yes."', ["No,", "Yes."]),
        ("« Oui », dit-elle.", ["Oui"]),
        ("„Nein“, sagte sie.", ["Nein"]),
        ("»Nein«, sagte sie.", ["Nein"]),
        ("”Nej,” sade hon.", ["Nej,"]),
        ("‘It’s the players’ money,’ he said.", ["It’s the players’ money,"]),
        ("'It's gone,' he said in the '90s.", ["It's gone,"]),
        ("「港」と言った。", ["港"]),
        ("“He said ‘no’ twice,” she said.", ["He said ‘no’ twice,"]),
        ("‘She said “no” twice,’ he said.", ["She said “no” twice,"]),
        ("“First.\n\n“Second.” Then", ["First.\n\n“Second."]),
        ("A 6\" pipe and the workers' pay", []),
        ("``No,'' she said.", ["No,"]),
    ],
)
def test_the_outermost_stretch_in_marks_is_found(text: str, expected: list[str]) -> None:
    assert [text[each.start : each.end] for each in quoted(text)] == expected


@given(st.lists(SIGNS, max_size=30).map("".join))
def test_stretches_are_in_order_and_do_not_overlap(text: str) -> None:
    stretches = quoted(text)

    assert all(0 <= each.opened < each.start <= each.end <= each.closed <= len(text) for each in stretches)
    assert all(earlier.closed <= later.opened for earlier, later in pairwise(stretches))
