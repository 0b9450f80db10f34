import pytest

from streams.local.broker.preflight import Startable


class Halfway(Startable):
    """Its first part starts, its second does not."""

    def __init__(self) -> None:
        self.runs = 0

    def start(self) -> None:
        self.runs = 1
        raise OSError("no room for the second")

    def stop(self) -> None:
        self.runs = 0


def test_what_has_started_is_stopped_where_the_rest_does_not_start() -> None:
    halfway = Halfway()
    with pytest.raises(OSError, match="no room"), halfway:
        pass
    assert not halfway.runs
