"""The rights that each role of a pipeline needs on Kafka, and no others: printed, and checked at a start.

Kafka lists for a client which operations it may do, so a missing right is reported before anything is read.
Writing idempotently needs no right of its own (since Kafka 3.0); Read and Write include Describe.
"""

import shlex
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kafka.errors import GroupAuthorizationFailedError

from streams.core.pipeline import Pipeline, sink_topic
from streams.core.stage import Stage
from streams.core.topic import Topic
from streams.errors import BrokerError
from streams.kafka import client
from streams.kafka.lag import when_ready
from streams.kafka.protocols import Admin
from streams.kafka.topics import REJECTED_TOPIC
from streams.settings import Settings

READ, WRITE, CREATE = "Read", "Write", "Create"
DESCRIBE, DESCRIBE_CONFIGS = "Describe", "DescribeConfigs"
TOPIC, GROUP, TRANSACTIONS = "topic", "group", "transactional-id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """The same operations on some resources of a kind; `prefixed`: on all whose names begin like that."""

    kind: str
    names: tuple[str, ...]
    operations: tuple[str, ...]
    prefixed: bool = False

    def command(self, user: str) -> str:
        """The command that gives the right to a user."""
        words = ["copydesk", "kafka", "acls", "--add", "--allow-principal", f"User:{user}"]
        words += [word for operation in self.operations for word in ("--operation", operation)]
        words += [word for name in self.names for word in (f"--{self.kind}", name)]
        return shlex.join([*words, *(("--resource-pattern-type", "prefixed") if self.prefixed else ())])


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A kind of process or person, with the name that its user has in the documents."""

    name: str
    rights: tuple[Right, ...]


def roles(settings: Settings, pipeline: Pipeline) -> tuple[Role, ...]:
    """The roles of the stages, of the configured sinks, and of people and programs around them."""
    return (
        *(stage_role(settings, pipeline, stage) for stage in pipeline.stages),
        *(sink_role(settings, pipeline, name) for name in settings.sinks),
        writer(*_names(settings, *pipeline.first)),
        ingest(settings, pipeline),
        consumer(settings, pipeline),
        operator(settings, pipeline),
    )


def stage_role(settings: Settings, pipeline: Pipeline, stage: Stage, *, acknowledges: bool = False) -> Role:
    """A worker: it reads dead letters and ledger first; if it `acknowledges`, it writes to the ledger."""
    reads, discards, dead, ledger = _names(settings, stage.reads, stage.discards, stage.dead, pipeline.ledger)
    writes = (*_names(settings, *stage.outputs), discards, dead, *((ledger,) if acknowledges else ()))
    group = stage.group
    return Role(
        name=stage.name,
        rights=(
            Right(kind=TOPIC, names=(reads, dead, ledger), operations=(READ, DESCRIBE_CONFIGS)),
            Right(kind=TOPIC, names=writes, operations=(WRITE, DESCRIBE_CONFIGS)),
            Right(kind=GROUP, names=(group,), operations=(READ,)),
            # For results of several records.
            Right(kind=TRANSACTIONS, names=(f"{group}.",), operations=(WRITE,), prefixed=True),
        ),
    )


def sink_role(settings: Settings, pipeline: Pipeline, name: str) -> Role:
    source = _names(settings, sink_topic(settings, pipeline, name))
    return Role(
        name=f"sink-{name}",
        rights=(
            Right(kind=TOPIC, names=source, operations=(READ, DESCRIBE_CONFIGS)),
            Right(kind=GROUP, names=(pipeline.sink_group(name),), operations=(READ,)),
        ),
    )


def writer(*topics: str) -> Role:
    """A program that writes pages to topics (full names): `publish`, `takedown`, others."""
    writes = Right(kind=TOPIC, names=topics, operations=(WRITE, DESCRIBE_CONFIGS))
    return Role(name="scraper", rights=(writes,))


