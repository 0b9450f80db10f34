"""A document carried out as a reader would who has several terminals.

Blocks of `sh` and `text` are as in operations.py. An indented command runs in a terminal of its own until the
end of the test. If a sentence after it says "When it says `word`", the reader waits for that word.
"""

import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.documents.operations import Block, Operator, blocks
from tests.support.pipelines.harness import PATIENCE, until

#: Kafka and the models start within seconds; on a machine that is used by others it may take minutes.
LONG = 10 * PATIENCE
STEP = re.compile(
    r"^    (?P<terminal>\S[^\n]*)$|When it says `(?P<word>\w+)`"
    r"|(?P<block>^```sh\n.*?^```$(?:\n\n^```text\n.*?^```$)?)",
    re.MULTILINE | re.DOTALL,
)


@dataclass
class Reader:
    """A reader in a folder, with what runs in the terminals."""

    operator: Operator
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    newest: str = ""
    """The command of the last terminal."""

    def follow(self, document: str) -> None:
        """Do all that the document says, in its order."""
        for step in STEP.finditer(document):
            if step["terminal"]:
                self.start(step["terminal"])
            elif step["word"]:
                self.wait_for(step["word"])
            else:
                self.run(blocks(step["block"] + "\n"))

    def start(self, command: str) -> None:
        """Start the command in a terminal of its own, unless it runs already."""
        self.newest = command
        if command in self.running:
            return
        with self.output_of(command).open("wb") as output:
            self.running[command] = subprocess.Popen(
                ["bash", "-c", f"{self.operator.setup}\nexec {command}"],
                cwd=self.operator.folder,
                env=self.operator.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

    def wait_for(self, word: str) -> None:
        """Wait until the newest command says the word. Fail if it ends before."""
        output, process = self.output_of(self.newest), self.running[self.newest]
        until(
            lambda: word in output.read_text() or process.poll() is not None,
            f"{self.newest} says {word}",
            LONG,
        )
        assert word in output.read_text(), output.read_text()

    def output_of(self, command: str) -> Path:
        return self.operator.folder / f"{command.replace(' ', '-')}.log"

    def run(self, shell: list[Block]) -> None:
        for block in shell:
            self.operator.run(block)


@contextmanager
def reading(operator: Operator) -> Iterator[Reader]:
    """A reader who stops all commands at the end, the last one first."""
    reader = Reader(operator)
    try:
        yield reader
    finally:
        for process in reversed(reader.running.values()):
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)
