"""A command does its work in a module of its own, which is imported only when the command is called.

So help, errors and completion need 0.2 s of CPU. Importing the settings, Kafka's client and what a command
shows takes up to a second more (2 cores, 2026-11): on a terminal a line says so meanwhile.
"""

from collections.abc import Callable
from functools import wraps
from importlib import import_module
from typing import ParamSpec

from streams.cli.commands.hints import repeat_options
from streams.cli.commands.loading import loaded
from streams.errors import CopydeskError

Parameters = ParamSpec("Parameters")


def calls(module: str) -> Callable[[Callable[Parameters, None]], Callable[Parameters, None]]:
    """The command calls the function of its name and parameters in this module."""

    def decorated(command: Callable[Parameters, None]) -> Callable[Parameters, None]:
        @wraps(command)
        def call(*args: Parameters.args, **options: Parameters.kwargs) -> None:
            try:
                function = getattr(import_module(module), command.__name__)
            finally:
                loaded()
            try:
                function(*args, **options)
            except CopydeskError as error:
                repeat_options(error, options)
                raise

        return call

    return decorated
