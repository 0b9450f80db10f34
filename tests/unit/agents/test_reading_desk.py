"""The example of CONTRIBUTING.md without Kafka: the desk is sound, its branch is one, and its work works."""

import json

import orjson
import pytest

from streams.core.message import Message
from streams.core.pipeline import Desk, load_desk, sink_topic
from streams.core.stage import Done, Fate
from streams.errors import ConfigError
from streams.runtime.child import Worker, load_work
from streams.settings import load_settings
from tests.support.places import ROOT
from tests.unit.agents.articles import clean_article

SETTINGS = load_settings(desk="reading_desk").model_copy(update={"sinks": {}})


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.syspath_prepend(str(ROOT / "examples"))
    return load_desk(SETTINGS)


def test_the_branch_lies_beside_entities_and_has_an_end_of_its_own(desk: Desk) -> None:
    assert [stage.name for stage in desk.readers(desk.topic("clean"))] == ["entities", "reading"]
    assert [topic.name for topic in desk.last] == ["summaries", "reading"]


def test_a_sink_must_say_which_of_the_two_ends_it_reads(desk: Desk) -> None:
    def with_sink(**table: str) -> str:
        settings = SETTINGS.model_copy(update={"sinks": {"jsonl": table}})
        return sink_topic(settings, desk, "jsonl").name

    assert with_sink(reads="reading") == "reading"
    with pytest.raises(ConfigError, match="must say in `reads` which topic it reads"):
        with_sink()


@pytest.mark.parametrize(
    ("words", "fate", "topic"), [(476, Fate.SENT, "reading"), (50_000, Fate.DISCARDED, "discarded")]
)
def test_a_short_article_is_timed_and_a_book_is_discarded(
    desk: Desk, words: int, fate: Fate, topic: str
) -> None:
    stage = desk.stage("reading")
    value = orjson.dumps(clean_article("word " * words))
    message = Message(topic="news.clean", partition=0, offset=0, timestamp=0, key=b"k", value=value)

    outcome = Worker(stage, "news", load_work(stage, {})).handle(message)

    assert isinstance(outcome, Done)
    [record] = outcome.records
    assert (outcome.fate, record.topic) == (fate, f"news.{topic}")
    assert json.loads(record.value or b"").get("reading_seconds") == (120 if fate is Fate.SENT else None)
