from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.entities.headline import headline_names, is_title_case
from agents.entities.mentions import Mention


def named(title: str, *in_text: tuple[str, str], from_model: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """The names in `title`, with their types, given names of the text and what a model finds in the title."""
    text = [Mention("text", 0, len(name), name, kind) for name, kind in in_text]
    by_model = [
        Mention("title", title.index(name), title.index(name) + len(name), name, "organisation")
        for name in from_model
    ]
    return [(mention.text, mention.type) for mention in headline_names(title, by_model, text)]


def test_in_title_case_only_names_of_the_text_are_names() -> None:
    title = "First Signs of Berg Plan for Oslo Harbour"

    names = named(title, ("Anna Berg", "person"), ("Oslo", "place"), from_model=("First Signs of Berg Plan",))

    assert names == [("Berg", "person"), ("Oslo", "place")]


def test_in_sentence_case_what_the_model_finds_counts_too() -> None:
    title = "Minister opens new harbour with Nordbank in Oslo"

    assert named(title, ("Oslo", "place"), from_model=("Nordbank", "Oslo")) == [
        ("Nordbank", "organisation"),
        ("Oslo", "place"),
    ]


def test_a_longer_name_goes_before_what_is_part_of_it() -> None:
    assert named("Quiet in New Oslo again", ("Oslo", "place"), ("New Oslo", "place")) == [
        ("New Oslo", "place")
    ]


def test_a_name_within_a_word_is_no_name() -> None:
    assert named("Bergen is quiet", ("Berg", "person")) == []


def test_names_are_found_in_capitals() -> None:
    assert named("OSLO HARBOUR OPENS AGAIN", ("Oslo", "place")) == [("OSLO", "place")]


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
def test_a_headline_in_title_case_is_known_by_its_longer_words(title: str, expected: bool) -> None:
    assert is_title_case(title) is expected


@given(st.text(), st.lists(st.text(min_size=1).filter(str.strip), max_size=4))
def test_names_are_exact_and_do_not_overlap(title: str, names: list[str]) -> None:
    text = [Mention("text", 0, len(name), name, "person") for name in names]

    known = headline_names(title, [], text)

    assert all(title[mention.start : mention.end] == mention.text for mention in known)
    assert all(mention.end <= following.start for mention, following in pairwise(known))
