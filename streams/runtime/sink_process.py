"""One sink in one process: the sink and its loop."""

import logging

import structlog

from streams.core.pipeline import Pipeline, sink_topic
from streams.core.sink import Sink
from streams.core.sink_settings import SinkSettings, first_start, read_sink
from streams.core.stage import take_all
from streams.errors import CannotStart, CopydeskError, Unavailable
from streams.kafka.acls import require_rights, sink_role
from streams.kafka.initial_offsets import begin_sink
from streams.kafka.log_identity import LogIdentity
from streams.kafka.topics import require_topics
from streams.monitoring.recorder import SinkMeter
from streams.monitoring.server import report_build
from streams.runtime.faust_app import App
from streams.runtime.group_member import Join
from streams.runtime.process import Process
from streams.runtime.process_exit import end_process
from streams.runtime.sink_filter import SinkFilter
from streams.runtime.sink_loop import SinkLoop
from streams.settings import Settings

log = structlog.get_logger("copydesk.sink")

BATCH = 500


def run_sink(settings: Settings, pipeline: Pipeline, name: str, *, join: Join = App) -> None:
    """Write until SIGTERM, then raise `SystemExit`. Raises `CannotStart` before anything is read."""
    sink_settings = read_sink(settings, pipeline, name)
    reads = sink_topic(settings, pipeline, name)
    topic, group = reads.full_name, pipeline.sink_group(name)
    require_rights(settings, sink_role(settings, pipeline, name))
    require_topics(settings, [reads])
    process = Process(settings, settings.worker, group=group, topic=topic, sink=name, join=join)
    process.serve_probes()
    report_build(sink=name)
    sink, identity = open_sink(sink_settings, name), LogIdentity(settings, topic)
    log_id = log_at_start(identity)
    worker = settings.worker
    loop = SinkLoop(
        name,
        sink,
        batch=getattr(sink, "batch", BATCH),
        batch_bytes=worker.window_bytes,
        seconds=worker.unavailable_seconds,
        drain_seconds=min(worker.rebalance_seconds, worker.stop_seconds) / 2,
        liveness=process.liveness,
        end=end_process,
        source=log_id,
        look_up=identity.look_up,
        meter=SinkMeter(name, process.health),
        filter=SinkFilter.of(sink_settings, sink),
    )
    for offsets in begin_sink(settings, group, topic, first_start(settings, name)):
        log.log(logging.WARNING if offsets.worth_reporting else logging.INFO, str(offsets))
    log.info("writing", sink=name, group=group)
    try:
        process.run(lambda _: loop, take_all, source=log_id, writes=False)
    finally:
        sink.close()
        identity.close()


def log_at_start(identity: LogIdentity) -> str:
    """The id of the log, looked up before anything is read of it. Raises `CannotStart`."""
    try:
        return identity.look_up()
    except Unavailable as error:
        raise CannotStart(str(error)) from error


def open_sink(settings: SinkSettings, name: str) -> Sink:
    """Open the sink `name`. Raises `ConfigError` or `CannotStart`, each with a sentence."""
    try:
        return settings.opener(settings.own)
    except CopydeskError:
        raise
    except Exception as error:
        raise CannotStart(f"sink {name} cannot be opened: {type(error).__name__}: {error}") from error
