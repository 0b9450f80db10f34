import signal
from pathlib import Path
from typing import Annotated

import typer


def broker(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0: a free one.")] = 9092,
    data: Annotated[
        Path | None, typer.Option(help="Folder of the data.", show_default="data/kafka here")
    ] = None,
    heap: Annotated[int, typer.Option(min=128, help="Memory for Java's heap, in MB.")] = 256,
) -> None:
    """Run Apache Kafka on this machine, a single node, until Ctrl-C. The first run downloads it (45 MB).

    Example: copydesk broker --port 19092 --data ./kafka
    """
    from streams.cli.views.running import running_kafka
    from streams.cli.views.steps import Steps
    from streams.local.broker.folder import working_folder
    from streams.local.broker.jars import jars
    from streams.local.broker.node import Broker
    from streams.terminal import Terminal

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
