"""A worker whose requests to Kafka are held while a file exists, as if the cable were cut. The rest goes on.

Run as `python cut_off.py worker toy`; the file is `cut` beside the configuration.
"""

import asyncio
import os
from pathlib import Path
from typing import Any

from aiokafka.client import AIOKafkaClient


def held(method: Any, name: str) -> Any:
    """The method, which waits while a file of this name is beside the configuration."""
    file = Path(os.environ["COPYDESK_CONFIG"]).parent / name

    async def waiting(*arguments: Any, **options: Any) -> Any:
        while file.exists():  # noqa: ASYNC110 - a file is what another process can make
            await asyncio.sleep(0.02)
        return await method(*arguments, **options)

    return waiting


if __name__ == "__main__":
    from streams.__main__ import main

    AIOKafkaClient.send = held(AIOKafkaClient.send, "cut")
    main()
