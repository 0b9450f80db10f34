"""One stage in one process: its children, its loop, its Faust agent, its watch.

What can be known beforehand is checked before the group is joined: the topics, the settings, the work.
"""

import io
import secrets
from typing import Any

import faust
import structlog

from streams.core.pipeline import Desk, group_name
from streams.core.stage import Agent, Stage
from streams.dead_letters.history import accept, dead_offsets
from streams.dead_letters.limit import Limit
from streams.dead_letters.provenance import provenance
from streams.dead_letters.replays import Replays
from streams.kafka.acls import require_rights, stage_role
from streams.kafka.topics import require_topics
from streams.kafka.transactions import Transactions
from streams.monitoring import metrics
from streams.monitoring.health import Health
from streams.monitoring.lag_monitor import LagWatch
from streams.monitoring.recorder import StageMeter
from streams.monitoring.server import serve, tell_build
from streams.runtime.data_loss import Deleted
from streams.runtime.delivery import Delivery
from streams.runtime.faust_app import App, build_app
from streams.runtime.fencing import Beat
from streams.runtime.pool import Pool
from streams.runtime.process_exit import end_process
from streams.runtime.stage_loop import Loop
from streams.runtime.watchdog import Watchdog
from streams.settings import Settings

log = structlog.get_logger("copydesk.worker")

#: 16 pages of 7.5 MB each put a worker at 418 MB.
PREFETCH = 8


def run_worker(settings: Settings, desk: Desk, stage: Stage, *, accept_dead_letters: bool = False) -> None:
    """Work until SIGTERM, then return through `SystemExit`. Raises `CannotStart` before anything is read."""
    worker = settings.for_stage(stage.name)
    require_rights(settings, stage_role(settings, desk, stage, accepts=accept_dead_letters))
    require_topics(settings, [stage.reads, *stage.outputs, stage.discards, stage.dead])
    health = Health(stall_seconds=worker.stall_seconds, session_seconds=worker.session_seconds)
    meter = StageMeter(stage.name, health)
    serve(settings.probes, health, stage=stage.name)
    if accept_dead_letters:
        accept(settings, stage, desk.ledger)
    most = settings.partitions * max(worker.dead_run, worker.dead_window)
    letters = dead_offsets(settings, stage, desk.ledger, most=most)
    limit = Limit(run=worker.dead_run, share=worker.dead_share, window=worker.dead_window, letters=letters)
    pool = Pool(stage, settings.prefix, worker, settings.for_work(stage.name), meter)
    pool.start()
    metrics.CHILDREN.labels(stage.name).set(worker.children)
    tell_build(stage=stage.name, stage_version=stage.version, model=pool.model())
    group = group_name(settings.prefix, stage.name)
    app = build_app(settings, worker, group, PREFETCH)
    beat = Beat(worker.session_seconds, end_process)
    replays = Replays(settings, provenance(desk, settings.prefix))
    # A name that no other has: who may write, the beat decides.
    several = Transactions(settings, f"{group}.{secrets.token_hex(6)}", beat.in_touch)
    delivery = Delivery(app.producer, beat, worker.unavailable_seconds, several)
    loop = Loop(
        stage,
        worker,
        prefix=settings.prefix,
        group=group,
        pool=pool,
        delivery=delivery,
        limit=limit,
        replays=replays,
        end=end_process,
        meter=meter,
    )
    app.work_loop, app.beat, app.health = loop, beat, health
    topic, who = stage.reads.full_name(settings.prefix), (stage.name, "")
    app.deleted = Deleted(group=group, topic=topic, who=who, health=health)
    attach(app, topic, stage.name, loop, stage.agent)
    log.info("working", stage=stage.name, group=group, children=worker.children)
    look = LagWatch(settings, group=group, topic=topic, health=health, who=who)
    try:
        run_app(app, loop.start, look)
    finally:
        replays.close()
        pool.stop()


def run_app(app: App, start: Any, look: LagWatch) -> None:
    """Run a Faust app until SIGTERM or SIGINT; never returns normally (`SystemExit`)."""

    async def begin() -> None:
        start()

    app.task(begin)
    app.finalize()
    app.beat.start()
    # Not by the app: that begins its tasks once it has partitions, which a refused worker never has.
    watchdog = Watchdog(app, end_process)
    watchdog.start()
    app.health.unheard, app.health.silent = app.beat.unheard, watchdog.silent
    look.start()
    faust.Worker(
        app,
        quiet=True,
        override_logging=False,
        redirect_stdouts=False,
        # Its spinner writes there; standard output is for results.
        stdout=io.StringIO(),
    ).execute_from_commandline()


def attach(app: App, topic: str, name: str, loop: Any, agent: Agent) -> None:
    """Give an agent its stream: the topic's records as they are, bytes."""
    source = app.topic(
        topic,
        key_type=bytes,
        value_type=bytes,
        key_serializer="raw",
        value_serializer="raw",
        allow_empty=True,
    )

    async def attached(stream: Any) -> None:
        await agent(stream, loop)

    attached.__doc__ = agent.__doc__
    app.agent(source, name=name, concurrency=1)(attached)
