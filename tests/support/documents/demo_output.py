"""What `copydesk demo` prints, shortened, in the README.

`python -m tests.support.documents.demo_output` writes it, and the test that runs the demo compares the two.
"""

import re
import subprocess
import sys

from tests.support.places import ROOT

README = ROOT / "README.md"
BLOCK = re.compile(r"(?<=^```text\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)
#: A heading of the demo; and what differs from run to run.
HEADING = re.compile(r"^(?:─+ )?(\w[\w ]*?) ─{3,}$", re.MULTILINE)
#: What follows the first sentence of a summary.
SENTENCE = re.compile(r"(?<=\n)(  – .*?\n)  – .*", re.DOTALL)
SECONDS = re.compile(r"\d+\.\d s$", re.MULTILINE)


def shortened(output: str) -> str:
    """A finished article, always the same one, with one sentence of its summary; and the sums."""
    parts = HEADING.split(output)
    sections = dict(zip(parts[1::2], parts[2::2], strict=True))
    first = max(sections["Finished"].strip().split("\n\n"))
    first = SENTENCE.sub(lambda sentence: sentence[1], first).rstrip()
    sums = SECONDS.sub("... s", sections["Reconciliation"].strip().split("\n\n")[0])
    return "\n".join(line.rstrip() for line in f"{first}\n...\n{sums}\n".splitlines()) + "\n"


def in_the_readme() -> str:
    [block] = BLOCK.findall(README.read_text("utf-8"))
    return str(block)


def main() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "streams", "demo"], capture_output=True, text=True, check=True
    )
    block = shortened(ran.stdout)
    README.write_text(BLOCK.sub(lambda _: block, README.read_text("utf-8"), count=1), "utf-8")


if __name__ == "__main__":
    main()
