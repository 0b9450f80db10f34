"""Pauses between tries, and asking until there is an answer.

Not by stamina: what is retried here is as often an answer as an exception, each place counts and logs its own
retries (stamina's hooks are those of the process), and the records of a webhook's batch share one deadline.
"""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")


def backoff(first: float, longest: float, *, until: float, jitter: float = 0.0) -> Iterator[float]:
    """Seconds to wait before each retry: `first`, then twice as long each time, up to `longest`.

    Ends where a retry would come after `until`, by the clock of `time.monotonic()` and of event loops.
    `jitter` is the share, 0 to 1, by which a pause may be shorter.
    """
    pause = first
    while True:
        wait = pause * random.uniform(1 - jitter, 1)  # noqa: S311 - no secret hangs on it
        if time.monotonic() + wait > until:
            return
        yield wait
        pause = min(2 * pause, longest)


def poll_until(
    ask: Callable[[], T], *, seconds: float, pause: float = 0.1, not_yet: tuple[type[Exception], ...] = ()
) -> T:
    """The first answer that is true, asked for every `pause` seconds; after `seconds` the last one as it is.

    An error of `not_yet` is no answer; where it is the last one, it is raised.
    """
    for wait in backoff(pause, pause, until=time.monotonic() + seconds):
        with suppress(*not_yet):
            if answer := ask():
                return answer
        time.sleep(wait)
    return ask()
