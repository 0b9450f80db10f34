"""A cluster of three nodes: what is confirmed outlasts any one of them."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.places import ROOT

pytestmark = pytest.mark.kafka


def test_what_three_nodes_have_confirmed_outlasts_one_of_them_and_all_at_once(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.reliability.three_nodes", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout == "alive: False\nholds: [b'taken by two']\n", done.stderr
