"""The loop as it was first written: it lost nothing under kill -9, and still went wrong in eight ways.

`make prove` runs the tests marked `breaks_first_loop` on it: each must fail here, or it shows nothing.
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

from streams import child
from streams.dead_letters.letter import letter
from streams.desk import group_name, load_desk
from streams.message import Message, read_event
from streams.settings import load_settings
from streams.stage import Dead, Done, Reason

WINDOW = 32
BUFFER, POLL = 256, 200
MAX_BYTES = 8 * 1_048_576


def begin(stage: Any, prefix: str, given: dict[str, Any], parent: int) -> None:
    """Start of a child; it raises if the work cannot be loaded."""
    child.begin(stage, prefix, given, parent)
    if child.ready():
        raise RuntimeError(child.ready())


def main() -> None:
    """One stage, from the stream to the acknowledgement."""
    settings = load_settings()
    desk = load_desk(settings)
    stage, worker, prefix = desk.stages[0], settings.for_stage("toy"), settings.prefix
    pool = ProcessPool(
        max_workers=worker.children,
        max_tasks=worker.recycle_after,
        initializer=begin,
        initargs=(stage, prefix, settings.for_work("toy"), os.getpid()),
        context=multiprocessing.get_context("spawn"),
    )
    group = group_name(prefix, "toy")
    app = faust.App(
        group,
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
    source = app.topic(f"{prefix}.order", allow_empty=True, **raw)
    window: asyncio.Queue[tuple[Any, Message, Any]] = asyncio.Queue(WINDOW)

    async def outcome(message: Message, future: Any) -> Done | Dead:
        try:
            return await asyncio.wrap_future(future)
        except TimeoutError:
            return Dead(reason=Reason.TIMED_OUT, error="TimeoutError", message="")
        except Exception as error:  # noqa: BLE001 - the loop as it was first written
            return Dead(reason=Reason.KILLED_WORKER, error=type(error).__name__, message=str(error))

    async def publish(message: Message, future: Any) -> None:
        done = await outcome(message, future)
        records = (
            done.records
            if isinstance(done, Done)
            else (letter(message, done, stage, prefix=prefix, group=group),)
        )
        for one in records:
            while True:
                try:
                    topic = app.topic(one.topic, **raw)
                    await (await topic.send(key=one.key, value=one.value, headers=list(one.headers)))
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
            future = pool.schedule(child.handle, args=[message], timeout=worker.article_seconds)
            await window.put((event, message, future))

    app.finalize()
    faust.Worker(app, quiet=True, loglevel="ERROR", redirect_stdouts=False).execute_from_commandline()


if __name__ == "__main__":
    main()
