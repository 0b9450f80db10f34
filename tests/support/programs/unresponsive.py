"""A worker whose loop accepts no article while a file exists, and works otherwise: a stall, as from a bug.

Run as `python unresponsive.py worker toy`; the file is `unresponsive` beside the configuration.
"""

import asyncio
import os
from pathlib import Path
from typing import Any

from streams.runtime.stage_loop import StageLoop

UNRESPONSIVE = Path(os.environ.get("COPYDESK_CONFIG", ".")).parent / "unresponsive"


def accept_nothing() -> None:
    """Make every article wait until the file is removed."""
    submit = StageLoop.submit

    async def waiting(loop: Any, event: Any) -> None:
        while UNRESPONSIVE.exists():  # noqa: ASYNC110 - a file is what another process can make
            await asyncio.sleep(0.02)
        await submit(loop, event)

    StageLoop.submit = waiting  # type: ignore[method-assign]  # that is what makes it unresponsive


if __name__ == "__main__":
    from streams.__main__ import main

    accept_nothing()
    main()
