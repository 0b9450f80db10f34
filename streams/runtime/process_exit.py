"""How a worker ends when it must not go on: at once, before it acknowledges anything more.

Crash-only: what was not acknowledged is read again by whoever comes next, so the surest way to lose nothing
is to stop. The children end with this process; a supervisor starts it anew.
"""

import logging
import os
import sys

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
