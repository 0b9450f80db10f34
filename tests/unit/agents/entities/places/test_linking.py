import pytest

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
) -> tuple[str, str, str] | None:
    """Kind, country and code of the place that the name is linked to."""
    link = Linker(PLACES, [name, *others], groups, source).link(Named([name], [after]))
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


def test_a_name_that_no_place_has_is_not_linked() -> None:
    assert linked("Nowhereville-on-Sea") is None
    assert linked("Pacific", others=("U.S.",)) is None
