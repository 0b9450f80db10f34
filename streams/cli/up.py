"""`copydesk up`: every stage and sink of the desk, kept running."""

import signal
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from streams.cli.options import BootstrapServers, Prefix


def up(
    local: Annotated[
        bool, typer.Option("--local", help="Start a Kafka on this machine too, its data kept in a folder.")
    ] = False,
    bootstrap_servers: BootstrapServers = None,
    prefix: Prefix = None,
    data: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where --local keeps Kafka's data.")
    ] = None,
    port: Annotated[int, typer.Option(help="The port of --local.")] = 9092,
) -> None:
    """Run all stages and sinks until Ctrl-C, one process each; what dies is started anew.

    Example: copydesk up --local
    """
    from streams import logs
    from streams.cli.broker import default_folder
    from streams.desk import load_desk
    from streams.errors import ConfigError
    from streams.settings import load_settings

    if local and bootstrap_servers:
        raise ConfigError("--local starts a Kafka of its own: leave out --bootstrap-servers, or --local")
    with ExitStack() as stack:
        if local:
            bootstrap_servers = _local_broker(stack, data or default_folder(), port)
        settings = load_settings(bootstrap_servers=bootstrap_servers, prefix=prefix)
        logs.configure(settings)
        _supervise(settings, load_desk(settings), Console(stderr=True))


def _local_broker(stack: ExitStack, folder: Path, port: int) -> str:
    from streams.broker.node import Broker

    node = stack.enter_context(Broker(folder, port))
    Console(stderr=True).print(f"Kafka at [bold]{node.bootstrap_servers}[/], its data in {folder}")
    return node.bootstrap_servers


def _supervise(settings: Any, desk: Any, console: Console) -> None:
    from streams.admin import create_topics
    from streams.supervisor import Supervisor, environment

    create_topics(settings, desk.all_topics())
    stopped = threading.Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, lambda *_: stopped.set())
    supervisor = Supervisor(environment(settings), settings.worker.stop_seconds)
    for stage in desk.stages:
        supervisor.start(stage.name, ["worker", stage.name])
    for sink in settings.sinks:
        supervisor.start(f"sink {sink}", ["sink", sink])
    console.print(f"running: {', '.join(supervisor.children)}. Ctrl-C stops.")
    while not stopped.wait(0.2):
        supervisor.look()
    supervisor.stop()
