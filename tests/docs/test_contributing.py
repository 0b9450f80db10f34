"""The worked example of CONTRIBUTING.md: a desk of one's own with one stage more, without a fork."""

import json
import shutil
from pathlib import Path

import orjson
import pytest

from agents.records import Article, Summary, extend
from tests.support.harness import UnderTest, header, until
from tests.support.places import ROOT
from tests.unit.agents.articles import tagged_article

NO_ARTICLE = b'{"url": "https://news.example/other"}'
EXAMPLE = ROOT / "examples" / "reading_desk"

pytestmark = pytest.mark.kafka


@pytest.fixture
def desk(toy: UnderTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> UnderTest:
    """The example, copied to a folder of its own: only the setting `desk` says that it runs."""
    shutil.copytree(EXAMPLE, tmp_path / "mine" / "reading_desk")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "mine"))
    monkeypatch.setenv("COPYDESK_DESK", "reading_desk")
    toy.configure()
    toy.create_topics()
    return toy


def finished(article: str, words: int) -> bytes:
    """A record as the last stage of `agents` leaves it."""
    text = "word " * words
    none = Summary(method="extractive", text="", sentences=[], phrases=[])
    return orjson.dumps(extend(tagged_article(text, id=article), Article, summary=none))


def test_a_desk_with_a_stage_more_runs_behind_the_desk_it_extends(desk: UnderTest, tmp_path: Path) -> None:
    lines = tmp_path / "finished.jsonl"
    lines.write_bytes(b"\n".join([finished("short", 476), finished("book", 50_000), NO_ARTICLE]))
    published = desk.run("publish", str(lines), "--topic", "summaries")
    assert published.returncode == 0, published.stderr
    desk.start("worker", "reading")
    until(lambda: desk.read("discarded") and desk.read("dead.reading"), "all have their fate")

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