def ingest(settings: Settings, pipeline: Pipeline) -> Role:
    """The HTTP ingest API: it writes pages, and reads their outcome (`GET /articles`)."""
    return Role(
        name="ingest",
        rights=(
            *writer(*_names(settings, *pipeline.first)).rights,
            Right(kind=TOPIC, names=_names(settings, *pipeline.all_topics()), operations=(READ,)),
            Right(kind=GROUP, names=(f"copydesk.{settings.prefix}.",), operations=(DESCRIBE,), prefixed=True),
        ),
    )


def consumer(settings: Settings, pipeline: Pipeline) -> Role:
    """A program of others that reads finished articles. Its groups begin with the name of its user."""
    return Role(
        name="consumer",
        rights=(
            Right(kind=TOPIC, names=_names(settings, *pipeline.last), operations=(READ,)),
            Right(kind=GROUP, names=("consumer.",), operations=(READ,), prefixed=True),
        ),
    )


def operator(settings: Settings, pipeline: Pipeline) -> Role:
    """A person: topics, status, trace, tail, and dead letters, replayed to the topics that stages read."""
    written = {topic.name: topic for topic in (*(stage.reads for stage in pipeline.stages), pipeline.ledger)}
    topics, groups = f"{settings.prefix}.", f"copydesk.{settings.prefix}."
    return Role(
        name="operator",
        rights=(
            Right(kind=TOPIC, names=(topics,), operations=(CREATE, READ, DESCRIBE_CONFIGS), prefixed=True),
            Right(kind=TOPIC, names=_names(settings, *written.values()), operations=(WRITE,)),
            # `topics create` commits the initial offsets of groups.
            Right(kind=GROUP, names=(groups,), operations=(READ,), prefixed=True),
            Right(kind=TRANSACTIONS, names=(f"{groups}dlq.",), operations=(WRITE,), prefixed=True),
            # To report whose open transaction keeps records from being read.
            Right(kind=TRANSACTIONS, names=("*",), operations=(DESCRIBE,)),
        ),
    )


def _names(settings: Settings, *topics: Topic) -> tuple[str, ...]:
    return tuple(topic.full_name for topic in topics)


def require_rights(settings: Settings, role: Role) -> None:
    """Raise `BrokerError`, with topic or group, where this user lacks a right of `role`."""
    with client.admin(settings) as admin:
        missing = [text for right in role.rights if not right.prefixed for text in _missing(admin, right)]
    if missing:
        raise BrokerError(
            f"{client.lacks(settings, ', '.join(dict.fromkeys(missing)))};"
            f" `copydesk topics acls {role.name}` prints what it needs"
        )


def _missing(admin: Admin, right: Right) -> Iterator[str]:
    described = _groups(admin, right.names) if right.kind == GROUP else _topics(admin, right.names)
    for name, allowed in described.items():
        missing = [operation for operation in right.operations if operation.upper() not in allowed]
        if missing:
            yield f"{' and '.join(missing)} on {right.kind} {name}"


def _topics(admin: Admin, names: Sequence[str]) -> dict[str, Collection[str]]:
    """Topic → what this user may do with it; missing topics are left out."""
    topics = admin.describe_topics(list(names))
    return {topic["name"]: _allowed(topic) for topic in topics if topic["error_code"] in {0, REJECTED_TOPIC}}


def _groups(admin: Admin, names: Sequence[str]) -> dict[str, Collection[str]]:
    """Group → what this user may do with it. New groups are left out: Kafka does not answer for them."""
    try:
        groups = when_ready(admin.describe_groups, list(names)).items()
    except GroupAuthorizationFailedError:
        return dict.fromkeys(names, ())
    return {name: _allowed(group) for name, group in groups if group["authorized_operations"] is not None}


def _allowed(described: Mapping[str, Any]) -> Collection[str]:
    """`READ`, `DESCRIBECONFIGS`, as Kafka lists them; empty for what this user may not even describe."""
    return {operation.replace("_", "") for operation in described["authorized_operations"] or ()}
