"""How a topic on the broker is compared with the wanted one."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.topic import MIB, Key, Policy, Topic
from streams.kafka.topics import ExistingTopic, Severity, Wanted, differences_of, wanted
from streams.settings import load_settings

RAW = Topic(
    name="raw", key=Key.of("url"), record=None, policy=Policy(max_message_bytes=8 * MIB), grows=True
).at("t")
WANT = Wanted(
    name="news.raw",
    partitions=12,
    replication=3,
    grows=False,
    config={"max.message.bytes": "8388608", "cleanup.policy": "compact,delete", "retention.ms": "604800000"},
)
EXISTING = ExistingTopic(partitions=12, replication=3, config=dict(WANT.config))


def existing(**config: str) -> ExistingTopic:
    return replace(
        EXISTING,
        config={**EXISTING.config, **{name.replace("_", "."): value for name, value in config.items()}},
    )


def sentences(want: Wanted, topic: ExistingTopic) -> list[tuple[Severity, str]]:
    return [(difference.severity, difference.sentence) for difference in differences_of(want, topic)]


def test_a_topic_as_wanted_has_no_difference() -> None:
    assert sentences(WANT, EXISTING) == []
    assert sentences(WANT, existing(cleanup_policy="delete, compact")) == []


def test_a_smaller_message_limit_stops_a_worker_and_a_larger_one_is_accepted() -> None:
    small, large = existing(max_message_bytes="1048588"), existing(max_message_bytes="99999999")

    assert sentences(WANT, small) == [
        (Severity.TOO_SMALL, "news.raw: max.message.bytes is 1048588, wanted at least 8388608")
    ]
    assert [difference.stops for difference in differences_of(WANT, small)] == [True]
    assert sentences(WANT, large) == []


@pytest.mark.parametrize(
    ("topic", "sentence"),
    [
        (replace(EXISTING, partitions=4), "news.raw: partitions is 4, wanted 12"),
        (replace(EXISTING, partitions=24), "news.raw: partitions is 24, wanted 12"),
        (replace(EXISTING, replication=1), "news.raw: replication is 1, wanted 3"),
        (existing(retention_ms="1000"), "news.raw: retention.ms is 1000, wanted 604800000"),
        (existing(cleanup_policy="delete"), "news.raw: cleanup.policy is delete, wanted compact,delete"),
    ],
)
def test_any_other_difference_is_reported_and_stops_no_worker(topic: ExistingTopic, sentence: str) -> None:
    assert sentences(WANT, topic) == [(Severity.DIFFERS, sentence)]
    assert not any(difference.stops for difference in differences_of(WANT, topic))


@given(st.integers(1, 100), st.integers(1, 100))
def test_only_a_topic_that_grows_may_have_more_partitions(want: int, count: int) -> None:
    growing = replace(WANT, partitions=want, grows=True)
    fixed = replace(growing, grows=False)
    topic = replace(EXISTING, partitions=count)

    assert (sentences(growing, topic) == []) is (count >= want)
    assert (sentences(fixed, topic) == []) is (count == want)


def test_the_settings_of_a_topic_take_precedence_over_the_policy_of_the_pipeline() -> None:
    settings = load_settings(topics={"raw": {"retention.ms": 1, "min.compaction.lag.ms": "5"}}, replication=3)

    config = wanted(settings, RAW).config

    assert config["retention.ms"] == "1"
    assert config["min.compaction.lag.ms"] == "5"
    assert config["max.message.bytes"] == "8388608"
    assert config["message.timestamp.type"] == "LogAppendTime"
    assert config["min.insync.replicas"] == "2"


def test_a_single_topic_has_one_partition_and_few_replicas_need_no_quorum() -> None:
    settings = load_settings(partitions=12, replication=2)

    assert wanted(settings, replace(RAW, single=True)).partitions == 1
    assert wanted(settings, RAW).partitions == 12
    assert "min.insync.replicas" not in wanted(settings, RAW).config
