"""Which pipeline runs, and what it is told when it is not there."""

from pathlib import Path

import pytest

from streams.core.pipeline import group_name, load_pipeline, sink_group_name
from streams.errors import ConfigError
from streams.settings import load_settings
from tests.support.pipelines.small import a_pipeline


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def test_a_pipeline_in_a_folder_of_its_own_is_found_with_its_dead_letters_and_their_ledger(
    folder: Path,
) -> None:
    pipeline = load_pipeline(a_pipeline(folder, "pipeline_whole"))

    assert [stage.name for stage in pipeline.stages] == ["one", "two"]
    assert [topic.name for topic in pipeline.all_topics()] == [
        *("raw", "middle", "end", "discarded"),
        *("dead.one", "dead.two", "dead.resolved"),
    ]
    assert [topic.name for topic in pipeline.first] == ["raw"]
    assert [topic.name for topic in pipeline.last] == ["end"]
    assert pipeline.sinks == {"jsonl": "pipeline_whole.work:open_sink"}


def test_a_pipeline_where_the_command_is_started_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = a_pipeline(tmp_path, "pipeline_here")
    monkeypatch.syspath_prepend("/nowhere")
    monkeypatch.chdir(tmp_path)

    assert load_pipeline(settings).stage("two").reads.name == "middle"


def test_a_topic_is_named_with_or_without_the_prefix(folder: Path) -> None:
    pipeline = load_pipeline(a_pipeline(folder, "pipeline_named"))

    assert pipeline.full_name("news", "dead.one") == "news.dead.one"
    assert pipeline.full_name("news", "news.dead.one") == "news.dead.one"
    assert pipeline.full_name("news", "other.topic") == "other.topic"


def test_a_wrong_name_is_one_sentence_with_the_right_ones(folder: Path) -> None:
    pipeline = load_pipeline(a_pipeline(folder, "pipeline_names"))

    with pytest.raises(ConfigError, match=r"^no stage is called 'three'; there are: one, two$"):
        pipeline.stage("three")
    with pytest.raises(ConfigError, match=r"^no topic is called 'three'; there are: raw, middle, "):
        pipeline.topic("three")


def test_a_pipeline_that_is_not_there_is_one_sentence() -> None:
    with pytest.raises(
        ConfigError, match=r"^the pipeline 'no_such_pipeline' cannot be imported: No module named"
    ):
        load_pipeline(load_settings(pipeline="no_such_pipeline"))


@pytest.mark.parametrize(
    ("name", "package", "topics", "missing"),
    [
        ("pipeline_no_stages", "SINKS = {{}}", "TOPICS = ()", "'pipeline_no_stages' has no STAGES"),
        ("pipeline_no_sinks", "STAGES = ()", "TOPICS = ()", "'pipeline_no_sinks' has no SINKS"),
        ("pipeline_no_topics", "STAGES = ()\nSINKS = {{}}", "", "'pipeline_no_topics.topics' has no TOPICS"),
    ],
)
def test_a_pipeline_that_lacks_a_part_is_told_which(
    folder: Path, name: str, package: str, topics: str, missing: str
) -> None:
    settings = a_pipeline(folder, name, package, topics)

    with pytest.raises(ConfigError, match=f"^the pipeline {missing}: "):
        load_pipeline(settings)


def test_groups_derive_from_the_prefix() -> None:
    assert group_name("news", "clean") == "copydesk.news.clean"
    assert sink_group_name("news", "sql") == "copydesk.news.sink.sql"
