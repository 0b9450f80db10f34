"""Some faults of the desk's own processes: nothing lost, and what repeats is equal."""

from pathlib import Path

import pytest

from tests.kafka.fault_rows import check, faults

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(400)]


@pytest.mark.parametrize("name", ["worker-kill", "rolling-restart", "worker-frozen"])
def test_a_fault_of_a_process_loses_nothing_and_what_repeats_is_equal(name: str, tmp_path: Path) -> None:
    check(name, tmp_path)


def test_a_rule_that_is_broken_on_purpose_is_noticed(tmp_path: Path) -> None:
    code, row = faults(tmp_path, "--fault", "worker-kill", "--mutant", "id-from-the-clock")
    assert code == 1
    assert row["counts"]["repeated_with_other_id"] > 0
