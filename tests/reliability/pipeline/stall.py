"""The thread in which Faust reads from Kafka, and sends heartbeats, is stalled while a file exists."""

import asyncio
import os
import time
from pathlib import Path

from streams.runtime.faust_consumer import ConsumerThread


def prepare() -> None:
    """Let the thread watch for the file that `FAULT_STALL` names, if any."""
    name = os.environ.get("FAULT_STALL")
    if not name:
        return
    on_start = ConsumerThread.on_start

    async def starting(thread: ConsumerThread) -> None:
        await on_start(thread)
        # The thread keeps the task, so that it is not garbage-collected.
        thread.stalling = asyncio.get_running_loop().create_task(_stall(Path(name)))

    ConsumerThread.on_start = starting


async def _stall(file: Path) -> None:
    while True:
        while file.exists():  # noqa: ASYNC240 - the whole thread must stall
            time.sleep(0.05)  # noqa: ASYNC251 - that is the fault
        await asyncio.sleep(0.05)
