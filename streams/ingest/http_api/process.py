"""The ingest API as a process: start, log where it listens, and end in order on SIGTERM."""

import asyncio
import signal
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol, cast

import structlog
from aiohttp import web

from streams.core.pipeline import Pipeline
from streams.errors import BrokerError, ConfigError
from streams.ingest.http_api.articles import Articles
from streams.ingest.http_api.auth import read_token
from streams.ingest.http_api.connections import Door, most_connections
from streams.ingest.http_api.problem import Problem
from streams.ingest.http_api.sender import Sender
from streams.ingest.http_api.server import IngestApi
from streams.ingest.publisher import topic_config
from streams.kafka.record_size import Fit
from streams.settings import IngestSettings, Settings

#: Of the time that the orchestrator gives: the rest is for Kafka's last confirmations.
FINISH_SHARE, CLOSE_SECONDS = 0.6, 2.0

log = structlog.get_logger("copydesk.ingest")


class OpenedLookup(AbstractContextManager[object], Protocol):
    """A `Lookup` that reads the topics while it is open."""

    def __call__(self, text: str, /) -> Mapping[str, Any] | None: ...


def run_ingest_api(settings: Settings, pipeline: Pipeline, lookup: OpenedLookup) -> None:
    """Serve until SIGTERM or Ctrl-C. `lookup` says the outcome of an article; it is opened for that time.

    Raises `ConfigError`, and `BrokerError` without Kafka or the topic.
    """
    token = read_token(settings.ingest)
    [topic, *_] = pipeline.first
    name = topic.full_name
    fit = Fit.of(topic_config(settings, name), settings.compression)
    # A larger value would be dead (`too-large`) at the first stage that reads it.
    readers = (stage for stage in pipeline.stages if stage.reads is topic)
    most = min(settings.for_stage(stage.name).article_bytes for stage in readers)
    sender = Sender(settings, name, fit, pipeline.identify)
    door = Door(settings.ingest, most_connections(settings.ingest.connections))
    articles = Articles(lookup, pipeline.identify, settings.ingest.lookup_hours)
    ingest = IngestApi(settings.ingest, token, topic, sender, most, door, articles)
    asyncio.run(_serve(settings, ingest, sender, door, lookup))


async def _serve(
    settings: Settings, ingest: IngestApi, sender: Sender, door: Door, lookup: OpenedLookup
) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    try:
        await sender.start()
    except Problem as problem:
        raise BrokerError(problem.detail) from problem
    runner = web.AppRunner(ingest.app(), access_log=None, shutdown_timeout=CLOSE_SECONDS)
    try:
        await runner.setup()
        await _listen(door, runner, settings.ingest)
        with lookup:
            await stopped.wait()
            log.info("stopping: what is in flight is finished")
            await door.close()
            await ingest.finish(FINISH_SHARE * settings.worker.stop_seconds)
    finally:
        await runner.cleanup()
        await sender.stop()


async def _listen(door: Door, runner: web.AppRunner, settings: IngestSettings) -> None:
    server = cast("web.Server", runner.server)  # None before it is set up
    try:
        host, port = await door.open(server, settings.host, settings.port)
    except OSError as error:
        address = f"{settings.host}:{settings.port}"
        raise ConfigError(f"ingest cannot listen on {address}: {error.strerror or error}") from error
    if door.most < settings.connections:
        log.warning("fewer connections than ingest.connections: too few file handles", most=door.most)
    log.info("ingest API listens", host=host, port=port)
