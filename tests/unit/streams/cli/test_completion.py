"""Shells complete commands and options, and quickly: nothing heavy is imported."""

import os
import subprocess
import sys

import pytest

from tests.support.commands.terminal import on_terminal

PROGRAM = """
import sys
from streams.__main__ import main
sys.argv = ["copydesk"]
try:
    main()
finally:
    heavy = ("kafka", "faust", "pydantic_settings", "structlog", "agents")
    print("imported:", *(name for name in heavy if name in sys.modules))
"""
BASH = {"_COPYDESK_COMPLETE": "complete_bash"}
ZSH = {"_COPYDESK_COMPLETE": "complete_zsh"}
FISH = {"_COPYDESK_COMPLETE": "complete_fish", "_TYPER_COMPLETE_FISH_ACTION": "get-args"}


def completed(line: str, shell: dict[str, str]) -> list[str]:
    """The lines that the shell gets for this line, and what was imported."""
    typed = {"COMP_WORDS": line, "COMP_CWORD": str(len(line.split(" ")) - 1), "_TYPER_COMPLETE_ARGS": line}
    environment = {**os.environ, **shell, **typed}
    command = [sys.executable, "-c", PROGRAM]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=60
    ).stdout.splitlines()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("copydesk ta", ["takedown", "tail"]),
        ("copydesk dlq re", ["replay"]),
        ("copydesk tail --fro", ["--from-start"]),
    ],
    ids=["commands", "inner commands", "options"],
)
def test_bash_completes_without_heavy_imports(line: str, expected: list[str]) -> None:
    assert completed(line, BASH) == [*expected, "imported:"]


@pytest.mark.parametrize("shell", [ZSH, FISH], ids=["zsh", "fish"])
def test_zsh_and_fish_complete_with_the_words_of_the_help(shell: dict[str, str]) -> None:
    *lines, imported = completed("copydesk tak", shell)
    assert "takedown" in "".join(lines)
    assert "Remove articles" in "".join(lines)
    assert imported == "imported:"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_a_script_that_calls_copydesk(shell: str) -> None:
    environment = {**os.environ, "_COPYDESK_COMPLETE": f"source_{shell}"}
    command = [sys.executable, "-c", PROGRAM]
    shown = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=60
    ).stdout
    assert f"_COPYDESK_COMPLETE=complete_{shell}" in shown


def test_the_line_that_is_typed_is_not_disturbed() -> None:
    typed = {"COMP_WORDS": "copydesk tail --fro", "COMP_CWORD": "2", "TERM": "xterm"}
    assert on_terminal([], {**BASH, **typed}).split() == ["--from-start"]
