"""How a worker exits when it must not continue: at once, before it acknowledges anything more.

Crash-only: what is not acknowledged is read again by the next worker, so the surest way to lose nothing is to
exit. The pool processes exit with this process; a supervisor restarts it.
"""

import ctypes
import logging
import os
import signal
import sys
import threading
import time

import structlog

from streams.exit_codes import ExitCode

log = structlog.get_logger("copydesk")


def end_process(reason: str) -> None:
    """Log the reason, and exit without any clean-up. Does not return."""
    log.critical("exiting without committing", reason=reason)
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(ExitCode.TRY_AGAIN)


PR_SET_PDEATHSIG = 1


def end_with_parent(parent: int, how: signal.Signals = signal.SIGKILL) -> None:
    """Have this process get the signal `how` when `parent` (its pid) exits, even by kill -9.

    On Linux the kernel sends it when the *thread* that started this process ends: start processes from a
    thread that keeps running. On other systems a thread checks every second.
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
