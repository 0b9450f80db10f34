"""One stage in one process: its pool processes and its loop.

The topics, the settings and the work are checked before the group is joined.
"""

import secrets

import structlog

from streams.core.pipeline import Pipeline
from streams.core.stage import Stage
from streams.dead_letters.history import acknowledge, dead_offsets
from streams.dead_letters.limit import Limit
from streams.dead_letters.provenance import provenance
from streams.dead_letters.replays import Replays
from streams.kafka.acls import require_rights, stage_role
from streams.kafka.topics import require_topics
from streams.kafka.transactions import Transactions
from streams.monitoring import metrics
from streams.monitoring.recorder import StageMeter
from streams.monitoring.server import report_build
from streams.runtime.delivery import Delivery
from streams.runtime.faust_app import App
from streams.runtime.group_member import Join, Producer
from streams.runtime.process import Process
from streams.runtime.process_exit import end_process
from streams.runtime.stage_loop import StageLoop
from streams.runtime.work.pool import Pool
from streams.settings import Settings, WorkerSettings

log = structlog.get_logger("copydesk.worker")


def run_worker(
    settings: Settings,
    pipeline: Pipeline,
    stage: Stage,
    *,
    acknowledge_dead_letters: bool = False,
    join: Join = App,
) -> None:
    """Work until SIGTERM, then raise `SystemExit`. Raises `CannotStart` before anything is read."""
    require_rights(settings, stage_role(settings, pipeline, stage, acknowledges=acknowledge_dead_letters))
    require_topics(settings, [stage.reads, *stage.outputs, stage.discards, stage.dead])
    worker, group = settings.for_stage(stage.name), stage.group
    topic = stage.reads.full_name
    process = Process(settings, worker, group=group, topic=topic, stage=stage.name, join=join)
    process.serve_probes()
    if acknowledge_dead_letters:
        acknowledge(settings, stage, pipeline.ledger)
    limit = _limit(settings, worker, pipeline, stage)
    meter = StageMeter(stage.name, process.health)
    pool = _pool(settings, worker, stage, meter)
    replays = Replays(settings, provenance(pipeline))

    def make_loop(producer: Producer) -> StageLoop:
        # A transactional id of its own: fencing is up to the liveness check.
        name = f"{group}.{secrets.token_hex(6)}"
        transactions = Transactions(settings, name, process.liveness.wait_until_connected)
        return StageLoop(
            stage,
            worker,
            pool=pool,
            delivery=Delivery(producer, process.liveness, worker.unavailable_seconds, transactions),
            limit=limit,
            replays=replays,
            end=end_process,
            meter=meter,
        )

    log.info("working", stage=stage.name, group=group, pool_processes=worker.pool_processes)
    try:
        process.run(make_loop, stage.agent)
    finally:
        replays.close()
        pool.stop()


def _limit(settings: Settings, worker: WorkerSettings, pipeline: Pipeline, stage: Stage) -> Limit:
    """The dead-letter limit, with the dead letters that are in Kafka."""
    most = settings.partitions * max(worker.dead_run, worker.dead_window)
    dead_letters = dead_offsets(settings, stage, pipeline.ledger, most=most)
    return Limit(
        run=worker.dead_run, share=worker.dead_share, window=worker.dead_window, dead_letters=dead_letters
    )


def _pool(settings: Settings, worker: WorkerSettings, stage: Stage, meter: StageMeter) -> Pool:
    """The pool processes, one of which has loaded its work. Raises `CannotStart`."""
    pool = Pool(stage, worker, settings.for_work(stage.name), meter)
    pool.start()
    metrics.POOL_PROCESSES.labels(stage.name).set(worker.pool_processes)
    report_build(stage=stage.name, stage_version=stage.version, model=pool.model())
    for notice in pool.notices():
        log.warning("notice", stage=stage.name, notice=notice)
    return pool
