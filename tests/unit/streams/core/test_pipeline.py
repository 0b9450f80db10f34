"""Which desk runs, and what it is told when it is not there."""

from pathlib import Path

import pytest

from streams.core.pipeline import group_name, load_desk, sink_group_name
from streams.errors import ConfigError
from streams.settings import load_settings
from tests.support.small_desk import a_desk


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def test_a_desk_in_a_folder_of_its_own_is_found_with_its_dead_letters_and_their_ledger(folder: Path) -> None:
    desk = load_desk(a_desk(folder, "desk_whole"))

    assert [stage.name for stage in desk.stages] == ["one", "two"]
    assert [topic.name for topic in desk.all_topics()] == [
        *("raw", "middle", "end", "discarded"),
        *("dead.one", "dead.two", "dead.resolved"),
    ]
    assert [topic.name for topic in desk.first] == ["raw"]
    assert [topic.name for topic in desk.last] == ["end"]
    assert desk.sinks == {"jsonl": "desk_whole.work:open_sink"}


def test_a_desk_where_the_command_is_started_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = a_desk(tmp_path, "desk_here")
    monkeypatch.syspath_prepend("/nowhere")
    monkeypatch.chdir(tmp_path)

    assert load_desk(settings).stage("two").reads.name == "middle"


def test_a_topic_is_named_with_or_without_the_prefix(folder: Path) -> None:
    desk = load_desk(a_desk(folder, "desk_named"))

    assert desk.full_name("news", "dead.one") == "news.dead.one"
    assert desk.full_name("news", "news.dead.one") == "news.dead.one"
    assert desk.full_name("news", "other.topic") == "other.topic"


def test_a_wrong_name_is_one_sentence_with_the_right_ones(folder: Path) -> None:
    desk = load_desk(a_desk(folder, "desk_names"))

    with pytest.raises(ConfigError, match=r"^no stage is called 'three'; there are: one, two$"):
        desk.stage("three")
    with pytest.raises(ConfigError, match=r"^no topic is called 'three'; there are: raw, middle, "):
        desk.topic("three")


def test_a_desk_that_is_not_there_is_one_sentence() -> None:
    with pytest.raises(ConfigError, match=r"^the desk 'no_such_desk' cannot be imported: No module named"):
        load_desk(load_settings(desk="no_such_desk"))


@pytest.mark.parametrize(
    ("name", "package", "topics", "missing"),
    [
        ("desk_no_stages", "SINKS = {{}}", "TOPICS = ()", "'desk_no_stages' has no STAGES"),
        ("desk_no_sinks", "STAGES = ()", "TOPICS = ()", "'desk_no_sinks' has no SINKS"),
        ("desk_no_topics", "STAGES = ()\nSINKS = {{}}", "", "'desk_no_topics.topics' has no TOPICS"),
    ],
)
def test_a_desk_that_lacks_a_part_is_told_which(
    folder: Path, name: str, package: str, topics: str, missing: str
) -> None:
    settings = a_desk(folder, name, package, topics)

    with pytest.raises(ConfigError, match=f"^the desk {missing}: "):
        load_desk(settings)


def test_groups_derive_from_the_prefix() -> None:
    assert group_name("news", "clean") == "copydesk.news.clean"
    assert sink_group_name("news", "sql") == "copydesk.news.sink.sql"
