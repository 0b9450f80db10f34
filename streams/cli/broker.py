import signal
from pathlib import Path

import typer

from streams.cli.views.running import running_kafka
from streams.cli.views.steps import Steps
from streams.local.broker.folder import working_folder
from streams.local.broker.jars import jars
from streams.local.broker.node import Broker
from streams.terminal import Terminal


def broker(*, port: int, data: Path | None, heap: int) -> None:
    folder = data or working_folder()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    steps = Steps(Terminal(stderr=True), lines=False)
    try:
        jars()  # it has a bar of its own
        with running_kafka(steps, Broker(folder, port, heap=heap)) as node:
            typer.echo(f"Kafka is at {node.bootstrap_servers}\nIts data is in {node.folder}; Ctrl-C stops it")
            node.wait()
    except KeyboardInterrupt:
        typer.echo(f"Stopped; the data stays in {folder.absolute()}")
