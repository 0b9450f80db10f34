"""The command line: one module a command, gathered here in the order of the help page."""

import sys
from importlib import import_module

import typer
from rich.console import Console
from rich.markup import escape

from streams.errors import CopydeskError

app = typer.Typer(
    name="copydesk",
    help="A streaming news desk on Kafka: raw pages in; cleaned, tagged and summarised articles out.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

#: Command -> module of this package with a function or Typer of the same name. Help shows this order.
COMMANDS = (
    *("demo", "up", "publish", "takedown", "process", "tail", "status", "trace", "dlq"),
    *("worker", "sink", "intake", "topics", "schema", "config", "broker", "kafka"),
)


def gather() -> typer.Typer:
    """The application with every command on it."""
    for name in COMMANDS:
        module = import_module(f"streams.cli.{name}")
        command = getattr(module, name)
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        else:
            settings = getattr(module, "context_settings", None)
            app.command(name, context_settings=settings, rich_help_panel=None)(command)
    return app


def run() -> None:
    """Run the command line. A foreseen error is one sentence on stderr and its exit code."""
    try:
        gather()()
    except CopydeskError as error:
        told = f"[bold red]copydesk:[/] {escape(str(error))}"
        Console(stderr=True, highlight=False).print(told, soft_wrap=True)
        sys.exit(error.exit_code)
    except typer.Abort:
        sys.exit(130)
