import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.clean.page.plaintext import Body, split

BODY = "The council voted on Tuesday. The ferry stays."


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (f"Ferry stays\n\n{BODY}", Body("Ferry stays", [], [], [BODY])),
        (f"Ferry stays\r\n\r\n\r\n{BODY}", Body("Ferry stays", [], [], [BODY])),
        (f"Ferry stays\n{BODY}\nMore came.", Body("Ferry stays", [], [], [BODY, "More came."])),
        (
            f"Ferry stays\n\nBy Ann Lee\n\na boat\n\n{BODY}",
            Body("Ferry stays", ["By Ann Lee"], ["a boat"], [BODY]),
        ),
        (f"{BODY}\n\nMore came.", Body(None, [], [], [BODY, "More came."])),
        ("One line alone", Body(None, [], [], ["One line alone"])),
        ("Title\n\nwrapped\nlines go\ntogether.", Body("Title", [], [], ["wrapped lines go together."])),
        ("", Body()),
        (" \n\n ", Body()),
    ],
)
def test_the_first_lines_are_separated_from_the_story(text: str, parts: Body) -> None:
    assert split(text, None) == parts


def test_a_known_title_is_kept_and_the_first_line_stays_in_the_story() -> None:
    assert split(f"{BODY}\n\nMore came.", "Given") == Body("Given", [], [], [BODY, "More came."])


@given(st.text("ab.\n ", max_size=60))
def test_every_word_is_in_one_of_the_parts(text: str) -> None:
    parts = split(text, None)

    kept = [*([parts.title] if parts.title else []), *parts.byline, *parts.captions, *parts.lines]
    assert sorted(" ".join(kept).split()) == sorted(text.split())
