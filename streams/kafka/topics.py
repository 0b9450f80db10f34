"""The topics on the broker: made where missing, compared where there, never changed.

Faust would wait for a missing topic silently and forever, so a worker asks here first.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kafka.admin import ConfigFilterType, ConfigResource, ConfigResourceType
from kafka.errors import TopicAuthorizationFailedError

from streams.core.topic import Topic
from streams.errors import BrokerError
from streams.kafka import client
from streams.kafka.protocols import Admin
from streams.settings import Settings

ALREADY_EXISTS = 36
REJECTED_TOPIC = 29
LIMIT = "max.message.bytes"


class Severity(StrEnum):
    """How bad it is that a topic is not as wanted."""

    MISSING = "missing"
    TOO_SMALL = "too small"
    DIFFERS = "differs"
    """Told only; with the other two a worker does not start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One way in which a topic on the broker is not what the pipeline wants."""

    topic: str
    severity: Severity
    sentence: str

    @property
    def stops(self) -> bool:
        return self.severity is not Severity.DIFFERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A topic as the pipeline and the settings want it. `config` holds Kafka's topic settings."""

    name: str
    partitions: int
    replication: int
    grows: bool
    config: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExistingTopic:
    """A topic as it is on the broker."""

    partitions: int
    replication: int
    config: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Created:
    """What `create_topics` did: full names, and how the topics that were there already differ."""

    created: tuple[str, ...]
    existing: tuple[str, ...]
    differences: tuple[Difference, ...]


def wanted(settings: Settings, topic: Topic) -> Wanted:
    """The topic as it is to be made: the pipeline's policy, then what the settings say of it."""
    config = topic.policy.config()
    if settings.replication >= 3:
        config["min.insync.replicas"] = "2"
    own = {name: str(value) for name, value in settings.topics.get(topic.name, {}).items()}
    return Wanted(
        name=topic.full_name(settings.prefix),
        partitions=1 if topic.single else settings.partitions,
        replication=settings.replication,
        grows=topic.grows,
        config={**config, **own},
    )


def create_topics(settings: Settings, topics: Sequence[Topic]) -> Created:
    """Make the topics that are missing and wait until they can be used. Raises `BrokerError`."""
    all_wanted = [wanted(settings, topic) for topic in topics]
    with client.admin(settings) as admin:
        found = _find(admin, [one.name for one in all_wanted])
        missing = [one for one in all_wanted if one.name not in found]
        _create(admin, missing)
    there = [one for one in all_wanted if one.name in found]
    return Created(
        created=tuple(one.name for one in missing),
        existing=tuple(one.name for one in there),
        differences=tuple(one for want in there for one in differences_of(want, found[want.name])),
    )


def check_topics(settings: Settings, topics: Sequence[Topic]) -> list[Difference]:
    """How the topics on the broker differ from what is wanted. Raises `BrokerError`."""
    with client.admin(settings) as admin:
        return _compare(admin, [wanted(settings, topic) for topic in topics])


def require_topics(settings: Settings, topics: Sequence[Topic]) -> None:
    """Raise `BrokerError` if a topic is missing or too small to work with."""
    wrong = [one for one in check_topics(settings, topics) if one.stops]
    if not wrong:
        return
    sentences = "; ".join(one.sentence for one in wrong)
    if any(one.severity is Severity.MISSING for one in wrong):
        raise BrokerError(f"{sentences}; `copydesk topics create` makes what is missing")
    raise BrokerError(
        f"{sentences}; `copydesk kafka configs` can raise it, `copydesk topics create` does not"
    )


def topic_configs(admin: Admin, names: Sequence[str]) -> dict[str, dict[str, str]]:
    """Name → Kafka's settings of the topic, of those that are there."""
    return {name: dict(found.config) for name, found in _find(admin, names).items()}


