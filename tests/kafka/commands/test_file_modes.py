"""A whole run of `copydesk up --local`: other users can access nothing that it writes."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.pipelines.harness import PROGRAMS, UnderTest, order, until
from tests.support.places import ROOT
from tests.unit.agents.finished import finished, value

pytestmark = pytest.mark.kafka

SINKS = """
pipeline = "toy_pipeline"
partitions = 1
[sinks.jsonl]
folder = "jsonl"
[sinks.parquet]
folder = "parquet"
[sinks.sql]
url = "sqlite:///sql/articles.db"
[probes]
port = 9564
targets = "probes/prometheus.json"
"""


def shared(folder: Path) -> Iterator[str]:
    """Path and mode of each file that the group or others can access in any way."""
    for path in folder.rglob("*"):
        try:
            mode = path.lstat().st_mode & 0o777
        except FileNotFoundError:  # renamed or deleted meanwhile
            continue
        if mode & 0o077 and not path.is_symlink():
            yield f"{path.relative_to(folder)} {mode:o}"


def test_only_the_user_can_access_what_a_run_with_every_kind_of_sink_writes(tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir(mode=0o700)
    config = tmp_path / "copydesk.toml"
    config.write_text(SINKS)
    config.chmod(0o600)
    path = os.pathsep.join([str(PROGRAMS), str(ROOT)])
    own = {"COPYDESK_CONFIG": str(config), "PYTHONPATH": path, "TMPDIR": str(tmp_path / "tmp")}
    log = tmp_path / "tmp" / "log"
    with log.open("wb") as errors:
        log.chmod(0o600)
        up = subprocess.Popen(
            [sys.executable, "-m", "streams", "up", "--local", "--data", "kafka", "--port", "0"],
            cwd=tmp_path,
            env={**os.environ, **own},
            stderr=errors,
            umask=0,
        )
    try:
        address = until(lambda: re.search(r"Kafka at (\S+),", log.read_text()), "Kafka is up")
        publish(address[1], tmp_path)
        until(lambda: (tmp_path / "sql" / "articles.db").exists(), "SQLite is there")
        until(lambda: list((tmp_path / "jsonl").rglob("*.jsonl")), "an archive is there")
        until(lambda: list(tmp_path.rglob("_rejected*")), "a record is set aside")
        until(lambda: list((tmp_path / "parquet").rglob("*")), "Parquet is there")
        assert (tmp_path / "probes" / "prometheus.json").exists()
        while_it_runs = list(shared(tmp_path))
    finally:
        up.send_signal(signal.SIGTERM)
        up.wait(90)
    assert while_it_runs == list(shared(tmp_path)) == []
    assert list((tmp_path / "parquet").rglob("*.parquet")), log.read_text()


def publish(bootstrap: str, folder: Path) -> None:
    """Publish a finished article, a result that does not fit the sinks' columns, and an order that fails."""
    pipeline = UnderTest(bootstrap, "news", folder)
    pipeline.publish([(b"1", value(finished(1, 1))), (b"2", b'{"id": 2}')], "result")
    pipeline.publish([order(1), order(2, do="fail")])
