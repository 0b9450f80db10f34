"""The thread in which Faust reads from Kafka, and tells it so, stands still while a file is there."""

import asyncio
import os
import time
from pathlib import Path

from streams.runtime.faust_consumer import ConsumerThread


def prepare() -> None:
    """Have it look for the file that `FAULT_STALL` names, if any."""
    named = os.environ.get("FAULT_STALL")
    if not named:
        return
    on_start = ConsumerThread.on_start

    async def starting(thread: ConsumerThread) -> None:
        await on_start(thread)
        # Kept, so that it is not collected.
        thread.looking = asyncio.get_running_loop().create_task(_look(Path(named)))

    ConsumerThread.on_start = starting


async def _look(file: Path) -> None:
    while True:
        while file.exists():  # noqa: ASYNC240 - the whole thread is to stand still
            time.sleep(0.05)  # noqa: ASYNC251 - that is the fault
        await asyncio.sleep(0.05)