def differences_of(want: Wanted, found: ExistingTopic) -> Iterator[Difference]:
    """Compare one topic that is there. A raw topic may have more partitions than were asked for."""
    if found.partitions != want.partitions and not (want.grows and found.partitions > want.partitions):
        yield _differs(want, "partitions", found.partitions, want.partitions)
    if found.replication < want.replication:
        yield _differs(want, "replication", found.replication, want.replication)
    for name, value in want.config.items():
        is_there = found.config.get(name, "not set")
        if name == LIMIT and is_there.isdigit() and value.isdigit():
            yield from _limit(want, int(is_there), int(value))
        elif _parts(is_there) != _parts(value):
            yield _differs(want, name, is_there, value)


def _limit(want: Wanted, is_there: int, least: int) -> Iterator[Difference]:
    if is_there < least:
        sentence = f"{want.name}: {LIMIT} is {is_there}, wanted at least {least}"
        yield Difference(topic=want.name, severity=Severity.TOO_SMALL, sentence=sentence)


def _differs(want: Wanted, what: str, is_there: object, value: object) -> Difference:
    sentence = f"{want.name}: {what} is {is_there}, wanted {value}"
    return Difference(topic=want.name, severity=Severity.DIFFERS, sentence=sentence)


def _parts(value: str) -> list[str]:
    """`delete, compact` is `compact,delete`."""
    return sorted(part.strip() for part in value.split(","))


def _create(admin: Admin, missing: Sequence[Wanted]) -> None:
    if not missing:
        return
    asked = {
        one.name: {
            "num_partitions": one.partitions,
            "replication_factor": one.replication,
            "configs": dict(one.config),
        }
        for one in missing
    }
    for answer in admin.create_topics(asked, raise_errors=False)["topics"]:
        if answer["error_code"] == REJECTED_TOPIC:
            raise TopicAuthorizationFailedError(f"Create on topic {answer['name']}")
        if answer["error_code"] not in {0, ALREADY_EXISTS}:
            raise BrokerError(f"Kafka does not make {answer['name']}: {answer['error_message']}")
    admin.wait_for_topics(list(asked), timeout_ms=30_000)


def _compare(admin: Admin, topics: Sequence[Wanted]) -> list[Difference]:
    found = _find(admin, [one.name for one in topics])
    return [one for want in topics for one in _one(want, found.get(want.name))]


def _one(want: Wanted, found: ExistingTopic | None) -> Iterator[Difference]:
    if found is None:
        yield Difference(topic=want.name, severity=Severity.MISSING, sentence=f"{want.name} is missing")
    else:
        yield from differences_of(want, found)


def reject_hidden(admin: Admin, names: Sequence[str]) -> list[Any]:
    """The topics as Kafka describes them; one that we may not see would be missing to a consumer.

    Raises kafka-python's `TopicAuthorizationFailedError`.
    """
    described = list(admin.describe_topics(list(names)))
    hidden = sorted(one["name"] for one in described if one["error_code"] == REJECTED_TOPIC)
    if hidden:
        raise TopicAuthorizationFailedError(f"Describe on topic {', '.join(hidden)}")
    return described


def _find(admin: Admin, names: Sequence[str]) -> dict[str, ExistingTopic]:
    described = reject_hidden(admin, names)
    listed = [one for one in described if not one["error_code"]]
    configs = _configs(admin, [one["name"] for one in listed])
    return {
        one["name"]: ExistingTopic(
            partitions=len(one["partitions"]),
            replication=min(len(part["replica_nodes"]) for part in one["partitions"]),
            config=configs.get(one["name"], {}),
        )
        for one in listed
    }


def _configs(admin: Admin, names: Sequence[str]) -> dict[str, dict[str, str]]:
    """Name → its settings. A topic that may not be described has none, and every setting differs."""
    if not names:
        return {}
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    described = admin.describe_configs(resources, config_filter=ConfigFilterType.ALL).get("topic", {})
    return {
        name: {key: str(one["value"]) for key, one in config.items()} for name, config in described.items()
    }
