"""Fencing: a worker that was suspended for half its session must not publish."""

import time
from threading import Event

from streams.runtime.fencing import CLOCK, LivenessCheck


def test_only_a_worker_suspended_for_more_than_half_its_session_is_fenced() -> None:
    reasons: list[str] = []
    liveness = LivenessCheck(20, reasons.append)
    liveness.check()
    assert reasons == []
    liveness._last_tick = time.clock_gettime(CLOCK) - 10.5
    liveness.check()
    assert reasons == ["this process stalled for 10.5 s, and others may have taken over its partitions"]


def test_the_thread_of_the_liveness_check_notices_a_lost_session_by_itself() -> None:
    noticed = Event()
    liveness = LivenessCheck(0.2, lambda reason: noticed.set())
    liveness.start()
    assert noticed.wait(10)
    liveness.stop()
