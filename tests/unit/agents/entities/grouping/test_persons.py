import pytest

from agents.entities.grouping.persons import is_short_for, key, person


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("Berg", "Anna Berg"),
        ("Mr. Berg", "Anna Berg"),
        ("President Berg", "Anna Berg"),
        ("Anna Berg", "Anna K. Berg"),
        ("K. Berg", "Anna K. Berg"),
        ("Anna K. Berg", "Anna Karin Maria Berg"),
        ("van Dalen", "Piet van Dalen"),
        ("Berg", "Anna Berg Jr."),
        ("ANNA BERG", "Anna Berg"),
    ],
)
def test_a_shorter_form_means_the_full_name(short: str, full: str) -> None:
    assert is_short_for(person(short), person(full))


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("Anna", "Anna Berg"),
        ("Berg", "Anna Bergman"),
        ("Bea Berg", "Anna Berg"),
        ("Anna K. Berg", "Anna Berg"),
        ("Anna M. Berg", "Anna Karin Sofia Berg"),
        ("Anna Berg", "Anna Berg Jr."),
        ("Berg", "Anna and Bea Berg"),
    ],
)
def test_another_name_is_not_a_shorter_form(short: str, full: str) -> None:
    assert not is_short_for(person(short), person(full))


def test_a_name_is_the_same_in_any_case_spacing_and_apostrophe() -> None:
    assert key("Shaun  O’Hara") == key("SHAUN\nO'HARA") == "shaun o'hara"


def test_a_title_alone_is_kept_as_the_name() -> None:
    assert person("The King").words == ("the", "king")
    assert person("King").words == ("king",)
