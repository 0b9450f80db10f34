"""The beat: a worker that stood still for half its session must not publish."""

import time

from streams.runtime.fencing import CLOCK, LivenessCheck


def test_a_worker_that_goes_on_in_time_is_left_alone() -> None:
    silences: list[str] = []
    LivenessCheck(20, silences.append).check()
    assert silences == []


def test_a_worker_that_stood_still_for_more_than_half_its_session_is_told() -> None:
    silences: list[str] = []
    liveness = LivenessCheck(20, silences.append)
    liveness._last_tick = time.clock_gettime(CLOCK) - 10.5
    liveness.check()
    assert silences == ["this worker stalled for 10.5 s, and others may have taken over its partitions"]


def test_the_thread_notices_by_itself_before_it_beats_again() -> None:
    from threading import Event

    noticed = Event()
    liveness = LivenessCheck(0.2, lambda reason: noticed.set())
    liveness.start()
    assert noticed.wait(10)
    liveness.stop()
