"""A clock that is wrong: found first on PYTHONPATH, it runs at the start of every Python process.

The seconds stand in the file that `FAULT_CLOCK` names, and may change while the process runs.
"""

import os
import time
from pathlib import Path

FILE = Path(os.environ.get("FAULT_CLOCK", "/nowhere"))
right, right_ns = time.time, time.time_ns


def _off() -> float:
    try:
        return float(FILE.read_text())
    except (OSError, ValueError):
        return 0.0


time.time = lambda: right() + _off()
time.time_ns = lambda: right_ns() + int(_off() * 1e9)
