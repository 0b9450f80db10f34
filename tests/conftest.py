"""Fixtures for every test: one real Kafka for the whole run, and a separate prefix for each test."""

import secrets
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as examples

from streams.local.broker.node import Broker
from streams.settings import Settings, load_settings
from tests.support.machine.leftovers import Guardian
from tests.support.machine.patience import FACTOR, extend_timeouts
from tests.support.machine.postgres import postgres_server

# A busy machine is slow at times. Hypothesis draws new examples in each run, except where `CI` is set.
examples.register_profile(
    "any_speed", examples(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
examples.load_profile("any_speed")

pytest_plugins = ["tests.support.pipelines.toy_fixtures"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """See tests/support/pipelines/toy_fixtures.py."""
    parser.addoption("--first-loop", action="store_true", help="prove that the tests of the loop can fail")
    parser.addoption(
        "--plain-member", action="store_true", help="run workers with aiokafka alone, without Faust"
    )


GUARDIAN = pytest.StashKey[Guardian]()


def pytest_configure(config: pytest.Config) -> None:
    """Let the processes that tests start receive SIGINT, which `make test &` in a script makes them ignore.

    There is one guardian for a run, and it also ends the workers of `-n`.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if not hasattr(config, "workerinput"):
        config.stash[GUARDIAN] = Guardian()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if FACTOR != 1:
        extend_timeouts(items, float(config.getini("timeout")))


def pytest_unconfigure(config: pytest.Config) -> None:
    if (guardian := config.stash.get(GUARDIAN, None)) is not None:
        guardian.end()


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """The broker of this test run. A test that stops or kills a broker starts its own."""
    with Broker(tmp_path_factory.mktemp("kafka")) as node:
        yield node


@pytest.fixture
def prefix() -> str:
    """A prefix that no other test has: no two tests share a topic or a group."""
    return f"t{secrets.token_hex(4)}"


@pytest.fixture
def settings(broker: Broker, prefix: str) -> Settings:
    """Settings for the broker of this run."""
    return load_settings(bootstrap_servers=broker.bootstrap_servers, prefix=prefix, partitions=4)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Any]:
    """The PostgreSQL of this test run; `new_database(postgres)` gives a new database."""
    with postgres_server() as server:
        yield server
