"""Try the pipeline: the demo, everything on one machine, and a configuration."""

from pathlib import Path
from typing import Annotated

import typer

from streams.cli.commands.call import calls
from streams.cli.commands.options import BootstrapServers, Prefix


@calls("streams.cli.demo")
def demo(
    paths: Annotated[list[str] | None, typer.Argument(help="Pages; default: the pipeline's samples.")] = None,
) -> None:
    """Start Kafka and all stages, process sample pages, show the outcome of each, and stop.

    Nothing else need be installed. Exits 0 only if every page is accounted for.

    Example: copydesk demo
    """


@calls("streams.cli.up")
def up(
    local: Annotated[bool, typer.Option("--local", help="Start Kafka on this machine too.")] = False,
    bootstrap_servers: BootstrapServers = None,
    prefix: Prefix = None,
    data: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Kafka's data of --local. Default: data/kafka here.")
    ] = None,
    port: Annotated[int, typer.Option(help="The port of --local.")] = 9092,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="With --local: delete Kafka's data first, after a question.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Delete without a question.")] = False,
) -> None:
    """Run all stages and sinks until Ctrl-C, one process each. A process that exits is restarted.

    Example: copydesk up --local
    """


@calls("streams.cli.init")
def init(
    folder: Annotated[
        Path, typer.Argument(help="Where to write; commands read `config` in the folder they start in.")
    ] = Path("config"),
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there and differ.")] = False,
) -> None:
    """Write the configuration: every setting with its default, and files for Prometheus and Grafana.

    Example: copydesk init
    """
