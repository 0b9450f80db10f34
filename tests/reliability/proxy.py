"""A TCP proxy on loopback between the pipeline and Kafka. It can delay, hold back, and break connections.

The names are those of Toxiproxy's toxics: latency, reset, black hole, half-open.
"""

import asyncio
import socket
import struct
import threading
from contextlib import suppress

HOST = "127.0.0.1"
CHUNK = 65_536
#: The API key at the start of a produce request, after its length.
PRODUCE = b"\0\0"


class Proxy:
    """Listens on `port` and forwards to `target`. Its behaviour can be changed at any time."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._loop = asyncio.new_event_loop()
        self._writers: set[asyncio.StreamWriter] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self.latency = 0.0
        self.upwards = self.downwards = True
        """Whether bytes pass to Kafka, and from it. Others wait, and are lost with their connection."""
        self.producing = True
        """Whether bytes pass on connections with produce requests."""
        self.held = self.resets = 0
        """Chunks held or slowed, and connections broken."""
        self.port = 0

    def __enter__(self) -> "Proxy":
        self._thread.start()
        starting = asyncio.start_server(self._serve, HOST, 0)
        self._server = asyncio.run_coroutine_threadsafe(starting, self._loop).result()
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _close(self) -> None:
        self._server.close()
        for writer in list(self._writers):
            writer.transport.abort()
        passing = asyncio.all_tasks() - {asyncio.current_task()}
        for task in passing:
            task.cancel()
        await asyncio.gather(*passing, return_exceptions=True)

    def reset(self) -> None:
        """Break every connection, like a firewall that has lost its state."""
        self._loop.call_soon_threadsafe(self._reset)

    def _reset(self) -> None:
        for writer in list(self._writers):
            raw = writer.get_extra_info("socket")
            if raw is not None:
                # A linger of 0 seconds: RST instead of FIN.
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()
            self.resets += 1

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            above, to_above = await asyncio.open_connection(HOST, self._target)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, to_above}
        await asyncio.gather(self._pass(reader, to_above, up=True), self._pass(above, writer, up=False))
        self._writers -= {writer, to_above}

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, up: bool) -> None:
        publishes = False
        with suppress(OSError):
            while data := await reader.read(CHUNK):
                publishes |= up and data[4:6] == PRODUCE
                if self.latency:
                    self.held += 1
                    await asyncio.sleep(self.latency)
                if not await self._open(reader, up=up, publishes=publishes):
                    break
                writer.write(data)
                await writer.drain()
        writer.close()

    async def _open(self, reader: asyncio.StreamReader, *, up: bool, publishes: bool) -> bool:
        """Wait until bytes may pass. False: their sender is gone, so they are dropped."""
        held = False
        while not ((self.upwards if up else self.downwards) and (self.producing or not publishes)):
            self.held += not held
            held = True
            await asyncio.sleep(0.02)
        return not (held and up and reader.at_eof())
