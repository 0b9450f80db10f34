"""The topics on the broker: created where missing, compared where they exist, never changed.

Faust would wait for a missing topic silently and forever, so a worker checks its topics here first.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
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
    """How bad a difference is. One that only `DIFFERS` is reported; the others keep workers from starting."""

    MISSING = "missing"
    TOO_SMALL = "too small"
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A way in which a topic on the broker is not what the pipeline wants."""

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
    """What `create_topics` did: full names, and how existing topics differ."""

    created: tuple[str, ...]
    existing: tuple[str, ...]
    differences: tuple[Difference, ...]


def wanted(settings: Settings, topic: Topic) -> Wanted:
    """The topic as it is to be created: by the pipeline's policy and the settings, which win."""
    config = topic.policy.config()
    if settings.replication >= 3:
        config["min.insync.replicas"] = "2"
    own = {name: str(value) for name, value in settings.topics.get(topic.name, {}).items()}
    return Wanted(
        name=topic.full_name,
        partitions=1 if topic.single else settings.partitions,
        replication=settings.replication,
        grows=topic.grows,
        config={**config, **own},
    )


def create_topics(settings: Settings, topics: Sequence[Topic]) -> Created:
    """Create the topics that are missing and wait until they can be used. Raises `BrokerError`."""
    all_wanted = [wanted(settings, topic) for topic in topics]
    with client.admin(settings) as admin:
        existing = _existing(admin, [topic.name for topic in all_wanted])
        missing = [topic for topic in all_wanted if topic.name not in existing]
        _create(admin, missing)
    differences = [_differences(topic, existing[topic.name]) for topic in all_wanted if topic not in missing]
    return Created(
        created=tuple(topic.name for topic in missing),
        existing=tuple(topic.name for topic in all_wanted if topic not in missing),
        differences=tuple(chain.from_iterable(differences)),
    )


def check_topics(settings: Settings, topics: Sequence[Topic]) -> list[Difference]:
    """How the topics on the broker differ from what is wanted. Raises `BrokerError`."""
    all_wanted = [wanted(settings, topic) for topic in topics]
    with client.admin(settings) as admin:
        existing = _existing(admin, [topic.name for topic in all_wanted])
    return [difference for want in all_wanted for difference in _differences(want, existing.get(want.name))]


def require_topics(settings: Settings, topics: Sequence[Topic]) -> None:
    """Raise `BrokerError` if a topic is missing or too small to work with."""
    wrong = [difference for difference in check_topics(settings, topics) if difference.stops]
    if not wrong:
        return
    sentences = "; ".join(difference.sentence for difference in wrong)
    if any(difference.severity is Severity.MISSING for difference in wrong):
        raise BrokerError(f"{sentences}; `copydesk topics create` creates what is missing")
    raise BrokerError(f"{sentences}; `copydesk kafka configs` raises it, `copydesk topics create` does not")


def topic_configs(admin: Admin, names: Sequence[str]) -> dict[str, dict[str, str]]:
    """Name → Kafka's settings of the topic; missing topics are left out."""
    return {name: dict(topic.config) for name, topic in _existing(admin, names).items()}


def differences_of(want: Wanted, topic: ExistingTopic) -> Iterator[Difference]:
    """Compare an existing topic. A raw topic may have more partitions than wanted."""
    if topic.partitions != want.partitions and not (want.grows and topic.partitions > want.partitions):
        yield _differs(want, "partitions", topic.partitions, want.partitions)
    if topic.replication < want.replication:
        yield _differs(want, "replication", topic.replication, want.replication)
    for name, value in want.config.items():
        actual = topic.config.get(name, "not set")
        if name == LIMIT and actual.isdigit() and value.isdigit():
            if int(actual) < int(value):
                sentence = f"{want.name}: {LIMIT} is {actual}, wanted at least {value}"
                yield Difference(topic=want.name, severity=Severity.TOO_SMALL, sentence=sentence)
        elif _parts(actual) != _parts(value):
            yield _differs(want, name, actual, value)


def _differs(want: Wanted, setting: str, actual: object, value: object) -> Difference:
    sentence = f"{want.name}: {setting} is {actual}, wanted {value}"
    return Difference(topic=want.name, severity=Severity.DIFFERS, sentence=sentence)


def _parts(value: str) -> list[str]:
    """`delete, compact` is `compact,delete`."""
    return sorted(part.strip() for part in value.split(","))


def _create(admin: Admin, missing: Sequence[Wanted]) -> None:
    if not missing:
        return
    topics = {
        topic.name: {
            "num_partitions": topic.partitions,
            "replication_factor": topic.replication,
            "configs": dict(topic.config),
        }
        for topic in missing
    }
    for answer in admin.create_topics(topics, raise_errors=False)["topics"]:
        if answer["error_code"] == REJECTED_TOPIC:
            raise TopicAuthorizationFailedError(f"Create on topic {answer['name']}")
        if answer["error_code"] not in {0, ALREADY_EXISTS}:
            raise BrokerError(f"Kafka does not create {answer['name']}: {answer['error_message']}")
    admin.wait_for_topics(list(topics), timeout_ms=30_000)


def _differences(want: Wanted, topic: ExistingTopic | None) -> Iterator[Difference]:
    if topic is None:
        yield Difference(topic=want.name, severity=Severity.MISSING, sentence=f"{want.name} is missing")
    else:
        yield from differences_of(want, topic)


def reject_hidden(admin: Admin, names: Sequence[str]) -> list[Any]:
    """The topics as Kafka describes them. A topic that we may not see would look missing to a consumer.

    Raises kafka-python's `TopicAuthorizationFailedError`.
    """
    described = list(admin.describe_topics(list(names)))
    hidden = sorted(topic["name"] for topic in described if topic["error_code"] == REJECTED_TOPIC)
    if hidden:
        raise TopicAuthorizationFailedError(f"Describe on topic {', '.join(hidden)}")
    return described


def _existing(admin: Admin, names: Sequence[str]) -> dict[str, ExistingTopic]:
    topics = [topic for topic in reject_hidden(admin, names) if not topic["error_code"]]
    configs = _configs(admin, [topic["name"] for topic in topics])
    return {
        topic["name"]: ExistingTopic(
            partitions=len(topic["partitions"]),
            replication=min(len(partition["replica_nodes"]) for partition in topic["partitions"]),
            config=configs.get(topic["name"], {}),
        )
        for topic in topics
    }


def _configs(admin: Admin, names: Sequence[str]) -> dict[str, dict[str, str]]:
    """Name → its settings. A topic that this user may not describe has none, and every setting differs."""
    if not names:
        return {}
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    configs = admin.describe_configs(resources, config_filter=ConfigFilterType.ALL).get("topic", {}).items()
    return {name: {key: str(entry["value"]) for key, entry in config.items()} for name, config in configs}
