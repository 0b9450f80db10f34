import pytest

from agents.entities.places.home import country_of_tag
from agents.entities.places.linking import Linker, Named
from agents.entities.places.table import Places

PLACES = Places.load()


def linked(
    name: str,
    *,
    after: str = ".",
    others: tuple[str, ...] = (),
    groups: tuple[str, ...] = (),
    source: str | None = None,
    before: str = "",
    language: str = "en",
) -> tuple[str, str, str] | None:
    """Kind, country and code of the place that the name is linked to."""
    linker = Linker(PLACES, [name, *others], groups, source, language)
    link = linker.link(Named([name], [after], [before]))
    return link and (link[0].kind, link[0].country, link[0].code)


@pytest.mark.parametrize(
    ("name", "context", "expected"),
    [
        ("Paris", {}, ("city", "FR", "11")),
        ("Paris", {"after": ", Texas, on Monday"}, ("city", "US", "TX")),
        ("Paris", {"after": ", Texas.", "others": ("Texas",)}, ("city", "US", "TX")),
        ("Georgia", {"others": ("Atlanta", "Alabama", "U.S.")}, ("state", "US", "GA")),
        ("Georgia", {"groups": ("Russian", "Georgian")}, ("country", "GE", "")),
        ("Birmingham", {"others": ("Alabama", "Montgomery")}, ("city", "US", "AL")),
        ("Birmingham", {"source": "GB"}, ("city", "GB", "ENG")),
        ("Hays", {"after": ", Kan."}, ("city", "US", "KS")),
        ("Kansas City", {"others": ("Topeka", "U.S.")}, ("city", "US", "KS")),
        ("Moscow", {"before": "in Pullman and "}, ("city", "US", "ID")),
        ("Moscow", {"before": "in London and "}, ("city", "RU", "48")),
        ("Washington", {"others": ("Moscow",)}, ("city", "US", "DC")),
        ("Washington D.C.", {}, ("city", "US", "DC")),
        ("U.S.", {}, ("country", "US", "")),
        ("Burma", {}, ("country", "MM", "")),
        ("Kan.", {}, ("state", "US", "KS")),
        ("England", {}, ("state", "GB", "")),
    ],
)
def test_a_name_is_linked_by_its_context(
    name: str, context: dict[str, object], expected: tuple[str, str, str]
) -> None:
    assert linked(name, **context) == expected  # type: ignore[arg-type]  # each has the type of its parameter


def test_a_small_place_is_linked_only_where_something_else_is_in_its_country() -> None:
    assert linked("Petrinja") is None
    assert linked("Petrinja", others=("Croatia",)) == ("city", "HR", "14")


def test_a_small_place_is_linked_in_the_country_of_its_source_and_of_its_language() -> None:
    assert linked("Gosport", source="GB") == ("city", "GB", "ENG")
    assert linked("Dornbirn", language="de") == ("city", "AT", "08")
    assert linked("Dornbirn", language="fr") is None


def test_a_county_and_a_region_are_linked_to_no_town_of_the_name() -> None:
    assert linked("Edwards", after=" County voted.", others=("U.S.",)) is None
    assert linked("Kerala", others=("India",)) is None
    assert linked("Petrinja", others=("Slavonia",)) == ("city", "HR", "14")


@pytest.mark.parametrize(
    ("declared", "country"),
    [("de-AT", "AT"), ("en_GB", "GB"), ("zh-Hant-TW", "TW"), ("en-US", None), ("fr", None), (None, None)],
)
def test_the_declared_language_names_the_country_of_a_source(
    declared: str | None, country: str | None
) -> None:
    assert country_of_tag(declared) == country


def test_a_name_that_no_place_has_is_not_linked() -> None:
    assert linked("Nowhereville-on-Sea") is None
    assert linked("Pacific", others=("U.S.",)) is None


def test_a_great_city_is_no_small_town_of_its_name_unless_something_says_so() -> None:
    others = ("Chicago", "U.S.")
    assert (linked("Paris", others=others) or ())[1:2] == ("FR",)
    assert (linked("Paris", after=", Illinois,", others=others) or ())[1:] == ("US", "IL")


def test_a_city_of_some_size_needs_nothing_else_where_no_other_is_called_so() -> None:
    assert (linked("Geneva") or ())[1:2] == ("CH",)
    assert linked("Harper", others=("California",)) is None
