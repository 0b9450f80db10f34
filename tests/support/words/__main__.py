"""Prints each old word with its place and what to write instead. Exits with 1 if there are any."""

import sys
from pathlib import Path

from tests.support.places import ROOT
from tests.support.words.check import check
from tests.support.words.table import TABLE, old_words


def main(*arguments: str) -> int:
    """Check the whole tree, or only what is below the given paths."""
    findings = check(ROOT, old_words(TABLE.read_text("utf-8")))
    shown = [finding for finding in findings if not arguments or finding.path.startswith(arguments)]
    for finding in shown:
        print(finding)
    print(f"{len(shown)} old words in {len({finding.path for finding in shown})} files", file=sys.stderr)
    return 1 if shown else 0


if __name__ == "__main__":
    sys.exit(main(*(str(Path(argument)) for argument in sys.argv[1:])))
