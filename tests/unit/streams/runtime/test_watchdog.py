"""The watchdog: a worker that stays up and works no more is ended, with a sentence."""

import time
from collections.abc import Callable, Iterator
from queue import Queue

import pytest

from streams.runtime import watchdog as module
from streams.runtime.watchdog import EventLoopPulse, Watchdog

SECONDS = 10


class Member:
    """A member of a group, as it may be."""

    def __init__(self) -> None:
        self.should_stop = False
        self.lost: str | None = None
        self.answers = True
        self.asked: Queue[None] = Queue()

    def lost_group(self) -> str | None:
        return self.lost

    def ask(self, answer: Callable[[], None]) -> None:
        self.asked.put(None)
        if self.answers:
            answer()

    def run(self) -> None:
        """It does nothing."""


@pytest.fixture
def member(monkeypatch: pytest.MonkeyPatch) -> Member:
    """Looked at every 10 ms; its event loop is gone after 0.2 s."""
    monkeypatch.setattr(module, "INTERVAL", 0.01)
    monkeypatch.setattr(module, "SILENCE_SECONDS", 0.2)
    return Member()


@pytest.fixture
def reasons(member: Member) -> Iterator[Queue[str]]:
    """Why the process would have ended."""
    queue: Queue[str] = Queue()
    watchdog = Watchdog(member, EventLoopPulse(), queue.put)
    watchdog.start()
    yield queue
    watchdog.stop()


def test_a_lost_group_ends_the_process(member: Member, reasons: Queue[str]) -> None:
    member.lost = "FencedInstanceIdError()"
    assert reasons.get(timeout=SECONDS) == "the consumer group is lost: FencedInstanceIdError()"


def test_an_event_loop_that_is_gone_ends_the_process(member: Member, reasons: Queue[str]) -> None:
    member.answers = False
    assert reasons.get(timeout=SECONDS) == "the event loop has not answered for 0.2 s"


def test_a_member_that_answers_goes_on_and_one_that_stops_is_not_asked(
    member: Member, reasons: Queue[str]
) -> None:
    began = time.monotonic()
    while time.monotonic() - began < 0.4:
        member.asked.get(timeout=SECONDS)
    member.should_stop, member.lost = True, "the group is left"
    assert reasons.empty()


def test_before_it_is_asked_an_event_loop_is_not_silent() -> None:
    assert EventLoopPulse().silent() == 0.0
