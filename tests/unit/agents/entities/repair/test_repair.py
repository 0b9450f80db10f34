import pytest

from agents.entities.mentions import Mention
from agents.entities.places.table import Places
from agents.entities.repair.acronyms import is_acronym, with_acronyms
from agents.entities.repair.agencies import with_agencies
from agents.entities.repair.bounds import bounded
from agents.entities.repair.datelines import after_dateline, with_datelines
from agents.entities.repair.no_names import without_no_names
from agents.entities.repair.offices import without_offices
from agents.entities.repair.possessive import with_own_s
from agents.entities.repair.surnames import with_surnames

PLACES = Places.load()


def mentions(text: str, *names: tuple[str, str]) -> list[Mention]:
    """The first mention of each name in the text, with its type."""
    return [Mention("text", text.index(n), text.index(n) + len(n), n, kind) for n, kind in names]


def named(kept: list[Mention]) -> list[tuple[str, str]]:
    return [(mention.text, mention.type) for mention in kept]


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("President Anna Berg", "person", [("Anna Berg", "person")]),
        ("Mexican Ariel Cruz", "person", [("Ariel Cruz", "person")]),
        ("Neither Berg", "person", [("Berg", "person")]),
        ("Will Berg", "person", [("Will Berg", "person")]),
        ("Pirates 10-0", "organisation", [("Pirates", "organisation")]),
        ("Jane Roe/Reuters", "person", [("Jane Roe", "person"), ("Reuters", "person")]),
        ("U.S.-Russia", "place", [("U.S.", "place"), ("Russia", "place")]),
        ("Jean-Pierre Dubois", "person", [("Jean-Pierre Dubois", "person")]),
        ("King Edward Hospital", "person", [("King Edward Hospital", "organisation")]),
        ("Queen Margaret College", "organisation", [("Queen Margaret College", "organisation")]),
        ("King Edward Park", "person", [("King Edward Park", "place")]),
        ("Charlotte Bridge", "person", [("Charlotte Bridge", "person")]),
        ("Polish Forests", "person", [("Polish Forests", "organisation")]),
    ],
)
def test_what_stands_before_and_after_a_name_is_left_out(
    name: str, kind: str, expected: list[tuple[str, str]]
) -> None:
    assert named(list(bounded(mentions(name, (name, kind))))) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("LARNED, Kan. — The ward reopened.", [("LARNED", "place"), ("Kan.", "place")]),
        ("DUBAI (Reuters) - Oil rose.", [("DUBAI", "place"), ("Reuters", "organisation")]),
        ("NEW DELHI, Nov 3 (PTI): Ministers met.", [("NEW DELHI", "place"), ("PTI", "organisation")]),
        ("LONDON 2016-08-30", [("LONDON", "place")]),
        (
            "ORAN (APS/AFP) - Oil rose.",
            [("ORAN", "place"), ("APS", "organisation"), ("AFP", "organisation")],
        ),
        ("BREAKING - Oil rose.", []),
        ("ANNA: I never asked.", []),
        ("NATO said on Monday it would stay.", []),
    ],
)
def test_a_dateline_names_its_place_and_agency(line: str, expected: list[tuple[str, str]]) -> None:
    assert named(with_datelines(line, [], PLACES)) == expected


def test_a_paragraph_goes_on_after_its_dateline() -> None:
    assert "BAKU — Fruit"[after_dateline("BAKU — Fruit", 0) :] == "Fruit"
    assert after_dateline("ANNA: No.", 0) == 0


def test_a_surname_alone_is_the_person_also_before_the_full_name() -> None:
    text = "Shearer takes over. Alan Shearer said so in Halden. Near Halden, Shearer rests."
    kept = with_surnames(text, mentions(text, ("Shearer", "organisation"), ("Alan Shearer", "person")))

    assert named(kept) == [("Shearer", "person"), ("Alan Shearer", "person"), ("Shearer", "person")]


def test_a_first_name_alone_and_a_surname_of_the_article_are_a_person() -> None:
    text = "She named him Ford. Mia Holm is glad. Ford Holm slept."
    own = mentions(text, ("Ford", "person"), ("Mia Holm", "person"), ("Ford Holm", "organisation"))

    assert ("Ford Holm", "person") in named(with_surnames(text, own))


def test_a_surname_after_in_is_the_place_of_that_name() -> None:
    text = "Michael Jordan left. In Jordan, it rained."
    kept = with_surnames(text, mentions(text, ("Michael Jordan", "person")))

    assert named(kept) == [("Michael Jordan", "person")]


def test_an_acronym_in_brackets_is_found_wherever_it_stands() -> None:
    text = "The Rural Water Authority (RWA) met. RWA staff left."
    kept = with_acronyms(text, mentions(text, ("Rural Water Authority", "organisation")))

    assert [mention.text for mention in kept] == ["Rural Water Authority", "RWA", "RWA"]


@pytest.mark.parametrize(
    ("short", "full", "expected"),
    [
        ("RWA", "Rural Water Authority", True),
        ("UN", "United Nations", True),
        ("ILO", "International Labour Organization", True),
        ("BBC", "Harbour Board", False),
        ("XY", "Example", False),
    ],
)
def test_the_letters_of_an_acronym_are_those_that_words_begin_with(
    short: str, full: str, expected: bool
) -> None:
    assert is_acronym(short, full) is expected


def test_an_agency_is_an_organisation_wherever_it_stands_and_initials_only_where_they_sign() -> None:
    text = "He told Reuters that AP Moller (AP) rose."

    assert named(with_agencies(text, [])) == [("Reuters", "organisation"), ("AP", "organisation")]


def test_what_an_office_is_named_by_is_no_organisation() -> None:
    text = "The Secretary of State met the State of Georgia."
    state = mentions(text, ("State", "organisation"))

    assert list(without_offices(text, state)) == []
    assert named(list(without_offices("Secretary", mentions("State", ("State", "place"))))) == [
        ("State", "place")
    ]


@pytest.mark.parametrize(
    ("text", "name", "kind", "expected"),
    [
        ("Many Septembers have passed.", "Septembers", "place", []),
        ("They wished all a “Happy New Year”.", "Happy New Year", "work", []),
        ("“Salt,” said Anna Berg.", "Salt", "work", []),
        ("She read “Salt” twice, he said.", "Salt", "work", [("Salt", "work")]),
    ],
)
def test_months_greetings_and_what_somebody_says_are_no_names(
    text: str, name: str, kind: str, expected: list[tuple[str, str]]
) -> None:
    assert named(list(without_no_names(text, mentions(text, (name, kind))))) == expected


@pytest.mark.parametrize(
    ("text", "name", "kind", "expected"),
    [
        ("A school in St. John’s closed.", "St. John", "place", "St. John’s"),
        ("It sold McDonald's in Oslo.", "McDonald", "organisation", "McDonald's"),
        ("They love Oslo's trams.", "Oslo", "place", "Oslo"),
    ],
)
def test_a_name_that_only_a_table_has_with_its_s_keeps_it(
    text: str, name: str, kind: str, expected: str
) -> None:
    [kept] = with_own_s(text, mentions(text, (name, kind)), PLACES)

    assert (kept.text, text[kept.start : kept.end]) == (expected, expected)
