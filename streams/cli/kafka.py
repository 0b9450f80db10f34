import typer
from rich.table import Table

from streams.terminal import Terminal


def kafka(*, tool: str, arguments: list[str] | None) -> None:
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
