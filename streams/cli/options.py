"""Options that several commands share."""

import inspect
import shlex
import signal
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

import typer

from streams.core.pipeline import Pipeline, load_pipeline
from streams.settings import Settings, load_settings

BootstrapServers = Annotated[
    str | None,
    typer.Option(
        "--bootstrap-servers",
        "-b",
        metavar="HOST:PORT,...",
        help="Kafka's addresses, instead of those in the configuration.",
    ),
]
Prefix = Annotated[
    str | None,
    typer.Option("--prefix", metavar="WORD", help="First word of the topics, instead of the configured one."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON, for scripts.")]
Parent = Annotated[int | None, typer.Option("--end-with", hidden=True, help="End when this process ends.")]


def end_with(parent: int | None) -> None:
    """End this process, as by SIGTERM, when its parent ends."""
    from streams.runtime.process_exit import end_with_parent

    if parent is not None:
        end_with_parent(parent, signal.SIGTERM)


def load(bootstrap_servers: str | None, prefix: str | None) -> tuple[Settings, Pipeline]:
    settings = load_settings(bootstrap_servers=bootstrap_servers, prefix=prefix)
    return settings, load_pipeline(settings)


def repeated_options(bootstrap_servers: str | None, prefix: str | None) -> str:
    """The options as they were given, for a command that is proposed: ` -b kafka:9092 --prefix news`."""
    options = {"-b": bootstrap_servers, "--prefix": prefix}
    return "".join(f" {name} {shlex.quote(value)}" for name, value in options.items() if value)


def one_option_per_field(command: Callable[[Any], None]) -> Callable[..., None]:
    """The command as Typer takes it: an option or argument for each field of its parameter, a dataclass."""
    (parameter,) = inspect.signature(command).parameters.values()

    @wraps(command)
    def run(**values: Any) -> None:
        command(parameter.annotation(**values))

    vars(run)["__signature__"] = inspect.signature(parameter.annotation)
    run.__annotations__ = {}
    return run
