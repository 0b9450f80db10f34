"""The probe server: its answers, its address and the targets for Prometheus."""

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path

import pytest

from streams.errors import CannotStart
from streams.local.supervisor import Supervisor
from streams.monitoring.server import CONNECTIONS, ProbeHandler, Probes, address_of, free_ports, serve
from streams.monitoring.targets import Targets
from streams.settings import ProbesSettings


class State:
    unhealthy_because: str | None = None
    unready_because: str | None = None

    def unhealthy(self) -> str | None:
        return self.unhealthy_because

    def unready(self) -> str | None:
        return self.unready_because


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


@pytest.fixture
def probes(taken: int) -> Iterator[Probes]:
    """A server whose configured port is taken, so it listens on a later one."""
    server = serve(ProbesSettings(port=taken), State(), stage="toy")
    assert server is not None
    yield server
    server.stop()


def ask(address: str, path: str, method: str = "GET") -> tuple[int, str]:
    connection = HTTPConnection(address, timeout=10)
    try:
        connection.request(method, path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def test_a_probe_answers_503_with_the_reason_and_200_without(
    probes: Probes, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ask(probes.address, "/healthz") == ask(probes.address, "/readyz") == (200, "ok\n")
    monkeypatch.setattr(State, "unready_because", "rebalancing")
    assert ask(probes.address, "/healthz") == (200, "ok\n")
    assert ask(probes.address, "/readyz") == (503, "rebalancing\n")
    monkeypatch.setattr(State, "unhealthy_because", "it hangs")
    assert ask(probes.address, "/healthz") == (503, "it hangs\n")


def test_the_first_page_lists_the_others_and_any_other_request_is_an_error(probes: Probes) -> None:
    status, text = ask(probes.address, "/")
    assert status == 200
    assert text.startswith("Copydesk: stage toy\n")
    assert all(path in text for path in ("/metrics", "/healthz", "/readyz"))
    assert ask(probes.address, "/etc/passwd")[0] == 404
    assert ask(probes.address, "/healthz", "HEAD") == (200, "")
    assert ask(probes.address, "/metrics", "POST")[0] == ask(probes.address, "/", "DELETE")[0] == 405


def test_the_metrics_are_those_of_the_pipeline(probes: Probes) -> None:
    status, text = ask(probes.address, "/metrics")
    assert status == 200
    assert 'copydesk_ready{sink="",stage="toy"} 1.0' in text.splitlines()


def test_a_server_whose_port_is_taken_listens_on_a_later_one(probes: Probes, taken: int) -> None:
    other = serve(ProbesSettings(port=probes.port), State(), stage="other")
    assert other is not None
    other.stop()
    assert taken < probes.port < other.port < taken + 100


@pytest.mark.parametrize("settings", [ProbesSettings(host="192.0.2.1"), ProbesSettings(port=0)])
def test_without_a_usable_address_or_with_port_0_there_is_no_server(settings: ProbesSettings) -> None:
    assert serve(settings, State()) is None


def test_the_server_listens_only_on_loopback_by_default(probes: Probes) -> None:
    assert ProbesSettings().host == "127.0.0.1"
    assert probes._server.server_address[0] == "127.0.0.1"


@pytest.mark.parametrize(
    ("host", "address"),
    [("0.0.0.0", "127.0.0.1:1"), ("::", "[::1]:1"), ("10.0.0.7", "10.0.0.7:1"), ("::1", "[::1]:1")],  # noqa: S104 - nothing is bound
)
def test_an_address_is_shown_as_this_machine_can_reach_it(host: str, address: str) -> None:
    assert address_of(host, 1) == address


def test_each_process_gets_a_free_port_of_its_own(taken: int) -> None:
    ports = free_ports(ProbesSettings(), taken, 3)
    assert taken not in ports
    assert len(set(ports)) == 3


def test_the_target_list_for_prometheus_exists_while_the_pipeline_runs(taken: int, tmp_path: Path) -> None:
    listed = tmp_path / "new" / "list.json"
    settings = ProbesSettings(port=taken, targets=listed)
    with Targets(settings, Supervisor({}, stop_seconds=1), ["clean", "sink jsonl"]) as targets:
        ports = [targets.environment(name)["COPYDESK_PROBES__PORT"] for name in ("clean", "sink jsonl")]
        [group] = json.loads(listed.read_text())
        own, *others = group["targets"]
        assert others == [f"127.0.0.1:{port}" for port in ports]
        assert targets.summary() == (
            f"/metrics, /healthz, /readyz: this process at {own}; clean {ports[0]}, sink jsonl {ports[1]}"
        )
        assert ask(own, "/readyz") == (200, "ok\n")
    assert not listed.exists()


def test_with_port_0_no_process_has_probes() -> None:
    with Targets(ProbesSettings(port=0), Supervisor({}, stop_seconds=1), ["clean"]) as targets:
        assert targets.environment("clean") == {"COPYDESK_PROBES__PORT": "0"}
        assert targets.summary() == "no probes: probes.port is 0, or no port is free"


def test_a_target_list_that_cannot_be_written_is_an_error_of_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings = ProbesSettings(port=0, targets=tmp_path / "file" / "targets.json")
    with (
        pytest.raises(CannotStart, match=r"^probes\.targets: .* cannot be written: "),
        Targets(settings, Supervisor({}, stop_seconds=1), ["clean"]),
    ):
        raise AssertionError("it was not written")


@pytest.mark.parametrize("request_start", [b"", b"GET /heal"])
def test_unfinished_requests_do_not_keep_others_from_an_answer(
    probes: Probes, monkeypatch: pytest.MonkeyPatch, request_start: bytes
) -> None:
    monkeypatch.setattr(ProbeHandler, "timeout", 600)
    host, port = probes.address.split(":")
    with ExitStack() as stack:
        unfinished = []
        for _ in range(3 * CONNECTIONS):
            unfinished.append(stack.enter_context(socket.create_connection((host, int(port)), timeout=30)))
            unfinished[-1].sendall(request_start)
        assert ask(probes.address, "/healthz") == (200, "ok\n")
        assert [connection.recv(1) for connection in unfinished[: 2 * CONNECTIONS]] == [b""] * 2 * CONNECTIONS
