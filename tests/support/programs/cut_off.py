"""A worker whose requests to Kafka are held while a file exists, as if the cable were cut. The rest goes on.

Run as `python cut_off.py worker toy`; the file is `cut` beside the configuration.
"""

import asyncio
import os
from pathlib import Path
from typing import Any

from aiokafka.client import AIOKafkaClient

CUT = Path(os.environ.get("COPYDESK_CONFIG", ".")).parent / "cut"


def hold_requests() -> None:
    """Make every request wait until the file is removed."""
    send = AIOKafkaClient.send

    async def held(client: Any, *request: Any, **options: Any) -> Any:
        while CUT.exists():  # noqa: ASYNC110 - a file is what another process can make
            await asyncio.sleep(0.02)
        return await send(client, *request, **options)

    AIOKafkaClient.send = held


if __name__ == "__main__":
    from streams.__main__ import main

    hold_requests()
    main()
