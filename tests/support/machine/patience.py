"""How long tests wait at most, times `TEST_PATIENCE`: `TEST_PATIENCE=5 make test-kafka` on a busy machine."""

import os
from collections.abc import Iterable

import pytest

FACTOR = float(os.environ.get("TEST_PATIENCE", "1"))


def extend_timeouts(items: Iterable[pytest.Item], default: float) -> None:
    """Give each test its time limit, times the factor. `default` is that of tests without a mark."""
    for item in items:
        mark = item.get_closest_marker("timeout")
        item.add_marker(pytest.mark.timeout(FACTOR * (mark.args[0] if mark else default)), append=False)
