import orjson
import typer
from rich.text import Text

from streams.cli.options import AsJson, BootstrapServers, Prefix
from streams.cli.views.configuration import as_toml, masked
from streams.printable import visible
from streams.settings import Settings, config_file, load_settings
from streams.terminal import Terminal

STYLES = {"set": "green", "default": "dim", "not set": "dim"}

config = typer.Typer(help="Look at the configuration.", no_args_is_help=True)


@config.command()
def show(bootstrap_servers: BootstrapServers = None, prefix: Prefix = None, as_json: AsJson = False) -> None:
    """Show every setting as TOML: its value, and whether that is the default. Secrets are masked.

    What is shown can be used as a configuration file again, once its secrets are added. Afterwards everything
    that is wrong with the settings of the sinks is reported, with exit code 2.

    Example: copydesk config show > config/copydesk.toml
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
    console = Terminal()
    console.print(Text(f"# read from: {visible(str(config_file() or 'no file'))}", "dim"), soft_wrap=True)
    for line, remark in as_toml(settings):
        comment = Text(f"  # {remark}" if remark else "", STYLES.get(remark, "yellow"))
        console.print(
            Text(line, "bold" if line.startswith("\n[") else "").append_text(comment), soft_wrap=True
        )
