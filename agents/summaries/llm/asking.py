"""Attempts, the pauses between them, and a pause for all articles while the endpoint is away."""

import logging
import time
from collections.abc import Iterator

from agents.summaries.llm.answer import PASSING, Answer, Outcome
from agents.summaries.llm.client import Client
from agents.summaries.llm.slots import Slots
from agents.summaries.llm_settings import LlmSettings, endpoint
from streams.core.backoff import backoff
from streams.core.work_counts import WorkCounts

log = logging.getLogger("copydesk.summaries")

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 4.0
#: Without an answer to this many articles in succession, the endpoint is away, and is left alone for a while.
#: One article may be at fault itself: its answer takes long.
AWAY = 3
FIRST_REST, LONGEST_REST = 5.0, 60.0
MILLION = 1_000_000
#: Reasons without a request.
PAUSED, BUSY = "paused", "busy"


class Asking:
    """Asks the model about one article after another."""

    def __init__(self, settings: LlmSettings, counts: WorkCounts) -> None:
        """Raises `ConfigError`."""
        self._settings = settings
        self._counts = counts
        self._client = Client(settings)
        self._slots = Slots(endpoint(settings), settings.concurrency)
        self._without_answer = 0
        self._quiet_until = 0.0

    def ask(self, messages: list[dict[str, str]]) -> tuple[str, str]:
        """What the model wrote, and an empty text; or an empty text, and the reason as a kebab-case word."""
        if time.monotonic() < self._quiet_until:
            return "", PAUSED
        until = time.monotonic() + self._settings.total_seconds
        with self._slots.place(until) as is_mine:
            if not is_mine:
                return "", BUSY
            answer = self._answer(messages, until)
        self._remember(answer)
        return (answer.text, "") if answer.outcome is Outcome.OK else ("", answer.outcome.value)

    def _answer(self, messages: list[dict[str, str]], until: float) -> Answer:
        """The first answer that another attempt would not change, or else the last one."""
        pauses = backoff(FIRST_PAUSE, LONGEST_PAUSE, until=until, jitter=0.5)
        for attempt in range(1, self._settings.attempts + 1):
            seconds = min(self._settings.timeout_seconds, until - time.monotonic())
            answer = self._client.ask(messages, max(seconds, 0.0))
            self._count(answer)
            if answer.outcome not in PASSING or attempt == self._settings.attempts:
                break
            if not _waited(pauses, answer.wait, until):
                break
        return answer

    def _count(self, answer: Answer) -> None:
        settings = self._settings
        self._counts.request(answer.outcome)
        self._counts.tokens("in", answer.tokens_in)
        self._counts.tokens("out", answer.tokens_out)
        cost = answer.tokens_in * settings.price_in + answer.tokens_out * settings.price_out
        self._counts.cost(cost / MILLION)

    def _remember(self, answer: Answer) -> None:
        """Whether the endpoint is away, and for how long it is left alone then."""
        if answer.outcome not in {*PASSING, Outcome.MISCONFIGURED}:
            self._without_answer = 0
        else:
            self._without_answer += 1
        if answer.outcome is not Outcome.OK:
            log.warning("the model server has not summarised an article: %s", answer.reason)
        beyond = self._without_answer - (1 if answer.outcome is Outcome.MISCONFIGURED else AWAY)
        rest = min(FIRST_REST * 2.0 ** min(beyond, 10), LONGEST_REST) if beyond >= 0 else 0.0
        self._quiet_until = time.monotonic() + max(rest, answer.wait)


def _waited(pauses: Iterator[float], asked: float, until: float) -> bool:
    """Wait before the next attempt, as long as the server asks; False where that would be too late."""
    pause = next(pauses, None)
    if pause is None or time.monotonic() + max(pause, asked) > until:
        return False
    time.sleep(max(pause, asked))
    return True
