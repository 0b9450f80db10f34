"""A worker whose requests to Kafka are held while a file is there: as by a cut cable, it goes on otherwise.

Run as `python cut_off.py worker toy`; the file is `cut` beside the configuration.
"""

import asyncio
import os
from pathlib import Path
from typing import Any

from aiokafka.client import AIOKafkaClient

CUT = Path(os.environ.get("COPYDESK_CONFIG", ".")).parent / "cut"


def hold_requests() -> None:
    """Have every request wait for the file to go."""
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
