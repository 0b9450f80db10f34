"""Create, check and list topics."""

from typing import Annotated

import typer

from streams.cli.commands.call import calls
from streams.cli.commands.help import Command, group_of_commands
from streams.cli.commands.options import AsJson, BootstrapServers, Prefix

topics = group_of_commands("topics", "Create, check and list the pipeline's topics on Kafka.")


@topics.command(cls=Command)
@calls("streams.cli.topics")
def create(
    bootstrap_servers: BootstrapServers = None, prefix: Prefix = None, as_json: AsJson = False
) -> None:
    """Create the topics that are missing, and commit initial offsets for stages and sinks that have none.

    An existing topic is never changed; how it differs is reported.

    Example: copydesk topics create --bootstrap-servers kafka:9092
    """


@topics.command(cls=Command)
@calls("streams.cli.topics")
def check(bootstrap_servers: BootstrapServers = None, prefix: Prefix = None, as_json: AsJson = False) -> None:
    """Compare the topics with what the pipeline wants. The exit code is 1 if one is missing or too small.

    Example: copydesk topics check && copydesk worker clean
    """


@topics.command("list", cls=Command)
@calls("streams.cli.topics")
def list_topics(
    bootstrap_servers: BootstrapServers = None, prefix: Prefix = None, as_json: AsJson = False
) -> None:
    """List the topics in flow order: partitions, policy, records, and whether they are as wanted.

    Example: copydesk topics list --json
    """


@topics.command(cls=Command)
@calls("streams.cli.topics")
def acls(
    role: Annotated[list[str] | None, typer.Argument(metavar="ROLE", help="Only these roles.")] = None,
    user: Annotated[str | None, typer.Option(help="Kafka's user. Default: the name of the role.")] = None,
    bootstrap_servers: BootstrapServers = None,
    prefix: Prefix = None,
) -> None:
    """Print the commands that give each role the rights that it needs on Kafka. Nothing is changed.

    Example: copydesk topics acls clean --user pipeline-clean | sh
    """
