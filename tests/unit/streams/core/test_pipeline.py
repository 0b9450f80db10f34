"""How a pipeline is loaded, and the error when it is missing or incomplete."""

from pathlib import Path

import pytest

from streams.core.pipeline import load_pipeline
from streams.errors import ConfigError
from streams.settings import load_settings
from tests.support.pipelines.small import a_pipeline


def test_a_pipeline_is_loaded_with_its_dead_letter_topics_and_their_ledger(folder: Path) -> None:
    pipeline = load_pipeline(a_pipeline(folder, "pipeline_whole"))

    assert [stage.name for stage in pipeline.stages] == ["one", "two"]
    assert [topic.name for topic in pipeline.all_topics()] == [
        *("raw", "middle", "end", "discarded"),
        *("dead.one", "dead.two", "dead.resolved"),
    ]
    assert [topic.name for topic in pipeline.first] == ["raw"]
    assert [topic.name for topic in pipeline.last] == ["end"]
    assert pipeline.sinks == {"jsonl": "pipeline_whole.work:open_sink"}


def test_a_pipeline_in_the_current_directory_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = a_pipeline(tmp_path, "pipeline_here")
    monkeypatch.syspath_prepend("/nowhere")
    monkeypatch.chdir(tmp_path)

    assert load_pipeline(settings).stage("two").reads.name == "middle"


def test_a_topic_is_named_with_or_without_the_prefix(folder: Path) -> None:
    pipeline = load_pipeline(a_pipeline(folder, "pipeline_named"))

    assert pipeline.full_name("dead.one") == "news.dead.one"
    assert pipeline.full_name("news.dead.one") == "news.dead.one"
    assert pipeline.full_name("other.topic") == "other.topic"


def test_the_error_for_an_unknown_name_lists_the_known_ones(folder: Path) -> None:
    pipeline = load_pipeline(a_pipeline(folder, "pipeline_names"))

    with pytest.raises(ConfigError, match=r"^no stage is called 'three'; there are: one, two$"):
        pipeline.stage("three")
    with pytest.raises(ConfigError, match=r"^no topic is called 'three'; there are: raw, middle, "):
        pipeline.topic("three")


def test_a_missing_pipeline_is_an_error_of_one_sentence() -> None:
    with pytest.raises(ConfigError, match=r"^the pipeline 'no_such_pipeline' is not found: start"):
        load_pipeline(load_settings(pipeline="no_such_pipeline"))


@pytest.mark.parametrize(
    ("name", "package", "topics", "missing"),
    [
        ("pipeline_no_stages", "SINKS = {{}}", "TOPICS = ()", "'pipeline_no_stages' has no STAGES"),
        ("pipeline_no_sinks", "STAGES = ()", "TOPICS = ()", "'pipeline_no_sinks' has no SINKS"),
        ("pipeline_no_topics", "STAGES = ()\nSINKS = {{}}", "", "'pipeline_no_topics.topics' has no TOPICS"),
    ],
)
def test_the_error_for_an_incomplete_pipeline_names_the_missing_part(
    folder: Path, name: str, package: str, topics: str, missing: str
) -> None:
    settings = a_pipeline(folder, name, package, topics)

    with pytest.raises(ConfigError, match=f"^the pipeline {missing}: "):
        load_pipeline(settings)


def test_topics_and_consumer_groups_are_named_after_the_prefix(folder: Path) -> None:
    pipeline = load_pipeline(a_pipeline(folder, "pipeline_prefixed")).at("late")

    assert pipeline.stage("one").group == "copydesk.late.one"
    assert pipeline.sink_group("sql") == "copydesk.late.sink.sql"
    assert {topic.prefix for topic in pipeline.all_topics()} == {"late"}
    assert pipeline.stage("one").reads == pipeline.topic("raw")
    assert pipeline.ledger.full_name == "late.dead.resolved"
