"""How little is imported before a command says something, and what its help pages say."""

import inspect
import re
import shlex
import subprocess
import sys
from importlib import import_module
from typing import Any, get_type_hints

import pytest
import typer
from typer.testing import CliRunner

from streams.cli import GROUPS, gather
from streams.inspection.status import RECONCILED_RECORDS
from streams.settings import DEFAULT_FILE

COMMAND: Any = typer.main.get_command(gather())
HEAVY = (
    "kafka",
    "aiokafka",
    "faust",
    "pydantic",
    "structlog",
    "rich",
    "trafilatura",
    "spacy",
    "aiohttp",
    "agents",
)
#: The last line lists which heavy packages were imported.
PROGRAM = f"""
import atexit, sys
from streams.__main__ import main
imported = lambda: (name for name in {HEAVY} if name in sys.modules)
atexit.register(lambda: print("imported:", *imported(), file=sys.stderr))
sys.argv = ["copydesk", *sys.argv[1:]]
main()
"""


def commands(command: Any = COMMAND, *names: str) -> dict[str, Any]:
    """Each command by the words after `copydesk`."""
    inner = getattr(command, "commands", None)
    if inner is None:
        return {" ".join(names): command}
    return {words: leaf for name in inner for words, leaf in commands(inner[name], *names, name).items()}


ALL = commands()


def started(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments], capture_output=True, text=True, check=False, timeout=60
    )


def help_page(words: str, columns: int) -> str:
    result = CliRunner().invoke(
        gather(), [*words.split(), "--help"], terminal_width=columns, prog_name="copydesk"
    )
    assert result.exit_code == 0
    return result.output


@pytest.mark.parametrize(
    "arguments",
    [
        "--help",
        "--version",
        "status --help",
        "dlq replay --help",
        "publish --help",
        "stauts",
        "tail --nothing",
        "dlq",
    ],
)
def test_help_and_errors_of_the_command_line_import_nothing_heavy(arguments: str) -> None:
    assert started(*arguments.split()).stderr.splitlines()[-1] == "imported:"


def test_the_heavy_packages_are_found_where_they_are_imported() -> None:
    assert "pydantic" in started("config", "show").stderr.splitlines()[-1]


def test_help_names_the_commands_in_groups_and_each_with_all_of_its_first_sentence() -> None:
    page = help_page("", 80)
    headings = re.findall(r"(?m)^(\w+):$", page)
    assert headings == ["Options", *GROUPS]
    listed = " ".join(page.split())
    for command in COMMAND.commands.values():
        first = " ".join((command.help or "").split("\n\n")[0].split())
        assert first in listed


@pytest.mark.parametrize("words", [words for words in ALL if words != "kafka"])
@pytest.mark.parametrize("columns", [80, 120])
def test_a_help_page_cuts_no_word_and_fits_the_terminal(words: str, columns: int) -> None:
    page = help_page(words, columns)
    assert max(map(len, page.splitlines())) <= columns
    described = [parameter.help for parameter in ALL[words].params if not parameter.hidden]
    words_of_help = set(" ".join([ALL[words].help or "", *described]).split())
    assert words_of_help <= set(page.split())
    assert not re.search(r"<\w+|list\[", page)


@pytest.mark.parametrize("words", ALL)
def test_each_command_has_an_example_in_one_line_that_the_command_line_accepts(words: str) -> None:
    [example] = re.findall(r"Example: (copydesk .*)", ALL[words].help)
    assert words == " ".join(shlex.split(example)[1 : 1 + len(words.split())])
    if words != "kafka":
        assert f"  Example: {example}\n" in help_page(words, 80)


def test_the_table_of_a_sink_is_shown_with_its_brackets() -> None:
    assert "[sinks.NAME]" in help_page("sink", 80)


@pytest.mark.parametrize("words", ALL)
def test_a_command_calls_a_function_with_its_own_parameters(words: str) -> None:
    command = inspect.unwrap(ALL[words].callback)
    hints = get_type_hints(command)
    function = getattr(import_module(f"streams.cli.{words.split()[0]}"), command.__name__)
    assert get_type_hints(function) == hints


def test_the_numbers_and_folders_that_help_names_are_those_that_are_used() -> None:
    assert f"up to {RECONCILED_RECORDS:,} records" in " ".join(help_page("status", 80).split())
    assert f"[default: {DEFAULT_FILE.parent}]" in help_page("init", 80)


def test_gather_makes_a_new_application_each_time() -> None:
    assert gather() is not gather()
    assert set(typer.main.get_command(gather()).commands) == set(COMMAND.commands)
