"""No command writes control sequences where they are not wanted: pipes, `NO_COLOR`, `TERM=dumb`."""

from collections.abc import Mapping

import pytest

from tests.support.commands.terminal import on_terminal
from tests.unit.streams.run_each import PROGRAM, run_each

COMMANDS = (
    "--help",
    "dlq",
    "stauts",
    "config show",
    "kafka",
    "topics acls",
    "status -b 127.0.0.1:1",
    "process agents/samples/index.toml",
)
PLAIN = ({"NO_COLOR": "1"}, {"TERM": "dumb"})


def controls(output: str) -> set[str]:
    return {ascii(character) for character in output if ord(character) < 32 and character not in "\r\n\t"}


@pytest.mark.parametrize("environment", PLAIN, ids=["NO_COLOR", "dumb"])
def test_a_terminal_that_wants_plain_text_gets_it(environment: Mapping[str, str]) -> None:
    shown = on_terminal(COMMANDS, environment, ("-c", PROGRAM))
    assert "cannot reach Kafka" in shown
    assert controls(shown) == set()


def test_a_pipe_gets_plain_text() -> None:
    run = run_each(COMMANDS)
    assert "cannot reach Kafka" in run.stderr
    assert controls(run.stdout + run.stderr) == set()
    assert "loading" not in run.stderr


def test_a_terminal_shows_that_a_command_is_being_loaded_and_then_clears_the_line() -> None:
    shown = on_terminal(["config", "show"], {"TERM": "xterm"})
    assert shown.startswith("loading ...\r\x1b[2K")
    assert shown.count("loading") == 1


def test_demo_says_at_once_that_it_is_loading_also_where_there_is_no_terminal() -> None:
    result = run_each(["demo"], COPYDESK_CONFIG="/nowhere")
    assert result.stderr.splitlines()[0] == "loading ..."
