"""Pauses between retries, and polling until there is an answer.

Not stamina: here an answer causes a retry as often as an exception does, each caller counts and logs its own
retries (stamina's hooks are global to the process), and the records of a webhook's batch share a deadline.
"""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")


def backoff(first: float, longest: float, *, until: float, jitter: float = 0.0) -> Iterator[float]:
    """Seconds to wait before each retry: `first`, then twice as long each time, up to `longest`.

    Ends when the next retry would be after `until`, by the clock of `time.monotonic()` and of event loops.
    `jitter` is the share, 0 to 1, by which a pause may be shorter.
    """
    pause = first
    while True:
        wait = pause * random.uniform(1 - jitter, 1)  # noqa: S311 - no secret depends on it
        if time.monotonic() + wait > until:
            return
        yield wait
        pause = min(2 * pause, longest)


def poll_until(
    ask: Callable[[], T], *, seconds: float, pause: float = 0.1, not_yet: tuple[type[Exception], ...] = ()
) -> T:
    """Ask every `pause` seconds until the answer is true; after `seconds` return the last answer as it is.

    Errors of the types `not_yet` count as no answer, except the last one: it is raised.
    """
    for wait in backoff(pause, pause, until=time.monotonic() + seconds):
        with suppress(*not_yet):
            if answer := ask():
                return answer
        time.sleep(wait)
    return ask()
