"""How a topic on the broker is compared with what is wanted."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.topic import MIB, Policy, Topic
from streams.kafka.topics import ExistingTopic, Severity, Wanted, differences_of, wanted
from streams.settings import load_settings

RAW = Topic(name="raw", key="url", record=None, policy=Policy(max_message_bytes=8 * MIB), grows=True)
WANT = Wanted(
    name="news.raw",
    partitions=12,
    replication=3,
    grows=False,
    config={"max.message.bytes": "8388608", "cleanup.policy": "compact,delete", "retention.ms": "604800000"},
)
FOUND = ExistingTopic(partitions=12, replication=3, config=dict(WANT.config))


def found(**config: str) -> ExistingTopic:
    return replace(
        FOUND, config={**FOUND.config, **{name.replace("_", "."): value for name, value in config.items()}}
    )


def sentences(want: Wanted, is_there: ExistingTopic) -> list[tuple[Severity, str]]:
    return [(one.severity, one.sentence) for one in differences_of(want, is_there)]


def test_a_topic_as_wanted_has_no_difference() -> None:
    assert sentences(WANT, FOUND) == []
    assert sentences(WANT, found(cleanup_policy="delete, compact")) == []


def test_a_smaller_message_limit_stops_a_worker_and_a_larger_one_is_as_good() -> None:
    small, large = found(max_message_bytes="1048588"), found(max_message_bytes="99999999")

    assert sentences(WANT, small) == [
        (Severity.TOO_SMALL, "news.raw: max.message.bytes is 1048588, wanted at least 8388608")
    ]
    assert [one.stops for one in differences_of(WANT, small)] == [True]
    assert sentences(WANT, large) == []


@pytest.mark.parametrize(
    ("is_there", "sentence"),
    [
        (replace(FOUND, partitions=4), "news.raw: partitions is 4, wanted 12"),
        (replace(FOUND, partitions=24), "news.raw: partitions is 24, wanted 12"),
        (replace(FOUND, replication=1), "news.raw: replication is 1, wanted 3"),
        (found(retention_ms="1000"), "news.raw: retention.ms is 1000, wanted 604800000"),
        (found(cleanup_policy="delete"), "news.raw: cleanup.policy is delete, wanted compact,delete"),
    ],
)
def test_what_else_differs_is_told_and_stops_nobody(is_there: ExistingTopic, sentence: str) -> None:
    assert sentences(WANT, is_there) == [(Severity.DIFFERS, sentence)]
    assert not any(one.stops for one in differences_of(WANT, is_there))


@given(st.integers(1, 100), st.integers(1, 100))
def test_only_a_topic_that_grows_may_have_more_partitions(want: int, is_there: int) -> None:
    growing = replace(WANT, partitions=want, grows=True)
    fixed = replace(growing, grows=False)
    there = replace(FOUND, partitions=is_there)

    assert (sentences(growing, there) == []) is (is_there >= want)
    assert (sentences(fixed, there) == []) is (is_there == want)


def test_the_settings_of_a_topic_win_over_the_pipelines_policy() -> None:
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
