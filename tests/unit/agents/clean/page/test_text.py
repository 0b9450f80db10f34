import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.clean.page.text import content_hash, line, paragraphs, word_count

# Lone surrogates included: JSON may contain them, UTF-8 may not.
ANY = st.text(st.characters(), max_size=80)


@given(ANY)
def test_a_line_can_be_written_as_utf_8_and_has_no_control_character(text: str) -> None:
    clean = line(text) or ""

    assert clean.encode("utf-8").decode("utf-8") == clean
    assert not any(unicodedata.category(char) in {"Cc", "Cs"} for char in clean)
    assert clean == unicodedata.normalize("NFC", clean)
    assert clean == clean.strip()
    assert line(clean) in {clean, None}


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  two\u00a0 words\n", "two words"),
        ("Helikopter\u00adlande\u200bplatz", "Helikopterlandeplatz"),
        ("cafe\u0301", "café"),
        ("nul\0 and \ud800 half", "nul and half"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("\u202eevil\u202c", "evil"),
        ("क\u094dष क\u094d\u200dष", "क\u094dष क\u094d\u200dष"),
        ("PDF\u200cهای", "PDF\u200cهای"),
        ("fer\u200cry \u200d", "ferry"),
        ("👩\u200d🚒 ❤\ufe0f\u200d🔥 1\ufe0f\u20e3", "👩\u200d🚒 ❤\ufe0f\u200d🔥 1\ufe0f\u20e3"),
        ("葛\U000e0100 a\U000e0100 b\ufe0f\ufe0f\ufe0e", "葛\U000e0100 a b\ufe0f"),
        ("\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",) * 2,
        ("a\U000e0068\U000e0069\U000e007f", "a"),
        ("\u3164\ufe0f\u034f\u206a\U0001fffe\u061c", None),
        (" \n ", None),
        (7, None),
        (None, None),
    ],
)
def test_a_line_keeps_only_what_can_be_seen(written: object, kept: str | None) -> None:
    assert line(written) == kept


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It's a well-known U.S. law - 3.5 per cent", 8),
        ("市议会 votes", 4),
        ("สวัสดี", 6),
        ("दैनिक भास्कर", 2),
        ("— … “”", 0),
    ],
)
def test_words_are_counted_or_characters_in_scripts_without_spaces(text: str, words: int) -> None:
    assert word_count(text) == words


def test_a_repeated_paragraph_is_kept_once_and_a_short_one_each_time() -> None:
    sentence = "Last year saw a battle between the two."

    assert paragraphs([sentence, "No.", "  ", "No.", sentence]) == [sentence, "No.", "No."]


def test_the_headline_and_captions_are_left_out_whatever_their_punctuation() -> None:
    without = ("Ferry stays", None, "a boat.")

    assert paragraphs(["FERRY STAYS!", "A boat", "Text."], without=without) == ["Text."]


def test_the_hash_covers_title_and_text_and_knows_which_is_which() -> None:
    assert content_hash("a", "b") == "852635742d6eb30fdccb0e7c1b53d92f"
    assert content_hash("ab", "c") != content_hash("a", "bc")
    assert content_hash(None, "c") == content_hash("", "c")
