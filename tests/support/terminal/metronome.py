"""How slow the machine is while a command runs: a process that only does a little work every quarter second.

A bar in seconds is for a machine that does nothing else. `Metronome.allowed` scales it by what the same work
took here, and adds by how much the slowest tick was late. On two quiet cores that is 2 s -> 2.1 s.
"""

import subprocess
import sys
from types import TracebackType
from typing import Self

PROGRAM = """
import sys, time
PAUSE, WORK = 0.25, 0.005
while True:
    began, worked = time.monotonic(), time.process_time()
    time.sleep(PAUSE)
    late = time.monotonic() - began - PAUSE
    began = time.monotonic()
    while time.process_time() - worked < WORK:
        pass
    try:
        print(late, (time.monotonic() - began) / WORK, flush=True)
    except OSError:
        break
"""


class Metronome:
    def __enter__(self) -> Self:
        command = [sys.executable, "-S", "-c", PROGRAM]
        self._process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        return self

    def __exit__(self, *_: TracebackType | type[BaseException] | BaseException | None) -> None:
        self._process.terminate()
        written, _ = self._process.communicate()
        ticks = [tuple(map(float, line.split())) for line in written.splitlines() if line.count(" ") == 1]
        self.late = max((late for late, _ in ticks), default=0.0)
        self.slowness = max(1.0, sum(times for _, times in ticks) / len(ticks)) if ticks else 1.0

    def allowed(self, seconds: float) -> float:
        """What counts as `seconds` on this machine now."""
        return seconds * self.slowness + self.late
