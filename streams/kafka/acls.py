"""What each role of a pipeline needs of Kafka, and nothing beside: for its operator, and asked for at a
start.

Kafka tells a client which operations it may do, so a role that lacks one is told before it reads anything.
To write idempotently needs no right of its own (since Kafka 3.0), and to read or write is to describe too.
"""

import shlex
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kafka.errors import GroupAuthorizationFailedError

from streams.core.pipeline import Pipeline, group_name, sink_group_name, sink_topic
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
    """The same operations on some resources of a kind; `prefixed`: on all whose names begin so."""

    kind: str
    names: tuple[str, ...]
    operations: tuple[str, ...]
    prefixed: bool = False

    def command(self, user: str) -> str:
        """What gives it to a user."""
        words = ["copydesk", "kafka", "acls", "--add", "--allow-principal", f"User:{user}"]
        words += [word for one in self.operations for word in ("--operation", one)]
        words += [word for name in self.names for word in (f"--{self.kind}", name)]
        return shlex.join([*words, *(("--resource-pattern-type", "prefixed") if self.prefixed else ())])


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A kind of process or person, by the name that its user has in the documents."""

    name: str
    rights: tuple[Right, ...]


def roles(settings: Settings, pipeline: Pipeline) -> tuple[Role, ...]:
    """Those of the stages, of the configured sinks, and of people and programs around them."""
    stages = [stage_role(settings, pipeline, stage) for stage in pipeline.stages]
    sinks = [sink_role(settings, pipeline, name) for name in settings.sinks]
    return (
        *stages,
        *sinks,
        writer(*_names(settings, *pipeline.first)),
        consumer(settings, pipeline),
        operator(settings, pipeline),
    )


def stage_role(settings: Settings, pipeline: Pipeline, stage: Stage, *, acknowledges: bool = False) -> Role:
    """A worker: it reads its dead letters and the ledger at its start. `acknowledges`: it writes to the
    ledger then."""
    reads, discards, dead, ledger = _names(settings, stage.reads, stage.discards, stage.dead, pipeline.ledger)
    writes, noted = _names(settings, *stage.outputs), (ledger,) if acknowledges else ()
    group = group_name(settings.prefix, stage.name)
    return Role(
        name=stage.name,
        rights=(
            Right(kind=TOPIC, names=(reads, dead, ledger), operations=(READ, DESCRIBE_CONFIGS)),
            Right(kind=TOPIC, names=(*writes, discards, dead, *noted), operations=(WRITE, DESCRIBE_CONFIGS)),
            Right(kind=GROUP, names=(group,), operations=(READ,)),
            # For results of several records.
            Right(kind=TRANSACTIONS, names=(f"{group}.",), operations=(WRITE,), prefixed=True),
        ),
    )


def sink_role(settings: Settings, pipeline: Pipeline, name: str) -> Role:
    """A sink: finished articles, and its group."""
    source = _names(settings, sink_topic(settings, pipeline, name))
    return Role(
        name=f"sink-{name}",
        rights=(
            Right(kind=TOPIC, names=source, operations=(READ, DESCRIBE_CONFIGS)),
            Right(kind=GROUP, names=(sink_group_name(settings.prefix, name),), operations=(READ,)),
        ),
    )


def writer(*topics: str) -> Role:
    """Whatever brings pages in, to topics by their full names: `publish`, `takedown`, `ingest`, others."""
    writes = Right(kind=TOPIC, names=topics, operations=(WRITE, DESCRIBE_CONFIGS))
    return Role(name="scraper", rights=(writes,))


def consumer(settings: Settings, pipeline: Pipeline) -> Role:
    """A program of others that reads finished articles, under groups that begin with its user's name."""
    return Role(
        name="consumer",
        rights=(
            Right(kind=TOPIC, names=_names(settings, *pipeline.last), operations=(READ,)),
            Right(kind=GROUP, names=("consumer.",), operations=(READ,), prefixed=True),
        ),
    )


def operator(settings: Settings, pipeline: Pipeline) -> Role:
    """A person: topics, status, trace, tail, and dead letters, which go back to what their stage reads."""
    written = {topic.name: topic for topic in (*(stage.reads for stage in pipeline.stages), pipeline.ledger)}
    of_pipeline, groups = f"{settings.prefix}.", f"copydesk.{settings.prefix}."
    return Role(
        name="operator",
        rights=(
            Right(
                kind=TOPIC, names=(of_pipeline,), operations=(CREATE, READ, DESCRIBE_CONFIGS), prefixed=True
            ),
            Right(kind=TOPIC, names=_names(settings, *written.values()), operations=(WRITE,)),
            # `topics create` writes the first offsets of groups.
            Right(kind=GROUP, names=(groups,), operations=(READ,), prefixed=True),
            Right(kind=TRANSACTIONS, names=(f"{groups}dlq.",), operations=(WRITE,), prefixed=True),
            # To say whose open transaction keeps records from being read.
            Right(kind=TRANSACTIONS, names=("*",), operations=(DESCRIBE,)),
        ),
    )


def _names(settings: Settings, *topics: Topic) -> tuple[str, ...]:
    return tuple(topic.full_name(settings.prefix) for topic in topics)


def require_rights(settings: Settings, role: Role) -> None:
    """Raise `BrokerError`, naming topic or group, where Kafka would reject this user something of `role`."""
    with client.admin(settings) as admin:
        lacking = [said for right in role.rights if not right.prefixed for said in _lacking(admin, right)]
    if lacking:
        raise BrokerError(
            f"{client.lacks(settings, ', '.join(dict.fromkeys(lacking)))};"
            f" `copydesk topics acls {role.name}` prints what it needs"
        )


def _lacking(admin: Admin, right: Right) -> Iterator[str]:
    may = _of_groups(admin, right.names) if right.kind == GROUP else _of_topics(admin, right.names)
    for name, allowed in may.items():
        wanted = [one for one in right.operations if one.upper() not in allowed]
        if wanted:
            yield f"{' and '.join(wanted)} on {right.kind} {name}"


def _of_topics(admin: Admin, names: Sequence[str]) -> dict[str, Collection[str]]:
    """Topic → what we may do with it; those that are missing are left out."""
    described = [
        one for one in admin.describe_topics(list(names)) if one["error_code"] in {0, REJECTED_TOPIC}
    ]
    return {one["name"]: _allowed(one) for one in described}


def _of_groups(admin: Admin, names: Sequence[str]) -> dict[str, Collection[str]]:
    """Group → what we may do with it. Of one that has never been, Kafka says only whether it may be seen:
    those are left out."""
    try:
        said = when_ready(admin.describe_groups, list(names))
    except GroupAuthorizationFailedError:
        return dict.fromkeys(names, ())
    return {name: _allowed(one) for name, one in said.items() if one["authorized_operations"] is not None}


def _allowed(described: Mapping[str, Any]) -> Collection[str]:
    """`READ`, `DESCRIBECONFIGS`, as Kafka says them of us; none of what may not even be described."""
    return {one.replace("_", "") for one in described["authorized_operations"] or ()}
