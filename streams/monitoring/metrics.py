"""Every metric, defined once; docs/metrics.md lists the same, kept equal by a test.

What stages and sinks have in common carries both labels, one of them empty, which to Prometheus is a label
that is not there. All is counted in the parent process: children have no metrics of their own.
"""

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)

disable_created_metrics()  # type: ignore[no-untyped-call]  # the library annotates all but this one

#: Not the library's own: that one would take in whatever else this process imports.
REGISTRY = CollectorRegistry(auto_describe=True)
#: `process_resident_memory_bytes`, `process_cpu_seconds_total` and so on; on Linux only.
ProcessCollector(registry=REGISTRY)

OWNER_LABELS = ("stage", "sink")
#: 1 ms is a takedown; 20 s is the default limit of one article.
WORK_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20)
#: 5 ms is the producer's linger; 60 s is how long delivery is tried by default.
WRITE_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
#: From a pipeline that is idle to one that catches up after a week.
LATENCY_BUCKETS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 21_600, 86_400, 604_800)

ARTICLES = Counter(
    "copydesk_articles",
    "Articles acknowledged by a stage, by what became of them: sent, discarded or dead, and why.",
    ("stage", "outcome", "reason"),
    registry=REGISTRY,
)
STAGE_SECONDS = Histogram(
    "copydesk_stage_seconds",
    "Work on one article in its pool process, decoding and encoding included; dead ones are left out.",
    ("stage",),
    buckets=WORK_BUCKETS,
    registry=REGISTRY,
)
PUBLISH_SECONDS = Histogram(
    "copydesk_publish_seconds",
    "From handing finished articles to the producer until Kafka has confirmed them all; many at once.",
    ("stage",),
    buckets=WRITE_BUCKETS,
    registry=REGISTRY,
)
LATENCY_SECONDS = Histogram(
    "copydesk_latency_seconds",
    "From Kafka taking the raw record to its acknowledgement here; a replay counts from the first time.",
    OWNER_LABELS,
    buckets=LATENCY_BUCKETS,
    registry=REGISTRY,
)
IN_FLIGHT_ARTICLES = Gauge(
    "copydesk_in_flight_articles",
    "Articles in flight, or waiting for their batch.",
    OWNER_LABELS,
    registry=REGISTRY,
)
IN_FLIGHT_BYTES = Gauge(
    "copydesk_in_flight_bytes", "Bytes of the articles in the window.", OWNER_LABELS, registry=REGISTRY
)
POOL_PROCESSES = Gauge(
    "copydesk_pool_processes", "Pool processes that a worker has for the work.", ("stage",), registry=REGISTRY
)
POOL_PROCESS_EXITS = Counter(
    "copydesk_pool_process_exits",
    "Pool processes that died at work: of themselves or from outside (killed), or by us (timed-out).",
    ("stage", "reason"),
    registry=REGISTRY,
)
RETRIES = Counter(
    "copydesk_retries",
    "Times that work on an article, or a batch of a sink, was put off because what it needs was away.",
    OWNER_LABELS,
    registry=REGISTRY,
)
LIMIT_REACHED = Gauge(
    "copydesk_dead_letter_limit_reached",
    "1: the worker has stopped reading because too much is dead. A person must act.",
    ("stage",),
    registry=REGISTRY,
)
SINK_RECORDS = Counter(
    "copydesk_sink_records",
    "Records that a sink has made durable and acknowledged.",
    ("sink",),
    registry=REGISTRY,
)
SINK_WRITE_SECONDS = Histogram(
    "copydesk_sink_write_seconds",
    "One batch of a sink, until it is durable, retries included. The count is the number of batches.",
    ("sink",),
    buckets=WRITE_BUCKETS,
    registry=REGISTRY,
)
PARTITIONS = Gauge(
    "copydesk_partitions", "Partitions that are assigned to this process.", OWNER_LABELS, registry=REGISTRY
)
LAG_RECORDS = Gauge(
    "copydesk_lag_records",
    "Records of a partition assigned to this process that are not acknowledged, as Kafka has it.",
    (*OWNER_LABELS, "partition"),
    registry=REGISTRY,
)
LAG_SECONDS = Gauge(
    "copydesk_lag_seconds",
    "Age of the oldest record of a partition that is not acknowledged; 0 where there is none.",
    (*OWNER_LABELS, "partition"),
    registry=REGISTRY,
)
LAG_RETENTION = Gauge(
    "copydesk_lag_retention_ratio",
    "That age as a share of the topic's retention.ms: at 1 Kafka deletes what was not read.",
    (*OWNER_LABELS, "partition"),
    registry=REGISTRY,
)
HELD_RECORDS = Gauge(
    "copydesk_held_records",
    "Those of its lag that an open transaction keeps from being read, at most.",
    (*OWNER_LABELS, "partition"),
    registry=REGISTRY,
)
HELD_SECONDS = Gauge(
    "copydesk_held_seconds",
    "Age of the first record that an open transaction keeps from being read; 0 where none does.",
    (*OWNER_LABELS, "partition"),
    registry=REGISTRY,
)
LAG_UPDATED = Gauge(
    "copydesk_lag_updated_timestamp_seconds",
    "When Kafka last said how far this process is behind. The lag is as old as that.",
    OWNER_LABELS,
    registry=REGISTRY,
)
LOST_RECORDS = Gauge(
    "copydesk_lost_records",
    "Records of a partition that Kafka deleted unread, at most: the worker has stopped. A person must act.",
    (*OWNER_LABELS, "partition"),
    registry=REGISTRY,
)
READY = Gauge("copydesk_ready", "1 while /readyz answers 200.", OWNER_LABELS, registry=REGISTRY)
HEALTHY = Gauge("copydesk_healthy", "1 while /healthz answers 200.", OWNER_LABELS, registry=REGISTRY)
STARTED = Gauge(
    "copydesk_started_timestamp_seconds", "When this process was started.", OWNER_LABELS, registry=REGISTRY
)
PROCESS_RESTARTS = Counter(
    "copydesk_process_restarts",
    "Processes that died and were restarted by `copydesk up`; told by that process only.",
    OWNER_LABELS,
    registry=REGISTRY,
)
BUILD_INFO = Gauge(
    "copydesk_build_info",
    "Always 1: the versions of Copydesk, Python, Faust and the stage, and the model of its work.",
    (*OWNER_LABELS, "version", "python", "faust", "stage_version", "model"),
    registry=REGISTRY,
)
