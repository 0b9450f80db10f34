"""One sink in one process: its outside, its loop, its Faust agent, its watch."""

import logging
from importlib import import_module
from typing import Any

import structlog

from streams.core.pipeline import Desk, sink_group_name, sink_topic
from streams.core.sink import Sink
from streams.errors import CannotStart, ConfigError, CopydeskError, Unavailable
from streams.kafka.acls import require_rights, sink_role
from streams.kafka.initial_offsets import begin_sink
from streams.kafka.log_identity import LogIdentity
from streams.kafka.topics import require_topics
from streams.monitoring.health import Health
from streams.monitoring.lag_monitor import LagWatch
from streams.monitoring.recorder import SinkMeter
from streams.monitoring.server import serve, tell_build
from streams.runtime.child import read_settings
from streams.runtime.data_loss import Deleted
from streams.runtime.faust_app import build_app
from streams.runtime.fencing import Beat
from streams.runtime.process_exit import end_process
from streams.runtime.sink_loop import SinkLoop
from streams.runtime.stage_process import PREFETCH, attach, run_app
from streams.settings import Settings

log = structlog.get_logger("copydesk.sink")

BATCH = 500


def run_sink(settings: Settings, desk: Desk, name: str) -> None:
    """Write until SIGTERM, then return through `SystemExit`. Raises `CannotStart` before anything is read."""
    reads = sink_topic(settings, desk, name)
    topic, who = reads.full_name(settings.prefix), ("", name)
    require_rights(settings, sink_role(settings, desk, name))
    require_topics(settings, [reads])
    worker, group = settings.worker, sink_group_name(settings.prefix, name)
    health = Health(stall_seconds=worker.stall_seconds, session_seconds=worker.session_seconds)
    serve(settings.probes, health, sink=name)
    tell_build(sink=name)
    outside = open_sink(settings, desk, name)
    beat, identity = Beat(worker.session_seconds, end_process), LogIdentity(settings, topic)
    log_id = log_at_start(identity)
    loop = SinkLoop(
        name,
        outside,
        batch=getattr(outside, "batch", BATCH),
        batch_bytes=worker.window_bytes,
        seconds=worker.unavailable_seconds,
        settle_seconds=min(worker.rebalance_seconds, worker.stop_seconds) / 2,
        beat=beat,
        end=end_process,
        source=log_id,
        look_up=identity.look_up,
        meter=SinkMeter(name, health),
    )
    app = build_app(settings, worker, group, PREFETCH)
    app.work_loop, app.beat, app.health, app.writes = loop, beat, health, False
    app.source = log_id
    app.deleted = Deleted(group=group, topic=topic, who=who, health=health)
    for begun in begin_sink(settings, group, topic):
        log.log(logging.WARNING if begun.worth_telling else logging.INFO, str(begun))
    attach(app, topic, name, loop, _pass_on)
    log.info("writing", sink=name, group=group)
    look = LagWatch(settings, group=group, topic=topic, health=health, who=who)
    try:
        run_app(app, loop.start, look)
    finally:
        outside.close()
        identity.close()


def log_at_start(identity: LogIdentity) -> str:
    """The id of the log, looked up before anything is read of it. Raises `CannotStart`."""
    try:
        return identity.look_up()
    except Unavailable as error:
        raise CannotStart(str(error)) from error


def open_sink(settings: Settings, desk: Desk, name: str) -> Sink:
    """The outside of the sink `name`. Raises `ConfigError` or `CannotStart`, each with a sentence."""
    table = dict(settings.sinks.get(name, {}))
    if not table:
        known = ", ".join(sorted(settings.sinks)) or "none"
        raise ConfigError(f"there is no sink {name!r} in the configuration; it has: {known}")
    kind = str(table.pop("kind", name))
    table.pop("reads", None)
    if kind not in desk.sinks:
        raise ConfigError(
            f"[sinks.{name}]: no kind of sink is called {kind!r}; known: {', '.join(desk.sinks)}"
        )
    module, _, function = desk.sinks[kind].partition(":")
    try:
        opener = getattr(import_module(module), function)
        opened: Sink = opener(read_settings(opener, table, f"sinks.{name}"))
    except CopydeskError:
        raise
    except Exception as error:
        raise CannotStart(f"sink {name} cannot be opened: {type(error).__name__}: {error}") from error
    return opened


async def _pass_on(records: Any, loop: Any) -> None:
    async for record in records.noack().events():
        await loop.take(record)
