"""An ingest API under test: the real process, asked over loopback, and the records that it writes."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import orjson

from tests.support.pipelines.harness import until
from tests.support.pipelines.news import NewsPipeline

TOKEN = "a-token-of-the-tests"
URL = "https://a.example/harbour"
HTML = {"content-type": "text/html; charset=ISO-8859-1"}
LINES = {"content-type": "application/x-ndjson"}
PAGE = b"<p>caf\xe9"
MIB = 1_048_576


class IngestProcess:
    """`copydesk ingest` on a port of its own."""

    def __init__(
        self, config: Path, log: Path, *options: str, handles: int | None = None, **environment: str
    ) -> None:
        self.log = log
        command = [sys.executable, "-m", "streams", "ingest", "--port", "0", *options]
        if handles is not None:
            command = ["sh", "-c", f'ulimit -n {handles}; exec "$@"', "sh", *command]
        own = {"COPYDESK_CONFIG": str(config), "COPYDESK_LOG_FORMAT": "json", **environment}
        with log.open("wb") as file:
            self.process = subprocess.Popen(command, env={**os.environ, **own}, stderr=file)
        self.url = ""

    def wait(self) -> None:
        self.url = f"http://127.0.0.1:{until(self._port, 'the ingest API listens')}"

    def _port(self) -> int | None:
        assert self.process.poll() is None, self.log.read_text()
        events = [orjson.loads(line) for line in self.log.read_bytes().splitlines() if line.startswith(b"{")]
        return next((event["port"] for event in events if event["event"] == "ingest API listens"), None)

    def client(self, **options: object) -> httpx.Client:
        """A client of this API that uses no proxy."""
        return httpx.Client(base_url=self.url, trust_env=False, timeout=60, **options)  # type: ignore[arg-type]  # passed on unchanged

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


@contextmanager
def running(
    config: Path, log: Path, *options: str, handles: int | None = None, **environment: str
) -> Iterator[IngestProcess]:
    """An ingest API that is killed afterwards if it is still running."""
    ingest = IngestProcess(config, log, *options, handles=handles, **environment)
    try:
        ingest.wait()
        yield ingest
    finally:
        ingest.process.kill()
        ingest.process.wait()


def placed(pipeline: NewsPipeline, answer: dict[str, Any]) -> Any:
    """The record that was written according to an answer."""
    records = {(record.topic, record.partition, record.offset): record for record in pipeline.read("raw")}
    return records[answer["topic"], answer["partition"], answer["offset"]]


def link_to(ingest: IngestProcess) -> socket.socket:
    """A connection to the API, to send what no HTTP client would send."""
    host, port = ingest.url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=30)
