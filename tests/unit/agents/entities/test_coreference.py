from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from agents.entities.coreference import group, type_of
from agents.entities.mentions import Mention
from agents.entities.types import TYPES


def mentions(*names: tuple[str, str]) -> list[Mention]:
    """Mentions of (name, type), one after the other in the text."""
    mentioned, start = [], 0
    for name, kind in names:
        mentioned.append(Mention("text", start, start + len(name), name, kind))
        start += len(name) + 1
    return mentioned


def groups(*names: tuple[str, str]) -> list[list[str]]:
    return [[mention.text for mention in each] for each in group(mentions(*names))]


def test_a_last_name_joins_the_only_person_who_bears_it() -> None:
    grouped = groups(("Anna Berg", "person"), ("Oslo", "place"), ("Berg", "person"), ("BERG", "person"))

    assert grouped == [["Anna Berg", "Berg", "BERG"], ["Oslo"]]


def test_a_last_name_that_two_bear_stays_apart() -> None:
    grouped = groups(("Anna Berg", "person"), ("Bea Berg", "person"), ("Berg", "person"))

    assert grouped == [["Anna Berg"], ["Bea Berg"], ["Berg"]]


def test_two_forms_of_one_full_name_are_one_bearer() -> None:
    grouped = groups(("Anna Berg", "person"), ("Anna K. Berg", "person"), ("Berg", "person"))

    assert grouped == [["Anna Berg", "Anna K. Berg", "Berg"]]


def test_father_and_son_stay_apart_and_so_does_their_last_name() -> None:
    grouped = groups(("Carl Berg", "person"), ("Carl Berg Jr.", "person"), ("Berg", "person"))

    assert grouped == [["Carl Berg"], ["Carl Berg Jr."], ["Berg"]]


def test_a_place_does_not_join_a_person_of_that_name() -> None:
    assert groups(("Denise Halden", "person"), ("Halden", "place")) == [["Denise Halden"], ["Halden"]]


def test_a_last_name_that_is_sometimes_taken_for_a_person_joins() -> None:
    grouped = groups(
        ("Anna Berg", "person"), ("Berg", "organisation"), ("Berg", "person"), ("Berg", "organisation")
    )

    assert grouped == [["Anna Berg", "Berg", "Berg", "Berg"]]


def test_a_name_that_is_mostly_a_company_stays_one() -> None:
    company = [("Berg", "organisation")] * 5

    assert groups(("Anna Berg", "person"), ("Berg", "person"), *company) == [["Anna Berg"], ["Berg"] * 6]


def test_an_acronym_is_left_alone() -> None:
    grouped = groups(("Harbour Board", "organisation"), ("HB", "organisation"))

    assert grouped == [["Harbour Board"], ["HB"]]


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
def test_every_mention_is_in_exactly_one_group(given_mentions: list[Mention]) -> None:
    grouped = [mention for each in group(given_mentions) for mention in each]

    assert Counter(grouped) == Counter(given_mentions)


@given(MENTIONS, st.randoms(use_true_random=False))
def test_the_order_of_mentions_has_no_say_in_who_is_who(
    given_mentions: list[Mention], random: object
) -> None:
    shuffled = list(given_mentions)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis types its Random as object

    assert {frozenset(each) for each in group(shuffled)} == {
        frozenset(each) for each in group(given_mentions)
    }


@given(MENTIONS)
def test_the_same_name_is_the_same_entity(given_mentions: list[Mention]) -> None:
    for each in group(given_mentions):
        names = {mention.text for mention in each}
        assert all(mention.text not in names for mention in given_mentions if mention not in each)
