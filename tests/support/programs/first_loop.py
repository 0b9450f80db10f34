"""The loop as it was first written. It lost nothing under kill -9, and still had eight faults.

`make prove` runs the tests marked `breaks_first_loop` on it. Each must fail here, or it proves nothing.
Run as `python first_loop.py worker toy`, with the configuration that the real worker reads.
"""

import asyncio
import multiprocessing
import os
import sys
from typing import Any

import faust
import mode
from pebble import ProcessPool

from streams.core.message import Message, read_event
from streams.core.pipeline import load_pipeline
from streams.core.stage import Failure, Processed, Reason
from streams.dead_letters.record import dead_letter
from streams.runtime.work import pool_process
from streams.settings import load_settings

WINDOW = 32
BUFFER, POLL = 256, 200
MAX_BYTES = 8 * 1_048_576


def begin(stage: Any, settings: dict[str, Any], parent: int) -> None:
    """Start a pool process. Raises if the work cannot be loaded."""
    pool_process.begin(stage, settings, parent, float("inf"))
    if pool_process.ready():
        raise RuntimeError(pool_process.ready())


def main() -> None:
    """Run one stage, from the stream to the acknowledgement."""
    settings = load_settings()
    pipeline = load_pipeline(settings)
    stage, worker = pipeline.stages[0], settings.for_stage("toy")
    pool = ProcessPool(
        max_workers=worker.pool_processes,
        max_tasks=worker.recycle_after,
        initializer=begin,
        initargs=(stage, settings.for_work("toy"), os.getpid()),
        context=multiprocessing.get_context("spawn"),
    )
    app = faust.App(
        stage.group,
        id_format="{id}",
        broker=f"kafka://{settings.bootstrap_servers}",
        agent_supervisor=mode.CrashingSupervisor,
        web_enabled=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        table_standby_replicas=0,
        stream_buffer_maxsize=BUFFER,
        broker_max_poll_records=POLL,
        broker_commit_interval=worker.commit_seconds,
        broker_session_timeout=worker.session_seconds,
        broker_rebalance_timeout=worker.rebalance_seconds,
        broker_heartbeat_interval=1.5,
        producer_acks=-1,
        producer_linger=0.005,
        producer_max_batch_size=262_144,
        producer_compression_type="lz4",
        producer_max_request_size=MAX_BYTES,
        datadir=os.environ["COPYDESK_CONFIG"] + ".data",
    )
    raw: Any = {"key_type": bytes, "value_type": bytes, "key_serializer": "raw", "value_serializer": "raw"}
    source = app.topic(stage.reads.full_name, allow_empty=True, **raw)
    window: asyncio.Queue[tuple[Any, Message, Any]] = asyncio.Queue(WINDOW)

    async def result(message: Message, future: Any) -> Processed | Failure:
        try:
            return await asyncio.wrap_future(future)
        except TimeoutError:
            return Failure(reason=Reason.TIMED_OUT, error="TimeoutError", message="")
        except Exception as error:  # noqa: BLE001 - the loop as it was first written
            return Failure(reason=Reason.KILLED_WORKER, error=type(error).__name__, message=str(error))

    async def publish(message: Message, future: Any) -> None:
        done = await result(message, future)
        records = done.records if isinstance(done, Processed) else (dead_letter(message, done, stage),)
        for record in records:
            while True:
                try:
                    topic = app.topic(record.topic, **raw)
                    await (await topic.send(key=record.key, value=record.value, headers=list(record.headers)))
                    break
                except Exception as error:  # noqa: BLE001 - the loop as it was first written
                    print("again:", error, file=sys.stderr)
                    await asyncio.sleep(1)

    async def drain() -> None:
        while True:
            batch = [await window.get()]
            await asyncio.wait([asyncio.wrap_future(batch[0][2])])
            while not window.empty() and window._queue[0][2].done():
                batch.append(window.get_nowait())
            await asyncio.gather(*(publish(message, future) for _, message, future in batch))
            for event, _, _ in batch:
                event.ack()

    @app.agent(source, concurrency=1)
    async def toy(stream: Any) -> None:
        drainer = asyncio.create_task(drain())
        drainer.add_done_callback(lambda _: os._exit(75))
        async for event in stream.noack().events():
            message = read_event(event)
            future = pool.schedule(pool_process.handle, args=[message], timeout=worker.article_seconds)
            await window.put((event, message, future))

    app.finalize()
    faust.Worker(app, quiet=True, loglevel="ERROR", redirect_stdouts=False).execute_from_commandline()


if __name__ == "__main__":
    main()
