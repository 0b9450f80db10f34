import orjson
import typer
from rich.text import Text

from streams.cli.views.configuration import as_toml, masked
from streams.core.pipeline import import_pipeline
from streams.core.sink_settings import require_sinks
from streams.printable import visible
from streams.settings import Settings, config_file, load_settings
from streams.terminal import Terminal

STYLES = {"set": "green", "default": "dim", "not set": "dim"}


def show(*, bootstrap_servers: str | None, prefix: str | None, as_json: bool) -> None:
    settings = load_settings(bootstrap_servers=bootstrap_servers, prefix=prefix)
    _show(settings, as_json=as_json)
    require_sinks(settings, import_pipeline(settings))


def _show(settings: Settings, *, as_json: bool) -> None:
    if as_json:
        typer.echo(orjson.dumps(masked(settings.model_dump(mode="json"))).decode())
        return
    console = Terminal()
    console.print(Text(f"# read from: {visible(str(config_file() or 'no file'))}", "dim"), soft_wrap=True)
    for line, remark in as_toml(settings):
        comment = Text(f"  # {remark}" if remark else "", STYLES.get(remark, "yellow"))
        console.print(
            Text(line, "bold" if line.startswith("\n[") else "").append_text(comment), soft_wrap=True
        )
