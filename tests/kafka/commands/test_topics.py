"""Topics on a real broker: created once, compared, and never changed."""

import json

import pytest
from kafka.admin import ConfigResource, ConfigResourceType
from typer.testing import CliRunner, Result

from streams.cli.commands.topics import topics
from streams.core.topic import MIB, Key, Policy, Topic
from streams.errors import BrokerError
from streams.kafka import client
from streams.kafka.topics import Severity, check_topics, create_topics, require_topics
from streams.settings import Settings

pytestmark = pytest.mark.kafka

RAW = Topic(name="raw", key=Key.of("url"), record=None, grows=True)
END = Topic(name="end", key=Key.of("id"), record=None, policy=Policy(cleanup_policy="compact,delete"))
DEAD = Topic(
    name="dead.one", key=Key.of("url"), record=None, policy=Policy(max_message_bytes=9 * MIB), single=True
)
ALL = (RAW, END, DEAD)


def at(settings: Settings, *topics: Topic) -> list[Topic]:
    return [topic.at(settings.prefix) for topic in topics]


def changed(settings: Settings, **fields: object) -> Settings:
    return settings.model_copy(update=fields)


def test_missing_topics_are_created_as_wanted_and_can_be_used_at_once(settings: Settings) -> None:
    report = create_topics(settings, at(settings, *ALL))

    assert report.created == tuple(topic.full_name for topic in at(settings, *ALL))
    assert check_topics(settings, at(settings, *ALL)) == []
    require_topics(settings, at(settings, *ALL))
    with client.producer(settings) as producer:
        for topic in at(settings, *ALL):
            producer.send(topic.full_name, key=b"k", value=b"x").get(timeout=10)
    with client.admin(settings) as admin:
        listed = admin.describe_topics([topic.full_name for topic in at(settings, *ALL)])
    counts = {topic["name"].removeprefix(f"{settings.prefix}."): len(topic["partitions"]) for topic in listed}
    assert counts == {"raw": 4, "end": 4, "dead.one": 1}


def test_existing_topics_are_reported_and_left_unchanged(settings: Settings) -> None:
    create_topics(settings, at(settings, RAW))
    larger = changed(
        settings, topics={"raw": {"max.message.bytes": 16 * MIB, "retention.ms": 1000}}, partitions=6
    )

    report = create_topics(larger, at(settings, *ALL))

    raw = f"{settings.prefix}.raw"
    assert report.existing == (raw,)
    assert {(difference.severity, difference.sentence) for difference in report.differences} == {
        (Severity.DIFFERS, f"{raw}: partitions is 4, wanted 6"),
        (Severity.DIFFERS, f"{raw}: retention.ms is 604800000, wanted 1000"),
        (Severity.TOO_SMALL, f"{raw}: max.message.bytes is 8388608, wanted at least 16777216"),
    }
    assert check_topics(settings, at(settings, RAW)) == []


def test_a_topic_that_is_missing_or_too_small_stops_a_worker_and_one_that_only_differs_does_not(
    settings: Settings,
) -> None:
    create_topics(settings, at(settings, RAW))
    with pytest.raises(BrokerError, match=rf"^{settings.prefix}\.end is missing; `copydesk topics create`"):
        require_topics(settings, at(settings, RAW, END))

    wants_more = changed(settings, topics={"raw": {"max.message.bytes": 16 * MIB}})
    with pytest.raises(BrokerError, match=r"max\.message\.bytes is 8388608, wanted at least 16777216"):
        require_topics(wants_more, at(settings, RAW))

    create_topics(settings, at(settings, END))
    with client.admin(settings) as admin:
        name = END.at(settings.prefix).full_name
        admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, {"retention.ms": "1000"})])
    require_topics(settings, at(settings, END))
    assert [difference.severity for difference in check_topics(settings, at(settings, END))] == [
        Severity.DIFFERS
    ]


def test_more_replicas_than_brokers_is_one_sentence(settings: Settings) -> None:
    with pytest.raises(BrokerError, match=r"^Kafka does not create \S+: .*[Rr]eplication factor"):
        create_topics(changed(settings, replication=2), at(settings, RAW))


def run(*arguments: str) -> Result:
    return CliRunner(env={"COLUMNS": "200"}).invoke(topics, arguments)


@pytest.mark.usefixtures("toy_pipeline")
def test_the_commands_create_compare_and_list(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPYDESK_BOOTSTRAP_SERVERS", settings.bootstrap_servers)
    monkeypatch.setenv("COPYDESK_PREFIX", settings.prefix)
    monkeypatch.setenv("COPYDESK_PARTITIONS", "4")
    missing = json.loads(run("list", "--json").output)["topics"]
    assert {(topic["state"], topic["records"]) for topic in missing} == {("missing", None)}
    checked = run("check")
    assert (checked.exit_code, f"{settings.prefix}.order is missing" in checked.output) == (1, True)
    assert f"created  {settings.prefix}.order" in run("create").output
    assert run("check").exit_code == 0
    second = json.loads(run("create", "--json").output)
    assert second["created"] == []
    assert second["differences"] == []

    listed = {
        topic["name"].removeprefix(f"{settings.prefix}."): topic
        for topic in json.loads(run("list", "--json").output)["topics"]
    }

    assert list(listed) == ["order", "result", "discarded", "dead.toy", "dead.resolved"]
    assert listed["order"] == {
        "name": f"{settings.prefix}.order",
        "partitions": 4,
        "policy": "delete after 7 d, 8 MiB",
        "records": 0,
        "state": "ok",
    }
    assert listed["dead.toy"]["partitions"] == 1
    assert "delete after 30 d, 9 MiB" in run("list").output
