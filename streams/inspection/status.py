"""The status of the pipeline, from Kafka alone: of each stage and sink, then the reconciliation."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from kafka import TopicPartition

from streams.core.pipeline import Pipeline, sink_topic
from streams.core.stage import Stage
from streams.inspection.reconciliation import Reconciliation, reconcile
from streams.kafka import client
from streams.kafka.lag import GroupLag, dated, group_lags
from streams.kafka.open_transactions import OpenTransaction, open_transactions
from streams.kafka.reader import Extent, extents
from streams.kafka.topics import reject_hidden
from streams.settings import Settings

#: With more records in the pipeline's topics, reconciliation is done only on request: it reads them all,
#: 200,000 (173 MB) in 6.7 s and 92 MB of memory (kafka-python 3.0.12, 2026-11).
RECONCILED_RECORDS = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentStatus:
    """The status of a stage or sink. `sent` and `dead` are records that its topics hold; a sink has none.

    Without reconciliation they include the ends of transactions, one or more for each result with several
    records. `held` is the part of `lag` that nobody can read until a transaction ends.
    """

    name: str
    reads: str
    lag: int
    held: int = 0
    age: float | None
    sent: int | None = None
    sent_to: Mapping[str, int] = field(default_factory=dict)
    """`sent`, by topic."""
    discarded: int | None = None
    """Known only with reconciliation: stages share the topic."""
    dead: int | None = None
    open: int | None = None
    """Dead letters that are neither replayed nor dropped, each once. Known only with reconciliation."""
    members: int
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The status of the pipeline. `reconciliation` is None if not requested, or if there are many `records`.

    Records that `transactions` hold back are not part of the reconciliation.
    """

    stages: tuple[ComponentStatus, ...]
    sinks: tuple[ComponentStatus, ...]
    reconciliation: Reconciliation | None
    records: int
    transactions: tuple[OpenTransaction, ...] = ()


def read_status(settings: Settings, pipeline: Pipeline, *, with_reconciliation: bool | None = None) -> Status:
    """`with_reconciliation` None: only for up to `RECONCILED_RECORDS`. Raises `BrokerError`."""
    stages = {stage.group: stage.reads.full_name for stage in pipeline.stages}
    sinks = {
        pipeline.sink_group(name): sink_topic(settings, pipeline, name).full_name for name in settings.sinks
    }
    with client.admin(settings) as admin, client.consumer(settings) as reader:
        names = [topic.full_name for topic in pipeline.all_topics()]
        reject_hidden(admin, names)
        spans = extents(reader, names, admin=admin)
        transactions = open_transactions(settings, admin, spans)
        lags = {lag.group: _dated(lag, transactions) for lag in group_lags(admin, reader, stages | sinks)}
        records = sum(span.records for span in spans.values())
        wanted = records <= RECONCILED_RECORDS if with_reconciliation is None else with_reconciliation
        reconciliation = reconcile(reader, pipeline) if wanted else None
    return Status(
        stages=tuple(_stage(stage, lags[stage.group], spans, reconciliation) for stage in pipeline.stages),
        sinks=tuple(_component(name, lags[pipeline.sink_group(name)]) for name in settings.sinks),
        reconciliation=reconciliation,
        records=records,
        transactions=tuple(transactions),
    )


def _dated(lag: GroupLag, transactions: Sequence[OpenTransaction]) -> GroupLag:
    since = {
        partition: transaction.since
        for transaction in transactions
        if transaction.topic == lag.topic and transaction.since is not None
        for partition in transaction.partitions
    }
    return replace(lag, partitions=tuple(dated(lag.partitions, since)))


def _stage(
    stage: Stage,
    lag: GroupLag,
    spans: Mapping[TopicPartition, Extent],
    reconciliation: Reconciliation | None,
) -> ComponentStatus:
    names = [topic.full_name for topic in stage.outputs]
    sent = {name: _records(spans, name, reconciliation) for name in names}
    return _component(
        stage.name,
        lag,
        sent=sum(sent.values()),
        sent_to=sent,
        discarded=None if reconciliation is None else reconciliation.discarded_by_stage.get(stage.name, 0),
        dead=_records(spans, stage.dead.full_name, reconciliation),
        open=None if reconciliation is None else reconciliation.open_dead_letters.get(stage.name, 0),
    )


def _component(name: str, lag: GroupLag, **counts: Any) -> ComponentStatus:
    return ComponentStatus(
        name=name,
        reads=lag.topic,
        lag=lag.lag,
        held=lag.held,
        age=lag.age(),
        members=lag.members,
        state=_state(lag),
        **counts,
    )


def _records(
    spans: Mapping[TopicPartition, Extent], topic: str, reconciliation: Reconciliation | None
) -> int:
    """Records read by the reconciliation, or else all offsets; and those that are held back."""
    of_topic = [span for partition, span in spans.items() if partition.topic == topic]
    read = None if reconciliation is None else reconciliation.records.get(topic)
    readable = sum(span.records for span in of_topic) if read is None else read
    return readable + sum(span.held for span in of_topic)


def _state(lag: GroupLag) -> str:
    """`no topic`, `no worker`, `rebalancing`, `drained`, `held` (the whole lag is held back) or `working`."""
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
    """For JSON. Times of transactions are in milliseconds."""
    reconciliation = status.reconciliation
    return {
        "stages": list(map(_plain, status.stages)),
        "sinks": list(map(_plain, status.sinks)),
        "reconciliation": None if reconciliation is None else _plain_reconciliation(reconciliation),
        "open_transactions": list(map(asdict, status.transactions)),
    }


def _plain(component: ComponentStatus) -> dict[str, Any]:
    return asdict(component) | {"age": None if component.age is None else round(component.age, 1)}


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
    """Stage → records per second that it has sent between two calls of `read_status`."""
    earlier = {stage.name: stage.sent for stage in before}
    return {
        stage.name: max(0, stage.sent - sent) / seconds
        for stage in now
        if stage.sent is not None and (sent := earlier.get(stage.name)) is not None and seconds > 0
    }
