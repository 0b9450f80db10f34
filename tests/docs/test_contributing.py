"""The worked example of CONTRIBUTING.md: a desk of one's own with a branch more, without a fork."""

import json
import shutil
from pathlib import Path

import orjson
import pytest

from tests.support.harness import UnderTest, header, until
from tests.support.places import ROOT
from tests.unit.agents.articles import clean_article

NO_ARTICLE = b'{"url": "https://news.example/other"}'
EXAMPLE = ROOT / "examples" / "reading_desk"

pytestmark = pytest.mark.kafka


@pytest.fixture
def desk(toy: UnderTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> UnderTest:
    """The example, copied to a folder of its own: only the setting `desk` says that it runs."""
    shutil.copytree(EXAMPLE, tmp_path / "mine" / "reading_desk")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "mine"))
    monkeypatch.setenv("COPYDESK_DESK", "reading_desk")
    monkeypatch.setenv("COPYDESK_SINKS__JSONL__READS", "reading")
    toy.configure()
    with (toy.folder / "copydesk.toml").open("a") as file:
        file.write("[stages.entities.work]\nmodels = {}\n")  # what is found in a text is not looked at here
    toy.create_topics()
    return toy


def cleaned(article: str, words: int) -> bytes:
    """A record as the first stage of `agents` leaves it."""
    return orjson.dumps(clean_article("word " * words, id=article))


def test_a_branch_runs_beside_the_stages_of_the_desk_that_it_extends(desk: UnderTest, tmp_path: Path) -> None:
    lines = tmp_path / "cleaned.jsonl"
    lines.write_bytes(b"\n".join([cleaned("short", 476), cleaned("book", 50_000), NO_ARTICLE]))
    published = desk.run("publish", str(lines), "--topic", "clean")
    assert published.returncode == 0, published.stderr
    desk.start("worker", "reading")
    desk.start("worker", "entities")
    until(lambda: desk.read("discarded") and desk.read("dead.reading"), "all have their fate")
    until(lambda: len(desk.read("entities")) == 2 and desk.read("dead.entities"), "on the other branch too")

    [record] = until(lambda: desk.read("reading"), "the short article is written")
    value = json.loads(record.value)
    assert (record.key, value["id"], value["reading_seconds"]) == (b"short", "short", 120)
    assert value["text"] == "word " * 476
    assert value["produced_by"][-1] == {"stage": "reading", "version": "1", "model": None}
    assert header(record, "ce_type") == "copydesk.reading"
    [discarded] = desk.read("discarded")
    assert json.loads(discarded.value)["reason"] == "too-long"
    [letter] = desk.read("dead.reading")
    assert (letter.value, header(letter, "copydesk_reason")) == (NO_ARTICLE, "invalid")
