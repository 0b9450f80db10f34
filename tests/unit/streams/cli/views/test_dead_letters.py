"""Dead letters as the command line shows them."""

import io

import pytest
from rich.console import Console

from streams.cli.views.dead_letters import age, counts, short_key, table, whole
from streams.dead_letters.listing import read_dead_letter
from tests.unit.streams.dead_letters.test_filters import dead_letter
from tests.unit.streams.dead_letters.test_listing import as_read


def shown(renderable: object, width: int) -> list[str]:
    out = io.StringIO()
    Console(file=out, width=width).print(renderable)
    return [line.rstrip() for line in out.getvalue().splitlines()]


@pytest.mark.parametrize("width", [80, 120, 200])
def test_a_dead_letter_is_one_line_and_its_place_to_copy_is_not_cut(width: int) -> None:
    long = dead_letter(error="boom " * 60, key=b"https://a.example/" + b"x" * 300)
    lines = shown(table([long] * 3, width), width)
    rows = [line for line in lines if "news.raw/3/17" in line]
    assert len(rows) == 3
    assert all("clean  failed" in row and "https://" in row and "boom" in row for row in rows)
    assert max(map(len, lines)) <= width


def test_a_dead_letter_that_failed_again_or_was_acknowledged_is_marked() -> None:
    lines = shown(table([dead_letter(again=True, acknowledged=True)], 200), 200)
    assert any("(again, acknowledged) boom" in line for line in lines)


def test_dead_letters_are_counted_by_reason() -> None:
    assert counts([dead_letter(), dead_letter(reason="invalid"), dead_letter()]) == ": failed 2, invalid 1"
    assert counts([]) == ""


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0 s"), (59, "59 s"), (60, "1 min"), (7300, "2 h"), (200_000, "2 d")]
)
def test_an_age_is_shown_in_its_largest_whole_unit(seconds: int, words: str) -> None:
    assert age(1_000_000, 1000 + seconds) == words


def test_a_long_key_is_shortened_in_the_middle() -> None:
    text = short_key(b"https://a.example/" + b"x" * 300 + b"/end.html")
    assert text.startswith("https://a.example/")
    assert text.endswith("/end.html")
    assert len(text) <= 60
    assert short_key(None) == "-"


def test_a_dead_letter_cannot_control_the_terminal() -> None:
    message = as_read(value=b"<p>\x1b[2J\x9b", key=b"\x1b]0;x\x07", headers=(("x", b"\x1b[1m"), ("n", None)))
    text = whole(read_dead_letter(message, "clean"), message, message, None).plain
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "n: null" in text
    assert r"<p>\u001b[2J" in text


def test_a_long_value_is_cut_and_the_rest_is_counted() -> None:
    message = as_read(value=b"x" * 5000)
    text = whole(read_dead_letter(message, "clean"), message, message, "why not").plain
    assert "… 2,952 bytes more: --value writes all" in text
    assert "replay    why not" in text
