"""Every name of the demo's pages is right, and who says what there: samples.toml has them, marked by eye."""

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from agents.entities.types import TYPES
from agents.entities.work import EntitiesWork
from agents.records import CleanArticle, Entity, TaggedArticle
from tests.unit.agents.test_samples import PAGES, result

GOLD: dict[str, Any] = tomllib.loads(Path(__file__).with_name("samples.toml").read_text("utf-8"))
PAGES_WITH_NAMES = [page["file"] for page in PAGES if page["outcome"] == "finished"]
Names = Mapping[tuple[str, str], str]


@pytest.fixture(scope="module")
def tagged(work: EntitiesWork) -> Callable[[str], TaggedArticle]:
    @cache
    def tag(file: str) -> TaggedArticle:
        article = result(file)
        assert isinstance(article, CleanArticle)
        return work(article)

    return tag


def gold(file: str) -> dict[str, Any]:
    """What is marked in the page; a correction has the names of what it corrects."""
    marked: dict[str, Any] = GOLD[Path(file).stem.removesuffix("-corrected")]
    return marked


def expected(file: str) -> Names:
    """(type, name as it may be written) → the name as it is marked."""
    marked = gold(file)
    return {(kind, form): name for kind in TYPES for name in marked.get(kind, ()) for form in name.split("|")}


def names(article: TaggedArticle) -> list[Entity]:
    return [entity for entity in article.entities if entity.type in TYPES]


@pytest.mark.parametrize("file", PAGES_WITH_NAMES)
def test_every_name_of_a_sample_is_right_and_those_not_found_are_listed(
    file: str, tagged: Callable[[str], TaggedArticle]
) -> None:
    right = expected(file)
    own = {(entity.type, entity.name) for entity in names(tagged(file))}

    assert own - set(right) == set()
    kept = {right[name] for name in own}
    assert kept
    assert set(right.values()) - kept == set(gold(file)["missing"])


@pytest.mark.parametrize("file", PAGES_WITH_NAMES)
def test_every_place_of_a_sample_is_linked_to_its_own_country(
    file: str, tagged: Callable[[str], TaggedArticle]
) -> None:
    right, countries = expected(file), gold(file)["place"]
    unlinked = set()
    for entity in names(tagged(file)):
        if entity.type == "place" and entity.location is None:
            unlinked.add(right["place", entity.name])
        elif entity.type == "place":
            country, _, state = countries[right["place", entity.name]].partition("/")
            assert entity.location is not None
            assert (entity.location.country, entity.name) == (country, entity.name)
            assert not state or entity.location.admin == state

    assert unlinked == set(gold(file)["unlinked"])


@pytest.mark.parametrize("file", PAGES_WITH_NAMES)
def test_every_quotation_of_a_sample_has_its_speaker(
    file: str, tagged: Callable[[str], TaggedArticle]
) -> None:
    marked = gold(file)
    spoken = [
        (quote.span.text, quote.speaker.name if quote.speaker else None) for quote in tagged(file).quotes
    ]
    listed = [*marked["speakers"], *marked["reported"]]
    speakers = [*listed, *([words, None] for words in marked["unattributed"])]

    for words, speaker in spoken:
        assert any(words.startswith(first) and speaker == name for first, name in speakers), words
    for first, _ in listed:
        assert any(words.startswith(first) for words, _ in spoken), first
