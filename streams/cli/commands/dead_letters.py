"""The commands for dead letters."""

from dataclasses import dataclass
from typing import Annotated

import typer

from streams.cli.commands.call import calls
from streams.cli.commands.help import Command, group_of_commands
from streams.cli.commands.options import AsJson, BootstrapServers, Prefix, one_option_per_field

WHEN = "RFC 3339, or an age: 2h, 3d."

dlq = group_of_commands("dlq", "List, show, replay and drop dead letters.")

Stage = Annotated[str, typer.Argument(help="The stage in which they failed: clean, ...")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """The options that choose dead letters."""

    reason: Annotated[list[str] | None, typer.Option("--reason", help="Only this reason; repeatable.")] = None
    since: Annotated[str | None, typer.Option(metavar="TIME", help=f"Only since then: {WHEN}")] = None
    until: Annotated[str | None, typer.Option(metavar="TIME", help=f"Only until then: {WHEN}")] = None
    key: Annotated[str | None, typer.Option(help="Only of this key, or of the article of this URL.")] = None
    feed: Annotated[str | None, typer.Option(help="Only of this feed, if the record names one.")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOptions(Filters):
    """Arguments and options of `dlq list`."""

    stage: Annotated[str | None, typer.Argument(help="Only of this stage.")] = None
    count: Annotated[int, typer.Option("--count", "-n", min=1, help="How many to show; the newest.")] = 100
    bootstrap_servers: BootstrapServers = None
    prefix: Prefix = None
    json_lines: AsJson = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveOptions(Filters):
    """Arguments and options of `dlq replay` and `dlq drop`."""

    stage: Stage
    dead_letters: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="DEAD_LETTER",
            help="As the list names them: topic/partition/offset, or the offset of the dead letter.",
        ),
    ] = None
    everything: Annotated[bool, typer.Option("--all", help="All open dead letters of the stage.")] = False
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="List the selected dead letters and change nothing.")
    ] = False
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask; needed without a terminal.")] = False
    bootstrap_servers: BootstrapServers = None
    prefix: Prefix = None


@dlq.command("list", cls=Command)
@one_option_per_field
@calls("streams.cli.dlq")
def list_dead_letters(options: ListOptions) -> None:
    """List the open dead letters, newest last, each once; then how many there are of each reason.

    A dead letter is open until it is replayed or dropped. --json writes all of them, one per line.

    Example: copydesk dlq list clean --reason invalid --since 2h
    """


@dlq.command(cls=Command)
@calls("streams.cli.dlq")
def show(
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="DEAD_LETTER",
            help="As the list names them: topic/partition/offset; after a stage also the offset alone.",
        ),
    ],
    value: Annotated[
        bool, typer.Option("--value", help="Write the one dead letter's value as it is, and nothing else.")
    ] = False,
    bootstrap_servers: BootstrapServers = None,
    prefix: Prefix = None,
    json_lines: AsJson = False,
) -> None:
    """Show all of a dead letter: why it failed, its headers, its value, and whether it can be replayed.

    Example: copydesk dlq show news.raw/3/17 --value > page.html
    """


@dlq.command(cls=Command)
@one_option_per_field
@calls("streams.cli.dlq")
def replay(options: ResolveOptions) -> None:
    """Send dead letters again, as they were, to the topic that their stage reads. Fix the cause first.

    Each is sent once, even if this is killed and run again. A dead letter that cannot be sent (its article
    was removed since, it is too large) stays open and is reported with the reason; the exit code is then 1.

    Example: copydesk dlq replay clean --reason timed-out --yes
    """


@dlq.command(cls=Command)
@one_option_per_field
@calls("streams.cli.dlq")
def drop(options: ResolveOptions) -> None:
    """Resolve dead letters without a replay: they are no longer listed, and expire with their topic.

    Example: copydesk dlq drop clean --reason invalid --until 7d --dry-run
    """
