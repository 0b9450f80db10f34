"""A flood of equal log lines is cut to a few, from any logger. A line that occurs once is never lost."""

import asyncio
import io
import json
import logging
import sys
import warnings
from collections.abc import Callable, Iterator

import pytest
import structlog

from streams import logs
from streams.log_limit import MOST_EQUAL, MOST_OF_LIBRARY, WINDOW_SECONDS, LimitedHandler
from streams.settings import Settings

FLOOD, MANY = 10_000, 1_000


class Log:
    """The log of a process as `logs.configure` sets it up, with a clock that the test sets."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seconds = 0.0
        self.stream = io.StringIO()
        monkeypatch.setattr(sys, "stderr", self.stream)
        logs.configure(Settings(log_format="json"))
        [handler] = logging.getLogger().handlers
        assert isinstance(handler, LimitedHandler)
        monkeypatch.setattr(handler, "_now", lambda: self.seconds)
        monkeypatch.setattr(handler, "_began", 0.0)
        self.handler = handler

    def begin(self) -> None:
        """Removes the handlers of pytest, which keep every line."""
        logging.getLogger().handlers[:] = [self.handler]

    def lines(self) -> list[str]:
        return [json.loads(line)["event"] for line in self.stream.getvalue().splitlines()]


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[Log]:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    # A client that was opened earlier in this process has switched this off.
    for library in ("kafka", "aiokafka"):
        monkeypatch.setattr(logging.getLogger(library), "propagate", True)
    yield Log(monkeypatch)
    root.handlers[:] = before
    root.setLevel(level)
    logging.captureWarnings(False)
    structlog.reset_defaults()


async def _asyncio_flood(count: int) -> None:
    """The report of asyncio for a connection that it has no file handle for."""
    loop = asyncio.get_running_loop()
    for number in range(count):
        loop.call_exception_handler({"message": "socket.accept() out of system resource", "socket": number})


def _warn(count: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        for _ in range(count):
            warnings.warn("this is old", DeprecationWarning, stacklevel=1)


def _events(count: int) -> None:
    log = structlog.get_logger("copydesk.ingest")
    for _ in range(count):
        log.warning("Kafka did not take a record", error="RequestTimedOutError")


def _library(name: str, count: int) -> None:
    for number in range(count):
        logging.getLogger(name).error("connection %s at 0x%x lost", number, number)


@pytest.mark.parametrize(
    ("count", "flood"),
    [
        (FLOOD, lambda count: asyncio.run(_asyncio_flood(count))),
        (MANY, _events),
        (MANY, _warn),
        *(
            (MANY, lambda count, name=name: _library(name, count))
            for name in ("aiokafka.conn", "aiohttp.server", "faust", "a.library.not.known")
        ),
    ],
)
def test_a_flood_of_equal_lines_is_cut_to_a_few_and_a_count(
    log: Log, count: int, flood: Callable[[int], None]
) -> None:
    log.begin()
    flood(count)
    assert len(log.lines()) == MOST_EQUAL + 1
    log.seconds = WINDOW_SECONDS
    structlog.get_logger("copydesk.up").info("later")

    *_, report, last = log.lines()
    assert report.startswith(f"left out: {count - MOST_EQUAL:,} more of this: ")
    assert last == "later"


def test_lines_left_out_last_are_counted_at_the_end(log: Log) -> None:
    log.begin()
    _events(MANY)
    log.handler.close()
    assert log.lines()[-1].startswith(f"left out: {MANY - MOST_EQUAL:,} more of this: Kafka did not take")


def test_different_lines_are_not_lost_in_a_flood(log: Log) -> None:
    log.begin()
    article = structlog.get_logger("copydesk.article")
    for number in range(1000):
        _events(10)
        _library("aiokafka.conn", 10)
        article.warning("article", outcome="dead", at=f"news.raw/0/{number}")
    logging.getLogger("faust").error("a line of another library")

    lines = log.lines()
    assert lines.count("article") == 1000
    assert "a line of another library" in lines


def test_a_library_whose_lines_all_differ_is_limited_at_each_level(log: Log) -> None:
    log.begin()
    for number in range(MANY):
        logging.getLogger("kafka.conn").warning("node %s", "x" * (number % 150))
    logging.getLogger("kafka.client").error("and this is worse")

    lines = log.lines()
    assert len(lines) == MOST_OF_LIBRARY + 2
    assert lines[-1] == "and this is worse"
