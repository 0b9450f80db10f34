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

WHO = ("stage", "sink")
#: 1 ms is a takedown; 20 s is the default limit of one article.
WORK_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20)
#: 5 ms is the producer's linger; 60 s is how long delivery is tried by default.
WRITE_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
#: From a desk that is idle to one that catches up after a week.
LATENCY_BUCKETS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 21_600, 86_400, 604_800)

ARTICLES = Counter(
    "copydesk_articles",
    "Articles acknowledged by a stage, by what became of them: sent, discarded or dead, and why.",
    ("stage", "fate", "reason"),
    registry=REGISTRY,
)
STAGE_SECONDS = Histogram(
    "copydesk_stage_seconds",
    "Work on one article in its child process, decoding and encoding included; dead ones are left out.",
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
    WHO,
    buckets=LATENCY_BUCKETS,
    registry=REGISTRY,
)
WINDOW_ARTICLES = Gauge(
    "copydesk_window_articles", "Articles under way, or waiting for their batch.", WHO, registry=REGISTRY
)
WINDOW_BYTES = Gauge("copydesk_window_bytes", "Bytes of the articles in the window.", WHO, registry=REGISTRY)
CHILDREN = Gauge(
    "copydesk_children", "Child processes that a worker has for the work.", ("stage",), registry=REGISTRY
)
CHILD_DEATHS = Counter(
    "copydesk_child_deaths",
    "Child processes that died at work: of themselves or from outside (killed), or by us (timed-out).",
    ("stage", "reason"),
    registry=REGISTRY,
)
TRIES_AGAIN = Counter(
    "copydesk_tries_again",
    "Times that work on an article, or a batch of a sink, was put off because what it needs was away.",
    WHO,
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
    "One batch of a sink, until it is durable, tries again included. The count is the number of batches.",
    ("sink",),
    buckets=WRITE_BUCKETS,
    registry=REGISTRY,
)
PARTITIONS = Gauge(
    "copydesk_partitions", "Partitions that are assigned to this process.", WHO, registry=REGISTRY
)
LAG_RECORDS = Gauge(
    "copydesk_lag_records",
    "Records of a partition assigned to this process that are not acknowledged, as Kafka has it.",
    (*WHO, "partition"),
    registry=REGISTRY,
)
LAG_SECONDS = Gauge(
    "copydesk_lag_seconds",
    "Age of the oldest record of a partition that is not acknowledged; 0 where there is none.",
    (*WHO, "partition"),
    registry=REGISTRY,
)
LAG_RETENTION = Gauge(
    "copydesk_lag_retention_ratio",
    "That age as a share of the topic's retention.ms: at 1 Kafka deletes what was not read.",
    (*WHO, "partition"),
    registry=REGISTRY,
)
HELD_RECORDS = Gauge(
    "copydesk_held_records",
    "Those of its lag that an open transaction keeps from being read, at most.",
    (*WHO, "partition"),
    registry=REGISTRY,
)
HELD_SECONDS = Gauge(
    "copydesk_held_seconds",
    "Age of the first record that an open transaction keeps from being read; 0 where none does.",
    (*WHO, "partition"),
    registry=REGISTRY,
)
LAG_LOOKED = Gauge(
    "copydesk_lag_looked_timestamp_seconds",
    "When Kafka last said how far this process is behind. The lag is as old as that.",
    WHO,
    registry=REGISTRY,
)
DELETED_UNREAD = Gauge(
    "copydesk_deleted_unread_records",
    "Records of a partition that Kafka deleted unread, at most: the worker has stopped. A person must act.",
    (*WHO, "partition"),
    registry=REGISTRY,
)
READY = Gauge("copydesk_ready", "1 while /readyz answers 200.", WHO, registry=REGISTRY)
HEALTHY = Gauge("copydesk_healthy", "1 while /healthz answers 200.", WHO, registry=REGISTRY)
STARTED = Gauge(
    "copydesk_started_timestamp_seconds", "When this process was started.", WHO, registry=REGISTRY
)
PROCESS_RESTARTS = Counter(
    "copydesk_process_restarts",
    "Processes that died and were started anew by `copydesk up`; told by that process only.",
    WHO,
    registry=REGISTRY,
)
BUILD_INFO = Gauge(
    "copydesk_build_info",
    "Always 1: the versions of Copydesk, Python, Faust and the stage, and the model of its work.",
    (*WHO, "version", "python", "faust", "stage_version", "model"),
    registry=REGISTRY,
)
