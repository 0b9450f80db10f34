"""The command line: its commands in the groups of the help page."""

import sys
from collections.abc import Callable
from typing import Annotated

import typer

from streams.cli.commands import dead_letters, developing, operating, publishing, reading, topics, trying
from streams.cli.commands.help import AllCommands, Command
from streams.errors import CopydeskError, Interrupted
from streams.exit_codes import ExitCode
from streams.file_modes import keep_private
from streams.output_guard import guard

#: Groups of the help page, each with its commands in order.
GROUPS: dict[str, tuple[Callable[..., None] | typer.Typer, ...]] = {
    "Try": (trying.demo, trying.up, trying.init),
    "Publish": (publishing.publish, publishing.takedown, publishing.ingest),
    "Read": (reading.tail, reading.trace),
    "Operate": (
        operating.status,
        operating.worker,
        operating.sink,
        operating.broker,
        operating.kafka,
        dead_letters.dlq,
        topics.topics,
        operating.config,
    ),
    "Develop": (developing.process, developing.schema),
}


def gather() -> typer.Typer:
    """A new application of all commands."""
    app = typer.Typer(
        cls=AllCommands,
        name="copydesk",
        help="A streaming news desk on Kafka: raw pages in; cleaned, tagged and summarised articles out.",
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    app.callback()(_options)
    for group, commands in GROUPS.items():
        for command in commands:
            if isinstance(command, typer.Typer):
                app.add_typer(command, rich_help_panel=group)
            else:
                settings = operating.KAFKA_CONTEXT if command is operating.kafka else None
                app.command(cls=Command, context_settings=settings, rich_help_panel=group)(command)
    return app


def run() -> None:
    """Run the command line. A `CopydeskError` becomes one sentence on stderr and its exit code."""
    guard()
    keep_private()
    try:
        gather()(prog_name="copydesk")
    except CopydeskError as error:
        _report(error)
        sys.exit(error.exit_code)
    except typer.Abort:
        sys.exit(ExitCode.INTERRUPTED)


def _show_version(wanted: bool) -> None:
    if wanted:
        # Imported here: it takes 30 ms.
        from importlib.metadata import version

        typer.echo(f"copydesk {version('copydesk')}")
        raise typer.Exit(ExitCode.DONE)


def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Without a function here, Typer would run an application of one command as that command."""


def _report(error: CopydeskError) -> None:
    # Imported here: help and completion do without rich, 0.1 s.
    from rich.control import Control
    from rich.segment import ControlType
    from rich.text import Text

    from streams.printable import one_line
    from streams.terminal import Terminal

    terminal = Terminal(stderr=True)
    if isinstance(error, Interrupted):
        # Over the `^C` that the terminal has written.
        terminal.control(Control(ControlType.CARRIAGE_RETURN))
    for sentence in getattr(error, "sentences", [str(error)]):
        terminal.say(Text.assemble(("copydesk:", "bold red"), f" {one_line(sentence)}"))
