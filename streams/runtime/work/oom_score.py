"""When memory runs out, the kernel should kill a pool process and not its parent.

It kills the process that holds most. That may be the parent with its window of large pages, although the
article in the pool process needs the memory: then no article is ever blamed, and the same one causes every
exit after a restart (a container of 330 MB, pages of 4 MB, an article that takes 80 MB: 5 starts, 5 exits;
2026-11).
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

SCORE = Path("/proc/self/oom_score_adj")
GROUPS = Path("/sys/fs/cgroup")
#: The score is in thousandths of the available memory.
MOST = 1000
#: More than a parent holds. On a large machine, other programs go first unless the pool process is large too.
AHEAD = 1024 * 1_048_576


def go_first() -> None:
    """Have the kernel kill this process before its parent. Does nothing on other systems than Linux."""
    with suppress(OSError, ValueError):
        ahead = -(-MOST * AHEAD // min(_limits()))
        SCORE.write_text(str(min(MOST, int(SCORE.read_text()) + ahead)))


def _limits() -> Iterator[int]:
    """Memory in bytes: of the machine, and the limits of the process's control groups (versions 1 and 2)."""
    yield os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, controllers, group = line.split(":", 2)
        folder, name = GROUPS, "memory.max"
        if controllers:
            folder, name = GROUPS / "memory", "memory.limit_in_bytes"
        # A container sees its own group as the root.
        for place in (folder / group.lstrip("/"), folder):
            with suppress(OSError, ValueError):  # "max": no limit
                if not controllers or "memory" in controllers.split(","):
                    yield int((place / name).read_text())
