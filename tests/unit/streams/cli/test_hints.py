"""Commands that messages propose repeat the options that were given."""

from typing import Any

import pytest
import typer

from streams.cli import gather
from streams.cli.commands.hints import TOOLS, WITHOUT_OPTIONS, repeat_options
from streams.errors import BrokerError, ConfigError, CopydeskError, FaultySettings

GIVEN = {"bootstrap_servers": "kafka:9092", "prefix": "evening"}


def repeated(error: CopydeskError, **arguments: object) -> str:
    repeat_options(error, arguments)
    return str(error)


def test_a_command_in_a_sentence_gets_the_options() -> None:
    error = BrokerError("news.raw is missing; `copydesk topics create` creates it")
    assert repeated(error, **GIVEN) == (
        "news.raw is missing; `copydesk topics create -b kafka:9092 --prefix evening` creates it"
    )


def test_a_tool_of_kafka_gets_them_as_variables() -> None:
    assert repeated(BrokerError("`copydesk kafka configs` raises it"), **GIVEN) == (
        "`COPYDESK_BOOTSTRAP_SERVERS=kafka:9092 COPYDESK_PREFIX=evening copydesk kafka configs` raises it"
    )


def test_only_what_was_given_is_repeated_and_quoted_for_a_shell() -> None:
    assert repeated(ConfigError("`copydesk dlq list` lists"), prefix="two words") == (
        "`copydesk dlq list --prefix 'two words'` lists"
    )
    assert repeated(ConfigError("`copydesk dlq list` lists"), prefix=None) == "`copydesk dlq list` lists"


def test_every_sentence_of_an_error_gets_them() -> None:
    error = FaultySettings(["`copydesk sink a` fails", "`copydesk sink b` too"])
    repeat_options(error, {"prefix": "evening"})
    assert error.sentences == (
        "`copydesk sink a --prefix evening` fails",
        "`copydesk sink b --prefix evening` too",
    )


def test_a_command_that_has_no_such_options_gets_none() -> None:
    command: Any = typer.main.get_command(gather())
    without = {
        name
        for name, inner in command.commands.items()
        if not hasattr(inner, "commands") and not {"prefix"} & {parameter.name for parameter in inner.params}
    }
    assert without == WITHOUT_OPTIONS | {TOOLS}
    assert repeated(ConfigError("`copydesk demo` shows it"), **GIVEN) == "`copydesk demo` shows it"


def test_the_error_of_a_command_names_the_options_that_it_was_given() -> None:
    arguments = ["dlq", "show", "clean", "--prefix", "evening"]
    with pytest.raises(ConfigError, match=r"`copydesk dlq list clean --prefix evening` lists the open ones"):
        typer.main.get_command(gather())(arguments, standalone_mode=False)
