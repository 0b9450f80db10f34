import re
from collections.abc import Iterator
from typing import Any

import orjson
import typer
from pydantic import BaseModel
from rich.table import Table
from rich.text import Text

from streams.cli.options import AsJson, BootstrapServers, Prefix
from streams.settings import Settings, config_file, load_settings
from streams.terminal import Terminal

STARS = "**********"
SECRET = re.compile(r"(?i)password|passwd|secret|token|credential|api[_-]?key|authorization|cookie|^headers$")
URL_PASSWORD = re.compile(r"(://[^:/@\s]*:)[^@\s]*(?=@)|([?&]\w*password=)[^&\s]*", re.IGNORECASE)

config = typer.Typer(help="Look at the configuration.", no_args_is_help=True)


@config.command()
def show(bootstrap_servers: BootstrapServers = None, prefix: Prefix = None, as_json: AsJson = False) -> None:
    """Show every setting: its value, and whether that is the default. Secrets are masked.

    Afterwards everything that is wrong with the settings of the sinks is reported, with exit code 2.

    Example: copydesk config show
    """
    from streams.core.pipeline import import_pipeline
    from streams.core.sink_settings import require_sinks

    settings = load_settings(bootstrap_servers=bootstrap_servers, prefix=prefix)
    _show(settings, as_json=as_json)
    require_sinks(settings, import_pipeline(settings))


def _show(settings: Settings, *, as_json: bool) -> None:
    if as_json:
        typer.echo(orjson.dumps(masked(settings.model_dump(mode="json"))).decode())
        return
    table = Table("setting", "value", "", header_style="bold")
    for name, value, is_default in rows(settings):
        mark = Text("default", style="dim") if is_default else Text("set", style="green")
        table.add_row(name, Text(value), mark)
    console = Terminal()
    console.print(table)
    console.print(f"file: {config_file() or 'none'}")


def rows(settings: BaseModel, path: str = "") -> Iterator[tuple[str, str, bool]]:
    """Name, value and whether it is the default, of every setting and of those within tables."""
    for name, field in type(settings).model_fields.items():
        value = getattr(settings, name)
        if isinstance(value, BaseModel):
            yield from rows(value, f"{path}{name}.")
        else:
            # A `SecretStr` shows itself as stars.
            text = "-" if value is None else str(masked(value))
            yield f"{path}{name}", text, value == field.get_default(call_default_factory=True)


def masked(value: Any, name: str = "") -> Any:
    """The value, with stars for what is secret by its name, and for passwords within URLs."""
    if value is not None and SECRET.search(name):
        return STARS
    if isinstance(value, dict):
        return {key: masked(item, str(key)) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [masked(item, name) for item in value]
    return URL_PASSWORD.sub(rf"\1\2{STARS}", value) if isinstance(value, str) else value
