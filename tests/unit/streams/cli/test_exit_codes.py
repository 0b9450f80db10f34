"""One table of exit codes, which every command uses."""

import ast
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.exit_codes import ExitCode, as_markdown
from tests.support.places import ROOT
from tests.unit.streams.run_each import run_each

DOCUMENT = ROOT / "docs" / "reference" / "exit-codes.md"

#: Runs before the package is installed, so it has no table.
INSTALLS = ROOT / "streams" / "local" / "install_packages.py"
#: What is passed on: the code of an error's class, and that of Kafka's own tool.
PASSED_ON = {"error.exit_code", "run(find(tool), arguments or [], load_settings())"}


def exits(path: Path) -> Iterator[str]:
    """The codes that a file exits with."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Raise) and node.exc is not None and ast.unparse(node.exc) == "typer.Exit":
            yield "none"
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {
            "typer.Exit",
            "sys.exit",
            "os._exit",
            "SystemExit",
        }:
            for code in node.args or [ast.Constant(None)]:
                branches = [code.body, code.orelse] if isinstance(code, ast.IfExp) else [code]
                yield from map(ast.unparse, branches)


def test_every_exit_names_a_code_of_the_table() -> None:
    files = [path for room in ("streams", "agents", "copydesk") for path in (ROOT / room).rglob("*.py")]
    codes = {code for path in files if path != INSTALLS for code in exits(path)}
    named = {f"ExitCode.{code.name}" for code in ExitCode}
    assert codes - PASSED_ON <= named


def test_the_table_has_a_sentence_for_each_code() -> None:
    assert all(f"| {code.value} | {code.meaning} |" in as_markdown() for code in ExitCode)
    assert all(code.meaning.endswith(".") for code in ExitCode)


def test_the_document_has_the_table() -> None:
    assert as_markdown() in DOCUMENT.read_text("utf-8"), "run: make documents"


def test_a_command_exits_with_the_code_of_what_happened() -> None:
    codes = {
        "--version": ExitCode.DONE,
        "status --nothing": ExitCode.USAGE,
        "": ExitCode.USAGE,
        "process nowhere": ExitCode.USAGE,
        "status -b 127.0.0.1:1": ExitCode.FAILED,
    }
    lines = run_each(codes).stdout.splitlines()
    assert [line for line in lines if line.isdigit()] == [str(int(code)) for code in codes.values()]


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, ExitCode.INTERRUPTED), (signal.SIGTERM, -signal.SIGTERM)],
    ids=["Ctrl-C", "SIGTERM"],
)
def test_a_command_that_is_stopped_in_the_middle_says_so_by_its_code(number: int, code: int) -> None:
    program = f"""
import os, sys
from streams.__main__ import main
sys.argv = ["copydesk", "takedown", "-"]
sys.stdin = (os.kill(os.getpid(), {int(number)}) for _ in "a")  # the signal comes when it reads the first URL
main()
"""
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False, timeout=100)
    assert result.returncode == code
