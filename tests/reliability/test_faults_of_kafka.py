"""Some faults of Kafka, of the connection to it, and of articles: nothing is lost, and repeats are equal."""

from pathlib import Path

import pytest

from tests.support.commands.fault_rows import check

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(400)]


@pytest.mark.parametrize("name", ["brokers-in-turn", "records-held", "read-only", "poison"])
def test_a_fault_around_the_pipeline_loses_nothing_and_repeats_are_equal(name: str, tmp_path: Path) -> None:
    check(name, tmp_path)
