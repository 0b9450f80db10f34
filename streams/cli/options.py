"""What commands do with the options that they share."""

import signal

from streams.cli.commands.hints import repeated_options
from streams.core.pipeline import Pipeline, load_pipeline
from streams.runtime.process_exit import end_with_parent
from streams.settings import Settings, load_settings

__all__ = ["end_with", "load", "repeated_options"]


def end_with(parent: int | None) -> None:
    """End this process, as by SIGTERM, when its parent ends."""
    if parent is not None:
        end_with_parent(parent, signal.SIGTERM)


def load(bootstrap_servers: str | None, prefix: str | None) -> tuple[Settings, Pipeline]:
    settings = load_settings(bootstrap_servers=bootstrap_servers, prefix=prefix)
    return settings, load_pipeline(settings)
