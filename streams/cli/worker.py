from typing import Annotated

import typer

from streams.cli.options import BootstrapServers, Parent, Prefix, end_with


def worker(
    stage: Annotated[str, typer.Argument(help="The stage, as `copydesk status` names it: clean, ...")],
    bootstrap_servers: BootstrapServers = None,
    prefix: Prefix = None,
    acknowledge_dead_letters: Annotated[
        bool, typer.Option(help="Count only new dead letters towards the limit: the ones open now are known.")
    ] = False,
    parent: Parent = None,
) -> None:
    """Run one stage until SIGTERM. Start as many as there are partitions, on as many machines as you like.

    It stops within seconds: finished articles are published and acknowledged, others are read again.

    Example: copydesk worker entities
    """
    from streams import logs
    from streams.core.pipeline import load_pipeline
    from streams.runtime.stage_process import run_worker
    from streams.settings import load_settings

    end_with(parent)
    settings = load_settings(bootstrap_servers=bootstrap_servers, prefix=prefix)
    logs.configure(settings)
    pipeline = load_pipeline(settings)
    run_worker(settings, pipeline, pipeline.stage(stage), acknowledge_dead_letters=acknowledge_dead_letters)
