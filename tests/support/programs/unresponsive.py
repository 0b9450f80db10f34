"""A worker whose loop takes nothing while a file is there, and is otherwise well: a stall as by a bug.

Run as `python unresponsive.py worker toy`; the file is `unresponsive` beside the configuration.
"""

import asyncio
import os
from pathlib import Path
from typing import Any

from streams.runtime.stage_loop import StageLoop

UNRESPONSIVE = Path(os.environ.get("COPYDESK_CONFIG", ".")).parent / "unresponsive"


def take_nothing() -> None:
    """Have every article wait for the file to go."""
    take = StageLoop.submit

    async def waiting(loop: Any, event: Any) -> None:
        while UNRESPONSIVE.exists():  # noqa: ASYNC110 - a file is what another process can make
            await asyncio.sleep(0.02)
        await take(loop, event)

    StageLoop.submit = waiting  # type: ignore[method-assign]  # that is what makes it unresponsive


if __name__ == "__main__":
    from streams.__main__ import main

    take_nothing()
    main()
