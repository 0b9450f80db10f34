"""A cluster of three nodes keeps a confirmed record when nodes fail."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.places import ROOT

pytestmark = pytest.mark.kafka


def test_a_record_that_two_of_three_nodes_confirmed_survives_the_kill_of_all_nodes(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.reliability.three_nodes", str(tmp_path)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.stdout == "alive: False\nholds: [b'confirmed by two']\n", result.stderr
