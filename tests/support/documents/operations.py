"""A document as an operator does it: its blocks of commands in a shell, and what they must say.

A block of `sh` is run by bash; the `text` behind it is what it must say: each line in its order, blanks
alike, `...` for anything. Blocks that only look are run again until they say so.
"""

import re
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
#: How the lines of a block begin that changes nothing: it may be run again until it says what it must.
LOOKING = ("copydesk status", "copydesk dlq list", "docker compose ps", "docker compose logs", "kcat -")
PATIENCE, PAUSE = 90.0, 0.5


@dataclass
class Block:
    commands: str
    said: list[str] = field(default_factory=list)

    @property
    def only_looks(self) -> bool:
        return all(line.startswith(LOOKING) for line in self.commands.splitlines())


def sections(text: str) -> dict[str, list[Block]]:
    """Title → blocks, in the order of the document."""
    titles = list(SECTION.finditer(text))
    ends = [*(one.start() for one in titles[1:]), len(text)]
    return {one[1]: blocks(text[one.end() : end]) for one, end in zip(titles, ends, strict=True)}


def blocks(text: str) -> list[Block]:
    found: list[Block] = []
    for language, content in BLOCK.findall(text):
        if language == "sh":
            found.append(Block(content))
        else:
            found[-1].said += content.splitlines()
    return found


def missing(said: list[str], output: str) -> str | None:
    """The first line that the output lacks, or None. `output` is searched once, in order."""
    text, place = " ".join(output.split()), 0
    for line in said:
        parts = (re.escape(" ".join(part.split())) for part in line.split("..."))
        found = re.compile(" ?.*? ?".join(parts)).search(text, place)
        if found is None:
            return line
        place = found.end()
    return None


@dataclass
class Operator:
    """Somebody in a terminal, in a folder of their own."""

    folder: Path
    environment: dict[str, str]
    setup: str
    output: str = ""

    def run(self, block: Block) -> None:
        """Run the block; if it only looks, until it says what it must."""
        deadline = time.monotonic() + PATIENCE
        while (wrong := self.wrong(block)) is not None:
            if not block.only_looks or time.monotonic() > deadline:
                pytest.fail(f"{block.commands}{wrong}, but:\n{self.output}")
            time.sleep(PAUSE)

    def wrong(self, block: Block) -> str | None:
        """What is wrong after the block was run once, or None."""
        code, self.output = self.bash(block.commands)
        lacks = missing(block.said, self.output)
        return f"exits with {code}" if code else lacks and f"does not say: {lacks}"

    def bash(self, commands: str) -> tuple[int, str]:
        """Exit code, not 0 where one of the commands has failed, and what they say on both outputs."""
        report = subprocess.run(
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
        return report.returncode, report.stdout
