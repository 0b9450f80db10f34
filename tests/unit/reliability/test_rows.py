"""What `make faults` publishes, and its error for an unknown fault."""

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


def test_an_unknown_fault_is_an_error_of_one_sentence() -> None:
    command = [sys.executable, "-m", "tests.reliability", "--fault", "flood"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert run.stderr == "no fault is called 'flood'; --list names them\n"
