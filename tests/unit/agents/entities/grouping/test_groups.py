from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.entities.grouping.groups import group, type_of
from agents.entities.mentions import Mention
from agents.entities.types import TYPES


def mentions(*names: tuple[str, str]) -> list[Mention]:
    """Mentions of each name with its type, in this order in the text."""
    in_text, start = [], 0
    for name, kind in names:
        in_text.append(Mention("text", start, start + len(name), name, kind))
        start += len(name) + 1
    return in_text


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["Anna Berg", "Oslo/place", "Berg", "BERG"], ["Anna Berg, Berg, BERG", "Oslo"]),
        (["Anna Berg", "Bea Berg", "Berg"], ["Anna Berg", "Bea Berg", "Berg"]),
        (["Anna Berg", "Anna K. Berg", "Berg"], ["Anna Berg, Anna K. Berg, Berg"]),
        (["Carl Berg", "Carl Berg Jr.", "Berg"], ["Carl Berg", "Carl Berg Jr.", "Berg"]),
        (["Denise Halden", "Halden/place"], ["Denise Halden", "Halden"]),
        (["Anna Berg", "Berg/organisation", "Berg", "Berg/organisation"], ["Anna Berg, Berg, Berg, Berg"]),
        (["Anna Berg", "Berg", *["Berg/organisation"] * 3], ["Anna Berg", "Berg, Berg, Berg, Berg"]),
        (["Anna Berg", "Anna", "Bea Holm"], ["Anna Berg, Anna", "Bea Holm"]),
        (["William Berg", "Bill Berg"], ["William Berg, Bill Berg"]),
        (["Sergey Kislyak", "Kislyak", "Kislak"], ["Sergey Kislyak, Kislyak, Kislak"]),
        (["Anna Berger", "Carl Bergen", "Bergen"], ["Anna Berger", "Carl Bergen, Bergen"]),
        (["Harbour Board/organisation", "HB/organisation"], ["Harbour Board, HB"]),
        (["Washington Post/organisation", "Post/organisation"], ["Washington Post, Post"]),
        (
            ["Oslo Post/organisation", "Bergen Post/organisation", "Post/organisation"],
            ["Oslo Post", "Bergen Post", "Post"],
        ),
        (["Siemens AG/organisation", "Siemens/organisation"], ["Siemens AG, Siemens"]),
        (["Siemens Energy/organisation", "Siemens/organisation"], ["Siemens Energy", "Siemens"]),
        (["Nordlys Shipping/organisation", "Nordlys/organisation"], ["Nordlys Shipping, Nordlys"]),
        (["United States/place", "U.S./place", "America/place"], ["United States, U.S., America"]),
        (["Russian/group", "Russians/group", "Russia/place"], ["Russian, Russians", "Russia"]),
    ],
    ids=[
        "a last name alone is the only person who has it",
        "a last name that two people have stays apart",
        "two forms of a full name are the same person",
        "father and son stay apart and their last name is neither",
        "a place is not grouped with a person of that name",
        "a last name that is only sometimes taken for a person is that person",
        "a name that is mostly a company stays a company",
        "a first name alone is the only person who has it",
        "a nickname",
        "a slip of spelling in a last name",
        "a last name that another person has is no slip",
        "an acronym",
        "the last word of a newspaper's name",
        "the last word that two newspapers have stays apart",
        "a name without its legal form",
        "a name is not short for another company that begins with it",
        "the first word of a company's name",
        "the names of a country",
        "a people's singular and plural",
    ],
)
def test_names_are_grouped_where_they_can_mean_only_the_same_entity(
    names: list[str], expected: list[str]
) -> None:
    """A name without a type is a person's."""
    parts = (name.partition("/") for name in names)
    grouped = group(mentions(*((name, kind or "person") for name, _, kind in parts)))

    assert [", ".join(mention.text for mention in entity) for entity in grouped] == expected


@pytest.mark.parametrize(
    ("types", "expected"),
    [
        ("group person group", "group"),
        ("place organisation person", "person"),
        ("place organisation", "organisation"),
    ],
)
def test_the_type_is_that_of_most_mentions_and_in_a_tie_person_then_organisation(
    types: str, expected: str
) -> None:
    assert type_of(mentions(*(("B", kind) for kind in types.split()))) == expected


WORDS = st.sampled_from(
    ["Anna", "Bea", "K.", "Berg", "Holm", "Mr.", "Jr.", "and", "the", "Oslo", "BERG", "’"]
)
NAMES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)
MENTIONS = st.lists(st.tuples(NAMES, st.sampled_from(TYPES)), max_size=25).map(lambda names: mentions(*names))


@given(MENTIONS)
def test_every_mention_is_in_exactly_one_group(in_text: list[Mention]) -> None:
    grouped = [mention for entity in group(in_text) for mention in entity]

    assert Counter(grouped) == Counter(in_text)


@given(MENTIONS, st.randoms(use_true_random=False))
def test_the_order_of_mentions_does_not_change_the_groups(in_text: list[Mention], random: object) -> None:
    shuffled = list(in_text)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis types its Random as object

    assert set(map(frozenset, group(shuffled))) == set(map(frozenset, group(in_text)))


@given(MENTIONS)
def test_the_same_name_is_the_same_entity(in_text: list[Mention]) -> None:
    for entity in group(in_text):
        names = {mention.text for mention in entity}
        assert all(mention.text not in names for mention in in_text if mention not in entity)
