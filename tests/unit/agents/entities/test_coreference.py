from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from agents.entities.coreference import group, type_of
from agents.entities.mentions import Mention
from agents.entities.types import TYPES


def mentions(*names: tuple[str, str]) -> list[Mention]:
    """Mentions of each name with its type, in this order in the text."""
    in_text, start = [], 0
    for name, kind in names:
        in_text.append(Mention("text", start, start + len(name), name, kind))
        start += len(name) + 1
    return in_text


def groups(*names: tuple[str, str]) -> list[list[str]]:
    return [[mention.text for mention in entity] for entity in group(mentions(*names))]


def test_a_last_name_alone_is_the_only_person_who_has_it() -> None:
    entities = groups(("Anna Berg", "person"), ("Oslo", "place"), ("Berg", "person"), ("BERG", "person"))

    assert entities == [["Anna Berg", "Berg", "BERG"], ["Oslo"]]


def test_a_last_name_that_two_people_have_stays_apart() -> None:
    entities = groups(("Anna Berg", "person"), ("Bea Berg", "person"), ("Berg", "person"))

    assert entities == [["Anna Berg"], ["Bea Berg"], ["Berg"]]


def test_two_forms_of_a_full_name_are_the_same_person() -> None:
    entities = groups(("Anna Berg", "person"), ("Anna K. Berg", "person"), ("Berg", "person"))

    assert entities == [["Anna Berg", "Anna K. Berg", "Berg"]]


def test_father_and_son_stay_apart_and_their_last_name_is_neither() -> None:
    entities = groups(("Carl Berg", "person"), ("Carl Berg Jr.", "person"), ("Berg", "person"))

    assert entities == [["Carl Berg"], ["Carl Berg Jr."], ["Berg"]]


def test_a_place_is_not_grouped_with_a_person_of_that_name() -> None:
    assert groups(("Denise Halden", "person"), ("Halden", "place")) == [["Denise Halden"], ["Halden"]]


def test_a_last_name_that_is_only_sometimes_taken_for_a_person_is_that_person() -> None:
    entities = groups(
        ("Anna Berg", "person"), ("Berg", "organisation"), ("Berg", "person"), ("Berg", "organisation")
    )

    assert entities == [["Anna Berg", "Berg", "Berg", "Berg"]]


def test_a_name_that_is_mostly_a_company_stays_a_company() -> None:
    company = [("Berg", "organisation")] * 5

    assert groups(("Anna Berg", "person"), ("Berg", "person"), *company) == [["Anna Berg"], ["Berg"] * 6]


def test_an_acronym_is_not_grouped_with_the_full_name() -> None:
    entities = groups(("Harbour Board", "organisation"), ("HB", "organisation"))

    assert entities == [["Harbour Board"], ["HB"]]


def test_the_type_is_what_most_mentions_have() -> None:
    assert type_of(mentions(("B", "group"), ("B", "person"), ("B", "group"))) == "group"


def test_a_tie_of_types_goes_to_the_person_then_the_organisation() -> None:
    assert type_of(mentions(("B", "place"), ("B", "organisation"), ("B", "person"))) == "person"
    assert type_of(mentions(("B", "place"), ("B", "organisation"))) == "organisation"


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
