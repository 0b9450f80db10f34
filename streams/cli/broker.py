import signal
from pathlib import Path

import typer

from streams.local.broker.folder import working_folder
from streams.local.broker.node import Broker


def broker(*, port: int, data: Path | None, heap: int) -> None:
    folder = data or working_folder()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with Broker(folder, port, heap=heap) as node:
            typer.echo(f"Kafka is at {node.bootstrap_servers}\nIts data is in {node.folder}; Ctrl-C stops it")
            node.wait()
    except KeyboardInterrupt:
        typer.echo(f"Stopped; the data stays in {folder.absolute()}")
