"""The example of CONTRIBUTING.md without Kafka: the pipeline loads, it branches, and its work is done."""

import pytest
from reading_pipeline.reading.work import ReadingSettings, load

from streams.core.pipeline import Pipeline, load_pipeline, sink_topic
from streams.core.stage import Discard
from streams.errors import ConfigError
from streams.settings import load_settings
from tests.unit.agents.articles import clean_article

SETTINGS = load_settings(pipeline="reading_pipeline").model_copy(update={"sinks": {}})


@pytest.fixture
def pipeline() -> Pipeline:
    return load_pipeline(SETTINGS)


def test_the_branch_reads_beside_entities_and_ends_in_its_own_topic(pipeline: Pipeline) -> None:
    assert [stage.name for stage in pipeline.readers(pipeline.topic("clean"))] == ["entities", "reading"]
    assert [topic.name for topic in pipeline.last] == ["summaries", "reading"]


def test_a_sink_must_say_which_of_the_two_last_topics_it_reads(pipeline: Pipeline) -> None:
    def with_sink(**table: str) -> str:
        settings = SETTINGS.model_copy(update={"sinks": {"jsonl": table}})
        return sink_topic(settings, pipeline, "jsonl").name

    assert with_sink(reads="reading") == "reading"
    with pytest.raises(ConfigError, match=r"reads: must say which topic it reads"):
        with_sink()


def test_an_article_gets_its_reading_time_and_a_book_is_discarded() -> None:
    work = load(ReadingSettings())
    assert work(clean_article("word " * 476)).reading_seconds == 120
    assert work(clean_article("word " * 50_000)) == Discard("too-long")
