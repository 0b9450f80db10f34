"""An intake under test: the real process, asked over loopback."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import orjson

from tests.kafka.harness import until

TOKEN = "a-token-of-the-tests"


class Intake:
    """`copydesk intake` on a port of its own."""

    def __init__(self, config: Path, log: Path, *options: str, **environment: str) -> None:
        self.log = log
        command = [sys.executable, "-m", "streams", "intake", "--port", "0", *options]
        told = {"COPYDESK_CONFIG": str(config), "COPYDESK_LOG_FORMAT": "json", **environment}
        with log.open("wb") as file:
            self.process = subprocess.Popen(command, env={**os.environ, **told}, stderr=file)
        self.url = ""

    def wait(self) -> None:
        """Until it listens."""
        self.url = f"http://127.0.0.1:{until(self._port, 'the intake listens')}"

    def _port(self) -> int | None:
        assert self.process.poll() is None, self.log.read_text()
        events = [orjson.loads(line) for line in self.log.read_bytes().splitlines() if line.startswith(b"{")]
        return next((event["port"] for event in events if event["event"] == "intake listens"), None)

    def client(self, **options: object) -> httpx.Client:
        """A client of it, which knows nothing of proxies."""
        return httpx.Client(base_url=self.url, trust_env=False, timeout=60, **options)  # type: ignore[arg-type]  # passed on as they come

    def stop(self) -> int:
        """SIGTERM, and the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


@contextmanager
def running(config: Path, log: Path, *options: str, **environment: str) -> Iterator[Intake]:
    """An intake that is killed afterwards, if it is still there."""
    intake = Intake(config, log, *options, **environment)
    try:
        intake.wait()
        yield intake
    finally:
        intake.process.kill()
        intake.process.wait()
