"""The example of CONTRIBUTING.md: a pipeline of your own that adds a branch without a fork."""

import json
import shutil
from pathlib import Path

import orjson
import pytest

from tests.support.pipelines.harness import UnderTest, header, until
from tests.support.places import ROOT
from tests.unit.agents.articles import clean_article

NO_ARTICLE = b'{"url": "https://news.example/other"}'
EXAMPLE = ROOT / "examples" / "reading_pipeline"

pytestmark = pytest.mark.kafka


@pytest.fixture
def pipeline(toy: UnderTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> UnderTest:
    """The example in a folder of its own: only the setting `pipeline` leads to it."""
    shutil.copytree(EXAMPLE, tmp_path / "mine" / "reading_pipeline")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "mine"))
    monkeypatch.setenv("COPYDESK_PIPELINE", "reading_pipeline")
    monkeypatch.setenv("COPYDESK_SINKS__JSONL__READS", "reading")
    toy.configure()
    with (toy.folder / "copydesk.toml").open("a") as file:
        file.write("[stages.entities.work]\nmodels = {}\n")  # the entities are not tested here
    toy.create_topics()
    return toy


def cleaned(article: str, words: int) -> bytes:
    """A record as the first stage of `agents` writes it."""
    return orjson.dumps(clean_article("word " * words, id=article))


def test_a_branch_runs_beside_the_stages_of_the_pipeline_that_it_extends(
    pipeline: UnderTest, tmp_path: Path
) -> None:
    lines = tmp_path / "cleaned.jsonl"
    lines.write_bytes(b"\n".join([cleaned("short", 476), cleaned("book", 50_000), NO_ARTICLE]))
    published = pipeline.run("publish", str(lines), "--topic", "clean")
    assert published.returncode == 0, published.stderr
    pipeline.start("worker", "reading")
    pipeline.start("worker", "entities")
    until(
        lambda: pipeline.read("discarded") and pipeline.read("dead.reading"),
        "all articles have their outcome",
    )
    until(
        lambda: len(pipeline.read("entities")) == 2 and pipeline.read("dead.entities"),
        "they also have it on the other branch",
    )

    [record] = until(lambda: pipeline.read("reading"), "the short article is written")
    value = json.loads(record.value)
    assert (record.key, value["id"], value["reading_seconds"]) == (b"short", "short", 120)
    assert value["text"] == "word " * 476
    assert value["produced_by"][-1] == {"stage": "reading", "version": "1", "model": None}
    assert header(record, "ce_type") == "copydesk.reading"
    [discarded] = pipeline.read("discarded")
    assert json.loads(discarded.value)["reason"] == "too-long"
    [dead_letter] = pipeline.read("dead.reading")
    assert (dead_letter.value, header(dead_letter, "copydesk_reason")) == (NO_ARTICLE, "invalid")
