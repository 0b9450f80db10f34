"""Operate a pipeline; topics and dead letters have modules of their own."""

from pathlib import Path
from typing import Annotated

import typer

from streams.cli.commands.call import calls
from streams.cli.commands.help import Command, group_of_commands
from streams.cli.commands.options import AsJson, BootstrapServers, Parent, Prefix


@calls("streams.cli.status")
def status(
    reconcile: Annotated[
        bool | None,
        typer.Option(
            help="Count the outcomes of all articles. It reads all topics,"
            " so by default only up to 200,000 records."
        ),
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Refresh until interrupted.")] = False,
    every: Annotated[float, typer.Option(min=0.5, help="Seconds between refreshes.")] = 2.0,
    bootstrap_servers: BootstrapServers = None,
    prefix: Prefix = None,
    as_json: AsJson = False,
) -> None:
    """Show each stage and sink: its lag, what it wrote, its workers; then the outcomes of all articles.

    Everything is read from Kafka, so it shows the same on every machine, and when no worker runs.

    Example: copydesk status --watch
    """


@calls("streams.cli.worker")
def worker(
    stage: Annotated[str, typer.Argument(help="The stage, as `copydesk status` names it: clean, ...")],
    bootstrap_servers: BootstrapServers = None,
    prefix: Prefix = None,
    acknowledge_dead_letters: Annotated[
        bool, typer.Option(help="Count only new dead letters towards the limit: the ones open now are known.")
    ] = False,
    parent: Parent = None,
) -> None:
    """Run one stage until SIGTERM. Start as many as there are partitions, on as many machines as you like.

    It stops within seconds: finished articles are published and acknowledged, others are read again.

    Example: copydesk worker entities
    """


@calls("streams.cli.sink")
def sink(
    name: Annotated[str, typer.Argument(help="NAME of a table [sinks.NAME] of the configuration.")],
    bootstrap_servers: BootstrapServers = None,
    prefix: Prefix = None,
    parent: Parent = None,
) -> None:
    """Run one sink until SIGTERM: finished articles go where its table in the configuration says.

    Example: copydesk sink jsonl
    """


# Whatever follows the tool's name is passed to the tool, --help too; our own help is the list of tools.
KAFKA_CONTEXT = {"ignore_unknown_options": True, "allow_interspersed_args": False, "help_option_names": []}

config = group_of_commands("config", "Look at the configuration.")


@config.command(cls=Command)
@calls("streams.cli.config")
def show(bootstrap_servers: BootstrapServers = None, prefix: Prefix = None, as_json: AsJson = False) -> None:
    """Show every setting as TOML: its value, and whether that is the default. Secrets are masked.

    What is shown can be used as a configuration file again, once its secrets are added. Afterwards everything
    that is wrong with the settings of the sinks is reported, with exit code 2.

    Example: copydesk config show > config/copydesk.toml
    """


@calls("streams.cli.broker")
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


@calls("streams.cli.kafka")
def kafka(
    tool: Annotated[str, typer.Argument(help="One of Kafka's tools; none lists them.")] = "",
    arguments: Annotated[list[str] | None, typer.Argument(help="Passed on to the tool as they are.")] = None,
) -> None:
    """Run one of Kafka's own tools, with address and credentials filled in.

    Example: copydesk kafka consumer-groups --describe --all-groups
    """
