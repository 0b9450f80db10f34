"""The watchdog ends a worker that is up but no longer works, and says why."""

import time
from collections.abc import Callable, Iterator
from queue import Queue

import pytest

from streams.runtime import watchdog as module
from streams.runtime.watchdog import EventLoopPulse, Watchdog

SECONDS = 10


class Member:
    """A member of a group, in the state that a test needs."""

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
        """Is never called."""


@pytest.fixture
def member(monkeypatch: pytest.MonkeyPatch) -> Member:
    """A member that is checked every 10 ms. Its event loop counts as lost after 0.2 s."""
    monkeypatch.setattr(module, "INTERVAL", 0.01)
    monkeypatch.setattr(module, "SILENCE_SECONDS", 0.2)
    return Member()


@pytest.fixture
def reasons(member: Member) -> Iterator[Queue[str]]:
    """The reasons for which the process would have ended."""
    queue: Queue[str] = Queue()
    watchdog = Watchdog(member, EventLoopPulse(), queue.put)
    watchdog.start()
    yield queue
    watchdog.stop()


def test_a_lost_group_ends_the_process(member: Member, reasons: Queue[str]) -> None:
    member.lost = "FencedInstanceIdError()"
    assert reasons.get(timeout=SECONDS) == "the consumer group is lost: FencedInstanceIdError()"


def test_an_event_loop_that_does_not_answer_ends_the_process(member: Member, reasons: Queue[str]) -> None:
    member.answers = False
    assert reasons.get(timeout=SECONDS) == "the event loop has not answered for 0.2 s"


def test_a_member_that_answers_keeps_running_and_one_that_stops_is_not_checked(
    member: Member, reasons: Queue[str]
) -> None:
    began = time.monotonic()
    while time.monotonic() - began < 0.4:
        member.asked.get(timeout=SECONDS)
    member.should_stop, member.lost = True, "the group is left"
    assert reasons.empty()


def test_an_event_loop_is_not_silent_before_it_is_asked() -> None:
    assert EventLoopPulse().silent() == 0.0
