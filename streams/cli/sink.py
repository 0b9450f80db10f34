from streams import logs
from streams.cli.options import end_with
from streams.core.pipeline import import_pipeline
from streams.file_modes import apply_umask
from streams.runtime.sink_process import run_sink
from streams.settings import load_settings


def sink(*, name: str, bootstrap_servers: str | None, prefix: str | None, parent: int | None) -> None:
    end_with(parent)
    settings = load_settings(bootstrap_servers=bootstrap_servers, prefix=prefix)
    apply_umask(settings)
    logs.configure(settings)
    run_sink(settings, import_pipeline(settings), name)
