"""The example of CONTRIBUTING.md without Kafka: the pipeline loads, it branches, and its work is done."""

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


def test_the_branch_reads_beside_entities_and_ends_in_its_own_topic(pipeline: Pipeline) -> None:
    assert [stage.name for stage in pipeline.readers(pipeline.topic("clean"))] == ["entities", "reading"]
    assert [topic.name for topic in pipeline.last] == ["summaries", "reading"]


def test_a_sink_must_say_which_of_the_two_last_topics_it_reads(pipeline: Pipeline) -> None:
    def with_sink(**table: str) -> str:
        settings = SETTINGS.model_copy(update={"sinks": {"jsonl": table}})
        return sink_topic(settings, pipeline, "jsonl").name

    assert with_sink(reads="reading") == "reading"
    with pytest.raises(ConfigError, match="must say in `reads` which topic it reads"):
        with_sink()


@pytest.mark.parametrize(
    ("words", "outcome", "topic"), [(476, Outcome.SENT, "reading"), (50_000, Outcome.DISCARDED, "discarded")]
)
def test_an_article_gets_its_reading_time_and_a_book_is_discarded(
    pipeline: Pipeline, words: int, outcome: Outcome, topic: str
) -> None:
    stage = pipeline.stage("reading")
    value = orjson.dumps(clean_article("word " * words))
    message = Message(topic="news.clean", partition=0, offset=0, timestamp=0, key=b"k", value=value)

    result = StageWorker(stage, load_work(stage, {})).handle(message)

    assert isinstance(result, Processed)
    [record] = result.records
    assert (result.outcome, record.topic) == (outcome, f"news.{topic}")
    assert json.loads(record.value or b"").get("reading_seconds") == (
        120 if outcome is Outcome.SENT else None
    )
