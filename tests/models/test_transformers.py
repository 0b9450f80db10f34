"""A user's own pipeline with a transformer: what its recogniser listens to is loaded, and nothing else."""

from pathlib import Path

import pytest
import spacy

from agents.entities.model import Model
from agents.entities.settings import EntitiesSettings
from agents.entities.work import load
from tests.models.tiny import LISTENERS, curated, spacy_transformer
from tests.unit.agents.articles import clean_article

TEXT = "Anna Berg went home, and Knut Holm met the Harbour Board in Oslo. " * 12


def assert_reads_as_spacy_does(folder: Path, transformer: str) -> None:
    """The same entities as the whole pipeline has, and only with the transformer."""
    expected = [(ent.start_char, ent.end_char, ent.label_) for ent in spacy.load(folder)(TEXT).ents]
    model = Model(str(folder), "en")

    (first,), (second,) = model.find([TEXT]), model.find([TEXT])

    assert model._nlp.pipe_names == [transformer, "ner"]
    assert first == second == expected
    assert len({label for _, _, label in expected}) > 0


@pytest.mark.parametrize("listener", LISTENERS)
def test_a_recogniser_that_listens_to_a_curated_transformer_has_it(tmp_path: Path, listener: str) -> None:
    assert_reads_as_spacy_does(curated(tmp_path / "pipeline", listener), "transformer")


def test_a_transformer_of_another_name_is_kept_where_the_listener_names_it(tmp_path: Path) -> None:
    folder = curated(
        tmp_path / "pipeline", "LastTransformerLayerListener.v1", upstream="encoder", name="encoder"
    )

    assert_reads_as_spacy_does(folder, "encoder")


def test_a_pipeline_of_spacy_transformers_is_read_too(tmp_path: Path) -> None:
    assert_reads_as_spacy_does(spacy_transformer(tmp_path / "pipeline", tmp_path / "bert"), "transformer")


def test_an_article_is_tagged_by_a_transformer_and_the_record_says_so(tmp_path: Path) -> None:
    folder = curated(tmp_path / "pipeline", "LastTransformerLayerListener.v1")

    record = load(EntitiesSettings(models={"en": str(folder)}))(clean_article(TEXT, title="Anna Berg"))

    assert (record.produced_by[-1].model or "").startswith("en_tiny_trf-0.1.0-")
    for entity in record.entities:
        assert all(getattr(record, at.field)[at.start : at.end] == at.text for at in entity.mentions)
