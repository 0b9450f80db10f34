"""A wrong clock. This module is first on PYTHONPATH, so it runs at the start of every Python process.

The file that `FAULT_CLOCK` names contains the seconds to add, which may change while the process runs. A file
beside it (`clock.3600.0.4711`: seconds, process) confirms that they are in effect.
"""

import os
import time
from pathlib import Path

FILE = Path(os.environ.get("FAULT_CLOCK", "/nowhere"))
true_time, true_time_ns = time.time, time.time_ns
confirmed: set[str] = set()


def _offset() -> float:
    try:
        seconds = float(FILE.read_text())
        name = f"{FILE.name}.{seconds}.{os.getpid()}"
        if name not in confirmed:
            confirmed.add(name)
            FILE.with_name(name).touch()
        return seconds
    except (OSError, ValueError):
        return 0.0


time.time = lambda: true_time() + _offset()
time.time_ns = lambda: true_time_ns() + int(_offset() * 1e9)
