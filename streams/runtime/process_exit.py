"""How a worker ends when it must not go on: at once, before it acknowledges anything more.

Crash-only: what was not acknowledged is read again by whoever comes next, so the surest way to lose nothing
is to stop. The children end with this process; a supervisor starts it anew.
"""

import ctypes
import logging
import os
import signal
import sys
import threading
import time

import structlog

log = structlog.get_logger("copydesk")

#: EX_TEMPFAIL: try again. Whoever supervises may start the process anew at once.
TRY_AGAIN = 75


def end_process(reason: str) -> None:
    """Say why, and end this process without any clean-up. Does not return."""
    log.critical("this process ends unacknowledged", reason=reason)
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(TRY_AGAIN)


PR_SET_PDEATHSIG = 1


def end_with_parent(parent: int, how: signal.Signals = signal.SIGKILL) -> None:
    """Have this process get `how` when `parent` (its pid) ends, even by kill -9.

    On Linux the kernel does it, for the *thread* that started this process: start children from a thread
    that lives on. Elsewhere a thread looks every second.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, how)
    else:
        threading.Thread(target=_watch, args=(parent, how), daemon=True).start()
    if os.getppid() != parent:
        os.kill(os.getpid(), how)


def _watch(parent: int, how: signal.Signals) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), how)
