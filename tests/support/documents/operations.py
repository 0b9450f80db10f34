"""A document carried out as an operator would: its commands run in a shell, and their output is checked.

A block of `sh` is run by bash. The block of `text` after it is the expected output: its lines in this order,
any blanks alike, `...` for anything. Blocks that only look are run again until their output is as expected.
"""

import re
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.support.machine.patience import FACTOR

BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
#: How the lines of a block begin that changes nothing. Such a block may be run again.
LOOKING = (
    *("copydesk status", "copydesk dlq list", "copydesk trace", "copydesk tail"),
    *("docker compose ps", "docker compose logs", "kcat -", "cat data/"),
)
PATIENCE, PAUSE = 90.0 * FACTOR, 0.5


@dataclass
class Block:
    commands: str
    expected: list[str] = field(default_factory=list)

    @property
    def only_looks(self) -> bool:
        return all(line.startswith(LOOKING) for line in self.commands.splitlines())


def sections(text: str) -> dict[str, list[Block]]:
    """Title → blocks, in the order of the document."""
    titles = list(SECTION.finditer(text))
    ends = [*(title.start() for title in titles[1:]), len(text)]
    return {title[1]: blocks(text[title.end() : end]) for title, end in zip(titles, ends, strict=True)}


def blocks(text: str) -> list[Block]:
    shell: list[Block] = []
    for language, content in BLOCK.findall(text):
        if language == "sh":
            shell.append(Block(content))
        else:
            shell[-1].expected += content.splitlines()
    return shell


def missing(expected: list[str], output: str) -> str | None:
    """The first expected line that the output lacks, or None. `output` is searched once, in order."""
    text, place = " ".join(output.split()), 0
    for line in expected:
        parts = (re.escape(" ".join(part.split())) for part in line.split("..."))
        match = re.compile(" ?.*? ?".join(parts)).search(text, place)
        if match is None:
            return line
        place = match.end()
    return None


@dataclass
class Operator:
    """A shell in a folder of its own."""

    folder: Path
    environment: dict[str, str]
    setup: str
    output: str = ""
    patience: float = PATIENCE
    """How long a block that only looks is run again."""

    def run(self, block: Block) -> None:
        """Run the block. If it only looks, run it until its output is as expected."""
        deadline = time.monotonic() + self.patience
        while (wrong := self.wrong(block)) is not None:
            if not block.only_looks or time.monotonic() > deadline:
                pytest.fail(f"{block.commands}{wrong}, but:\n{self.output}")
            time.sleep(PAUSE)

    def wrong(self, block: Block) -> str | None:
        """Run the block once. Returns what is wrong, or None."""
        code, self.output = self.bash(block.commands)
        lacks = missing(block.expected, self.output)
        return f"exits with {code}" if code else lacks and f"does not say: {lacks}"

    def bash(self, commands: str) -> tuple[int, str]:
        """Exit code (not 0 if one of the commands failed), and the text of both outputs."""
        completed = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", f"{self.setup}\n{commands}"],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="backslashreplace",
            timeout=PATIENCE,
        )
        return completed.returncode, completed.stdout
