"""A user's own spaCy pipeline: a package or a folder, with whatever components it has."""

import json
import sys
from pathlib import Path
from shutil import copytree

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

from agents.entities.model import Model
from agents.entities.settings import EntitiesSettings
from agents.entities.work import load
from streams.errors import CannotStart
from tests.support.spacy_pipelines import NAMES, TEXTS, with_listener, with_ruler
from tests.unit.agents.articles import clean_article


@Language.component("tests_towns")
def towns(doc: Doc) -> Doc:
    """A component that spaCy does not have, and that reads what the sentencizer wrote."""
    doc.ents = [Span(doc, sentence.end - 2, sentence.end - 1, label="GPE") for sentence in doc.sents]
    return doc


def names_in(folder: Path, text: str) -> list[tuple[str, str]]:
    (spans,) = Model(str(folder), "en").find([text])
    return [(text[span.start : span.end], span.label) for span in spans]


def loaded(folder: Path) -> list[str]:
    names: list[str] = Model(str(folder), "en")._nlp.pipe_names
    return names


@pytest.fixture(scope="module")
def listening(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return with_listener(tmp_path_factory.mktemp("made") / "model-best")


@pytest.mark.parametrize("upstream", ["*", "vectors"])
def test_the_component_that_a_recogniser_listens_to_is_loaded_and_others_are_not(
    tmp_path: Path, upstream: str
) -> None:
    folder = with_listener(tmp_path / "pipeline", encoder="vectors", upstream=upstream)

    assert loaded(folder) == ["vectors", "ner"]
    assert [name for text in TEXTS for name, _ in names_in(folder, text)] == [
        name for text in TEXTS for name in NAMES if name in text
    ]


def test_a_pipeline_with_a_ruler_is_loaded_whole_since_its_rules_may_read_anything(tmp_path: Path) -> None:
    folder = with_ruler(tmp_path / "pipeline")

    assert names_in(folder, "The old Berg burned.") == [("Berg", "ORG")]


def test_a_ruler_of_spans_finds_names_only_where_it_sets_entities(tmp_path: Path) -> None:
    names = with_ruler(tmp_path / "names", "span_ruler", annotate_ents=True)
    spans = with_ruler(tmp_path / "spans", "span_ruler", annotate_ents=False)

    assert names_in(names, "The old Berg burned.") == [("Berg", "ORG")]
    with pytest.raises(CannotStart, match="cannot find names: no component of it sets entities, as ner does"):
        Model(str(spans), "en")


def test_a_component_that_spacy_does_not_have_is_loaded_with_all_others(tmp_path: Path) -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    nlp.add_pipe("tests_towns")
    nlp.to_disk(tmp_path)

    assert names_in(tmp_path, "We went to Oslo. We left Bergen.") == [("Oslo", "GPE"), ("Bergen", "GPE")]


def test_a_component_that_is_disabled_in_the_pipeline_does_not_count(tmp_path: Path) -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("entity_ruler")
    nlp.disable_pipe("entity_ruler")
    nlp.to_disk(tmp_path)

    with pytest.raises(CannotStart, match="no component of it sets entities"):
        Model(str(tmp_path), "en")


@pytest.mark.parametrize(
    ("factory", "how"),
    [
        ("curated_transformer", r"pip install 'copydesk\[transformers\]'$"),
        ("transformer", "pip install 'copydesk\\[transformers\\]' spacy-transformers$"),
        ("our_finder", "install the package that has it$"),
    ],
)
def test_a_component_of_a_package_that_is_missing_is_a_sentence_that_says_how_to_get_it(
    tmp_path: Path, listening: Path, factory: str, how: str
) -> None:
    config = spacy.util.load_config(listening / "config.cfg")
    config["components"]["tok2vec"]["factory"] = factory
    config.to_disk(tmp_path / "config.cfg")

    with pytest.raises(
        CannotStart, match=f"needs the component {factory!r}, which no installed package has: {how}"
    ):
        Model(str(tmp_path), "en")


def test_a_pipeline_with_files_missing_is_a_sentence_and_no_trace(tmp_path: Path, listening: Path) -> None:
    folder = copytree(listening, tmp_path / "pipeline")
    (folder / "ner" / "model").unlink()

    with pytest.raises(CannotStart, match=r"^the model pipeline cannot be loaded: .+"):
        Model(str(folder), "en")


def test_a_folder_without_a_pipeline_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match="the model for language 'en', is not a folder of a spaCy pipeline"):
        Model(str(tmp_path), "en")


def test_the_record_says_language_name_version_and_digest_of_a_pipeline(listening: Path) -> None:
    work = load(EntitiesSettings(models={"en": str(listening)}))
    record = work(clean_article("Anna Berg went home."))

    name, _, digest = (record.produced_by[-1].model or "").rpartition("-")
    assert name == "en_listening-1.2.3"
    assert len(bytes.fromhex(digest)) == 4
    assert [(entity.name, entity.type) for entity in record.entities] == [("Anna Berg", "person")]


def test_a_package_is_found_by_its_name(
    tmp_path: Path, listening: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "our_names"
    folder = copytree(listening, package / "en_listening-1.2.3")
    (package / "__init__.py").touch()
    (package / "meta.json").write_bytes((folder / "meta.json").read_bytes())
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])

    assert Model("our_names", "en").name.startswith("en_listening-1.2.3-")
    meta = json.loads((package / "meta.json").read_bytes())
    (package / "meta.json").write_text(json.dumps(meta | {"version": "2"}))
    with pytest.raises(
        CannotStart, match="'our_names', the model for language 'en', is not a spaCy pipeline"
    ):
        Model("our_names", "en")


def test_labels_without_a_type_are_said_once_and_may_be_given_one(tmp_path: Path) -> None:
    folder = str(with_listener(tmp_path / "pipeline", label="HUMAN"))
    article = clean_article("Anna Berg went home.")

    without = load(EntitiesSettings(models={"en": folder}))
    typed = load(EntitiesSettings(models={"en": folder}, labels={"HUMAN": "person"}))

    (notice,) = without.notices
    assert "labels HUMAN are left out" in notice
    assert "stages.entities.work.labels" in notice
    assert without(article).entities == []
    assert typed.notices == ()
    assert [entity.name for entity in typed(article).entities] == ["Anna Berg"]


def test_a_type_that_does_not_exist_is_an_error_that_lists_those_that_do() -> None:
    with pytest.raises(CannotStart, match="labels: 'human' for 'HUMAN' is none of: person, organisation, "):
        load(EntitiesSettings(labels={"HUMAN": "human"}))


def test_the_model_of_our_own_is_for_english_only() -> None:
    with pytest.raises(CannotStart, match="'copydesk' is one for English, not for language 'fr'"):
        load(EntitiesSettings(models={"fr": "copydesk"}))


def test_a_gliner_model_needs_its_folder_and_its_extra(tmp_path: Path) -> None:
    value = f"gliner:{tmp_path}"
    with pytest.raises(CannotStart, match="is not a folder of a GLiNER model: it has no gliner_config"):
        load(EntitiesSettings(models={"en": value}))

    (tmp_path / "gliner_config.json").touch()
    with pytest.raises(CannotStart, match=r"needs GLiNER .*: pip install 'copydesk\[gliner\]'$"):
        load(EntitiesSettings(models={"en": value}))
