"""What `make faults` publishes, and what it says of a fault that it does not know."""

import subprocess
import sys

import pytest

from tests.reliability.articles import articles
from tests.reliability.row import Fault
from tests.reliability.rows import FAULTS


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_the_same_seed_publishes_the_same_records(fault: Fault) -> None:
    first, again, other = (list(articles(120, seed, fault.mix)) for seed in (7, 7, 8))
    assert first == again != other


def test_a_fault_that_is_not_there_is_told_in_a_sentence() -> None:
    command = [sys.executable, "-m", "tests.reliability", "--fault", "flood"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "no fault is called 'flood'; --list names them\n"
