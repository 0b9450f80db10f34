"""A text that is too long for its place loses whole words at its end."""

from hypothesis import given
from hypothesis import strategies as st
from rich.text import Text

from streams.terminal import shortened

WORDS = st.lists(st.text("abcdé", min_size=1, max_size=12), min_size=1, max_size=12)


@given(words=WORDS, width=st.integers(14, 80))
def test_it_fits_and_no_word_is_cut(words: list[str], width: int) -> None:
    text = " ".join(words)

    short = shortened(Text(text), width).plain

    assert len(short) <= width
    assert short == text or short.endswith(" …")
    kept = short.removesuffix(" …").split(" ")
    assert kept == words[: len(kept)]


@given(words=WORDS, width=st.integers(14, 80))
def test_no_word_is_left_out_that_has_a_place(words: list[str], width: int) -> None:
    text = " ".join(words)

    short = shortened(Text(text), width).plain

    if short != text:
        kept = short.removesuffix(" …").split(" ")
        assert len(" ".join(words[: len(kept) + 1])) + len(" …") > width


def test_a_single_word_that_is_too_long_is_cut_at_its_place() -> None:
    assert shortened(Text("a" * 30), 20).plain == "a" * 18 + " …"


def test_colours_stay() -> None:
    text = Text.assemble(("not ready", "yellow"), "  clean: rebalancing")

    assert shortened(text, 15).spans == [(0, 9, "yellow")]
