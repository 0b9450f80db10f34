"""The rights that each role needs in Kafka, derived from the pipeline."""

import shlex

from streams.core.pipeline import load_pipeline
from streams.core.stage import Stage
from streams.kafka.acls import GROUP, TOPIC, roles
from streams.settings import load_settings
from tests.support.documents import generated
from tests.support.pipelines.drawn import drawn_pipeline


def test_the_security_document_has_the_commands_that_copydesk_prints() -> None:
    [shown] = generated.GENERATED.findall(generated.SECURITY.read_text("utf-8"))
    assert shown == generated.rights_commands(), "run: make documents"


def test_stages_share_only_the_topic_of_discarded_articles_for_writing() -> None:
    settings = load_settings(pipeline="agents", prefix="news")
    pipeline = load_pipeline(settings)
    may = {role.name: role.rights for role in roles(settings, pipeline)}

    def named(stage: Stage, kind: str, operation: str) -> set[str]:
        rights = [right for right in may[stage.name] if right.kind == kind and operation in right.operations]
        return {name for right in rights for name in right.names}

    assert {stage.name: named(stage, TOPIC, "Write") for stage in pipeline.stages} == {
        "clean": {"news.clean", "news.discarded", "news.dead.clean"},
        "entities": {"news.entities", "news.discarded", "news.dead.entities"},
        "summaries": {"news.summaries", "news.discarded", "news.dead.summaries"},
    }
    for stage in pipeline.stages:
        assert [right.names for right in may[stage.name] if right.kind == GROUP] == [
            (f"copydesk.news.{stage.name}",)
        ]


def test_stages_that_read_one_topic_have_separate_groups_and_may_write_all_their_outputs() -> None:
    pipeline = drawn_pipeline("raw > sort > big, small", "big > pack > packed", "big > price > priced")
    settings = load_settings(prefix="t").model_copy(update={"sinks": {"a": {"reads": "small"}}})
    may = {
        role.name: {
            name: right.operations
            for right in role.rights
            for name in right.names
            if right.kind in {TOPIC, GROUP} and not name.startswith(("t.dead", "t.discarded"))
        }
        for role in roles(settings, pipeline)
    }

    read, write = ("Read", "DescribeConfigs"), ("Write", "DescribeConfigs")
    assert may["sort"] == {"t.raw": read, "t.big": write, "t.small": write, "copydesk.t.sort": ("Read",)}
    assert may["pack"] == {"t.big": read, "t.packed": write, "copydesk.t.pack": ("Read",)}
    assert may["price"] == {"t.big": read, "t.priced": write, "copydesk.t.price": ("Read",)}
    assert may["sink-a"] == {"t.small": read, "copydesk.t.sink.a": ("Read",)}
    assert may["consumer"].keys() == {"t.small", "t.packed", "t.priced", "consumer."}
    assert may["scraper"].keys() == {"t.raw"}


def test_the_ingest_api_may_write_pages_and_read_what_became_of_them() -> None:
    settings = load_settings(pipeline="agents", prefix="news")
    pipeline = load_pipeline(settings)
    [role] = [role for role in roles(settings, pipeline) if role.name == "ingest"]

    may = {operation: right.names for right in role.rights for operation in right.operations}
    assert may["Write"] == ("news.raw",)
    assert set(may["Read"]) == {topic.full_name for topic in pipeline.all_topics()}
    assert may["Describe"] == ("copydesk.news.",)


def test_a_command_names_the_prefix_and_the_user() -> None:
    settings = load_settings(pipeline="agents", prefix="evening", sinks={"a b": {"kind": "jsonl"}})
    [role] = [role for role in roles(settings, load_pipeline(settings)) if role.name == "sink-a b"]
    assert [shlex.split(right.command("pipeline user"))[3:] for right in role.rights] == [
        [
            *("--add", "--allow-principal", "User:pipeline user"),
            *("--operation", "Read", "--operation", "DescribeConfigs", "--topic", "evening.summaries"),
        ],
        [
            *("--add", "--allow-principal", "User:pipeline user"),
            *("--operation", "Read", "--group", "copydesk.evening.sink.a b"),
        ],
    ]
