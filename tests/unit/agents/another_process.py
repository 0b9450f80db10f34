"""Python code in a process of its own."""

import os
import subprocess
import sys

from tests.support.places import ROOT


def printed(code: str, *arguments: str, **environment: str) -> bytes:
    """What the code prints. Raises where it fails."""
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(
        command, env=os.environ | environment, cwd=ROOT, stdout=subprocess.PIPE, check=True
    ).stdout
