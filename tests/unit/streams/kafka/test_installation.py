"""The changes to the client libraries: made once, in the known releases and in no others."""

import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from streams.errors import CannotStart
from streams.kafka import client
from streams.kafka.tolerant import versions
from streams.kafka.tolerant.installation import install
from streams.kafka.tolerant.versions import KNOWN
from streams.settings import load_settings
from tests.unit.streams.run_each import run_each

ROOT = Path(__file__).parents[4]


def test_the_known_releases_are_the_pinned_ones() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    pins = {need.name: str(need.specifier) for need in map(Requirement, project["dependencies"])}
    assert {name: pins[name] for name in KNOWN} == {name: f"=={known}" for name, known in KNOWN.items()}


@pytest.mark.parametrize("installed", ["5.3.0", None])
def test_another_release_is_an_error_of_one_sentence_before_a_client_is_opened(
    installed: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def version(name: str) -> str:
        if name != "pebble":
            return metadata.version(name)
        if installed is None:
            raise metadata.PackageNotFoundError(name)
        return installed

    monkeypatch.setattr(versions, "version", version)
    install.cache_clear()
    with pytest.raises(CannotStart) as raised, client.admin(load_settings(bootstrap_servers="127.0.0.1:1")):
        pass
    assert str(raised.value) == (
        f"installed: pebble {installed or 'is missing'}; this release of Copydesk changes parts of these"
        " libraries and works with these versions only: pip install aiokafka==0.14.0 faust-streaming==0.15.3"
        " kafka-python==3.0.12 pebble==5.2.3"
    )


def test_a_command_with_another_release_reports_it_and_exits_with_1() -> None:
    another = "from streams.kafka.tolerant import versions; versions.KNOWN['pebble'] = '5.2.4'"
    run = run_each(["status"], before=another)
    assert run.stdout == f"{CannotStart.exit_code}\n"
    assert run.stderr.startswith("copydesk: installed: pebble 5.2.3; this release of Copydesk changes parts")
    assert run.stderr.count("\n") == 1


def test_an_import_changes_nothing_and_an_installation_changes_everything_once() -> None:
    script = """
from aiokafka.consumer import fetcher
from aiokafka.record._crecords import default_records
from kafka.net import inet
from kafka.record import memory_records
from pebble import CONSTS

def state():
    return (fetcher.MemoryRecords, memory_records.DefaultRecordBatch, default_records.zstd_decode,
            inet.KafkaNetSocket.sock_connect, CONSTS.term_timeout)

before = state()
import streams.runtime.process, streams.runtime.work.pool, streams.kafka.client
from streams.kafka.tolerant.installation import install, install_for_pool
assert state() == before
install()
install_for_pool()
changed = state()
assert all(new != old for new, old in zip(changed, before, strict=True))
install()
install_for_pool()
assert state() == changed
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
