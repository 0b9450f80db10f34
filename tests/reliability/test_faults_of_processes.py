"""Some faults of the pipeline's own processes: nothing is lost, and repeats are equal."""

from pathlib import Path

import pytest

from tests.support.commands.fault_rows import check

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(400)]


@pytest.mark.parametrize("name", ["rolling-restart", "worker-frozen"])
def test_a_fault_of_a_process_loses_nothing_and_repeats_are_equal(name: str, tmp_path: Path) -> None:
    check(name, tmp_path)
