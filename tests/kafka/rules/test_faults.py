"""One row of the fault table, and one mutant. The others are in tests/reliability."""

from pathlib import Path

import pytest

from tests.support.commands.fault_rows import check, faults

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(400)]


def test_when_every_process_is_killed_nothing_is_lost_and_what_repeats_is_equal(tmp_path: Path) -> None:
    check("worker-kill", tmp_path)


def test_a_rule_that_is_broken_on_purpose_is_noticed(tmp_path: Path) -> None:
    code, row = faults(tmp_path, "--fault", "worker-kill", "--mutant", "id-from-the-clock")
    assert code == 1
    assert row["counts"]["repeated_with_other_id"] > 0
