from typing import Annotated

import typer
from rich.table import Table

from streams.terminal import Terminal

# Whatever follows the tool's name is passed to the tool, --help too; our own help is the list of tools.
context_settings = {"ignore_unknown_options": True, "allow_interspersed_args": False, "help_option_names": []}


def kafka(
    tool: Annotated[str, typer.Argument(help="One of Kafka's tools; none lists them.")] = "",
    arguments: Annotated[list[str] | None, typer.Argument(help="Passed on to the tool as they are.")] = None,
) -> None:
    """Run one of Kafka's own tools, with address and credentials filled in.

    Example: copydesk kafka consumer-groups --describe --all-groups
    """
    if tool in ("", "-h", "--help"):
        show_tools()
        return
    from streams.local.broker.tools import find, run
    from streams.settings import load_settings

    raise typer.Exit(run(find(tool), arguments or [], load_settings()))


def show_tools() -> None:
    from streams.local.broker.tool_catalogue import TOOLS

    console = Terminal()
    console.print("Usage: copydesk kafka TOOL [ARGUMENTS...]\n")
    console.print("Run one of Kafka's own tools, with the address and credentials of the settings filled in.")
    console.print("`copydesk kafka TOOL --help` shows its options.\n")
    table = Table.grid(padding=(0, 2))
    for tool in TOOLS:
        table.add_row(tool.name, tool.summary)
    console.print(table)
    console.print("\nExample: copydesk kafka consumer-groups --describe --all-groups")
