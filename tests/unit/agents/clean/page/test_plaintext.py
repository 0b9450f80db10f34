import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.clean.page.plaintext import Parts, part

BODY = "The council voted on Tuesday. The ferry stays."


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (f"Ferry stays\n\n{BODY}", Parts("Ferry stays", [], [], [BODY])),
        (f"Ferry stays\r\n\r\n\r\n{BODY}", Parts("Ferry stays", [], [], [BODY])),
        (f"Ferry stays\n{BODY}\nMore came.", Parts("Ferry stays", [], [], [BODY, "More came."])),
        (
            f"Ferry stays\n\nBy Ann Lee\n\na boat\n\n{BODY}",
            Parts("Ferry stays", ["By Ann Lee"], ["a boat"], [BODY]),
        ),
        (f"{BODY}\n\nMore came.", Parts(None, [], [], [BODY, "More came."])),
        ("One line alone", Parts(None, [], [], ["One line alone"])),
        ("Title\n\nwrapped\nlines go\ntogether.", Parts("Title", [], [], ["wrapped lines go together."])),
        ("", Parts()),
        (" \n\n ", Parts()),
    ],
)
def test_the_first_lines_are_separated_from_the_story(text: str, parts: Parts) -> None:
    assert part(text, None) == parts


def test_a_known_title_is_kept_and_the_first_line_stays_in_the_story() -> None:
    assert part(f"{BODY}\n\nMore came.", "Given") == Parts("Given", [], [], [BODY, "More came."])


@given(st.text("ab.\n ", max_size=60))
def test_every_word_is_in_one_of_the_parts(text: str) -> None:
    parts = part(text, None)

    kept = [*([parts.title] if parts.title else []), *parts.byline, *parts.captions, *parts.lines]
    assert sorted(" ".join(kept).split()) == sorted(text.split())
