"""The intake as a process: begin, say where it listens, and end in order on SIGTERM."""

import asyncio
import signal

import structlog
from aiohttp import web

from streams.desk import Desk
from streams.errors import BrokerError, ConfigError
from streams.fit import Fit
from streams.intake.access import read_token
from streams.intake.problem import Problem
from streams.intake.sender import Sender
from streams.intake.server import Intake
from streams.publishing import topic_config
from streams.settings import Settings

#: Of the time that the orchestrator gives: the rest is for Kafka's last word.
FINISH_SHARE, CLOSE_SECONDS = 0.6, 2.0

log = structlog.get_logger("copydesk.intake")


def run_intake(settings: Settings, desk: Desk) -> None:
    """Serve until SIGTERM or Ctrl-C. Raises `ConfigError`, and `BrokerError` without Kafka or the topic."""
    token = read_token(settings.intake)
    [topic, *_] = desk.first
    name = topic.full_name(settings.prefix)
    fit = Fit.of(topic_config(settings, name), settings.compression)
    # A larger value would be dead (`too-large`) at the first stage that reads it.
    most = min(settings.for_stage(one.name).article_bytes for one in desk.stages if one.reads is topic)
    sender = Sender(settings, name, fit)
    asyncio.run(_serve(settings, Intake(settings.intake, token, topic, sender, most), sender))


async def _serve(settings: Settings, intake: Intake, sender: Sender) -> None:
    stopped = asyncio.Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(one, stopped.set)
    try:
        await sender.start()
    except Problem as problem:
        raise BrokerError(problem.detail) from problem
    runner = web.AppRunner(intake.app(), access_log=None, shutdown_timeout=CLOSE_SECONDS)
    try:
        await runner.setup()
        site = await _listen(runner, settings)
        await stopped.wait()
        log.info("stopping: what is under way is finished")
        await site.stop()
        await intake.finish(FINISH_SHARE * settings.worker.stop_seconds)
    finally:
        await runner.cleanup()
        await sender.stop()


async def _listen(runner: web.AppRunner, settings: Settings) -> web.TCPSite:
    host, port = settings.intake.host, settings.intake.port
    site = web.TCPSite(runner, host, port)
    try:
        await site.start()
    except OSError as error:
        raise ConfigError(f"intake cannot listen on {host}:{port}: {error.strerror or error}") from error
    where = runner.addresses[0]
    log.info("intake listens", host=where[0], port=where[1])
    return site
