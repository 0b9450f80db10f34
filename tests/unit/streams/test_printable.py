"""What is escaped in text of others, and what is left unchanged."""

import json
import unicodedata

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.printable import one_line, visible, visible_json

#: Format characters that are visible: the signs of Arabic, Syriac and Kaithi around numbers.
VISIBLE = set("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd\n\t")
BLANK = set(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180f\u3164\uffa0\ufe00\ufe0f\U000e0100\U000e01ef\ufffe\U0010ffff"
)


def test_every_control_format_surrogate_and_blank_character_is_escaped() -> None:
    invisible = {
        character
        for character in map(chr, range(0x110000))
        if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
    }

    unescaped = {character for character in (invisible | BLANK) - VISIBLE if visible(character) == character}

    assert unescaped == set()


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "a\tb\nc",
        "می\u200cخواهم",
        "क्\u200dष",
        "👩\u200d🚀",
        "👩🏽\u200d🚀",
        "🏳\ufe0f\u200d🌈",
        "❤\ufe0f",
        "1\ufe0f\u20e3",
    ],
)
def test_characters_that_a_script_or_an_emoji_needs_are_left_unchanged(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b]0;x\x07", r"a\u001b]0;x\u0007"),
        ("\u202eabc\x9b", r"\u202eabc\u009b"),
        ("a\u200db", r"a\u200db"),
        ("x\ufe0f\u200d🚀", r"x\ufe0f\u200d🚀"),
        ("\U000e0041", r"\udb40\udc41"),
        ("\ud800", r"\ud800"),
    ],
)
def test_control_and_hidden_characters_are_escaped_as_in_json(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_text_of_others_cannot_end_a_line() -> None:
    assert one_line("key\n2026-01-01 [info] forged\t\r") == r"key\n2026-01-01 [info] forged\t\u000d"


@given(st.text())
def test_escaped_text_stays_the_same_when_it_is_escaped_again(text: str) -> None:
    assert visible(visible(text)) == visible(text)


@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_escaped_json_has_the_same_value(value: object) -> None:
    written = visible_json(orjson.dumps(value))

    assert json.loads(written) == value
    assert visible(written.decode()) == written.decode()
