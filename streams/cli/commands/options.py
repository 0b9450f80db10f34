"""Options that several commands share."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

import typer

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


def one_option_per_field(command: Callable[..., None]) -> Callable[..., None]:
    """The command as Typer takes it: an option or argument for each field of its parameter, a dataclass."""
    (parameter,) = inspect.signature(command).parameters.values()

    @wraps(command)
    def run(**values: Any) -> None:
        command(**{parameter.name: parameter.annotation(**values)})

    vars(run)["__signature__"] = inspect.signature(parameter.annotation)
    run.__annotations__ = {}
    return run
