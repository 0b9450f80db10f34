"""A GLiNER model from a folder, as a user's own."""

import socket
from pathlib import Path

import pytest

from agents.entities.pipelines.gliner import PROMPTS, GlinerModel
from agents.entities.settings import EntitiesSettings
from agents.entities.work import load
from streams.errors import CannotStart
from tests.models.tiny import gliner
from tests.unit.agents.articles import clean_article

SENTENCE = "Anna Berg went home, and Knut Holm met her in Oslo. "
LENGTH = 30


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("gliner")
    return gliner(home / "tiny", home / "bert", LENGTH)


def test_names_of_a_long_text_are_those_of_each_of_its_stretches(folder: Path) -> None:
    model = GlinerModel(str(folder), "en")

    (alone,), (many,) = model.find([SENTENCE]), model.find([SENTENCE * 40])

    assert alone
    assert {span.label for span in alone} <= set(PROMPTS)
    # Two sentences have 26 words, three have 39.
    (pair,) = model.find([SENTENCE * 2])
    shift = 2 * len(SENTENCE)
    assert many == [
        (start + nth * shift, end + nth * shift, label) for nth in range(20) for start, end, label in pair
    ]


def test_an_article_is_tagged_and_the_record_says_by_what(folder: Path) -> None:
    work = load(EntitiesSettings(models={"en": f"gliner:{folder}"}, labels={"ship": "product"}))

    record = work(clean_article(SENTENCE * 8, title="Anna Berg"))

    assert (record.produced_by[-1].model or "").startswith("gliner-tiny-")
    assert record.entities
    assert work.notices == ()
    for entity in record.entities:
        assert all(getattr(record, at.field)[at.start : at.end] == at.text for at in entity.mentions)


def test_kinds_of_names_that_the_settings_add_are_asked_for(folder: Path) -> None:
    """Random weights decide what is found; asked for more, they find something else."""
    more = GlinerModel(str(folder), "en", {"ship": "product"})

    assert list(more.types) == [*PROMPTS, "ship"]
    assert more.find([SENTENCE]) != GlinerModel(str(folder), "en").find([SENTENCE])


def test_it_is_read_without_any_connection(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def rejected(*_: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", rejected)
    monkeypatch.setattr(socket, "getaddrinfo", rejected)

    assert GlinerModel(str(folder), "en").find([SENTENCE]) != [[]]


def test_a_folder_that_lacks_weights_is_a_sentence(folder: Path, tmp_path: Path) -> None:
    for name in ("gliner_config.json", "tokenizer.json", "tokenizer_config.json"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())

    with pytest.raises(CannotStart, match=r"^the model gliner:.* cannot be loaded: "):
        GlinerModel(str(tmp_path), "en")
