"""Several commands in one separate process: it takes a second to import them."""

import os
import subprocess
import sys
from collections.abc import Iterable

#: Runs each command and prints its exit code.
PROGRAM = """
import sys
from streams.__main__ import main
for command in sys.argv[1:]:
    sys.argv = ["copydesk", *command.split()]
    try:
        main()
    except SystemExit as error:
        print(error.code)
"""


def run_each(
    commands: Iterable[str], before: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run `before`, then the commands, one after the other. Standard output holds only their exit codes."""
    return subprocess.run(
        [sys.executable, "-c", f"{before}\n{PROGRAM}", *commands],
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
