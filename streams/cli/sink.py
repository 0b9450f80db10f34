from typing import Annotated

import typer

from streams.cli.options import BootstrapServers, Parent, Prefix, end_with


def sink(
    name: Annotated[str, typer.Argument(help="NAME of a table `sinks.NAME` of the configuration.")],
    bootstrap_servers: BootstrapServers = None,
    prefix: Prefix = None,
    parent: Parent = None,
) -> None:
    """Run one sink until SIGTERM: finished articles go where its table in the configuration says.

    Example: copydesk sink jsonl
    """
    from streams import logs
    from streams.core.pipeline import import_pipeline
    from streams.file_modes import apply_umask
    from streams.runtime.sink_process import run_sink
    from streams.settings import load_settings

    end_with(parent)
    settings = load_settings(bootstrap_servers=bootstrap_servers, prefix=prefix)
    apply_umask(settings)
    logs.configure(settings)
    run_sink(settings, import_pipeline(settings), name)
