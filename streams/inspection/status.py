"""The state of the pipeline, from Kafka alone: each stage and sink, then the account of all articles."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from kafka import TopicPartition

from streams.core.pipeline import Pipeline, group_name, sink_group_name, sink_topic
from streams.core.stage import Stage
from streams.inspection.reconciliation import Reconciliation, reconcile
from streams.kafka import client
from streams.kafka.lag import GroupLag, dated, group_lags
from streams.kafka.open_transactions import OpenTransaction, open_transactions
from streams.kafka.reader import Extent, extents
from streams.kafka.topics import reject_hidden
from streams.settings import Settings

#: Above so many records in the pipeline's topics the account is taken only when asked for: it reads them all,
#: 200,000 (173 MB) in 6.7 s and 92 MB of memory (kafka-python 3.0.12, 2026-11).
RECONCILED_RECORDS = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentStatus:
    """How a stage or sink stands. `sent` and `dead` are records kept on its topics; None: it has no such.
    Without an account the ends of transactions count among them, one or more for each result of several.

    `held` are those of the `lag` that nobody can read until a transaction ends.
    """

    name: str
    reads: str
    lag: int
    age: float | None
    sent: int | None
    discarded: int | None
    """Known with the account only: the topic of the discarded is shared."""
    dead: int | None
    open: int | None
    """Dead letters that were neither replayed nor dropped, each once. Known with the account only."""
    members: int
    state: str
    held: int = 0
    sent_to: Mapping[str, int] = field(default_factory=dict)
    """`sent`, by topic."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The whole. `reconciliation` is None where it was not taken, because `records` are many or nobody asked.

    What `transactions` hold back is in no count of the account.
    """

    stages: tuple[ComponentStatus, ...]
    sinks: tuple[ComponentStatus, ...]
    reconciliation: Reconciliation | None
    records: int
    transactions: tuple[OpenTransaction, ...] = ()


def read_status(settings: Settings, pipeline: Pipeline, *, with_reconciliation: bool | None = None) -> Status:
    """Read it. `with_reconciliation` None takes the account up to `RECONCILED_RECORDS`. Raises
    `BrokerError`."""
    prefix = settings.prefix
    stages = {group_name(prefix, one.name): one.reads.full_name(prefix) for one in pipeline.stages}
    sinks = {
        sink_group_name(prefix, name): sink_topic(settings, pipeline, name).full_name(prefix)
        for name in settings.sinks
    }
    with client.admin(settings) as admin, client.consumer(settings) as reader:
        names = [topic.full_name(prefix) for topic in pipeline.all_topics()]
        reject_hidden(admin, names)
        spans = extents(reader, names, admin=admin)
        transactions = open_transactions(settings, admin, spans)
        lags = {one.group: _dated(one, transactions) for one in group_lags(admin, reader, stages | sinks)}
        records = sum(span.records for span in spans.values())
        wanted = records <= RECONCILED_RECORDS if with_reconciliation is None else with_reconciliation
        reconciliation = reconcile(reader, pipeline, prefix) if wanted else None
    return Status(
        stages=tuple(
            _stage(prefix, one, lags[group], spans, reconciliation)
            for group, one in zip(stages, pipeline.stages, strict=True)
        ),
        sinks=tuple(_sink(name, lags[sink_group_name(prefix, name)]) for name in settings.sinks),
        reconciliation=reconciliation,
        records=records,
        transactions=tuple(transactions),
    )


def _dated(lag: GroupLag, transactions: Sequence[OpenTransaction]) -> GroupLag:
    since = {
        number: one.since
        for one in transactions
        if one.topic == lag.topic and one.since is not None
        for number in one.partitions
    }
    return replace(lag, partitions=tuple(dated(lag.partitions, since)))


def _stage(
    prefix: str,
    stage: Stage,
    lag: GroupLag,
    spans: Mapping[TopicPartition, Extent],
    reconciliation: Reconciliation | None,
) -> ComponentStatus:
    names = [topic.full_name(prefix) for topic in stage.outputs]
    sent = {name: _records(spans, name, reconciliation) for name in names}
    return ComponentStatus(
        name=stage.name,
        reads=lag.topic,
        lag=lag.lag,
        age=lag.age(),
        sent=sum(sent.values()),
        sent_to=sent,
        discarded=None if reconciliation is None else reconciliation.discarded_by_stage.get(stage.name, 0),
        dead=_records(spans, stage.dead.full_name(prefix), reconciliation),
        open=None if reconciliation is None else reconciliation.open_dead_letters.get(stage.name, 0),
        members=lag.members,
        state=_state(lag),
        held=lag.held,
    )


def _sink(name: str, lag: GroupLag) -> ComponentStatus:
    return ComponentStatus(
        name=name,
        reads=lag.topic,
        lag=lag.lag,
        age=lag.age(),
        sent=None,
        discarded=None,
        dead=None,
        open=None,
        members=lag.members,
        state=_state(lag),
        held=lag.held,
    )


def _records(
    spans: Mapping[TopicPartition, Extent], topic: str, reconciliation: Reconciliation | None
) -> int:
    """Those that the account has read, and what is held back; else all offsets, ends of transactions too."""
    of_topic = [span for partition, span in spans.items() if partition.topic == topic]
    read = None if reconciliation is None else reconciliation.records.get(topic)
    readable = sum(span.records for span in of_topic) if read is None else read
    return readable + sum(span.held for span in of_topic)


def _state(lag: GroupLag) -> str:
    """`no topic`, `no worker`, `rebalancing`, `working`, `held` (all that waits is) or `drained`."""
    if not lag.partitions:
        return "no topic"
    if lag.members == 0:
        return "no worker"
    if "rebalance" in lag.state:
        return "rebalancing"
    if lag.drained:
        return "drained"
    return "held" if lag.lag == lag.held else "working"


def as_plain(status: Status) -> dict[str, Any]:
    """For JSON. `reconciliation` is null where it was not taken. Times of transactions are in
    milliseconds."""
    return {
        "stages": [_plain(one) for one in status.stages],
        "sinks": [_plain(one) for one in status.sinks],
        "reconciliation": None
        if status.reconciliation is None
        else _plain_reconciliation(status.reconciliation),
        "open_transactions": [asdict(one) for one in status.transactions],
    }


def _plain(one: ComponentStatus) -> dict[str, Any]:
    age = None if one.age is None else round(one.age, 1)
    shared = {"name": one.name, "reads": one.reads, "lag": one.lag, "held": one.held, "age": age}
    return {
        **shared,
        "sent": one.sent,
        "sent_to": dict(one.sent_to),
        "discarded": one.discarded,
        "dead": one.dead,
        "open": one.open,
        "members": one.members,
        "state": one.state,
    }


def _plain_reconciliation(reconciliation: Reconciliation) -> dict[str, Any]:
    return {
        "raw": reconciliation.raw,
        "finished": reconciliation.finished,
        "finished_on": dict(reconciliation.finished_on),
        "discarded": dict(reconciliation.discarded),
        "dead": dict(reconciliation.dead),
        "removed": reconciliation.removed,
        "waiting": reconciliation.waiting,
        "deleted_meanwhile": reconciliation.deleted,
    }


def rates(
    before: Sequence[ComponentStatus], now: Sequence[ComponentStatus], seconds: float
) -> dict[str, float]:
    """Stage → records a second that were added to its topic between two looks."""
    earlier = {one.name: one.sent for one in before}
    return {
        one.name: max(0, one.sent - was) / seconds
        for one in now
        if one.sent is not None and (was := earlier.get(one.name)) is not None and seconds > 0
    }
