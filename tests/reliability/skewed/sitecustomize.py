"""A clock that is wrong: found first on PYTHONPATH, it runs at the start of every Python process.

The seconds stand in the file that `FAULT_CLOCK` names, and may change while the process runs. A file
beside it (`clock.3600.0.4711`: seconds, process) says that they have come into force.
"""

import os
import time
from pathlib import Path

FILE = Path(os.environ.get("FAULT_CLOCK", "/nowhere"))
right, right_ns = time.time, time.time_ns


report: set[str] = set()


def _off() -> float:
    try:
        off = float(FILE.read_text())
        name = f"{FILE.name}.{off}.{os.getpid()}"
        if name not in report:
            report.add(name)
            FILE.with_name(name).touch()
        return off
    except (OSError, ValueError):
        return 0.0


time.time = lambda: right() + _off()
time.time_ns = lambda: right_ns() + int(_off() * 1e9)
