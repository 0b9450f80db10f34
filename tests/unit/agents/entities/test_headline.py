from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.entities.headline import headline_names, is_title_case
from agents.entities.mentions import Mention

BERG = ("Anna Berg", "person")
OSLO = ("Oslo", "place")


@pytest.mark.parametrize(
    ("title", "in_text", "by_model", "expected"),
    [
        ("First Signs of Berg Plan for Oslo", [BERG, OSLO], ["First Signs"], [("Berg", "person"), OSLO]),
        ("Minister opens new bank in Oslo", [OSLO], ["bank", "Oslo"], [("bank", "organisation"), OSLO]),
        ("Quiet in New Oslo again", [OSLO, ("New Oslo", "place")], [], [("New Oslo", "place")]),
        ("Bergen is quiet", [("Berg", "person")], [], []),
        ("OSLO HARBOUR OPENS AGAIN", [OSLO], [], [("OSLO", "place")]),
    ],
    ids=[
        "in title case only names that the text has",
        "in sentence case those that the model finds too",
        "a longer name before a name within it",
        "not within a word",
        "in capitals",
    ],
)
def test_names_of_the_text_are_found_in_the_headline(
    title: str, in_text: list[tuple[str, str]], by_model: list[str], expected: list[tuple[str, str]]
) -> None:
    text = [Mention("text", 0, len(name), name, kind) for name, kind in in_text]
    names = [
        Mention("title", title.index(name), title.index(name) + len(name), name, "organisation")
        for name in by_model
    ]

    assert [(mention.text, mention.type) for mention in headline_names(title, names, text)] == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("First Signs of a Plan for the Harbour", True),
        ("First signs of a plan for the harbour", False),
        ("OSLO HARBOUR OPENS AGAIN", True),
        ("Anna Berg", False),
        ("港の計画", False),
        ("", False),
    ],
)
def test_title_case_is_recognised_by_the_longer_words(title: str, expected: bool) -> None:
    assert is_title_case(title) is expected


@given(st.text(), st.lists(st.text(min_size=1).filter(str.strip), max_size=4))
def test_names_are_exact_and_do_not_overlap(title: str, names: list[str]) -> None:
    text = [Mention("text", 0, len(name), name, "person") for name in names]

    mentions = headline_names(title, [], text)

    assert all(title[mention.start : mention.end] == mention.text for mention in mentions)
    assert all(earlier.end <= later.start for earlier, later in pairwise(mentions))
