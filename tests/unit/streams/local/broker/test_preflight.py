"""A service of several parts: if a part cannot start, those that have started are stopped."""

import pytest

from streams.local.broker.preflight import Startable


class Halfway(Startable):
    """Its first part starts, and its second fails."""

    def __init__(self) -> None:
        self.runs = 0

    def start(self) -> None:
        self.runs = 1
        raise OSError("no room for the second")

    def stop(self) -> None:
        self.runs = 0


def test_the_parts_that_have_started_are_stopped_if_another_fails() -> None:
    halfway = Halfway()
    with pytest.raises(OSError, match="no room"), halfway:
        pass
    assert not halfway.runs
