"""`up` is ready once every one of its processes is."""

from collections.abc import Iterator

import pytest

from streams.local.readiness import Readiness, unready
from streams.local.supervisor import Supervisor
from streams.monitoring.server import Probes, serve
from streams.settings import ProbesSettings
from tests.support.pipelines.harness import until


class State:
    """The state of a process, as a test sets it."""

    def __init__(self) -> None:
        self.reason: str | None = "starting: it is not in its group yet"

    def unhealthy(self) -> str | None:
        return None

    def unready(self) -> str | None:
        return self.reason


@pytest.fixture
def state() -> State:
    return State()


@pytest.fixture
def probes(state: State) -> Iterator[Probes]:
    probes = serve(ProbesSettings(port=19_464), state, stage="toy")
    assert probes is not None
    yield probes
    probes.stop()


def test_a_process_says_itself_why_it_is_not_ready(state: State, probes: Probes) -> None:
    assert unready(probes.address) == "starting: it is not in its group yet"
    state.reason = None
    assert unready(probes.address) is None


def test_a_process_that_does_not_answer_is_starting() -> None:
    assert unready("127.0.0.1:1") == "starting"


def test_up_is_ready_once_all_its_processes_are_and_not_before(state: State, probes: Probes) -> None:
    readiness = Readiness(Supervisor({}, 1.0))
    assert readiness.unready() == "the processes: starting"

    readiness.watch({"toy": probes.address})
    until(lambda: readiness.unready() == f"toy: {state.reason}", "the process was asked")
    state.reason = None
    until(lambda: readiness.unready() is None, "all are ready")
    readiness.stop()


def test_processes_without_a_port_count_as_ready() -> None:
    readiness = Readiness(Supervisor({}, 1.0))
    readiness.watch({})
    until(lambda: readiness.unready() is None, "nothing is to be asked")
    readiness.stop()
