from streams import logs
from streams.cli.options import end_with
from streams.core.pipeline import load_pipeline
from streams.runtime.stage_process import run_worker
from streams.settings import load_settings


def worker(
    *,
    stage: str,
    bootstrap_servers: str | None,
    prefix: str | None,
    acknowledge_dead_letters: bool,
    parent: int | None,
) -> None:
    end_with(parent)
    settings = load_settings(bootstrap_servers=bootstrap_servers, prefix=prefix)
    logs.configure(settings)
    pipeline = load_pipeline(settings)
    run_worker(settings, pipeline, pipeline.stage(stage), acknowledge_dead_letters=acknowledge_dead_letters)
