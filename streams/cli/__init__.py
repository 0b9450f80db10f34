"""The command line: one module per command, gathered here in the order of the help page."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Annotated, Any

import typer
from rich.control import Control
from rich.segment import ControlType
from rich.text import Text
from typer.core import TyperGroup

from streams.errors import CopydeskError, Interrupted
from streams.printable import one_line
from streams.terminal import Terminal, guard

#: Typer has its own copy of click, and shows only the leaves of its errors.
UsageError: Any = typer.BadParameter.__base__


class Commands(TyperGroup):
    """Typer's errors quote the command line, which may hold anything: hidden characters are escaped."""

    def make_context(self, *arguments: Any, **more: Any) -> Any:
        with _visible_errors():
            return super().make_context(*arguments, **more)

    def invoke(self, context: Any) -> Any:
        with _visible_errors():
            return super().invoke(context)


@contextmanager
def _visible_errors() -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        # Typer would exit without a word.
        raise Interrupted("interrupted; run the same command again for the rest") from None
    except UsageError as error:
        error.message = one_line(error.message)
        raise


app = typer.Typer(
    cls=Commands,
    name="copydesk",
    help="A streaming news desk on Kafka: raw pages in; cleaned, tagged and summarised articles out.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        # Imported here: it takes 30 ms.
        from importlib.metadata import version

        typer.echo(f"copydesk {version('copydesk')}")
        raise typer.Exit


@app.callback()
def _commands(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Without a function here, Typer would run an application of one command as that command."""


#: Groups of the help page -> commands, each a module of this package with a function or Typer of its name.
GROUPS = {
    "Try": ("demo", "up", "init"),
    "Publish": ("publish", "takedown", "ingest"),
    "Read": ("tail", "trace"),
    "Operate": ("status", "dlq", "worker", "sink", "topics", "config", "broker", "kafka"),
    "Develop": ("process", "schema"),
}
GROUP_OF = {name: group for group, names in GROUPS.items() for name in names}
COMMANDS = tuple(GROUP_OF)


def gather(names: Sequence[str] = COMMANDS) -> typer.Typer:
    for name in names:
        module = import_module(f"streams.cli.{name}")
        command, group = getattr(module, name), GROUP_OF[name]
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name, rich_help_panel=group)
        else:
            settings = getattr(module, "context_settings", None)
            app.command(name, context_settings=settings, rich_help_panel=group)(command)
    return app


def _asked_for(arguments: Sequence[str]) -> Sequence[str]:
    """The command that is called, or all commands: the help page and its errors name them.

    Importing the other commands took 0.4 s of the 1.1 s of `copydesk status --help` (2 cores, 2026-11).
    """
    if arguments[:1] == ["--version"]:
        return ()
    return arguments[:1] if arguments and arguments[0] in COMMANDS else COMMANDS


def run() -> None:
    """Run the command line. A `CopydeskError` becomes one sentence on stderr and its exit code."""
    from streams.file_modes import keep_private

    guard()
    keep_private()
    try:
        gather(_asked_for(sys.argv[1:]))()
    except CopydeskError as error:
        _report(error)
        sys.exit(error.exit_code)
    except typer.Abort:
        sys.exit(130)


def _report(error: CopydeskError) -> None:
    terminal = Terminal(stderr=True)
    if isinstance(error, Interrupted):
        # Over the `^C` that the terminal has written.
        terminal.control(Control(ControlType.CARRIAGE_RETURN))
    for sentence in getattr(error, "sentences", [str(error)]):
        terminal.say(Text.assemble(("copydesk:", "bold red"), f" {one_line(sentence)}"))
