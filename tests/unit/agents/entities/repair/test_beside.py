import pytest

from agents.entities.mentions import Mention
from agents.entities.repair.beside import with_types_beside
from tests.unit.agents.entities.repair.test_repair import mentions, named


@pytest.mark.parametrize(
    ("text", "name", "before", "after"),
    [
        ("It is the cutter Inga Holm that left.", "Inga Holm", "person", "product"),
        ("Inga Holm left the cutter.", "Inga Holm", "person", "person"),
        ("The children have given it the name Lynx.", "Lynx", "person", "product"),
        ("Pia van Dam, the firm’s finance director, left.", "Pia van Dam", "organisation", "person"),
        ("Red Fern, the milling company, left.", "Red Fern", "place", "organisation"),
        ("Anna Berg, the agency said, left.", "Anna Berg", "person", "person"),
        ("The flood came as the Vistula rose.", "Vistula", "organisation", "place"),
        ("Vistula beat Rovers.", "Vistula", "organisation", "organisation"),
        ("Under the Holm administration it closed.", "Holm", "organisation", "person"),
        ("Under the NATO administration it closed.", "NATO", "organisation", "organisation"),
        ("Wells fail across Konkan this year.", "Konkan", "group", "place"),
        ("Trade in Norwegian fish fell.", "Norwegian", "group", "group"),
    ],
)
def test_words_beside_a_name_say_its_type(text: str, name: str, before: str, after: str) -> None:
    assert named(with_types_beside(text, mentions(text, (name, before)))) == [(name, after)]


def test_what_one_mention_is_all_mentions_of_the_name_are() -> None:
    text = "Vistula rises fast. The Vistula is high."
    both = [Mention("text", start, start + 7, "Vistula", "person") for start in (0, 24)]

    assert named(with_types_beside(text, both)) == [("Vistula", "place")] * 2


@pytest.mark.parametrize(
    "text",
    ["People of the villages of Asker and Moss left.", "Wells of Moss, Drammen and Asker are dry."],
)
def test_a_name_in_a_list_of_places_is_a_place(text: str) -> None:
    others = [(name, "place") for name in ("Drammen", "Asker") if name in text]
    own = mentions(text, *others, ("Moss", "person"))

    kept = with_types_beside(text, sorted(own, key=lambda mention: mention.start))

    assert {mention.type for mention in kept} == {"place"}


def test_an_organisation_between_two_places_only_stays_one() -> None:
    text = "He was in Moss and Statoil."
    own = mentions(text, ("Moss", "place"), ("Statoil", "organisation"))

    assert named(with_types_beside(text, own)) == [("Moss", "place"), ("Statoil", "organisation")]
