"""All metrics. docs/reference/metrics.md lists the same; a test compares them.

Metrics of both stages and sinks have both labels, one of them empty, which means the same to Prometheus as no
label. Everything is counted in the parent process: pool processes have no metrics of their own.
"""

from functools import partial

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)

disable_created_metrics()  # type: ignore[no-untyped-call]  # the library annotates all but this one

#: Not the library's own, which would include the metrics of whatever else this process imports.
REGISTRY = CollectorRegistry(auto_describe=True)
#: `process_resident_memory_bytes`, `process_cpu_seconds_total` and so on; on Linux only.
ProcessCollector(registry=REGISTRY)
counter, gauge = partial(Counter, registry=REGISTRY), partial(Gauge, registry=REGISTRY)
histogram = partial(Histogram, registry=REGISTRY)

OWNER_LABELS = ("stage", "sink")
PARTITION_LABELS = (*OWNER_LABELS, "partition")
#: 1 ms is a takedown; 20 s is the default limit of one article.
WORK_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20)
#: 5 ms is the producer's linger; 60 s is how long delivery is tried by default.
WRITE_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
#: From a pipeline that is idle to one that catches up after a week.
LATENCY_BUCKETS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 21_600, 86_400, 604_800)

ARTICLES = counter(
    "copydesk_articles",
    "Articles acknowledged by a stage, by outcome: sent, discarded or dead, and the reason.",
    ("stage", "outcome", "reason"),
)
STAGE_SECONDS = histogram(
    "copydesk_stage_seconds",
    "Work on one article in its pool process, decoding and encoding included; dead articles are left out.",
    ("stage",),
    buckets=WORK_BUCKETS,
)
PUBLISH_SECONDS = histogram(
    "copydesk_publish_seconds",
    "From handing finished articles to the producer until Kafka has confirmed them all; many at once.",
    ("stage",),
    buckets=WRITE_BUCKETS,
)
LATENCY_SECONDS = histogram(
    "copydesk_latency_seconds",
    "From Kafka taking the raw record to its acknowledgement here; a replay counts from the original.",
    OWNER_LABELS,
    buckets=LATENCY_BUCKETS,
)
IN_FLIGHT_ARTICLES = gauge(
    "copydesk_in_flight_articles", "Articles in flight, or waiting for their batch.", OWNER_LABELS
)
IN_FLIGHT_BYTES = gauge(
    "copydesk_in_flight_bytes", "Bytes of the articles in flight, or waiting for their batch.", OWNER_LABELS
)
POOL_PROCESSES = gauge("copydesk_pool_processes", "Pool processes of a worker.", ("stage",))
POOL_PROCESS_EXITS = counter(
    "copydesk_pool_process_exits",
    "Pool processes that exited at work: by themselves or killed by others (killed), or by us (timed-out).",
    ("stage", "reason"),
)
RETRIES = counter(
    "copydesk_retries",
    "Times that work on an article, or a batch of a sink, was retried because of an outage.",
    OWNER_LABELS,
)
MODEL_REQUESTS = counter(
    "copydesk_model_requests",
    "Requests of the work of a stage to a model server, by outcome: ok, or why there was no answer.",
    ("stage", "outcome"),
)
MODEL_TOKENS = counter(
    "copydesk_model_tokens",
    "Tokens that a model server has counted, of requests (in) and of answers (out).",
    ("stage", "direction"),
)
MODEL_COST = counter(
    "copydesk_model_cost",
    "Cost of these tokens, at the prices and in the currency of the settings.",
    ("stage",),
)
FALLBACKS = counter(
    "copydesk_fallbacks",
    "Articles that the work of a stage has done by its simpler method, by reason.",
    ("stage", "reason"),
)
LIMIT_REACHED = gauge(
    "copydesk_dead_letter_limit_reached",
    "1: the worker has stopped reading because of too many dead letters. A person must act.",
    ("stage",),
)
SINK_RECORDS = counter("copydesk_sink_records", "Records made durable and acknowledged by a sink.", ("sink",))
SINK_FILTERED = counter(
    "copydesk_sink_filtered",
    "Records that do not pass the filter of a sink, acknowledged. `copydesk_sink_records` leaves them out.",
    ("sink",),
)
SINK_WRITE_SECONDS = histogram(
    "copydesk_sink_write_seconds",
    "One batch of a sink, until it is durable, retries included. The count is the number of batches.",
    ("sink",),
    buckets=WRITE_BUCKETS,
)
PARTITIONS = gauge("copydesk_partitions", "Partitions that are assigned to this process.", OWNER_LABELS)
LAG_RECORDS = gauge(
    "copydesk_lag_records",
    "Records of a partition assigned to this process that are not acknowledged.",
    PARTITION_LABELS,
)
LAG_SECONDS = gauge(
    "copydesk_lag_seconds",
    "Age of the oldest record of a partition that is not acknowledged; 0 if there is none.",
    PARTITION_LABELS,
)
LAG_RETENTION = gauge(
    "copydesk_lag_retention_ratio",
    "Age of the oldest unacknowledged record as a share of the topic's retention.ms;"
    " at 1 Kafka deletes unread records.",
    PARTITION_LABELS,
)
HELD_RECORDS = gauge(
    "copydesk_held_records",
    "Unacknowledged records of a partition that an open transaction holds back, at most.",
    PARTITION_LABELS,
)
HELD_SECONDS = gauge(
    "copydesk_held_seconds",
    "Age of the first record that an open transaction holds back; 0 if there is none.",
    PARTITION_LABELS,
)
LAG_UPDATED = gauge(
    "copydesk_lag_updated_timestamp_seconds",
    "When Kafka last reported the lag of this process: the age of the lag metrics.",
    OWNER_LABELS,
)
LOST_RECORDS = gauge(
    "copydesk_lost_records",
    "Records of a partition that Kafka deleted before they were read, at most. The worker has stopped.",
    PARTITION_LABELS,
)
READY = gauge("copydesk_ready", "1 while /readyz answers 200.", OWNER_LABELS)
HEALTHY = gauge("copydesk_healthy", "1 while /healthz answers 200.", OWNER_LABELS)
STARTED = gauge("copydesk_started_timestamp_seconds", "When this process was started.", OWNER_LABELS)
PROCESS_RESTARTS = counter(
    "copydesk_process_restarts",
    "Processes that exited and were restarted by `copydesk up`; reported by that process only.",
    OWNER_LABELS,
)
BUILD_INFO = gauge(
    "copydesk_build_info",
    "Always 1: the versions of Copydesk, Python, Faust and the stage, and the model of its work.",
    (*OWNER_LABELS, "version", "python", "faust", "stage_version", "model"),
)
