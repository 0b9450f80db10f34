import signal
from typing import Annotated

import typer

from streams.cli.options import BootstrapServers, EndWith, Prefix


def sink(
    name: Annotated[str, typer.Argument(help="The sink: a table `[sinks.NAME]` of the configuration.")],
    bootstrap_servers: BootstrapServers = None,
    prefix: Prefix = None,
    end_with: EndWith = None,
) -> None:
    """Run one sink until SIGTERM: finished articles go where its table in the configuration says.

    Example: copydesk sink jsonl
    """
    from streams import logs
    from streams.core.pipeline import load_pipeline
    from streams.file_modes import apply_umask
    from streams.runtime.process_exit import end_with_parent
    from streams.runtime.sink_process import run_sink
    from streams.settings import load_settings

    if end_with is not None:
        end_with_parent(end_with, signal.SIGTERM)
    settings = load_settings(bootstrap_servers=bootstrap_servers, prefix=prefix)
    apply_umask(settings)
    logs.configure(settings)
    run_sink(settings, load_pipeline(settings), name)
