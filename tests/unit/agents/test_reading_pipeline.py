"""The example of CONTRIBUTING.md without Kafka: the pipeline is sound, its branch is one, and its work
works."""

import json

import orjson
import pytest

from streams.core.message import Message
from streams.core.pipeline import Pipeline, load_pipeline, sink_topic
from streams.core.stage import Outcome, Processed
from streams.errors import ConfigError
from streams.runtime.pool_process import StageWorker, load_work
from streams.settings import load_settings
from tests.support.places import ROOT
from tests.unit.agents.articles import clean_article

SETTINGS = load_settings(pipeline="reading_pipeline").model_copy(update={"sinks": {}})


@pytest.fixture
def pipeline(monkeypatch: pytest.MonkeyPatch) -> Pipeline:
    monkeypatch.syspath_prepend(str(ROOT / "examples"))
    return load_pipeline(SETTINGS)


def test_the_branch_lies_beside_entities_and_has_an_end_of_its_own(pipeline: Pipeline) -> None:
    assert [stage.name for stage in pipeline.readers(pipeline.topic("clean"))] == ["entities", "reading"]
    assert [topic.name for topic in pipeline.last] == ["summaries", "reading"]


def test_a_sink_must_say_which_of_the_two_ends_it_reads(pipeline: Pipeline) -> None:
    def with_sink(**table: str) -> str:
        settings = SETTINGS.model_copy(update={"sinks": {"jsonl": table}})
        return sink_topic(settings, pipeline, "jsonl").name

    assert with_sink(reads="reading") == "reading"
    with pytest.raises(ConfigError, match="must say in `reads` which topic it reads"):
        with_sink()


@pytest.mark.parametrize(
    ("words", "outcome", "topic"), [(476, Outcome.SENT, "reading"), (50_000, Outcome.DISCARDED, "discarded")]
)
def test_a_short_article_is_timed_and_a_book_is_discarded(
    pipeline: Pipeline, words: int, outcome: Outcome, topic: str
) -> None:
    stage = pipeline.stage("reading")
    value = orjson.dumps(clean_article("word " * words))
    message = Message(topic="news.clean", partition=0, offset=0, timestamp=0, key=b"k", value=value)

    result = StageWorker(stage, "news", load_work(stage, {})).handle(message)

    assert isinstance(result, Processed)
    [record] = result.records
    assert (result.outcome, record.topic) == (outcome, f"news.{topic}")
    assert json.loads(record.value or b"").get("reading_seconds") == (
        120 if outcome is Outcome.SENT else None
    )
