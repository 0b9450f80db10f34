from textwrap import fill

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
        (f"# Ferry stays\n\n**By Ann Lee**\n\n{BODY}", Body("Ferry stays", ["By Ann Lee"], [], [BODY])),
        (f"Ferry stays\n===\n\n{BODY}", Body("Ferry stays", [], [], [BODY])),
        (
            f"{BODY}\n\n## Fares\n\nSee [*the* plan](https://a.example/x).",
            Body(None, [], [], [BODY, "Fares", "See the plan."]),
        ),
        (
            f"Ferry stays\n\nAnn Lee | Town | 5 March 2024\n\n{BODY}",
            Body("Ferry stays", ["Ann Lee | Town | 5 March 2024"], [], [BODY]),
        ),
        *(
            (
                f"Ferry stays\nBy Ann Lee\n{date}\n{BODY}",
                Body("Ferry stays", ["By Ann Lee", date], [], [BODY]),
            )
            for date in (
                "5 March 2024",
                "Published: March 5, 2024, 10:30",
                "2024-03-05",
                "5. März 2024",
                "2024年3月5日",
            )
        ),
        *(
            (
                f"Ferry stays\n\n{BODY}\n\n{caption}\n\nMore came.",
                Body("Ferry stays", [], [caption], [BODY, "More came."]),
            )
            for caption in (
                "Photo: a boat in winter.",
                "A boat. (AP Photo/Ann Lee)",
                "[Photo by Ann Lee]",
                "Foto: ein Boot",
            )
        ),
        (
            f"Ferry stays\n\nLONDON (Reuters) -\n{BODY}",
            Body("Ferry stays", [], [], [f"LONDON (Reuters) - {BODY}"]),
        ),
        (
            f"Ferry stays\n\n{BODY}\n\nFares rise\n\nMore came.",
            Body("Ferry stays", [], [], [BODY, "Fares rise", "More came."]),
        ),
        (
            f"Ferry stays\n\n{BODY}\n\n- Two boats\n- One quay",
            Body("Ferry stays", [], [], [BODY, "Two boats", "One quay"]),
        ),
        (
            f"[caption id='a']a boat[/caption]\n{BODY}\nMore came.",
            Body(None, [], ["a boat"], [BODY, "More came."]),
        ),
        ("", Body()),
        (" \n\n ", Body()),
    ],
)
def test_the_first_lines_are_separated_from_the_story(text: str, parts: Body) -> None:
    assert split(text, None) == parts


def test_a_known_title_is_kept_and_the_first_line_stays_in_the_story() -> None:
    assert split(f"{BODY}\n\nMore came.", "Given") == Body("Given", [], [], [BODY, "More came."])


LONG = [
    f"{BODY} {number} passengers had asked for it, in letters to the mayor and to us. {BODY}"
    for number in (70, 80, 90)
]


@pytest.mark.parametrize("between", ["\n\n", "\n"], ids=["blank lines", "no blank lines"])
@pytest.mark.parametrize("width", [60, 72, 80])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_wrapped_lines_are_joined_to_their_paragraphs(between: str, width: int, ends: str) -> None:
    wrapped = between.join(["Ferry stays", *(fill(each, width) for each in LONG)])

    assert split(wrapped.replace("\n", ends), None) == Body("Ferry stays", [], [], LONG)


@given(st.text("ab.\n ", max_size=60))
def test_every_word_is_in_one_of_the_parts(text: str) -> None:
    parts = split(text, None)

    kept = [*([parts.title] if parts.title else []), *parts.byline, *parts.captions, *parts.lines]
    assert sorted(" ".join(kept).split()) == sorted(text.split())
